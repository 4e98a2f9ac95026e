/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `sbe init`: a small project that works. Its files are the templates, which were built into the program;
 * the lines of the profile come from the options that the adapter describes. Must never change a file
 * that is there.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/string.h"
#include "core/base/text.h"
#include "core/cli/demo.h"
#include "templates/embedded.h"

#define MAX_NAME 40 /* of a project that is called after its folder */
#define OWN_DAYS 30 /* how far back a project without the demo begins */

/* Files that may be somebody else's are left as they are. */
static const struct {
  const char *path, *text;
  bool optional;
} files[] = {
    {"sbe.yml", sbe_template_sbe_yml, false},
    {"profiles.yml", sbe_template_profiles_yml, false},
    {"views/batch_ecommerce_attributes.yml", sbe_template_views_batch_ecommerce_attributes_yml, false},
    {".gitignore", sbe_template_gitignore, true},
    {"README.md", sbe_template_README_md, true},
};
#define N_FILES (sizeof files / sizeof *files)

typedef struct maker {
  sbe_cli *cli;
  const char *dir;  /* as given */
  const char *name; /* of the project */
  const char *adapter;
  const char *database; /* a file that the adapter makes; NULL: none */
  const char *start;
  sbe_text fields;  /* of the profile */
  sbe_text missing; /* fields that the user must fill in */
  bool kept[N_FILES];
} maker;

static const char *path_of(const maker *m, const char *name) {
  return sbe_streq(m->dir, ".") ? name : sbe_arena_printf(m->cli->arena, "%s/%s", m->dir, name);
}

/* --- the profile --------------------------------------------------------------------------------- */

static bool is_database_file(const sbe_option *option) {
  return option->struct_size >= offsetof(sbe_option, is_path) + sizeof option->is_path && option->is_path == 2;
}

/* "SBE_<ADAPTER>_<FIELD>", as --adapter without a profile reads it. */
static const char *variable_of(const maker *m, const sbe_option *option) {
  char *name = sbe_arena_printf(m->cli->arena, "SBE_%s_%s", m->adapter, option->name);
  for (char *c = name; *c; c++)
    if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
  return name;
}

static void put_field(maker *m, const sbe_option *option) {
  sbe_text *out = &m->fields;
  if (option->help) SBE_PRINT(out, "      # ", option->help, "\n");
  if (is_database_file(option)) {
    m->database = sbe_arena_printf(m->cli->arena, "%s.%s", m->name, m->adapter);
    SBE_PRINT(out, "      ", option->name, ": ", m->database);
  } else if (getenv(variable_of(m, option)) || (option->required && !option->preset && option->secret)) {
    SBE_PRINT(out, "      ", option->name, ": \"{{ env_var('", variable_of(m, option), "') }}\"");
    if (!getenv(variable_of(m, option)))
      SBE_PRINT(&m->missing, m->missing.size ? ", " : "", variable_of(m, option), " in the environment");
  } else if (sbe_streq(option->name, "schema") || sbe_streq(option->name, "dataset")) {
    SBE_PRINT(out, "      ", option->name, ": ", m->name);
  } else if (option->required && !option->preset) {
    SBE_PRINT(out, "      ", option->name, ": \"\"");
    SBE_PRINT(&m->missing, m->missing.size ? ", " : "", option->name);
  } else {
    SBE_PRINT(out, "      # ", option->name, ":", option->preset ? " " : "", option->preset ? option->preset : "");
  }
  sbe_text_putc(out, '\n');
}

/* What must be said comes first. What the environment says already, for --adapter without a profile, stands
   in the profile as a reference to it. */
static void put_fields(maker *m) {
  const sbe_option *const *options = m->cli->plugin ? m->cli->plugin->adapter->options : NULL;
  for (int pass = 0; pass < 2 && options; pass++)
    for (const sbe_option *const *o = options; *o; o++) {
      bool first = is_database_file(*o) || ((*o)->required && !(*o)->preset) || sbe_streq((*o)->name, "schema") ||
                   sbe_streq((*o)->name, "dataset");
      if (first == (pass == 0)) put_field(m, *o);
    }
}

/* --- files --------------------------------------------------------------------------------------- */

static bool exists(const char *path) {
  return access(path, F_OK) == 0 || errno != ENOENT;
}

