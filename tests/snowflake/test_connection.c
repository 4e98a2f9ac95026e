/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection half of the Snowflake adapter, through the public interface: logins, statements, batches, errors,
 * pages, cells, costs; and the program of all tests of it. The built library is loaded from $SBE_TEST_ADAPTER (or
 * adapters/ of the build tree) with a host made for the test, and talks to the stand-in that with-standin.sh has
 * started (connection.sh runs this so). Expected values are worked out by hand.
 */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "tests/snowflake/test.h"

const sbe_connection_ops *ops;
static sbe_host host;
int failures_of_test;
char logged[1 << 20];

bool check(bool good, const char *what, int line) {
  if (!good) {
    printf("    line %d: %s   [%d %s]\n", line, what, fake_error.code, fake_error.message);
    failures_of_test++;
  }
  return good;
}

void check_text(const char *got, const char *wanted, int line) {
  if (strcmp(got, wanted) == 0) return;
  printf("    line %d: got      %s\n             expected %s   [%d %s]\n", line, got, wanted, fake_error.code,
         fake_error.message);
  failures_of_test++;
}

static void keep_log(int32_t level, const char *format, ...) {
  va_list arguments;
  size_t used = strlen(logged);
  (void)level;
  va_start(arguments, format);
  vsnprintf(logged + used, sizeof logged - used, format, arguments);
  va_end(arguments);
}

/* ---- connections and statements ---- */

sbe_connection *open_with(sbe_run *run, const char *const *pairs) {
  struct sbe_settings settings = {pairs};
  sbe_connection *connection = NULL;
  memset(&fake_error, 0, sizeof fake_error);
  ops->open(&settings, run, &connection, &fake_error);
  return connection;
}

fake_rows rows, more_rows;

int32_t run_all(sbe_connection *c, const sbe_run_options *options, int64_t *counts, const char *const *sqls) {
  static const sbe_sink one = {sizeof one, &rows, fake_columns, fake_row};
  static const sbe_sink other = {sizeof other, &more_rows, fake_columns, fake_row};
  sbe_statement statements[16];
  const sbe_statement *pointers[16];
  size_t n = 0;
  memset(&rows, 0, sizeof rows);
  memset(&more_rows, 0, sizeof more_rows);
  for (; sqls[n] != NULL && n < 16; n++) {
    char mark = sqls[n][0];
    size_t skip = mark == '?' || mark == '@' || mark == '#';
    statements[n] = (sbe_statement){sizeof(sbe_statement), sqls[n] + skip, strlen(sqls[n] + skip),
                                    mark == '?' ? SBE_STATEMENT_GUARD : 0,
                                    mark == '@'   ? &one
                                    : mark == '#' ? &other
                                                  : NULL};
    pointers[n] = &statements[n];
  }
  memset(&fake_error, 0, sizeof fake_error);
  return ops->run(c, pointers, n, options, counts, &fake_error);
}

int32_t ask(sbe_connection *c, const char *sql, int64_t timeout_us) {
  static const sbe_sink sink = {sizeof sink, &rows, fake_columns, fake_row};
  sbe_statement statement = {sizeof statement, sql, strlen(sql), SBE_STATEMENT_REPEATABLE, NULL};
  sbe_run_options options = {.struct_size = sizeof options, .timeout_us = timeout_us, .tag = "of a query"};
  memset(&rows, 0, sizeof rows);
  memset(&fake_error, 0, sizeof fake_error);
  return ops->query(c, &statement, &options, &sink, &fake_error);
}

const char *rows_of(sbe_connection *c, const char *sql) {
  return ask(c, sql, 0) == SBE_OK ? rows.text : fake_error.message;
}

/* ---- the tests ---- */

