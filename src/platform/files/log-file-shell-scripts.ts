/**
 * How a log file is read where only programs reach: scripts for sh(1), handed the path ($1) and the file's number ($2,
 * 'device:inode') and then their own. POSIX but for stat -c, find -inum and head -c, which GNU and busybox have.
 */

/** Ends with it when the file is nowhere any more. */
export const fileGoneStatus = 3;

/** The file by its number, under the name that it has now. */
const located = `f=$1; [ "$(stat -L -c %d:%i "$f" 2>/dev/null)" = "$2" ] || f=$(find "\${1%/*}/" -maxdepth 1 -inum "\${2#*:}" 2>/dev/null | head -n 1); [ -n "$f" ] || exit ${fileGoneStatus}`;

/** Number, size, when it was written. */
export const logStatFormat = '%d:%i %s %Y %f';

export const logFileScripts = {
  stat: `${located}; stat -L -c '${logStatFormat}' "$f"`,
  /** $3: from which byte on, the first is 1; $4: how many. */
  read: `${located}; tail -c +"$3" "$f" | head -c "$4"`,
  /** $3: from which byte on. */
  rest: `${located}; exec tail -c +"$3" "$f"`,
  /**
   * $3: from which byte on. The file itself is followed, whatever becomes of its name: what stands at the path is told every second
   * behind the word $4. Whoever cannot be told any more is not there: then all of it ends.
   */
  follow: `${located}; tail -c +"$3" -f "$f" & t=$!; trap 'kill $t 2>/dev/null' EXIT; trap 'exit 0' HUP INT TERM PIPE; while sleep 1; do kill -0 $t 2>/dev/null || exit 4; echo "$4 $(stat -L -c '${logStatFormat}' "$1" 2>/dev/null)" >&2 || exit 0; done`,
} as const;