/* Answers 0 or an exit status. All that is in the way is named. */
static int refuse_existing(maker *m) {
  sbe_cleanup_text sbe_text there = SBE_TEXT(8192);
  for (size_t i = 0; i < N_FILES; i++) {
    if (!exists(path_of(m, files[i].path))) continue;
    m->kept[i] = files[i].optional;
    if (!m->kept[i]) SBE_PRINT(&there, there.size ? ", " : "", path_of(m, files[i].path));
  }
  if (m->cli->arguments.demo && m->database && exists(path_of(m, m->database)))
    SBE_PRINT(&there, there.size ? ", " : "", path_of(m, m->database));
  if (!there.size) return 0;
  sbe_complain("nothing was made, since this is there already: %s", sbe_text_string(&there));
  return SBE_EXIT_USAGE;
}

/* A template's text with @MARKS@ filled in. */
static void expand(const maker *m, const char *template, sbe_text *out) {
  const struct {
    const char *mark, *text;
  } marks[] = {{"@NAME@", m->name},
               {"@ADAPTER@", m->adapter},
               {"@START@", m->start},
               {"@FIELDS@\n", sbe_text_string(&m->fields)},
               {"@DATABASE@\n", m->database ? sbe_arena_printf(m->cli->arena, "/%s*\n", m->database) : ""}};
  for (const char *at = template; *at;) {
    size_t i = 0;
    while (i < sizeof marks / sizeof *marks && strncmp(at, marks[i].mark, strlen(marks[i].mark)) != 0) i++;
    if (i == sizeof marks / sizeof *marks) {
      sbe_text_putc(out, *at++);
    } else {
      sbe_text_puts(out, marks[i].text);
      at += strlen(marks[i].mark);
    }
  }
}

/* Answers 0 or an errno. O_EXCL: whatever has come in the meantime stays too. */
static int write_new(const char *path, const sbe_text *text) {
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return errno;
  FILE *out = fdopen(file, "w");
  if (!out) {
    int reason = errno;
    close(file);
    return reason;
  }
  errno = 0;
  bool good = fwrite(sbe_text_string(text), 1, text->size, out) == text->size;
  good = fclose(out) == 0 && good;
  return good ? 0 : errno ? errno : EIO;
}

static int write_files(maker *m) {
  int failed = sbe_cli_make_dirs(m->cli->arena, path_of(m, "views"));
  const char *path = path_of(m, "views");
  for (size_t i = 0; i < N_FILES && !failed; i++) {
    if (m->kept[i]) continue;
    sbe_cleanup_text sbe_text text = SBE_TEXT(1 << 20);
    expand(m, files[i].text, &text);
    path = path_of(m, files[i].path);
    failed = write_new(path, &text);
  }
  if (!failed) return 0;
  sbe_complain("%s: %s", path, strerror(failed));
  return SBE_EXIT_USAGE;
}

/* --- what it is called --------------------------------------------------------------------------- */