static void logins(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  CHECK_TEXT(rows_of(c, "SELECT 1"), "i:1");
  ops->close(c);
  c = OPEN(NULL, "private_key_path", env("SBE_SNOWFLAKE_ENCRYPTED_KEY_PATH"), "private_key_passphrase",
           env("SBE_SNOWFLAKE_PASSPHRASE"));
  CHECK_TEXT(rows_of(c, "SELECT 2"), "i:2");
  ops->close(c);
  c = OPEN(NULL, "authenticator", "oauth", "token", env("SBE_SNOWFLAKE_OAUTH_TOKEN"));
  CHECK_TEXT(rows_of(c, "SELECT 3"), "i:3");
  ops->close(c);
  c = OPEN(NULL, "token", env("SBE_SNOWFLAKE_PAT_TOKEN"));
  CHECK_TEXT(rows_of(c, "SELECT 4"), "i:4");
  ops->close(c);
  CHECK(OPEN(NULL, "password", "x") == NULL && fake_error.code == SBE_INVALID);

  c = OPEN(NULL, "private_key_path", env("SBE_SNOWFLAKE_OTHER_KEY_PATH"));
  CHECK(ask(c, "SELECT 1", 0) == SBE_AUTH);
  CHECK(strstr(fake_error.message, "RSA_PUBLIC_KEY_FP SHA256:") != NULL);
  ops->close(c);
  c = OPEN(NULL, "token", "pat-wrong");
  CHECK(ask(c, "SELECT 1", 0) == SBE_AUTH);
  CHECK(strstr(fake_error.message, "pat-wrong") == NULL);
  ops->close(c);
}

static void refused_once(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  CHECK(RUN(c, "CREATE OR REPLACE TABLE once (n INT)") == SBE_OK);
  tell("faults", "[{\"kind\":\"401\",\"on\":\"submit\"}]");
  CHECK(RUN(c, "INSERT INTO once VALUES (1)") == SBE_OK);
  CHECK_TEXT(look("SELECT COUNT(*) FROM once"), "1");
  tell("faults", "[{\"kind\":\"401\",\"on\":\"submit\",\"times\":2}]");
  CHECK(RUN(c, "INSERT INTO once VALUES (1)") == SBE_AUTH);
  CHECK_TEXT(look("SELECT COUNT(*) FROM once"), "1");
  tell("settings", "{\"page_size\":2,\"polls\":2}");
  tell("faults", "[{\"kind\":\"401\",\"on\":\"poll\"},{\"kind\":\"401\",\"on\":\"partition\"}]");
  CHECK_TEXT(rows_of(c, "SELECT * FROM (VALUES (1), (2), (3)) ORDER BY 1"), "i:1\ni:2\ni:3");
  ops->close(c);
}

static void polls(void) {
  struct sbe_run run = {.percent = -1};
  sbe_connection *c = OPEN_KEY(&run);
  tell("settings", "{\"polls\":3}");
  CHECK_TEXT(rows_of(c, "SELECT 7 AS \"a b\""), "i:7");
  CHECK_TEXT(rows.columns, "a b");
  CHECK(requests_with("POST /api/v2/statements?") == 1);
  CHECK(requests_with("GET /api/v2/statements/") == 3);
  CHECK(run.ticks > 3 && run.longest_us < MOST_SILENT_US);
  tell("settings", "{\"polls\":0}");
  CHECK_TEXT(rows_of(c, "SELECT 8"), "i:8");
  CHECK(requests_with("GET /api/v2/statements/") == 3);
  ops->close(c);
}

