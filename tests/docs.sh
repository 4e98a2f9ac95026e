#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What the documentation claims, as far as a machine can tell: names of aggregations, variables, commands,
# options and exit statuses, against what the program says of itself; links and names of files; the
# definitions on docs/definitions.md, with `sbe validate`; the four example attributes, to the letter; what each of
# our adapters can do, against what it says of itself; the first projects of the README, run as they stand there, on
# PostgreSQL and on the stand-in for Snowflake; the example adapter, compiled against include/sbe alone, and checked.
# Called by make check.

set -u
srcdir=${abs_top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
SBE=${SBE:-$PWD/sbe}
case $SBE in /*) ;; *) SBE=$PWD/$SBE ;; esac
abs_top_srcdir=$srcdir abs_top_builddir=${abs_top_builddir:-$(dirname "$SBE")}
SBE_PLUGIN_PATH=${SBE_PLUGIN_PATH:-$abs_top_builddir/adapters}
kit=$abs_top_builddir/sbe-adapter-check
export SBE SBE_PLUGIN_PATH abs_top_srcdir abs_top_builddir
CC=${CC:-cc}
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
umask 022
unset SBE_PROFILE SBE_TARGET SBE_PROJECT_DIR SBE_PROFILES_DIR DBT_PROFILES_DIR
HOME=$work
LC_ALL=C
export HOME LC_ALL
pages='README.md CONTRIBUTING.md CHANGELOG.md docs/semantics.md docs/definitions.md docs/adapters.md docs/internals.md
  plugins/README.md plugins/duckdb/README.md plugins/postgres/README.md plugins/snowflake/README.md'

pass() {
  passed=$((passed + 1))
}
fail() {
  failed=$((failed + 1))
  echo "FAIL: $*"
}
# check TEXT COMMAND ...: what it said is in $work/said, so it must not read that.
check() {
  text=$1
  shift
  if "$@" >"$work/said" 2>&1; then
    pass
  else
    fail "$text"
    sed 's/^/  | /' "$work/said"
  fi
}
skip() {
  skipped=$((skipped + 1))
  echo "SKIP: docs: $*"
}
# same TEXT FILE FILE
same() {
  check "$1" diff "$2" "$3"
}

if [ ! -x "$SBE" ]; then
  echo "SKIP: docs: there is no $SBE"
  echo 'docs: 0 passed, 0 failed, 1 skipped'
  exit 77
fi

# --- reading a page -------------------------------------------------------------------------------

# section PAGE HEADING: its lines, up to the next heading of that level or a higher one.
section() {
  awk -v heading="$2" '
    /^```/ { fence = !fence }
    !fence && /^#+ / {
      level = length($1); title = $0; sub(/^#+ /, "", title)
      if (inside && level <= depth) exit
      if (title == heading) { inside = 1; depth = level; next }
    }
    inside' "$srcdir/$1"
}

# cells N: the Nth cell of the rows of tables, without header and rule.
cells() {
  sed 's/\\|/\&#124;/g' | awk -F'|' -v n="$1" '
    /^\|/ { row++; if (row > 2) { cell = $(n + 1); gsub(/^ +| +$/, "", cell); print cell } next }
    { row = 0 }'
}

# Code between backticks, one each line, outside of fenced blocks.
code() {
  awk '/^```/ { fence = !fence; next } !fence' "$1" | tr '\n' ' ' | grep -o '`[^`]*`' | tr -d '`'
}

# --- names in tables ------------------------------------------------------------------------------

"$SBE" --man >"$work/man" || fail 'sbe --man'
"$SBE" help >"$work/help" || fail 'sbe help'

section README.md Aggregations | cells 1 | tr -d '`' | sort >"$work/aggregations"
mkdir -p "$work/wrong/views"
echo 'vars: {start_date: "2025-01-01"}' >"$work/wrong/sbe.yml"
echo 'views: [{name: v, entity: k, attributes: [{name: a, type: string, aggregation: xyzzy, property: p}]}]' \
  >"$work/wrong/views/v.yml"
"$SBE" --project-dir "$work/wrong" validate 2>&1 | sed -n 's/.*known are //p' | tr -d ' ' | tr ',' '\n' |
  sort >"$work/known"
test -s "$work/known" || fail 'sbe validate does not tell the aggregations that it knows'
same 'README.md, "Aggregations": not those of the program' "$work/aggregations" "$work/known"
section docs/semantics.md '3. Aggregations' | cells 1 | tr ' ' '\n' | tr -d '`' | sort >"$work/aggregations"
same 'docs/semantics.md, §3: not those of the program' "$work/aggregations" "$work/known"
section docs/definitions.md 'An attribute' | grep -o 'aggregation: [a-z_]*' | cut -d' ' -f2 | sort >"$work/aggregations"
same 'docs/definitions.md, "An attribute": the example has not all aggregations' "$work/aggregations" "$work/known"

# Name and default of each variable, as in "snowplow__app_id []".
awk '/^\.SH VARIABLES/ { inside = 1; next } /^\.SH/ { inside = 0 } inside' "$work/man" |
  sed -n 's/^\\fB\(.*\)\\fR (\(.*\))$/snowplow__\1 \2/p' | sed 's/\\-/-/g' | sort >"$work/variables"
test -s "$work/variables" || fail 'the man page has no variables'
for page in README.md:Variables 'docs/semantics.md:8. Variables'; do
  section "${page%%:*}" "${page#*:}" >"$work/section"
  cells 1 <"$work/section" >"$work/names"
  cells 2 <"$work/section" | paste -d' ' "$work/names" - | tr -d '`' | sort >"$work/found"
  same "${page%%:*}, variables: not those of the program" "$work/found" "$work/variables"
done
section docs/semantics.md '8. Variables' | grep -o 'older name `[a-z_]*`' | tr -d '`' | sed 's/.*snowplow__//' | sort \
  >"$work/found"
sed -n 's/.*The older name is \\fB\([a-z_]*\)\\fR.*/\1/p' "$work/man" | sort >"$work/older"
same 'docs/semantics.md, variables: not the older names of the program' "$work/found" "$work/older"

section README.md Commands | awk '/^\| command/ { on = 1 } /^$/ { on = 0 } on' | cells 1 | tr -d '`' | sort >"$work/found"
awk '/^Commands$/ { on = 1; next } /^$/ { on = 0 } on' "$work/help" | sed 's/^  //; s/   *.*//' | sort >"$work/commands"
same 'README.md, "Commands": not those of the program' "$work/found" "$work/commands"

section README.md Commands | awk '/^\| exit status/ { on = 1 } /^$/ { on = 0 } on' >"$work/section"
cells 1 <"$work/section" >"$work/names"
cells 2 <"$work/section" | paste -d' ' "$work/names" - | tr -d '`' >"$work/found"
awk '/^Exit status$/ { on = 1; next } /^$/ { on = 0 } on' "$work/help" | sed 's/^  //; s/  */ /' >"$work/statuses"
same 'README.md, exit statuses: not those of the program' "$work/found" "$work/statuses"

# --- options, and commands in examples ------------------------------------------------------------

# Options that are another program's: pkg-config's, the scenario runner's, the brute force's, the crash matrix's.
others=' cflags variable setting layout list seed histories keep only with-adapterdir tap '
configure=$srcdir/configure
sed 's/\\-/-/g' "$work/man" | sed 's/\\f[BIR]//g' >"$work/plain"
for page in $pages; do
  unknown=
  for option in $(grep -o -e '[^a-z-]--[a-z][a-z-]*[a-z]' "$srcdir/$page" | sed 's/^.--//' | sort -u); do
    grep -q -e "--$option\\([^a-z-]\\|\$\\)" "$work/plain" && continue
    case $others in *" $option "*) continue ;; esac
    test -f "$configure" || continue
    grep -q -e "--$option\\([^a-z-]\\|\$\\)" "$configure" && continue
    grep -q -e "enable_$(echo "${option#*able-}" | tr - _)" "$configure" && continue
    unknown="$unknown --$option"
  done
  if [ -z "$unknown" ]; then pass; else fail "$page: no such option:$unknown"; fi
done

# The options that hold for all commands stand in the README.
missing=
for option in $(awk '/^Options of every command/ { on = 1; next } /^$/ { on = 0 } on' "$work/help" |
  sed -n 's/^ *\(-[a-zA-Z], \)\{0,1\}--\([a-z-]*\).*/\2/p'); do
  section README.md Commands | grep -q -e "\`--$option\`" || missing="$missing --$option"
done
for option in $("$SBE" help run | awk '/^Options$/ { on = 1; next } /^$/ { on = 0 } on' |
  sed -n 's/^ *\(-[a-zA-Z], \)\{0,1\}--\([a-z-]*\).*/\2/p'); do
  section README.md Commands | grep '^| `run`' | grep -q -e "\`--$option[ \`]" || missing="$missing --$option"
done
if [ -z "$missing" ]; then pass; else fail "README.md, \"Commands\": lacks$missing"; fi

# `sbe [options] WORD`: the word is a command.
words=$(for page in $pages; do
  code "$srcdir/$page" | grep '^sbe ' || :
  awk '/^```sh/ { on = 1; next } /^```/ { on = 0 } on' "$srcdir/$page" | sed 's/ #.*//' | grep '^ *sbe ' || :
done | sed 's/^ *//; s/--\(plugin-dir\|adapter\|project-dir\|target\) [^ ]*//g; s/--[a-z-]*//g' | awk '$1 == "sbe" && $2 { print $2 }' | sort -u)
unknown=
for word in $words; do
  case $word in '[options]' | COMMAND | …) continue ;; esac
  sed 's/ .*//' "$work/commands" | grep -qx "$word" || unknown="$unknown $word"
