/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands: one table. Read by the parser, the help and the man page; the work is done in the file
 * named after the command.
 */
#include "core/base/string.h"
#include "core/cli/cli.h"

const sbe_command sbe_commands[] = {
    {"init", "[DIR]", 0, 1, "make a small working project",
     "Makes a project in DIR (preset: here): sbe.yml, profiles.yml for the adapter that --adapter names (or the one "
     "that is built in), a view with four attributes, and a README. Nothing that is there is ever overwritten.\n\n"
     "With --demo the database gets a shop's events too, five weeks of them up to now, so that everything can be "
     "tried at once: page views and e-commerce actions, some late, some twice, as trackers and loaders write them.",
     "sbe init shop --demo && cd shop      # a project with events\n"
     "sbe run --until-current              # computes its attributes\n"
     "sbe init                             # a project for events of your own\n",
     sbe_command_init},
    {"validate", "", 0, 0, "check sbe.yml and all definitions",
     "Reads everything, and tells all that is wrong with it in one go, as FILE:LINE:COLUMN: message. Needs no "
     "connection and no profile. Where the adapter is known and installed, it also says which attributes that "
     "warehouse cannot compute.",
     "sbe validate\n"
     "sbe validate --json | jq '.findings[]'\n",
     sbe_command_validate},
    {"compile", "", 0, 0, "print the SQL of each step",
     "Prints the statements of a first window, view by view and step by step, without a connection. The columns of "
     "the events table come from --columns FILE, else from the last run, else they are assumed as the adapter's "
     "standard layout has them; it says which.",
     "sbe compile --select orders | less\n"
     "sbe compile --output target          # target/orders_1/01_tables.sql ...\n"
     "sbe --adapter NAME compile           # as another warehouse would have it\n",
     sbe_command_compile},
    {"run", "", 0, 0, "compute the attributes",
     "Reads the events that were loaded since the last run, window by window, and brings the attributes up to date. "
     "Each window is published as a whole or not at all: a run that was interrupted, killed or cut off goes on where "
     "the last completed window ended. Two runs at once are refused (exit status 3).\n\n"
     "One run does one window, of at most snowplow__backfill_limit_days and a day; --until-current does all up to "
     "the present. --threads N computes up to N views at a time, each on a connection of its own, where the adapter "
     "can (sbe adapters --describe NAME); without it, as many as `threads` of the profile's output says, or that of "
     "sbe.yml. What happened is kept in .sbe/run_results.json, the statements in "
     ".sbe/logs/sbe.log.\n\n"
     "Late events of days older than snowplow__late_event_lookback_days are kept, but no run computes with them, "
     "except one with --full-refresh. --as-of is for repeats: with run it may not lie in the future, as what is "
     "loaded until then would never be read.",
     "sbe run                              # the next window\n"
     "sbe run --until-current              # all windows up to now\n"
     "sbe run --threads 4                  # four views at a time\n"
     "sbe run --select orders --full-refresh\n"
     "sbe run --dry-run                    # what would be done\n",
     sbe_command_run},
    {"status", "", 0, 0, "how far each view has come",
     "Shows for each view up to when its events are processed, how far behind the present that is, how many late "
     "events are skipped, of how many days (with --json: of which), and the last runs; and who holds the lock. Only "
     "reads.",
     "sbe status\n"
     "sbe status --json | jq '.views[] | {model, position}'\n",
     sbe_command_status},
    {"show", "VIEW", 1, 1, "print a view's attributes",
     "Prints the attributes table of VIEW (its name, name@version, or model such as orders_1), ordered by key. CSV is "
     "that of RFC 4180, with NULL as nothing and an empty text as \"\"; JSON is a list of objects with exact numbers.",
     "sbe show orders                      # the first 20 entities\n"
     "sbe show orders --key u-1001         # one of them\n"
     "sbe show orders --csv > orders.csv\n",
     sbe_command_show},
    {"adapters", "", 0, 0, "list the adapters that are installed",
     "Lists the adapters that are found in --plugin-dir, SBE_PLUGIN_PATH and the built-in directory. With --verbose, "
     "every file that was looked at, and why it was not taken.",
     "sbe adapters --verbose\n"
     "sbe adapters --describe NAME         # the fields of its profile\n",
     sbe_command_adapters},
    {"test-connection", "", 0, 0, "try the profile out",
     "Connects, says what is at the other end, looks for the events table and its columns, and tries over no rows the "
     "statements by which a run reads them, so that a privilege to read that is missing shows. Says which schemas a "
     "run writes to, and what is in them. Writes nothing: whether it may write, only a run tells. Ends with the exit "
     "status with which a run would.",
     "sbe test-connection --target prod\n", sbe_command_test_connection},
    {"help", "[COMMAND]", 0, 1, "explain a command", "Explains a command, or sbe as a whole.", "sbe help run\n",
     sbe_command_help},
    {0},
};

const sbe_command *sbe_command_find(const char *name) {
  for (const sbe_command *c = sbe_commands; c->name; c++)
    if (sbe_streq(c->name, name)) return c;
  return NULL;
}