static void what_is_asked(void) {
  sbe_connection *c =
      open_with(NULL, LIST("account", env("SBE_SNOWFLAKE_ACCOUNT"), "host", env("SBE_SNOWFLAKE_HOST"), "port",
                           env("SBE_SNOWFLAKE_PORT"), "protocol", "http", "user", "SBE_user", "database", "sbe_test",
                           "schema", "\"PUBLIC\"", "warehouse", "Sbe_wh", "role", "sbe_role", "private_key_path",
                           env("SBE_SNOWFLAKE_PRIVATE_KEY_PATH")));
  CHECK_TEXT(rows_of(c, "SELECT 1"), "i:1");
  cJSON *log = control("log", ""), *entry = cJSON_GetArrayItem(cJSON_GetObjectItem(log, "requests"), 0);
  char *sent = cJSON_PrintUnformatted(cJSON_GetObjectItem(entry, "body"));
  CHECK_TEXT(sent,
             "{\"statement\":\"SELECT 1\",\"database\":\"SBE_TEST\",\"schema\":\"PUBLIC\",\"warehouse\":\"SBE_WH\","
             "\"role\":\"SBE_ROLE\",\"parameters\":{\"TIMEZONE\":\"UTC\",\"QUERY_TAG\":\"of a query\"}}");
  cJSON *headers = cJSON_GetObjectItem(entry, "headers");
  CHECK_TEXT(cJSON_GetStringValue(cJSON_GetObjectItem(headers, "X-Snowflake-Authorization-Token-Type")), "KEYPAIR_JWT");
  CHECK_TEXT(cJSON_GetStringValue(cJSON_GetObjectItem(headers, "Accept-Encoding")), "gzip");
  CHECK(strncmp(cJSON_GetStringValue(cJSON_GetObjectItem(headers, "User-Agent")), "sbe/", 4) == 0);
  free(sent);
  cJSON_Delete(log);
  tell("reset", "{\"what\":[\"log\"]}");
  sbe_run_options keyed = {.struct_size = sizeof keyed, .key = "run-7"};
  run_all(c, &keyed, NULL, LIST("CREATE OR REPLACE TABLE asked (n INT)"));
  run_all(c, &keyed, NULL, LIST("CREATE OR REPLACE TABLE asked (n INT)"));
  /* SHA-256 of "run-7" begins a64d943b 0ea6…, see `printf run-7 | sha256sum`. */
  CHECK(requests_with("retry=true") == 2);
  ops->close(c);
}

static void no_state(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  CHECK(RUN(c, "CREATE TEMPORARY TABLE gone (n INT)", "INSERT INTO gone VALUES (1)", "@SELECT n FROM gone") == SBE_OK);
  CHECK_TEXT(rows.text, "i:1");
  CHECK(ask(c, "SELECT n FROM gone", 0) == SBE_NOT_FOUND);
  ops->close(c);
}

static void batches(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  int64_t counts[3];
  sbe_run_options options = {.struct_size = sizeof options};
  CHECK(RUN(c, "CREATE OR REPLACE TABLE b (n INT)") == SBE_OK);
  CHECK(run_all(c, &options, counts, LIST("INSERT INTO b VALUES (1), (2), (3)")) == SBE_OK && counts[0] == 3);
  CHECK(run_all(c, &options, counts, LIST("DELETE FROM b WHERE n > 1 -- a comment")) == SBE_OK && counts[0] == 2);
  tell("reset", "{\"what\":[\"log\"]}");
  CHECK(run_all(c, &options, counts,
                LIST("INSERT INTO b VALUES (4) -- and;", "@SELECT n FROM b ORDER BY n",
                     "#SELECT ';', COUNT(*) FROM b")) == SBE_OK);
  CHECK_TEXT(rows.text, "i:1\ni:4");
  CHECK_TEXT(more_rows.text, "t:;|i:2");
  CHECK(counts[0] == -1 && counts[1] == -1 && counts[2] == -1);
  CHECK(requests_with("POST /api/v2/statements?") == 1);
  CHECK(ATOMIC(c, "INSERT INTO b VALUES (5)", "INSERT INTO b VALUES (6)") == SBE_OK);
  CHECK_TEXT(look("SELECT COUNT(*) FROM b"), "4");
  CHECK(ATOMIC(c, "INSERT INTO b VALUES (7)", "INSERT INTO nowhere VALUES (6)") == SBE_NOT_FOUND);
  CHECK_TEXT(look("SELECT COUNT(*) FROM b"), "4");
  CHECK(RUN(c, "INSERT INTO b VALUES (8)", "INSERT INTO nowhere VALUES (6)", "INSERT INTO b VALUES (9)") ==
        SBE_NOT_FOUND);
  CHECK_TEXT(look("SELECT COUNT(*) FROM b"), "5");
  CHECK(RUN(c, "INSERT INTO b VALUES (8); DELETE FROM b") == SBE_SYNTAX);
  CHECK_TEXT(look("SELECT COUNT(*) FROM b"), "5");
  CHECK(ops->run(c, NULL, 0, NULL, NULL, &fake_error) == SBE_OK);
  ops->close(c);
}

