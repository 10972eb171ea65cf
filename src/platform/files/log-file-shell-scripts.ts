/**
 * Scripts for sh(1) that read a log file where only programs are available. Arguments: the path ($1), 'device:inode'
 * ($2), then those of each script. POSIX except stat -c, find -inum and head -c, which GNU and busybox have.
 */

/** Exit status when the file no longer exists. */
export const fileGoneStatus = 3;

/** Finds the file by its inode under its current name. */
const located = `f=$1; [ "$(stat -L -c %d:%i "$f" 2>/dev/null)" = "$2" ] || f=$(find "\${1%/*}/" -maxdepth 1 -inum "\${2#*:}" 2>/dev/null | head -n 1); [ -n "$f" ] || exit ${fileGoneStatus}`;

/** 'device:inode', size, modification time, mode. */
export const logStatFormat = '%d:%i %s %Y %f';

export const logFileScripts = {
  stat: `${located}; stat -L -c '${logStatFormat}' "$f"`,
  /** $3: the first byte, counted from 1; $4: the number of bytes. */
  read: `${located}; tail -c +"$3" "$f" | head -c "$4"`,
  /** $3: the first byte, counted from 1. */
  rest: `${located}; exec tail -c +"$3" "$f"`,
  /**
   * $3: the first byte, counted from 1. Follows the file itself, even when it is renamed. Prints the state of the
   * path on stderr every second, prefixed with the word $4. When stderr is closed, the reader has gone: the script
   * ends.
   */
  follow: `${located}; tail -c +"$3" -f "$f" & t=$!; trap 'kill $t 2>/dev/null' EXIT; trap 'exit 0' HUP INT TERM PIPE; while sleep 1; do kill -0 $t 2>/dev/null || exit 4; echo "$4 $(stat -L -c '${logStatFormat}' "$1" 2>/dev/null)" >&2 || exit 0; done`,
} as const;
