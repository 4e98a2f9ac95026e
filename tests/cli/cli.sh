#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The command's own work, without a database: options, help, projects and definitions, exit statuses,
# what is printed where. The recorder (tests/adapters) stands in for a warehouse and answers what its
# script says.

suite=cli
. "${abs_top_srcdir:-.}/tests/cli/lib.sh"
if ! take_adapter tests/adapters recorder; then
  echo "FAILED: the recorder is not built" >&2
  failed=1
  finish
fi
SBE_PLUGIN_PATH=$work/adapters
export SBE_PLUGIN_PATH
tab=$(printf '\t')

# --- options and help --------------------------------------------------------------------------------

cd "$work" || exit 1
sbe
check 'no command' exits 2
check 'no command: help on stderr' err_has 'usage: sbe'
check 'no command: nothing on stdout' out_empty

sbe --version
check 'version' exits 0
check 'version: one line' [ "$(wc -l <"$work/out")" -eq 1 ]
check 'version: of the program' grep -q '^sbe [0-9]' "$work/out"

sbe --help
check 'help' exits 0
check 'help: on stdout' err_empty
check 'help: exit statuses' out_has 'another run holds the lock'
check 'help: fits 80 columns' [ "$(awk 'length > 80' "$work/out" | wc -l)" -eq 0 ]
cp "$work/out" all
sbe help
check 'help: command and option are the same' cmp -s all "$work/out"
for command in init validate compile run status show adapters test-connection help; do
  check "help: lists $command" grep -q "^  $command" all
  sbe help "$command"
  check "help $command" exits 0
  check "help $command: usage" out_has "usage: sbe $command"
  check "help $command: examples" out_has "  sbe $command"
  cp "$work/out" one
  sbe "$command" --help
  check "$command --help: the same" cmp -s one "$work/out"
done
sbe help rum
check 'help of no command' exits 2

sbe rum
check 'unknown command' exits 2
check 'unknown command: near miss' err_is "sbe: there is no command 'rum'; did you mean 'run'?\n"
sbe frobnicate
check 'unknown command, nothing near' err_is "sbe: there is no command 'frobnicate'; \`sbe help\` lists what there is\n"
sbe run --untilcurrent
check 'unknown option' exits 2
check 'unknown option: near miss' err_is "sbe: unknown option '--untilcurrent'; did you mean '--until-current'?\n"
sbe -X run
check 'unknown letter' exits 2
sbe run --select
check 'option without its value' err_is 'sbe: option --select needs a value: --select VIEWS\n'
sbe --select --json run
check 'an option is no value' exits 2
sbe run --json=yes
check 'flag with a value' err_is 'sbe: option --json takes no value\n'
sbe show v --dry-run
check 'option of another command' err_is "sbe: 'show' takes no --dry-run; that is for \`sbe run\`\n"
sbe show
check 'operand missing' err_is "sbe: 'show' needs VIEW: sbe show VIEW\n"
sbe run v
check 'operand too many' err_is "sbe: 'run' does not know what to do with 'v': sbe run\n"
sbe -q -v run
check 'quiet and verbose' exits 2
sbe --as-of yesterday run
check '--as-of' exits 2
check '--as-of: says how' err_has '2025-01-31'
sbe run --refresh
check 'unknown option: a word of one' err_is "sbe: unknown option '--refresh'; did you mean '--full-refresh'?\n"

# With --json, also a command line that cannot be read gets an object; wherever it says --json.
error_object() {
  [ "$(sed -n 1p "$work/out")" = '{' ] && [ "$(sed -n 2p "$work/out")" = '  "status": "error",' ] &&
    [ "$(sed -n 3p "$work/out")" = "  \"error\": \"$1\"," ] && [ "$(tail -n 1 "$work/out")" = '}' ] &&
    [ "$(grep -c '^}' "$work/out")" -eq 1 ]
}
sbe rum --json
check 'unknown command --json' exits 2
check 'unknown command --json: the object' error_object "there is no command 'rum'; did you mean 'run'?"
sbe --json run --refresh
check 'unknown option --json: the object' error_object "unknown option '--refresh'; did you mean '--full-refresh'?"
sbe help rum --json
check 'help of no command --json: the object' error_object "there is no command 'rum'; \`sbe help\` lists what there is"
sbe --json
check 'no command --json: the object' error_object 'no command is named'
for arguments in 'run' '--until-current' ''; do
  sbe $arguments --man
  check "man page ($arguments)" out_has '.TH SBE 1'
