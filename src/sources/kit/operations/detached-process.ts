import { z } from 'zod';
import { type ActEvent, notApplicable } from '../../../domain/runbooks/operation.ts';

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
const startedPrefix = 'opsdeck-detached ';

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
const readProcessArgv = (pid: number): readonly string[] => [
  'sh',
  '-c',
  `pid=$1; ${describe}\ndescribe || :`,
  'sh',
  String(pid),
];

/** Prints a file below the home directory, or with an absolute path; nothing if there is none. Reads only. */
const readKeptArgv = (file: string): readonly string[] => [
  'sh',
  '-c',
  'file=$1; case $file in "~/"*) file=$HOME/${file#??};; esac; cat "$file" 2>&- || :',
  'sh',
  file,
];

/** Name of a detached program. */
export const zDetachedName = z
  .string()
  .regex(/^[\w][\w.-]{0,59}$/, { error: 'not a valid name: use letters, digits, dots and dashes' })
  .meta({ description: 'name of the program, under which opsdeck keeps the process ID and the log' });

/** Parameters of `stop`. */
export const stopDetachedShape = {
  name: zDetachedName,
  pid: z
    .string()
    .regex(/^[1-9]\d{0,9}$/)
    .meta({ description: 'the program has this process ID. The default is the ID that opsdeck has kept' })
    .exactOptional(),
  start: z
    .string()
    .regex(/^[\w-]+\+\d+$/)
    .meta({ description: 'start time of the process, as the operation that started the program reported' })
    .exactOptional(),
};

/** Runs a reading program on the machine of the process, and returns its output. Throws WireError. */
export type ReadProgram = (argv: readonly string[], signal: AbortSignal) => Promise<string>;

/** The same process, if it still runs: an ID alone may belong to a later process. */
const readRunning = async (
  read: ReadProgram,
  wantedDetachedProcess: Pick<DetachedProcess, 'pid' | 'start'>,
  signal: AbortSignal,
): Promise<DetachedProcess | undefined> => {
  const found = parseDetachedProcess(await read(readProcessArgv(wantedDetachedProcess.pid), signal));
  return found?.start === wantedDetachedProcess.start ? found : undefined;
};

/** The process that a file keeps, if it still runs. */
export const readKeptProcess = async (
  read: ReadProgram,
  file: string,
  signal: AbortSignal,
): Promise<DetachedProcess | undefined> => {
  const kept = parseDetachedProcess(await read(readKeptArgv(file), signal));
  return kept === undefined ? undefined : readRunning(read, kept, signal);
};

/**
 * The process that `stop` ends: that with the ID and start time, or the kept one. Throws PlanError when it has ended, or
 * was not started by opsdeck.
 */
export const findDetachedProcess = async (
  read: ReadProgram,
  { name, pid, start }: { readonly name: string; readonly pid?: string; readonly start?: string },
  file: string,
  signal: AbortSignal,
): Promise<DetachedProcess> => {
  const running =
    pid === undefined || start === undefined
      ? await readKeptProcess(read, file, signal)
      : await readRunning(read, { pid: Number(pid), start }, signal);
  if (running === undefined)
    throw notApplicable(
      `${name} has ended: no process ${pid ?? 'is kept that'} ${pid === undefined ? 'runs' : 'with that start time'}`,
    );
  if (running.group !== running.pid)
    throw notApplicable(
      `only a program that opsdeck started can be ended here: ${processText(running)} leads no process group. Use the operation kill`,
    );
  return running;
};

/** Replaces the line that names a started process by its ID and start time, which the undo needs. */
export async function* withStartedProcess(events: AsyncIterable<ActEvent>): AsyncGenerator<ActEvent> {
  for await (const event of events) {
    const started =
      event.is === 'output' && event.text.startsWith(startedPrefix)
        ? parseDetachedProcess(event.text)
        : undefined;
    if (started === undefined) yield event;
    else {
      yield { is: 'made', key: 'pid', value: String(started.pid) };
      yield { is: 'made', key: 'start', value: started.start };
      yield { is: 'output', text: `the program runs as ${processText(started)}` };
    }
  }
}

/**
 * Starts a program in a session of its own, without the mark of the run, so that neither the end of opsdeck nor that of
 * the run ends it. The process is kept in a file before it is reported. A program that ends within a second has failed.
 * Paths may begin with ~/. `cwd`: its working directory; absent: that of the script.
 */
export const startDetachedArgv = (
  { pid, log, cwd = '' }: { readonly pid: string; readonly log: string; readonly cwd?: string },
  argv: readonly string[],
): readonly string[] => [
  'sh',
  '-c',
  `set -u; umask 077; file=$1 log=$2 dir=$3; shift 3; unset OPSDECK_RUN
case $file in "~/"*) file=$HOME/\${file#??};; esac
case $log in "~/"*) log=$HOME/\${log#??};; esac
[ -z "$dir" ] || cd "$dir" || exit 72
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
  pid,
  log,
  cwd,
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
const parseDetachedProcess = (text: string): DetachedProcess | undefined => {
  const [, boot, id, name = '', rest = ''] =
    /^opsdeck-detached ([\w-]{8}) (\d+) \((.*)\) (.*)$/m.exec(text) ?? [];
  // Fields from number 3 on: the group is number 5, the start time in clock ticks since boot number 22.
  const fields = rest.split(' ');
  const group = Number(fields[2]);
  const ticks = fields[19];
  if (boot === undefined || ticks === undefined || !/^\d+$/.test(ticks)) return undefined;
  return { pid: Number(id), start: `${boot}+${ticks}`, group, name };
};

/** 'process 4711 (java)' */
export const processText = ({ pid, name }: DetachedProcess): string => `process ${pid} (${name})`;