static void guards(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  CHECK(RUN(c, "CREATE OR REPLACE TABLE g (n INT)", "INSERT INTO g VALUES (1)") == SBE_OK);
  CHECK(ATOMIC(c, "?SELECT COUNT(*) = 1 FROM g WHERE n = 1 -- mine", "INSERT INTO g VALUES (2)") == SBE_OK);
  CHECK_TEXT(look("SELECT COUNT(*) FROM g"), "2");
  CHECK(ATOMIC(c, "?SELECT COUNT(*) = 1 FROM g WHERE n = 7", "INSERT INTO g VALUES (3)") == SBE_CONFLICT);
  CHECK(ATOMIC(c, "INSERT INTO g VALUES (3)", "?SELECT n > 0 FROM g WHERE n = 7") == SBE_CONFLICT); /* no row */
  CHECK(ATOMIC(c, "INSERT INTO g VALUES (3)", "?SELECT NULL::BOOLEAN") == SBE_CONFLICT);
  CHECK(RUN(c, "?SELECT FALSE") == SBE_CONFLICT);
  CHECK(RUN(c, "?SELECT TRUE") == SBE_OK);
  CHECK_TEXT(look("SELECT COUNT(*) FROM g"), "2");
  CHECK(ATOMIC(c, "INSERT INTO g VALUES ('abc')", "?SELECT TRUE") == SBE_DATA); /* another conversion */
  ops->close(c);
}

static void errors(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  CHECK(ask(c, "SELECT * FROM nowhere", 0) == SBE_NOT_FOUND);
  CHECK(strstr(fake_error.message, "002003, query ") != NULL);
  CHECK(ask(c, "SELEKT 1", 0) == SBE_SYNTAX);
  CHECK(ask(c, "SELECT CAST('x' AS NUMBER)", 0) == SBE_DATA);
  CHECK(RUN(c, "CREATE OR REPLACE TABLE m (k INT, v INT)", "CREATE OR REPLACE TABLE s (k INT, v INT)",
            "INSERT INTO m VALUES (1, 0)", "INSERT INTO s VALUES (1, 1), (1, 2)") == SBE_OK);
  CHECK(RUN(c, "MERGE INTO m USING s ON m.k = s.k WHEN MATCHED THEN UPDATE SET v = s.v") == SBE_DATA);
  ops->close(c);
  c = open_with(NULL, LIST("account", "x", "host", env("SBE_SNOWFLAKE_HOST"), "port", env("SBE_SNOWFLAKE_PORT"),
                           "protocol", "http", "token", env("SBE_SNOWFLAKE_PAT_TOKEN"), "role", "nobody"));
  CHECK(ask(c, "SELECT 1", 0) == SBE_AUTH);
  CHECK(strstr(fake_error.message, "`role`") != NULL);
  ops->close(c);
}

/* ---- pages, cells ---- */

static void pages(void) {
  static const char *const settings[] = {"{\"page_size\":3}", "{\"page_size\":3,\"bare_partitions\":true}"};
  sbe_connection *c = OPEN_KEY(NULL);
  CHECK(RUN(c, "CREATE OR REPLACE TABLE p (n INT, t TEXT)",
            "INSERT INTO p VALUES (1,'a'),(2,NULL),(3,'c'),(4,'d'),(5,'e'),(6,'f'),(7,'g'),(8,'\xc3\xa9')") == SBE_OK);
  for (int i = 0; i < 2; i++) {
    tell("settings", settings[i]);
    CHECK_TEXT(rows_of(c, "SELECT n, t FROM p ORDER BY n"),
               "i:1|t:a\ni:2|null\ni:3|t:c\ni:4|t:d\ni:5|t:e\ni:6|t:f\ni:7|t:g\ni:8|t:\xc3\xa9");
    CHECK(RUN(c, "@SELECT n FROM p ORDER BY n DESC", "#SELECT n FROM p WHERE n > 4 ORDER BY n") == SBE_OK);
    CHECK_TEXT(rows.text, "i:8\ni:7\ni:6\ni:5\ni:4\ni:3\ni:2\ni:1");
    CHECK_TEXT(more_rows.text, "i:5\ni:6\ni:7\ni:8");
  }
  CHECK_TEXT(rows_of(c, "SELECT n FROM p WHERE n > 99"), "");
  CHECK_TEXT(rows.columns, "N");
  ops->close(c);
}