done
for option in select vars as-of dry-run full-refresh describe; do
  check "man page: --$option" out_has "\\fB\\-\\-$(echo $option | sed 's/-/\\-/g')\\fR"
done
for variable in start_date load_overlap_minutes query_tag; do
  check "man page: $variable" out_has "\\fB$variable\\fR"
done
stray_requests() {
  grep "^[.']" "$work/out" | grep -vE '^\.(\\"|(TH|SH|SS|TP|PP|RS|RE|B|nf|fi)( |$))'
}
check 'man page: no line is a request by accident' [ -z "$(stray_requests)" ]
if [ -w /dev/full ]; then
  "$SBE" help >/dev/full 2>"$work/err"
  status=$?
  check 'stdout full' exits 1
  check 'stdout full: says so' err_has 'standard output'
fi

# --- projects and definitions ------------------------------------------------------------------------

mkdir "$work/empty" && cd "$work/empty" || exit 1
for command in validate compile run status 'show v' test-connection; do
  sbe $command
  check "$command without a project" exits 2
  check "$command without a project: says what to do" err_has 'sbe init'
  check "$command without a project: leaves nothing" [ -z "$(ls -A)" ]
done

new_project
rm profiles.yml
sbe validate
check 'validate: needs no profile' exits 0
check 'validate: counts' out_has 'Valid: 1 view, 1 attribute in 1 file'
check 'validate: writes nothing' absent .sbe
sbe --json validate
check 'validate --json' out_has '"status": "success"'
check 'validate --json: the views' out_has '{"model": "v_1", "name": "v", "version": 1, "key": "user_id", "attributes": 1}'
sbe -q validate
check 'validate --quiet' out_empty
mkdir -p below/further && cd below/further || exit 1
sbe validate
check 'validate from a folder below' exits 0
cd "$work" || exit 1
sbe validate --project-dir project
check 'validate --project-dir after the command' exits 0
sbe --project-dir=project validate
check 'validate --project-dir before the command' exits 0
cd project || exit 1
sbe --adapter nosuch validate
check 'validate with an adapter that is not there' exits 2
sbe --adapter recorder validate
check 'validate with an adapter' out_has 'adapter recorder can compute all of it'

# Errors of sbe.yml, of YAML and of JSON, all in one go, sorted, at their places.
new_project
cat >sbe.yml <<'YML'
name: p
profile: p
pahts: {}
vars:
  snowplow__start_dat: "2025-01-01"
  snowplow__start_date: "2025-01-01"
YML
cat >views/a.yml <<'YML'
views:
  - name: a
    entity: user_id
    attributes:
      - {name: x, type: int32, aggregation: countr, events: []}
      - name: y
        type: string
        aggregation: last
        property: user_id
        period: PT5M
YML
cat >views/b.json <<'JSON'
[{"name": "b", "attribute_key": {"name": "user_id"},
  "attributes": [
    {"name": "é", "type": "int32", "aggregation": "counter", "events": []},
    {"name": "z", "type": "int33", "aggregation": "counter", "events": []}]}]
JSON
sbe validate
check 'errors' exits 2
check 'errors: none on stdout' out_empty
cut -d: -f1-3 "$work/err" >places
check 'errors: each at its place, in order' eval 'printf "%s\n" "sbe.yml:3:1" "sbe.yml:5:3" "views/a.yml:5:45" \
  "views/a.yml:10:17" "views/b.json:3:14" "views/b.json:4:27" "6 errors" | cmp -s - places'
