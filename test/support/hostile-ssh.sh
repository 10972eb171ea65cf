#!/bin/sh
# A client of an SSH server that is hostile: whatever is asked, it prints what the first argument names.
escapes=$(printf '\033]0;owned\007\033]52;c;cHdu\007\033[31mred\302\2331m\342\200\256evil\rFORGED ok')
case "$1" in
  lines) exec yes "$escapes" ;;
  line) exec cat /dev/zero ;;
  errors) exec yes "$escapes" >&2 ;;
  garbage) exec head -c 4000000 /dev/urandom ;;
  refuses) printf '%s\n' "$escapes" >&2; exit 255 ;;
  banner) while :; do echo 'SSH-2.0-x'; sleep 0.1; done ;;
  silent) exec sleep 30 ;;
  # It ends only when it is killed, or after ten seconds: a worker of the tests may be gone before.
  stubborn) trap '' TERM INT HUP PIPE; for _ in $(seq 100); do sleep 0.1; done ;;
esac