done
if [ -z "$unknown" ]; then pass; else fail "no such command:$unknown"; fi

# --- a terminal's width ----------------------------------------------------------------------------

wide=$(awk '/^```/ { fence = !fence; named = $0 != "```" } fence && !named && length($0) > 80' "$srcdir/README.md")
if [ -z "$wide" ]; then pass; else fail "README.md: a picture is wider than 80 columns: $wide"; fi

# --- links, and names of files --------------------------------------------------------------------

# A heading's anchor, as forges make it.
anchors() {
  awk '/^```/ { fence = !fence } !fence && /^#+ /' "$1" | sed 's/^#* //' | tr 'A-Z' 'a-z' |
    sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}
for page in $pages; do
  here=$(dirname "$srcdir/$page")
  broken=
  for link in $(awk '/^```/ { fence = !fence } !fence' "$srcdir/$page" | tr '\n' ' ' | grep -o '](\([^)]*\))' | sed 's/^](//; s/)$//; s/ //g'); do
    case $link in *://*) continue ;; esac
    file=${link%%#*} anchor=
    case $link in *'#'*) anchor=${link#*#} ;; esac
    if [ -n "$file" ]; then target=$here/$file; else target=$srcdir/$page; fi
    if [ ! -e "$target" ]; then
      broken="$broken $link"
    elif [ -n "$anchor" ] && ! anchors "$target" | grep -qx -e "$anchor"; then
      broken="$broken $link"
    fi
  done
  if [ -z "$broken" ]; then pass; else fail "$page: broken links:$broken"; fi
done

# `core/run/run.c` anywhere; `run.c` in the section of its folder.
for page in $pages; do
  absent=
  for name in $(code "$srcdir/$page" | grep -E '^\.?(bench|core|docs|include|kit|m4|plugins|templates|tests)/[A-Za-z0-9_/.-]*$'); do
    case ${name##*/} in *.log) continue ;; *.*) ;; *) test -e "$srcdir/$name" || name=${name%/*} ;; esac # a program, a log
    test -e "$srcdir/$name" || absent="$absent $name"
  done
  if [ -z "$absent" ]; then pass; else fail "$page: no such files:$absent"; fi
done
for folder in base config plugin ir sql manifest run cli; do
  section docs/internals.md "core/$folder" >"$work/section"
  absent=
  for name in $(code "$work/section" | grep -E '^[a-z_]+\.[ch]$'); do
    test -e "$srcdir/core/$folder/$name" || absent="$absent $name"
  done
  if [ -s "$work/section" ] && [ -z "$absent" ]; then pass; else fail "docs/internals.md, core/$folder: no such files:$absent"; fi
done

for folder in kit plugins; do
  section docs/internals.md "$folder" >"$work/section"
  absent=
  for name in $(code "$work/section" | grep -E '^[a-z_]+\.[ch]$'); do
    find "$srcdir/$folder" -name "$name" | grep -q . || absent="$absent $name"
  done
  if [ -s "$work/section" ] && [ -z "$absent" ]; then pass; else fail "docs/internals.md, $folder: no such files:$absent"; fi
done

# Each folder of tests has a row; each operation and ability that 0.1 did not have stands in the changes.
absent=
for folder in "$srcdir"/tests/*/local.mk; do
  folder=tests/$(basename "$(dirname "$folder")")
  section CONTRIBUTING.md Tests | grep '^|' | grep -q "\`$folder\`" || absent="$absent $folder"
done
if [ -z "$absent" ]; then pass; else fail "CONTRIBUTING.md, \"Tests\": lacks$absent"; fi
names() {
  grep -ohE 'SBE_(OP|CAN)_[A-Z0-9_]+' "$1"/*.h | sort -u
}
names "$srcdir/tests/abi/v0_1/sbe" >"$work/before"
names "$srcdir/include/sbe" >"$work/names"
absent=
for name in $(comm -13 "$work/before" "$work/names"); do
  grep -q "\`$name\`" "$srcdir/CHANGELOG.md" || absent="$absent $name"
done
if [ -s "$work/before" ] && [ -z "$absent" ]; then pass; else fail "CHANGELOG.md, the adapter interface: lacks$absent"; fi

# --- what our adapters can do ---------------------------------------------------------------------

capabilities=$(sed -n 's/^  SBE_CAN_\([A-Z_]*\) = .*/\1/p' "$srcdir/include/sbe/adapter.h" | tr 'A-Z' 'a-z' | sort)
section plugins/README.md 'What each can do' >"$work/table"
cells 1 <"$work/table" | sed -n 's/^`\([a-z_]*\)`.*/\1/p' | sort >"$work/found"
echo "$capabilities" >"$work/wanted"
same 'plugins/README.md: not the abilities of include/sbe/adapter.h' "$work/found" "$work/wanted"
for name in $capabilities; do
  grep -q "\"$name\"" "$srcdir/core/cli/adapters.c" || fail "sbe adapters --describe does not know the ability $name"
done

# row TEXT N: the Nth cell of the row that begins so, its code in order, one word a line
row() {
  grep -F "| $1" "$work/table" | awk -F'|' -v n="$2" '{ print $n }' | tr -d '`,' | tr ' ' '\n' | grep -v '^$' | sort
}
# array NAME FILE: the texts of that array in a JSON document
array() {
  tr -d '\n\t' <"$2" | sed -n "s/.*\"$1\": *\[\([^]]*\)\].*/\1/p" | tr ',' '\n' | tr -d '" ' | sort
}
# or_none: what comes in, or the word that stands there for nothing
or_none() {
  sort -u | grep . || echo none
}
column=2
for name in $(grep '^| |' "$work/table" | tr -d '|'); do
  column=$((column + 1))
  section README.md Adapters | grep -F "[\`$name\`](plugins/$name/README.md)" >"$work/row" || fail "README.md, \"Adapters\": lacks $name"
  if [ ! -f "$srcdir/plugins/$name/README.md" ]; then fail "plugins/README.md: no adapter $name"; fi
  for package in $(grep -o '`lib[a-z0-9-]*-dev`' "$work/row" | tr -d '`'); do
    grep -q "Debian: $package[,)]" "$srcdir/configure.ac" || fail "README.md, \"Adapters\": configure.ac names no $package"
  done
  if ! "$SBE" --json adapters --describe "$name" >"$work/json" 2>/dev/null; then
    skip "what the adapter $name can do: it is not built"
    continue
  fi
  summary=$(sed -n 's/.*"summary": *"\([^"]*\)".*/\1/p' "$work/json")
  warehouse=$(awk -F'|' '{ gsub(/^ +| +$/, "", $3); print $3 }' "$work/row")
  case $summary in "$warehouse,"*) pass ;; *) fail "README.md, \"Adapters\": $name is \"$summary\"" ;; esac
  for ability in $capabilities; do
    if array capabilities "$work/json" | grep -qx "$ability"; then says=yes; else says=no; fi
    if [ "$(row "\`$ability\`" $column)" = $says ]; then pass; else fail "plugins/README.md: $ability of $name: it says $says"; fi
  done
  row 'layouts' $column >"$work/found"
  array layouts "$work/json" >"$work/wanted"
  same "plugins/README.md: not the layouts of $name" "$work/found" "$work/wanted"
  row 'scenarios' $column >"$work/found"
  sed -n "s/^- {scenario: \([a-z0-9_]*\), adapter: $name,.*/\1/p" "$srcdir/tests/scenarios/differences.yml" | or_none >"$work/wanted"
  same "plugins/README.md: not the scenarios that $name cannot play" "$work/found" "$work/wanted"
  row 'operations' $column >"$work/found"
  "$kit" "$name" --only abi,dialect 2>/dev/null | sed -n 's/^SKIP: \(SBE_OP_[A-Z_]*\): not there.*/\1/p' | or_none >"$work/wanted"
  same "plugins/README.md: not the operations that $name leaves out" "$work/found" "$work/wanted"
done
if [ $column -eq $((2 + $(find "$srcdir"/plugins/*/README.md | wc -l))) ]; then pass; else fail 'plugins/README.md: not all adapters'; fi
version=$(awk '$1 == "x86_64" { sub(/-.*/, "", $3); print $3 }' "$srcdir/m4/duckdb.lock")
check 'README.md, "Adapters": not the DuckDB of m4/duckdb.lock' grep -q "| DuckDB $version |" "$srcdir/README.md"

# --- the definitions ------------------------------------------------------------------------------

# Blocks that are named after a file, as in ```yaml views/a.yml, become that file.
mkdir -p "$work/project"
awk -v to="$work/project" '
  /^```/ && file { close(file); file = ""; next }
  /^```[a-z]+ [A-Za-z0-9_.\/-]+$/ {
    file = to "/" $2; folder = file; sub(/\/[^\/]*$/, "", folder)
    system("mkdir -p " folder); printf "" > file; next
  }
  file { print > file }' "$srcdir/docs/definitions.md"
check 'docs/definitions.md: its definitions do not hold' "$SBE" --project-dir "$work/project" validate
n=$(find "$work/project/views" -type f | wc -l)
if [ "$n" -ge 9 ]; then pass; else fail "docs/definitions.md: only $n files of definitions were found in it"; fi
n=$(awk '/^```(yaml|json)$/' "$srcdir/docs/definitions.md" | wc -l)
if [ "$n" -le 1 ]; then pass; else fail "docs/definitions.md: $n blocks have no file's name, so nobody checks them"; fi

cp "$work/project/sbe.yml" "$work/project/wrong/sbe.yml"
(cd "$work/project/wrong" && "$SBE" validate >/dev/null 2>"$work/found")
status=$?
if [ $status -eq 2 ]; then pass; else fail "docs/definitions.md: the wrong example ends with $status"; fi
same 'docs/definitions.md: the errors are told in other words' "$work/project/wrong/stderr" "$work/found"

# What stands under one comment in views/properties.yml is one property, read once.
if "$SBE" --adapter duckdb adapters --describe duckdb >/dev/null 2>&1; then
  "$SBE" --project-dir "$work/project" --adapter duckdb --quiet compile --select properties >"$work/sql" 2>"$work/said"
  for name in mkt_source_text name_text price_double; do
    n=$(grep -o "\"${name}_[0-9]*\"" "$work/sql" | sort -u | wc -l)
    if [ "$n" -eq 1 ]; then pass; else fail "docs/definitions.md: the spellings of $name are $n properties"; fi
  done
else
  skipped=$((skipped + 1))
  echo 'SKIP: docs: spellings of a property: the adapter duckdb is not built'
fi

# The four example attributes: in a scenario to the letter, in the template under the same names.
example=$work/project/views/batch_ecommerce_attributes.yml
scenario=$srcdir/tests/scenarios/example_attributes.yml
awk 'NR == FNR { wanted = wanted $0 "\n"; next } { all = all $0 "\n" } END { exit !index(all, wanted) }' \
  "$example" "$scenario" && pass || fail "$scenario has not the four example attributes to the letter"
grep -o -e '- name: .*' "$example" >"$work/wanted"
grep -o -e '- name: .*' "$srcdir/templates/views/batch_ecommerce_attributes.yml" >"$work/found"
same 'templates/views: not the four example attributes' "$work/found" "$work/wanted"
vendor=com.snowplowanalytics.snowplow.ecommerce
for file in docs/definitions.md templates/views/batch_ecommerce_attributes.yml; do
  check "$file: lacks the vendor that trackers really send" grep -q "{vendor: $vendor, name: snowplow_ecommerce_action" "$srcdir/$file"
done

# --- what a run looks like ------------------------------------------------------------------------

# blocks NAME: the blocks of the README that are named so, without seconds and elisions.
mask() {
  sed 's/ *[0-9][0-9]*\.[0-9][0-9] s$/ SECONDS/; s/ *$//'
}
blocks() {
  awk -v start="^\`\`\`text $1\$" '$0 ~ start { on = 1; next } /^```/ { on = 0 } on && $0 != "..."' "$srcdir/README.md" | mask
}

clock=2025-06-30T09:00:00
if ! "$SBE" adapters --describe duckdb >/dev/null 2>&1; then
  skipped=$((skipped + 1))
  echo 'SKIP: docs: what a run looks like: the adapter duckdb is not built'
elif ! "$SBE" init "$work/shop" --demo --as-of $clock >"$work/said" 2>&1; then
  if grep -q 'libduckdb' "$work/said"; then
    skipped=$((skipped + 1))
    echo "SKIP: docs: what a run looks like: $(tail -n 1 "$work/said")"
  else
    fail 'sbe init --demo'
    cat "$work/said"
  fi
else
  check 'sbe run --until-current' "$SBE" --project-dir "$work/shop" run --until-current --as-of $clock
  cp "$work/said" "$work/output"
  check 'sbe run, once more' "$SBE" --project-dir "$work/shop" run --until-current --as-of $clock
  cat "$work/said" >>"$work/output"
  blocks run >"$work/wanted"
  mask <"$work/output" | awk -v wanted="$work/wanted" '
    BEGIN { more = (getline line <wanted) > 0 }
    more && $0 == line { more = (getline line <wanted) > 0 }
    END { if (more) { print "not printed: " line; exit 1 } }' >"$work/said"
  if [ $? -eq 0 ] && [ -s "$work/wanted" ]; then pass; else fail "README.md: what a run looks like: $(cat "$work/said")"; fi
  "$SBE" --project-dir "$work/shop" show batch_ecommerce_attributes --limit 3 2>/dev/null | mask >"$work/found"
  blocks show >"$work/wanted"
  same 'README.md: what is shown looks otherwise' "$work/wanted" "$work/found"
  section README.md 'A first project of one'"'"'s own' | awk '/^```yaml/ { on = 1; next } /^```/ { on = 0 } on' >"$work/attribute"
  cat "$work/attribute" >>"$work/shop/views/batch_ecommerce_attributes.yml"
  check 'README.md: the attribute to be added does not hold' "$SBE" --project-dir "$work/shop" validate
  if grep -q '1 view, 5 attributes' "$work/said"; then pass; else fail 'README.md: no attribute is added'; fi
fi

# --- first projects, as they stand in the README ---------------------------------------------------

# A directory in which `sbe` is this build's, and a script with the commands of a section.
mkdir "$work/bin"
printf '#!/bin/sh\nexec "%s" "$@"\n' "$SBE" >"$work/bin/sbe"
chmod 755 "$work/bin/sbe"
commands() {
  section README.md "$1" | awk '/^```sh/ { on = 1; next } /^```/ { on = 0 } on'
}
# first_project SECTION ADAPTER SCRIPT EVENTS: a command makes the events, and users' attributes must come of them
first_project() {
  mkdir "$work/$2"
  {
    echo 'set -eux'
    echo "PATH=$work/bin:\$PATH"
    echo "cd $work/$2"
    echo "$4"
    commands "$1"
    echo 'test "$(sbe show batch_ecommerce_attributes --csv | wc -l)" -gt 1'
  } >"$3"
}
# on NAME SCRIPT WITH: runs it with a server of its own
on() {
  if ! "$SBE" adapters --describe "$1" >/dev/null 2>&1; then
    skip "the first project on $1: the adapter is not built"
    return 1
  fi
  sh "$srcdir/tests/$1/$3" sh "$2" >"$work/said" 2>&1
  case $? in
  0) pass ;;
  77)
    skip "the first project on $1: $(tail -n 1 "$work/said")"
    return 1
    ;;
  *)
    fail "README.md: the first project on $1"
    tail -n 15 "$work/said" | sed 's/^/  | /'
    return 1
    ;;
  esac
}

