#!/bin/sh
# The unit file is valid and confines the service: exposure 2.0 or less as systemd rates it. Exit 77: no systemd here.
#   systemd.sh [unit file]     --self-test: an unconfined and a misspelt unit must be flagged
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
command -v systemd-analyze >/dev/null || exit 77
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

# Installed names and programs are not there in a checkout; everything else must be clean.
check() {
  mkdir -p "$work/units"
  sed 's|^\(ExecStart[A-Za-z]*=\)wherry|\1/bin/true|' "$1" >"$work/units/wherry.service"
  said=$(SYSTEMD_UNIT_PATH="$work/units:" systemd-analyze verify --man=no "$work/units/wherry.service" 2>&1 | grep wherry)
  [ -z "$said" ] || { echo "$1: $said"; return 1; }
  # --threshold takes tenths.
  systemd-analyze security --offline=true --threshold=20 --no-pager "$work/units/wherry.service" >"$work/rated" 2>&1 || {
    echo "$1: $(tail -n 1 "$work/rated")"
    return 1
  }
}

if [ "${1:-}" = --self-test ]; then
  grep -v '^\(Protect\|Private\|Restrict\|System\|Capab\)' "$here/systemd/wherry.service" >"$work/open.service"
  check "$work/open.service" >/dev/null && { echo "an unconfined unit was not flagged"; exit 1; }
  sed 's/^WatchdogSec/WatchdogSecs/' "$here/systemd/wherry.service" >"$work/typo.service"
  check "$work/typo.service" >/dev/null && { echo "a misspelt key was not flagged"; exit 1; }
  exit 0
fi
check "${1:-$here/systemd/wherry.service}" && tail -n 1 "$work/rated"
