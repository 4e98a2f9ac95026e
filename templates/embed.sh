#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# embed.sh FILE ...: each file as a C string, on standard output. templates/views/a.yml becomes
# sbe_template_views_a_yml. Run by make, so that `sbe init` looks for nothing at run time.

set -eu
echo '/* Made by templates/embed.sh; do not edit. */'
for file in "$@"; do
  name=$(printf '%s' "${file##*templates/}" | tr -c '[:alnum:]' _)
  printf '\nstatic const char sbe_template_%s[] =\n' "$name"
  sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n"/' "$file"
  echo '    "";'
done
