#!/bin/sh
# The unit file is valid and confines the service: exposure 2.0 or less as systemd rates it; the other two files make
# the user and the folders that it needs. Exit 77: no systemd here.
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

# In a root of their own; only root can give a folder to somebody else.
install_into() {
  mkdir -p "$3/etc/wherry" && touch "$3/etc/wherry/wherry.toml"
  systemd-sysusers --root="$3" - <"$1" >"$work/said" 2>&1 && grep -q '^wherry:.*:/var/lib/wherry:/usr/sbin/nologin$' "$3/etc/passwd" || {
    echo "$1: no user wherry"; cat "$work/said"; return 1
  }
  [ "$(id -u)" = 0 ] || return 0
  systemd-tmpfiles --root="$3" --create - <"$2" >"$work/said" 2>&1 || { echo "$2: $(cat "$work/said")"; return 1; }
  id=$(sed -n 's/^wherry:[^:]*:\([0-9]*\):.*/\1/p' "$3/etc/passwd") gid=$(sed -n 's/^wherry:[^:]*:\([0-9]*\):.*/\1/p' "$3/etc/group")
  made=$(cd "$3" && stat -c '%n %a %u %g' etc/wherry etc/wherry/wherry.toml var/lib/wherry)
  [ "$made" = "etc/wherry 750 0 $gid
etc/wherry/wherry.toml 640 0 $gid
var/lib/wherry 700 $id $gid" ] || { echo "$2: made $made"; return 1; }
}

if [ "${1:-}" = --self-test ]; then
  grep -v '^\(Protect\|Private\|Restrict\|System\|Capab\)' "$here/systemd/wherry.service" >"$work/open.service"
  check "$work/open.service" >/dev/null && { echo "an unconfined unit was not flagged"; exit 1; }
  sed 's/^WatchdogSec/WatchdogSecs/' "$here/systemd/wherry.service" >"$work/typo.service"
  check "$work/typo.service" >/dev/null && { echo "a misspelt key was not flagged"; exit 1; }
  sed 's/wherry/other/' "$here/systemd/wherry.sysusers" >"$work/sysusers"
  install_into "$work/sysusers" "$here/systemd/wherry.tmpfiles" "$work/a" >/dev/null && { echo "a wrong user was not flagged"; exit 1; }
  sed 's/0700/0755/' "$here/systemd/wherry.tmpfiles" >"$work/tmpfiles"
  if [ "$(id -u)" = 0 ]; then
    install_into "$here/systemd/wherry.sysusers" "$work/tmpfiles" "$work/b" >/dev/null && { echo "an open folder was not flagged"; exit 1; }
  fi
  exit 0
fi
install_into "$here/systemd/wherry.sysusers" "$here/systemd/wherry.tmpfiles" "$work/root" || exit 1
check "${1:-$here/systemd/wherry.service}" && tail -n 1 "$work/rated"