first_project 'On PostgreSQL' postgres "$work/postgres.sh" 'sbe --adapter postgres init elsewhere --demo'
# What is shown of the demo shop is the same as on DuckDB; in a database of its own, which every server has.
cat >>"$work/postgres.sh" <<END
cd ..
PGDATABASE=postgres
sbe --adapter postgres init shop --demo --as-of $clock
sbe --project-dir shop run --until-current --threads 2 --as-of $clock
sbe --project-dir shop show batch_ecommerce_attributes --limit 3 >$work/shown
END
if on postgres "$work/postgres.sh" with-server.sh; then
  mask <"$work/shown" >"$work/found"
  blocks show >"$work/wanted"
  same 'README.md: what is shown looks otherwise on PostgreSQL' "$work/wanted" "$work/found"
fi
# The demo's events would take the stand-in minutes.
cat >"$work/events.json" <<'END'
{"sql": "CREATE SCHEMA SBE_TEST.ATOMIC; CREATE TABLE SBE_TEST.ATOMIC.EVENTS AS SELECT 'e' || SEQ4() AS EVENT_ID, 'u1' AS DOMAIN_USERID, 'web' AS APP_ID, 'com.snowplowanalytics.snowplow' AS EVENT_VENDOR, 'page_view' AS EVENT_NAME, '1-0-0' AS EVENT_VERSION, 'google' AS MKT_SOURCE, DATEADD(day, -2, SYSDATE()) AS DERIVED_TSTAMP, DATEADD(day, -2, SYSDATE()) AS LOAD_TSTAMP FROM TABLE(GENERATOR(ROWCOUNT => 3))"}
END
first_project 'On Snowflake' snowflake "$work/snowflake.sh" "\"\$SBE_SNOWFLAKE_PYTHON\" -c 'import sys, urllib.request as u
u.urlopen(u.Request(sys.argv[1], open(sys.argv[2], \"rb\").read(), {\"Content-Type\": \"application/json\"}))' \
  \"\$SBE_SNOWFLAKE_CONTROL_URL/sql\" $work/events.json"
SBE_SNOWFLAKE_POLL_EVERY=10
export SBE_SNOWFLAKE_POLL_EVERY
on snowflake "$work/snowflake.sh" with-standin.sh || :

# One scenario on one adapter: CONTRIBUTING.md, in the build folder.
section CONTRIBUTING.md Tests | awk '/^```sh/ { on = 1; next } /^```/ { on = 0 } on' |
  sed -e ':a' -e '/\\$/N; s/\\\n//; ta' -e "s|\.\./tests|$srcdir/tests|g; s|\$PWD/\.\. |$srcdir |" >"$work/lines"
while read -r line; do
  name=$(echo "$line" | sed -n 's/.*sbe-adapter-check \([a-z]*\) .*/\1/p; s|.*tests/\([a-z]*\)/scenarios\.sh.*|\1|p')
  (cd "$abs_top_builddir" && eval "$line") </dev/null >"$work/said" 2>&1
  case $? in
  0) if grep -q '^ok .*counter_and_sum' "$work/said"; then pass; else fail "CONTRIBUTING.md: nothing is played on $name"; fi ;;
  77) skip "one scenario on $name: $(tail -n 1 "$work/said")" ;;
  *)
    fail "CONTRIBUTING.md: one scenario on $name"
    sed 's/^/  | /' "$work/said"
    ;;
  esac