check 'errors: near miss of a member' err_has "did you mean 'paths'?"
check 'errors: near miss of a variable' err_has "did you mean 'snowplow__start_date'?"
check 'errors: near miss of an aggregation' err_has "did you mean 'counter'?"
check 'errors: near miss of a type' err_has "did you mean 'int32'?"
sbe validate --json
check 'errors as JSON' exits 2
check 'errors as JSON: how many' out_has '"errors": 6'
check 'errors as JSON: where' out_has '"severity": "error", "file": "views/b.json", "line": 4, "column": 27'
for command in validate run compile status 'show v' test-connection; do
  sbe $command
  check "errors: $command" exits 2
  check "errors: $command tells all of them" err_has '6 errors'
  sbe $command --json
  check "errors: $command --json" error_object "sbe.yml:3:1: unknown member 'pahts'; did you mean 'paths'?"
  check "errors: $command --json: all of them" [ "$(grep -c '"severity": "error"' "$work/out")" -eq 6 ]
done
sbe run --json
check 'errors: run --json has a document' out_has '"status": "error"'
check 'errors: nothing was asked of the warehouse' absent asked
check 'errors: the results say so' has .sbe/run_results.json '6 errors'

new_project
cat >>sbe.yml <<'YML'
  reprocess_days: 3
  snowplow__backfill_limit_days: 4
YML
sbe validate
check 'lookback shorter than windows' exits 0
check 'lookback shorter than windows: warning at its place' err_has 'sbe.yml:5:3: warning: '
check 'lookback shorter than windows: counted' out_has 'with 1 warning'
sed -i 's/days: 3/days: 4/' sbe.yml
sbe validate
check 'lookback as long as windows: no warning' err_lacks warning

new_project
cat >views/w.yml <<'YML'
views:
  - {name: wide, version: 2, entity: user_id, attributes: [{name: n, type: int64, aggregation: counter, events: []}]}
  - {name: wide, version: 3, entity: user_id, attributes: [{name: n, type: int64, aggregation: counter, events: []}]}
YML
models() {
  sed -n 's/^-- \([a-z]*_[0-9]\): publish$/\1/p' "$work/out" | uniq | tr '\n' ' '
}
selects() {
  sbe compile --select "$1"
  check "--select '$1'" [ "$(models)" = "$2" ]
}
selects v 'v_1 '
selects wide 'wide_2 wide_3 '
selects wide@3 'wide_3 '
selects wide_2,v 'v_1 wide_2 '
selects 'w* v' 'v_1 wide_2 wide_3 '
selects '?' 'v_1 '
sbe compile --select v --select wide@2
check '--select twice' [ "$(models)" = 'v_1 wide_2 ' ]
sbe compile --select wid
check '--select of nothing' exits 2
check '--select of nothing: near miss' err_has "--select: no view is called 'wid'; did you mean 'wide'?"
sbe compile --select v,nothing
check '--select of something and nothing' exits 2

# --- compile -----------------------------------------------------------------------------------------

new_project
sbe compile
check 'compile' exits 0
check 'compile: says that the columns are assumed' err_is 'columns of the events table: assumed, as the standard layout of adapter recorder has them\n'
check 'compile: comment and semicolon' eval 'grep -q "^-- v_1: publish$" "$work/out" && grep -q ";$" "$work/out"'
check 'compile: connects to nothing' absent asked
check 'compile: writes nothing' absent .sbe
rm profiles.yml
sbe --adapter recorder compile
check 'compile without a profile' exits 0
printf '[["event_id", "VARCHAR"], ["load_tstamp", "TIMESTAMP"]]\n' >columns.json
sbe --adapter recorder compile --columns columns.json
check 'compile: a column that is not there' exits 2
printf '[["event_id", 1]]\n' >columns.json
sbe --adapter recorder compile --columns columns.json
check 'compile: bad file of columns' exits 2
check 'compile: bad file of columns: where' err_has 'columns.json:1:2:'
sbe --adapter recorder compile --columns nosuch.json
check 'compile: no file of columns' exits 2
sbe --adapter recorder compile --output to/here
check 'compile --output' exits 0
check 'compile --output: nothing on stdout' out_empty
check 'compile --output: a file a step' [ -s to/here/v_1/01_tables.sql ]
check 'compile --output: in order' eval 'ls to/here/v_1 | tail -1 | grep -q "^[0-9]*_publish.sql$"'
sbe --adapter recorder compile --json
check 'compile --json' out_has '{"model": "v_1", "step": "publish", "sql": "'

