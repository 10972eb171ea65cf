/** A process that runs in a session of its own. */
export interface DetachedSession {
  readonly pid: number;
  /** Name of its program. */
  readonly name: string;
  /** Start time in clock ticks since boot, proc(5). */
  readonly ticks: number;
}

/** A machine on which programs are started in sessions of their own, and the files that keep their processes. */
export interface DetachedMachine {
  readonly keptFiles: Map<string, string>;
  /** Starts a program in a directory; the message of the shell if there is no such program. */
  start(argv: readonly string[], cwd: string): DetachedSession | string;
  find(pid: number): DetachedSession | undefined;
  /** TERM to the process group. */
  stop(pid: number): void;
}

/** First eight characters of the boot ID. */
const bootId = '5f0c1a2b';

const describe = ({ pid, name, ticks }: DetachedSession): string =>
  `opsdeck-detached ${bootId} ${pid} (${name}) S 1 ${pid} ${pid} 0 -1 0 ${'0 '.repeat(12)}${ticks} 0\n`;

interface ScriptOutput {
  readonly status: number;
  readonly out: string;
}

const ok = (out: string): ScriptOutput => ({ status: 0, out });

const start = (
  machine: DetachedMachine,
  [file = '', , cwd = '', ...argv]: readonly string[],
): ScriptOutput => {
  const session = machine.start(argv, cwd);
  if (typeof session === 'string')
    return { status: 1, out: `${session}\nit ended at once with status 127\n` };
  machine.keptFiles.set(file, describe(session));
  return ok(describe(session));
};

const stop = (machine: DetachedMachine, [id = '', started]: readonly string[]): ScriptOutput => {
  const session = machine.find(Number(id));
  if (session === undefined) return { status: 3, out: `process ${id} has ended\n` };
  if (`${bootId}+${session.ticks}` !== started)
    return { status: 4, out: `process ${id} is another process: nothing was sent\n` };
  machine.stop(session.pid);
  return ok(`process ${id} has ended\n`);
};

const show = (machine: DetachedMachine, [id]: readonly string[]): ScriptOutput => {
  const session = machine.find(Number(id));
  return ok(session === undefined ? '' : describe(session));
};

const kept = (machine: DetachedMachine, [file = '']: readonly string[]): ScriptOutput =>
  ok(machine.keptFiles.get(file) ?? '');

/** opsdeck's scripts for sh(1), by their beginning. */
const scripts = [
  { begins: 'set -u; umask 077; file=$1 log=$2 dir=$3;', run: start },
  { begins: 'pid=$1 start=$2; describe()', run: stop },
  { begins: 'pid=$1; describe()', run: show },
  { begins: 'file=$1; case $file in', run: kept },
];

/** Runs a script that starts, stops or looks up a detached program; undefined for any other argv. */
export const runDetachedScript = (
  [shell, option, text = '', , ...args]: readonly string[],
  machine: DetachedMachine,
): ScriptOutput | undefined =>
  shell === 'sh' && option === '-c'
    ? scripts.find(({ begins }) => text.startsWith(begins))?.run(machine, args)
    : undefined;