static void enough(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  static const sbe_sink sink = {sizeof sink, &rows, fake_columns, fake_row};
  const char *sql = "SELECT * FROM (VALUES (1), (2), (3), (4), (5)) ORDER BY 1";
  sbe_statement statement = {sizeof statement, sql, strlen(sql), 0, NULL};
  tell("settings", "{\"page_size\":2}");
  memset(&rows, 0, sizeof rows);
  rows.enough = 3;
  CHECK(ops->query(c, &statement, NULL, &sink, &fake_error) == SBE_OK);
  CHECK_TEXT(rows.text, "i:1\ni:2\ni:3");
  CHECK(requests_with("partition=1") == 1 && requests_with("partition=2") == 0);
  CHECK_TEXT(rows_of(c, "SELECT 1"), "i:1"); /* it is good for more */
  ops->close(c);
}

static void cells(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  tell("settings",
       "{\"canned\":[{\"match\":\"every kind\",\"page\":1,\"rowType\":["
       "{\"name\":\"a\",\"type\":\"fixed\",\"scale\":0},{\"name\":\"b\",\"type\":\"FIXED\",\"scale\":3},"
       "{\"name\":\"c\",\"type\":\"real\"},{\"name\":\"d\",\"type\":\"boolean\"},{\"name\":\"e\",\"type\":\"date\"},"
       "{\"name\":\"f\",\"type\":\"timestamp_ntz\",\"scale\":9},{\"name\":\"g\",\"type\":\"timestamp_tz\",\"scale\":9},"
       "{\"name\":\"h\",\"type\":\"array\"},{\"name\":\"i\",\"type\":\"text\"}],\"data\":["
       "[\"9007199254740993\",\"-0.125\",\"NaN\",\"true\",\"-719162\",\"-0.000001000\",\"1641008096.123000000 1980\","
       "\"[1]\",\"\\u0000\"],[null,null,null,null,null,null,null,null,null]]}]}");
  CHECK_TEXT(rows_of(c, "SELECT 'every kind'"),
             "i:9007199254740993|n:-0.125|f:nan|b:1|d:-719162|s:-1|s:1641008096123000|j:[1]|t:<NUL>\n"
             "null|null|null|null|null|null|null|null|null");
  CHECK_TEXT(rows_of(c, "SELECT 9223372036854775807::NUMBER(38,0), '1969-12-31 23:59:59.999999'::TIMESTAMP_NTZ, "
                        "'2024-01-01'::DATE, TRUE, 1.5::FLOAT, PARSE_JSON('{\"a\":[1,null]}'):a"),
             "i:9223372036854775807|s:-1|d:19723|b:1|f:1.5|j:[1,null]");
  ops->close(c);
}

/* Far more than is ever held. */
static long peak(void) {
  char line[256];
  long kilobytes = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL) sscanf(line, "VmHWM: %ld", &kilobytes);
  if (file != NULL) fclose(file);
  return kilobytes;
}

static int32_t count_row(void *user, size_t n, const sbe_value *values) {
  int64_t *total = user;
  (void)n;
  *total += (int64_t)values[1].size;
  return 0;
}

static void large(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  int64_t total = 0;
  const sbe_sink sink = {sizeof sink, &total, NULL, count_row};
  const char *sql = "SELECT SEQ4() AS n, REPEAT('0123456789', 200) AS t FROM TABLE(GENERATOR(ROWCOUNT => 40000))";
  sbe_statement statement = {sizeof statement, sql, strlen(sql), 0, NULL};
  tell("settings", "{\"page_size\":10000}");
  long before = peak();
  CHECK(ops->query(c, &statement, NULL, &sink, &fake_error) == SBE_OK);
  CHECK(total == 40000 * 2000);
  if (getenv("SBE_SANITIZED") == NULL) CHECK(peak() - before < 8192); /* of 80 MB, in pages of 20 */
  ops->close(c);
}

/* ---- costs, secrets ---- */