# --- run ---------------------------------------------------------------------------------------------

new_project '      password: s3cret-pass'
sbe run --as-of 2025-01-10
check 'run' exits 0
check 'run: the window' out_has 'Window 1: events loaded from 2025-01-01 00:00:00 to 2025-01-03 00:00:00'
check 'run: steps' out_has '  publish '
check 'run: how far' out_has 'at 2025-01-03 00:00:00, 7 d behind'
check 'run: what next' out_has '--until-current'
check 'run: results' has .sbe/run_results.json '"success"'
check 'run: log' has .sbe/logs/sbe.log 'publish'
check 'run: nothing of it is committed' [ "$(cat .sbe/.gitignore)" = '*' ]
check 'run: columns for compile' [ -s .sbe/columns.json ]
sbe compile
check 'compile after a run: the columns of the run' err_is 'columns of the events table: as the last run found them (.sbe/columns.json)\n'
check 'compile after a run' exits 0
sbe run --as-of 2025-01-10 --until-current
check 'run --until-current' out_has 'Window 5: events loaded from 2025-01-09 00:00:00 to 2025-01-10 00:00:00'
check 'run --until-current: current' out_has 'v_1: nothing new; current to 2025-01-10 00:00:00'
cp .sbe/run_results.json before
sbe run --as-of 9999-12-31
check 'run --as-of the future' exits 2
check 'run --as-of the future: why' err_is 'sbe: --as-of 9999-12-31 00:00:00 is in the future: what is loaded until then would never be read\n'
check 'run --as-of the future: does nothing' cmp -s before .sbe/run_results.json
sbe run --as-of 9999-12-31 --dry-run
check 'run --as-of the future --dry-run' exits 0
sbe show v --as-of 9999-12-31
check 'show --as-of the future' exits 0
sbe run --as-of 2025-01-10 --quiet
check 'run --quiet: nothing on stdout' out_empty
check 'run --quiet: nothing on stderr' err_empty
sbe run --as-of 2025-01-10 --json
check 'run --json: one document' [ "$(head -c 1 "$work/out")" = '{' ]
check 'run --json: is what is kept' cmp -s "$work/out" .sbe/run_results.json
sbe run --as-of 2025-01-10 --verbose
check 'run --verbose: statements on stderr' err_has 'INSERT INTO'

new_project
sbe run --as-of 2025-01-10 --dry-run
check 'run --dry-run' exits 0
check 'run --dry-run: the plan' out_has '-- window: events loaded from 2025-01-01 00:00:00 to 2025-01-03 00:00:00, for v_1'
check 'run --dry-run: the statements' out_has '-- v_1: publish'
check 'run --dry-run: no file' absent .sbe
check 'run --dry-run: no statement runs' lacks asked '-- run'
sbe run --as-of 2025-01-10 --dry-run --json
check 'run --dry-run --json' out_has '{"model": "v_1", "step": "publish", "sql": "'

new_project "      password: s3cret-pass
      script: $work/project/script"
cat >script <<'END'
on new_events
fail data row 7 of s3cret-pass does not fit
END
sbe run --as-of 2025-01-10
check 'a statement fails' exits 1
check 'a statement fails: says why' err_has 'v_1: row 7 of *** does not fit'
check 'a statement fails: the results say so' has .sbe/run_results.json '"error_code":	"data"'
check 'a statement fails: no secret in the results' lacks .sbe/run_results.json s3cret-pass
check 'a statement fails: no secret in the log' lacks .sbe/logs/sbe.log s3cret-pass
check 'a statement fails: no secret on the terminal' err_lacks s3cret-pass