/* The folder's name, as a name of schemas and files. */
static const char *name_of(maker *m) {
  char here[PATH_MAX];
  const char *path = m->dir;
  if (sbe_streq(path, ".") && getcwd(here, sizeof here)) path = here;
  size_t end = strlen(path);
  while (end > 0 && path[end - 1] == '/') end--;
  size_t begin = end;
  while (begin > 0 && path[begin - 1] != '/') begin--;
  char name[MAX_NAME + 1];
  size_t size = 0;
  for (size_t i = begin; i < end && size < MAX_NAME; i++) {
    unsigned char c = (unsigned char)path[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool digit = c >= '0' && c <= '9';
    if (letter || (digit && size))
      name[size++] = (char)(letter ? c | 0x20 : c);
    else if (size && name[size - 1] != '_')
      name[size++] = '_';
  }
  while (size && name[size - 1] == '_') size--;
  name[size] = '\0';
  return size ? sbe_arena_strdup(m->cli->arena, name) : "shop";
}

/* --- what is said at the end --------------------------------------------------------------------- */

static void tell(const maker *m, size_t n_events) {
  if (m->cli->arguments.quiet || m->cli->arguments.json) return;
  printf("%sMade%s", sbe_colour_of(stdout, SBE_GREEN), sbe_colour_of(stdout, SBE_PLAIN));
  for (size_t i = 0, n = 0; i < N_FILES; i++)
    if (!m->kept[i]) printf("%s %s", n++ ? "," : "", path_of(m, files[i].path));
  putchar('\n');
  for (size_t i = 0; i < N_FILES; i++)
    if (m->kept[i]) printf("Left as it was: %s\n", path_of(m, files[i].path));
  if (m->cli->arguments.demo) {
    char count[32], end[32];
    const sbe_vars *vars = &m->cli->project->vars;
    sbe_timestamp_format(m->cli->now, end);
    printf("Made %s events of a shop, from %s to %.16s, in table %s.%s%s%s\n", sbe_count_text((int64_t)n_events, count),
           m->start, end, vars->atomic_schema, vars->events_table, m->database ? " of " : "",
           m->database ? path_of(m, m->database) : "");
  }
  puts("\nNext:");
  if (!sbe_streq(m->dir, ".")) printf("  cd %s\n", m->dir);
  if (m->missing.size) printf("  fill in profiles.yml: %s\n", sbe_text_string(&m->missing));
  if (!m->cli->arguments.demo)
    printf("  set the start date in sbe.yml%s\n  sbe test-connection\n",
           m->cli->plugin ? ", and where the events are in profiles.yml" : "");
  puts("  sbe run --until-current");
  puts("  sbe show batch_ecommerce_attributes");
}

static void tell_json(const maker *m, size_t n_events) {
  sbe_json json = {.out = stdout};
  sbe_json_open(&json, NULL, '{', false);
  sbe_json_text(&json, "name", m->name);
  sbe_json_text(&json, "adapter", m->adapter);
  sbe_json_open(&json, "files", '[', false);
  for (size_t i = 0; i < N_FILES; i++)
    if (!m->kept[i]) sbe_json_text(&json, NULL, path_of(m, files[i].path));
  sbe_json_close(&json);
  sbe_json_int(&json, "events", (int64_t)n_events);
  sbe_json_close(&json);
}

/* --- the command --------------------------------------------------------------------------------- */

/* Without the demo, an adapter that is not installed yet is no reason not to begin. */
static int load_adapter(maker *m) {
  sbe_error error = SBE_NO_ERROR;
  sbe_cli *cli = m->cli;
  m->adapter = cli->arguments.adapter ? cli->arguments.adapter : sbe_cli_default_adapter();
  bool loaded = sbe_cli_load_adapter(cli, m->adapter, &error);
  if (loaded && (!cli->arguments.demo || cli->plugin->fixture.struct_size)) return 0;
  if (loaded) {
    sbe_complain("the adapter '%s' cannot make events: there is no demo with it", m->adapter);
    return SBE_EXIT_USAGE;
  }
  if (!m->adapter || cli->arguments.demo) {
    sbe_complain("%s", error.message);
    return SBE_EXIT_USAGE;
  }
  sbe_warn("%s\nThe profile lacks its fields.", error.message);
  return 0;
}

/* The project as it was written, and not as the environment would have it. */
static int read_back(maker *m) {
  sbe_arguments *a = &m->cli->arguments;
  a->project_dir = a->profiles_dir = m->dir;
  a->profile = m->name;
  a->target = "dev";
  sbe_cli_read_project(m->cli, true);
  sbe_cli_print_findings(m->cli, false);
  return m->cli->report.errors ? SBE_EXIT_USAGE : 0;
}

static int make(maker *m, size_t *ret_events) {
  int status = m->cli->arguments.demo ? sbe_cli_refuse_future(m->cli, "a shop's events end with the present") : 0;
  if (!status) status = load_adapter(m);
  if (status) return status;
  put_fields(m);
  status = refuse_existing(m);
  if (!status) status = write_files(m);
  if (status || !m->cli->arguments.demo) return status;
  status = read_back(m);
  return status ? status : sbe_demo_fill(m->cli, ret_events);
}

int sbe_command_init(sbe_cli *cli) {
  char start[16];
  size_t n_events = 0;
  int days = cli->arguments.demo ? SBE_DEMO_DAYS : OWN_DAYS;
  sbe_date_format(sbe_timestamp_date(cli->now) - days, start);
  maker m = {.cli = cli,
             .dir = cli->arguments.operands.n ? cli->arguments.operands.items[0] : ".",
             .start = start,
             .fields = SBE_TEXT(1 << 16),
             .missing = SBE_TEXT(1 << 16)};
  int status = SBE_EXIT_USAGE;
  if (*m.dir) {
    m.name = name_of(&m);
    status = make(&m, &n_events);
  } else {
    sbe_complain("'init' needs the name of a folder, or none");
  }
  if (!status && cli->arguments.json) tell_json(&m, n_events);
  if (!status) tell(&m, n_events);
  sbe_text_free(&m.fields);
  sbe_text_free(&m.missing);
  return status;
}
