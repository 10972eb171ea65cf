/** A process that was started in a session of its own. */
export interface DetachedProcess {
  readonly pid: number;
  /** Boot and start time, which distinguish it from a later process with its ID: '0f3a92c1+4471023'. */
  readonly start: string;
  /** Its process group. */
  readonly group: number;
  /** Name of its program. */
  readonly name: string;
}

/** Begins the line that names a started process. */
export const startedPrefix = 'opsdeck-detached ';

/**
 * Prints `opsdeck-detached BOOT STAT` of process `$pid`; nothing if it has ended. STAT is /proc/PID/stat, see proc(5). A
 * zombie has ended.
 */
const describe = `describe() {
  stat=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
  case "\${stat##*) }" in Z*|X*) return 1;; esac
  echo "opsdeck-detached $(cut -c1-8 /proc/sys/kernel/random/boot_id) $stat"
}`;

/** Prints the process with that ID; nothing if there is none. Reads only. */
export const readProcessArgv = (pid: number): readonly string[] => [
  'sh',
  '-c',
  `pid=$1; ${describe}\ndescribe || :`,
  'sh',
  String(pid),
];

/**
 * Starts a program in a session of its own, without the mark of the run, so that neither the end of opsdeck nor that of
 * the run ends it. The process is kept in a file before it is reported. A program that ends within a second has failed.
 */
export const startDetachedArgv = (
  files: { readonly pid: string; readonly log: string },
  argv: readonly string[],
): readonly string[] => [
  'sh',
  '-c',
  `set -u; umask 077; file=$1 log=$2; shift 2; unset OPSDECK_RUN
command -v setsid >/dev/null || { echo 'setsid is not installed: install util-linux'; exit 69; }
mkdir -p "$(dirname "$file")" && : >>"$log" || exit 73
setsid "$@" </dev/null >>"$log" 2>&1 &
pid=$!
${describe}
line=$(describe) && echo "$line" >"$file" && echo "$line"
sleep 1
describe >/dev/null && exit 0
wait "$pid"; status=$?
tail -n 5 "$log"; rm -f "$file"
echo "it ended at once with status $status"
exit 1`,
  'sh',
  files.pid,
  files.log,
  ...argv,
];

/** Seconds that a stopped program gets to end. */
const graceSeconds = 20;

/**
 * Sends TERM to a process group whose leader is still the same process, and waits for its end. Statuses: 3 it has ended,
 * 4 the ID belongs to another process, 1 it has not ended in time.
 */
export const stopDetachedArgv = (pid: string, start: string): readonly string[] => [
  'sh',
  '-c',
  `pid=$1 start=$2; ${describe}
now() { line=$(describe) || return 1; rest=\${line##*) }; set -- $rest; echo "$(cut -c1-8 /proc/sys/kernel/random/boot_id)+\${20}"; }
found=$(now) || { echo "process $pid has ended"; exit 3; }
[ "$found" = "$start" ] || { echo "process $pid is another process: nothing was sent"; exit 4; }
kill -s TERM -- "-$pid" || exit 1
i=0
while [ $i -lt ${graceSeconds * 10} ]; do
  found=$(now) || { echo "process $pid has ended"; exit 0; }
  [ "$found" = "$start" ] || { echo "process $pid has ended"; exit 0; }
  i=$((i + 1)); sleep 0.1
done
echo "process $pid still runs ${graceSeconds} s after TERM"
exit 1`,
  'sh',
  pid,
  start,
];

/** Parses `opsdeck-detached BOOT STAT`; undefined for anything else. */
export const parseDetachedProcess = (text: string): DetachedProcess | undefined => {
  const [, boot, id, name = '', rest = ''] =
    /^opsdeck-detached ([\w-]{8}) (\d+) \((.*)\) (.*)$/m.exec(text) ?? [];
  // Fields from number 3 on: the group is number 5, the start time in clock ticks since boot number 22.
  const fields = rest.split(' ');
  const [group, ticks] = [Number(fields[2]), fields[19]];
  if (boot === undefined || ticks === undefined || !/^\d+$/.test(ticks)) return undefined;
  return { pid: Number(id), start: `${boot}+${ticks}`, group, name };
};

/** 'process 4711 (java)' */
export const processText = ({ pid, name }: DetachedProcess): string => `process ${pid} (${name})`;