printf 'on new_events\nfail data \033[2Jgone\n' >script
sbe run --as-of 2025-01-10
check "somebody else's escape sequence" err_has 'v_1: ?[2Jgone'

cat >script <<END
on SELECT token, holder
row int:5${tab}text:sbe${tab}int:4711${tab}int:1${tab}text:elsewhere${tab}time:2025-01-09 23:58:00${tab}time:2025-01-10 00:13:00${tab}time:2025-01-10 00:00:00
END
sbe run --as-of 2025-01-10
if err_has 'another run'; then
  check 'locked' exits 3
  check 'locked: who, since when' err_has 'process 4711 on elsewhere, since 2025-01-09 23:58:00'
  check 'locked: the results say so' has .sbe/run_results.json '"busy"'
  check 'locked: nothing was written' lacks asked 'INSERT INTO "s_derived"'
else
  check 'locked: the lock is read as the test expects' false
fi

echo 'nonsense' >script
sbe run --as-of 2025-01-10
check 'no connection' exits 4
check 'no connection: says why' err_has 'script:1'
check 'no connection: the results say so' has .sbe/run_results.json '"error"'
for command in status 'show v' test-connection; do
  sbe $command
  check "no connection: $command" exits 4
  sbe $command --json
  check "no connection: $command --json" out_has '"status": "error"'
done
sbe run --profile nosuch
check 'no such profile' exits 2
sbe run --target prod
check 'no such target' err_has "has no target 'prod'"
SBE_RECORDER_SCRIPT=$work/project/script sbe run --adapter nosuch --profiles-dir "$work/empty"
check 'no such adapter' exits 2