static void costs(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  sbe_usage usage = {.struct_size = sizeof usage};
  tell("settings", "{\"polls\":0,\"page_size\":2}");
  ops->usage(c, &usage);
  CHECK(usage.statements == 0 && usage.requests == 0 && usage.round_trips == 0 && usage.bytes_sent == 0);
  tell("reset", "{\"what\":[\"log\"]}");
  CHECK(RUN(c, "CREATE OR REPLACE TABLE k (n INT)", "INSERT INTO k VALUES (1),(2),(3)", "@SELECT n FROM k") == SBE_OK);
  CHECK(ATOMIC(c, "DELETE FROM k", "INSERT INTO k VALUES (1)") == SBE_OK);
  ops->usage(c, &usage);
  CHECK(usage.statements == 3 + 4 && usage.requests == 2);
  CHECK(usage.round_trips == 4); /* a batch, the rows of its query in two pages, a batch */
  CHECK(requests_with("/api/v2/statements") == 4);
  CHECK(usage.bytes_sent > 4 * 300 && usage.bytes_sent < 20000);
  CHECK(usage.bytes_received > 4 * 100 && usage.bytes_received < 20000);
  ops->close(c);
}

static void about(void) {
  sbe_connection *c = OPEN_KEY(NULL);
  struct sbe_text text = {.size = 0};
  CHECK(ops->about(c, &text, &fake_error) == SBE_OK);
  CHECK(strncmp(text.data, "Snowflake ", 10) == 0 && strstr(text.data, ", role SBE_ROLE") != NULL);
  ops->close(c);
}

/* After all the others: nothing of a secret has reached the log. */
static void secrets(void) {
  static const char *const names[] = {"SBE_SNOWFLAKE_OAUTH_TOKEN", "SBE_SNOWFLAKE_PAT_TOKEN",
                                      "SBE_SNOWFLAKE_PASSPHRASE"};
  CHECK(logged[0] != '\0');
  for (int i = 0; i < 3; i++) CHECK(strstr(logged, env(names[i])) == NULL);
  CHECK(strstr(logged, "eyJ") == NULL && strstr(logged, "Bearer") == NULL);
}

/* ---- all of them ---- */

static const test connection_tests[] = {
    {"logins", logins},     {"refused once", refused_once},
    {"polls", polls},       {"what is asked", what_is_asked},
    {"no state", no_state}, {"batches", batches},
    {"guards", guards},     {"errors", errors},
    {"pages", pages},       {"enough", enough},
    {"cells", cells},       {"a large result", large},
    {NULL, NULL},
};
static const test last_tests[] = {
    {"costs", costs},
    {"about", about},
    {"secrets", secrets},
    {NULL, NULL},
};
/* The last ones look at all that was logged. */
static const test *const groups[] = {connection_tests, fault_tests, last_tests};

static bool load(void) {
  char path[1024];
  const char *given = getenv("SBE_TEST_ADAPTER");
  snprintf(path, sizeof path, "%s/adapters/sbe_adapter_snowflake.so", env("abs_top_builddir"));
  void *library = dlopen(given != NULL ? given : path, RTLD_NOW);
  if (library == NULL) {
    printf("connection: %s\n", dlerror());
    return false;
  }
  void *symbol = dlsym(library, "sbe_adapter_snowflake");
  const sbe_adapter *(*adapter)(void);
  if (symbol == NULL) return false;
  memcpy(&adapter, &symbol, sizeof adapter);
  host = fake_host;
  host.log = keep_log;
  ops = adapter()->connection;
  return adapter()->init(&host, &fake_error) == SBE_OK;
}

static bool play(const test *t) {
  int64_t began = fake_now();
  failures_of_test = 0;
  tell("reset", "{}");
  t->run();
  double seconds = (double)(fake_now() - began) / 1e6;
  if (failures_of_test > 0) printf("FAIL: %s (%.1f s)\n", t->name, seconds);
  if (getenv("SBE_TIMES") != NULL) printf("%6.1f s  %s\n", seconds, t->name);
  return failures_of_test == 0;
}

int main(int argc, char **argv) {
  int passed = 0, failed = 0;
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (!load()) return 1;
  alarm(400); /* so that nothing waits for ever */
  curl_global_init(CURL_GLOBAL_DEFAULT);
  for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++)
    for (const test *t = groups[g]; t->name != NULL; t++) {
      if (argc > 1 && strcmp(argv[1], t->name) != 0) continue;
      if (play(t))
        passed++;
      else
        failed++;
    }
  printf("snowflake connection: %d passed, %d failed, 0 skipped\n", passed, failed);
  return failed > 0;
}