done <"$work/lines"

# --- the example adapter --------------------------------------------------------------------------

adapter=$work/adapters/sbe_adapter_paper.so
mkdir "$work/adapters"
if $CC -std=c11 -Wall -Wextra -Wpedantic -Werror -fPIC -fvisibility=hidden -shared -Wl,-z,now -I"$srcdir/include" \
  -o "$adapter" "$srcdir/docs/examples/sbe_adapter_paper.c" 2>"$work/said"; then
  pass
  if grep -q '#include "' "$srcdir/docs/examples/sbe_adapter_paper.c"; then
    fail 'the example adapter includes something of the program'
  else
    pass
  fi
  lines=$(wc -l <"$srcdir/docs/examples/sbe_adapter_paper.c")
  if [ "$lines" -le 290 ]; then pass; else fail "the example adapter has $lines lines: not the 270 that are told"; fi
  check 'the example adapter cannot be described' "$SBE" --plugin-dir "$work/adapters" adapters --describe paper
  mkdir -p "$work/paper/views"
  cp "$example" "$work/paper/views"
  echo 'vars: {start_date: "2025-01-01"}' >"$work/paper/sbe.yml"
  check 'the example adapter cannot compile' "$SBE" --project-dir "$work/paper" --plugin-dir "$work/adapters" --adapter paper compile
  cp "$work/said" "$work/sql"
  check 'the example adapter reads no property' grep -q 'JSON_VALUE("contexts_nl_basjes_yauaa_context_1"' "$work/sql"
  "$SBE" --project-dir "$work/paper" --plugin-dir "$work/adapters" --adapter paper run >/dev/null 2>"$work/found"
  check 'a run of the example adapter does not end at the lock' grep -q 'snowplow_run_lock has no row' "$work/found"
  check 'the example adapter wrote no statements' grep -q '^UPDATE .*snowplow_run_lock' "$work/paper/.sbe/paper.sql"
  check 'the example adapter does not keep to the interface' "$kit" "$adapter" --only file,abi,dialect
  echo 'views: [{name: v, entity: k, attributes: [{name: a, type: dict, aggregation: category_count, property: p}]}]' \
    >"$work/paper/views/dict.yml"
  "$SBE" --project-dir "$work/paper" --plugin-dir "$work/adapters" --adapter paper validate >/dev/null 2>"$work/found"
  check 'the example adapter: category_count is not refused by name' grep -q "attribute 'a'.*category_count" "$work/found"
else
  fail 'the example adapter does not compile'
  cat "$work/said"
fi

echo "docs: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