for signal in TERM INT; do
  printf 'on new_events\nticks 2000000000\n' >script
  rm -rf .sbe asked
  called="sbe run, and SIG$signal"
  "$SBE" run --as-of 2025-01-10 >"$work/out" 2>"$work/err" </dev/null &
  pid=$!
  tries=0
  while ! grep -qs new_events asked && [ $tries -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  kill -$signal $pid
  wait $pid
  status=$?
  check "SIG$signal" exits 130
  check "SIG$signal: says what stands" err_has 'what the completed windows brought stands'
  check "SIG$signal: the results say so" has .sbe/run_results.json '"cancelled"'
  check "SIG$signal: the lock was let go" has asked 'SET holder = NULL'
done

for threads in many 0 -1 1.5 '"4 "'; do
  new_project "      threads: $threads"
  sbe run
  check "threads: $threads" exits 2
  check "threads: $threads: says where" err_has "profiles.yml:9:16: 'threads' must be an integer from 1"
done
new_project '      threads: "4"'
sbe run --as-of 2025-01-10
check 'threads: 4' exits 0

# --- status, show, test-connection -------------------------------------------------------------------

new_project
sbe status
check 'status of a project that was never run' exits 0
check 'status of a project that was never run: says so' out_has 'has not been run yet'
check 'status: makes nothing' absent .sbe
check 'status: only reads' lacks asked '-- run'

new_project "      script: $work/project/script"
cat >script <<END
on "snowplow_incremental_manifest"
row text:v_1${tab}time:2025-01-02 00:00:00${tab}time:2025-01-09 12:00:00${tab}text:other${tab}null${tab}int:9${tab}null${tab}null${tab}bool:false${tab}null${tab}text:x${tab}int:1
on skipped_events > 0
row text:v_1${tab}date:2024-12-30${tab}int:4${tab}time:2025-01-08 10:00:00
row text:v_1${tab}date:2025-01-03${tab}int:3${tab}time:2025-01-08 10:00:00
row text:v_1${tab}date:2025-01-04${tab}int:1234${tab}time:2025-01-08 10:00:00
on GROUP BY run_id
row text:r2${tab}time:2025-01-09 12:00:00${tab}time:2025-01-09 12:01:05${tab}int:12${tab}int:0
row text:r1${tab}time:2025-01-08 12:00:00${tab}time:2025-01-08 12:00:02${tab}int:3${tab}decimal:1
on WHERE holder IS NOT NULL
row int:4711${tab}text:elsewhere${tab}time:2025-01-09 23:58:00${tab}time:2025-01-10 00:13:00${tab}time:2025-01-10 00:00:00
END
sbe status --as-of 2025-01-10T14:30
check 'status' exits 0
check 'status: position, lag, windows, skipped' grep -q '^v_1 *2025-01-09 12:00:00 *1 d 2 h *9 *1,241 ' "$work/out"
check 'status: late days in one line' grep -q '^v_1 *3 *1,241 *2024-12-30 *7$' "$work/out"
check 'status: what brings the oldest in' out_has 'sbe run --full-refresh --select VIEW'
check 'status: a run' grep -q '^2025-01-09 12:00:00 *1 min 5 s *12 *done' "$work/out"
check 'status: a run that failed' grep -q '^2025-01-08 12:00:00 *2 s *3 *failed' "$work/out"
check 'status: the lock' out_has 'A run is under way: process 4711 on elsewhere, since 2025-01-09 23:58:00'
check 'status: the definition is another' out_has 'sbe run --full-refresh --select v_1'
sbe status --as-of 2025-01-10T14:30 --json
check 'status --json: position' out_has '"position": "2025-01-09T12:00:00Z"'
check 'status --json: late events' out_has '"skipped_events": 1241'
check 'status --json: late events that stay out' out_has '"skipped_for_good": 7'
check 'status --json: lag' out_has '"behind_seconds": 95400'
check 'status --json: day' out_has '{"event_date": "2025-01-04", "skipped_events": 1234, "last_load_tstamp": "2025-01-08T10:00:00Z"}'
check 'status --json: lock' out_has '"lock": {"pid": 4711, "host": "elsewhere"'

cat >views/v.yml <<'YML'
views:
  - name: v
    entity: user_id
    attributes:
      - {name: n, type: int64, aggregation: counter, events: []}
      - {name: d, type: double, aggregation: sum, property: mkt_cost, events: []}
      - {name: l, type: string_list, aggregation: unique_list, property: page_urlpath, events: []}
      - {name: t, type: string, aggregation: last, property: mkt_source, events: []}
YML
cat >script <<END
on FROM "s_derived"."v_1_attributes"
row text:a,"b"${tab}int:9007199254740993${tab}real:0.1${tab}json:["x","y"]${tab}null${tab}time:2025-01-10 00:00:00
row text:b${tab}decimal:12345678901234567890${tab}real:1e300${tab}json:[]${tab}text:${tab}time:2025-01-10 00:00:00.5
row text:c\\nd${tab}int:-1${tab}null${tab}null${tab}text:Ünï,code${tab}null
END
sbe show v --csv
check 'show --csv' exits 0
check 'show --csv: as RFC 4180 has it' out_is 'user_id,n,d,l,t,updated_at\r\n"a,""b""",9007199254740993,0.1,"[""x"",""y""]",,2025-01-10T00:00:00Z\r\nb,12345678901234567890,1e+300,[],"",2025-01-10T00:00:00.500000Z\r\n"c\nd",-1,,,"Ünï,code",\r\n'
sbe show v_1 --json
check 'show --json: exact numbers' out_is '[\n  {"user_id": "a,\\"b\\"", "n": 9007199254740993, "d": 0.1, "l": ["x","y"], "t": null, "updated_at": "2025-01-10T00:00:00Z"},\n  {"user_id": "b", "n": 12345678901234567890, "d": 1e+300, "l": [], "t": "", "updated_at": "2025-01-10T00:00:00.500000Z"},\n  {"user_id": "c\\nd", "n": -1, "d": null, "l": null, "t": "Ünï,code", "updated_at": null}\n]\n'
sbe show v@1
check 'show: a line an entity' [ "$(wc -l <"$work/out")" -eq 4 ]
check 'show: NULL' out_has NULL
sbe show v -n1 --csv
check 'show --limit' [ "$(wc -l <"$work/out")" -eq 2 ]
sbe show v --key "o'b"
check 'show --key: a literal' has asked "WHERE \"user_id\" = 'o''b'"
sbe show v --format xml
check 'show --format of none' exits 2
sbe show v --limit -1
check 'show --limit of none' exits 2
sbe show w
check 'show of no view' exits 2
sbe show w --json
check 'show of no view --json' error_object "no view is called 'w'"
printf 'on FROM "s_derived"."v_1_attributes"\nfail not_found no such table\n' >script
sbe show v
check 'show before the first run' exits 1
check 'show before the first run: says what to do' err_has 'sbe run --select v_1'
sbe show v --json
check 'show before the first run --json' error_object 'view v_1 has no attributes yet: `sbe run --select v_1` computes them (no such table)'

new_project
sbe test-connection
check 'test-connection' exits 0
check 'test-connection: the other end' out_has 'recorder: keeps no data'
check 'test-connection: the events' out_has 'atomic.events, 10 columns'
check 'test-connection: writes nothing' lacks asked '-- run'
check 'test-connection: reads no rows of the events' has asked ') AS scanned WHERE 1 = 0'
sbe test-connection --json
check 'test-connection --json' out_has '{"check": "views", "ok": true, "text": "1 view can be computed from it"}'
cp profiles.yml whole
echo "      script: $work/project/script" >>profiles.yml
printf 'on AS scanned WHERE 1 = 0\nfail auth no right to read products\n' >script
sbe test-connection
check 'test-connection without a privilege' exits 4
check 'test-connection without a privilege: which' err_is 'FAILED   views      no right to read products\n'
sbe test-connection --json
check 'test-connection without a privilege --json' out_has '{"check": "views", "ok": false, "text": "no right to read products"}'
printf 'on new_events\nfail auth no right to write\n' >script
sbe run --as-of 2025-01-10
check 'a privilege that is missing in the middle of a run' exits 4
sed 's/load_tstamp: TIMESTAMP, //' whole >profiles.yml
sbe test-connection
check 'test-connection without load_tstamp' exits 2
check 'test-connection without load_tstamp: the remedy' err_has 'ALTER TABLE atomic.events ADD COLUMN load_tstamp: a timestamp in UTC'
sbe run --as-of 2025-01-10
check 'run without load_tstamp' exits 2
check 'run without load_tstamp: the remedy' err_has 'ALTER TABLE atomic.events ADD COLUMN load_tstamp: a timestamp in UTC'
sed '/^ *columns:/d' whole >profiles.yml
for command in run test-connection; do
  sbe $command
  check "$command without an events table" exits 1
  check "$command without an events table: says what to set" err_has 'there is no events table atomic.events: set snowplow__atomic_schema and snowplow__events_table in sbe.yml'
  sbe $command --vars '{database: shopp}'
  check "$command without an events table in another database" err_has 'there is no events table shopp.atomic.events: set snowplow__database, snowplow__atomic_schema and'
done

# What is not there is told in the compilers' shape, by every command, with what may have been meant.
new_project
sed -i 's/columns: {/columns: {contexts_com_acme_product_1: JSON, contexts_com_acme_cart_1: JSON, /' profiles.yml
sed -i 's/counter, events: \[\]/last, property: "contexts_com_acme_prodct_1[0].sku", events: []/' views/v.yml
for command in 'run --as-of 2025-01-10' test-connection; do
  sbe $command
  check "$command: a misspelt entity" grep -qE "^views/v.yml:5:[0-9]+: warning: .*'contexts_com_acme_prodct_1' yet; it is taken to be NULL; did you mean 'contexts_com_acme_product_1'\?$" "$work/err"
done
sed -i 's/prodct_1/invoice_1/' views/v.yml
sbe run --as-of 2025-01-10 --full-refresh
check 'run: an entity that nothing is near to' grep -qE "'contexts_com_acme_invoice_1' yet; it is taken to be NULL$" "$work/err"

# --- adapters ----------------------------------------------------------------------------------------

cd "$work" || exit 1
sbe adapters
check 'adapters' exits 0
check 'adapters: a folder that is not there is no matter' err_empty
check 'adapters: lists them' grep -q '^recorder *1 *Records what it is asked' "$work/out"
cp adapters/sbe_adapter_recorder.so adapters/sbe_adapter_other.so
sbe adapters --verbose
check 'adapters --verbose: why not' grep -q 'sbe_adapter_other.so: refused: ' "$work/out"
rm adapters/sbe_adapter_other.so
sbe adapters --describe recorder
check 'adapters --describe' grep -q '^password, pass .*secret .*A secret that opens nothing' "$work/out"
check 'adapters --describe: abilities' out_has atomic
sbe adapters --describe recorder --json
check 'adapters --describe --json' out_has '{"name": "password", "alias": "pass", "required": false, "secret": true'
sbe adapters --describe recordre
check 'adapters --describe of none' exits 2
check 'adapters --describe of none: near miss' err_has recorder
mkdir none
SBE_PLUGIN_PATH= sbe adapters --plugin-dir "$work/none" --json
check 'adapters --json' [ "$(head -c 1 "$work/out")" = '[' ]

# --- init --------------------------------------------------------------------------------------------

cd "$work" || exit 1
sbe --adapter recorder init My.Shop-2
check 'init' exits 0
check 'init: says what next' out_has 'cd My.Shop-2'
check 'init: the name' has My.Shop-2/sbe.yml 'name: "my_shop_2"'
check 'init: the adapter' has My.Shop-2/profiles.yml 'type: recorder'
check 'init: its fields' has My.Shop-2/profiles.yml '# log:'
check 'init: the schema' has My.Shop-2/profiles.yml '      schema: my_shop_2'
check 'init: the vendor that trackers send' has My.Shop-2/views/batch_ecommerce_attributes.yml com.snowplowanalytics.snowplow.ecommerce
cd My.Shop-2 || exit 1
sbe validate
check 'init: what it made is valid' out_has 'Valid: 1 view, 4 attributes in 1 file'
check 'init: without a warning' err_empty
sbe test-connection
check 'init: its profile holds' err_lacks profiles.yml
echo mine >sbe.yml
cp profiles.yml before
sbe --adapter recorder init
check 'init again' exits 2
check 'init again: names what is there' err_is 'sbe: nothing was made, since this is there already: sbe.yml, profiles.yml, views/batch_ecommerce_attributes.yml\n'
sbe --adapter recorder init --json
check 'init again --json' error_object 'nothing was made, since this is there already: sbe.yml, profiles.yml, views/batch_ecommerce_attributes.yml'
check 'init again: changes nothing' eval '[ "$(cat sbe.yml)" = mine ] && cmp -s profiles.yml before'
mkdir "$work/kept" && cd "$work/kept" || exit 1
echo '# mine' >README.md
sbe --adapter recorder init
check 'init beside a README' exits 0
check 'init beside a README: keeps it' [ "$(cat README.md)" = '# mine' ]
check 'init beside a README: says so' out_has 'Left as it was: README.md'
cd "$work" || exit 1
sbe --adapter recorder init --demo fresh
check 'init --demo with an adapter that makes no events' exits 2
check 'init --demo with an adapter that makes no events: leaves nothing' absent fresh
sbe --adapter nosuch init fresh
check 'init with an adapter that is not installed' exits 0
check 'init with an adapter that is not installed: warns' err_has warning
sbe init "$work/home/file/below"
echo >"$work/home/plain"
sbe --adapter recorder init "$work/home/plain"
check 'init in a file' exits 2

finish
