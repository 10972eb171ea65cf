import type { HostLogLine } from '../../model/hosts/unit-log.ts';
import { curl } from './commands/curl.ts';
import { du, hostSha256sum, mkdir, mv, rm, tar } from './commands/deployed-files.ts';
import { detachedCommand } from './commands/detached.ts';
import { df, fileLine, find, test, toolOf } from './commands/files.ts';
import {
  commandFailed,
  commandOk,
  type HostCommand,
  type ShellCommandContext,
} from './commands/host-command.ts';
import {
  type FollowedOutput,
  gzip,
  initialFileLines,
  initialJournalLines,
  journalLine,
  runLogScript,
} from './commands/log-scripts.ts';
import { free, iostat, perf, top, vmstat } from './commands/measures.ts';
import { cat, date, head, kill, processStarts, ps, ss } from './commands/processes.ts';
import { runDropInScript, systemctl, systemdRun } from './commands/systemctl.ts';

/** Part of a word: single-quoted, backslash-escaped, or plain characters. */
const part = /'([^']*)'|\\(.)|([\w@%+=:,./*-]+)/y;

/** The adjacent parts from `at` on as one text, and their end, or undefined. */
const wordAt = (text: string, index: number): { readonly word: string; readonly end: number } | undefined => {
  let word = '';
  let end = index;
  for (;;) {
    part.lastIndex = end;
    const match = part.exec(text);
    if (match === null) return end === index ? undefined : { word, end };
    word += match[1] ?? match[2] ?? match[3] ?? '';
    end = part.lastIndex;
  }
};

/** Splits quoted words like a POSIX shell; undefined for a text with any other syntax. */
export const splitShellWords = (text: string): readonly string[] | undefined => {
  const words: string[] = [];
  for (let index = 0; index < text.length; ) {
    if (text[index] === ' ') index += 1;
    else {
      const next = wordAt(text, index);
      if (next === undefined) return undefined;
      words.push(next.word);
      index = next.end;
    }
  }
  return words;
};

/** A command of a script, and the line that marks its end. */
interface ScriptStep {
  readonly argv: readonly string[];
  readonly end: string;
}

/** opsdeck's script that runs several commands in one connection. */
interface Script {
  readonly begin: string;
  readonly steps: readonly ScriptStep[];
}

const beginning = /^[^;]*; export [A-Z_ ]+; printf '%s\\n' '([^']*)'/;
const step = /; (.*?); s=\$\?; printf '\\n%s %s\\n' '([^']*)' "\$s"; printf '\\n%s\\n' '\2' >&2/sy;

/** Undefined for other scripts. */
export const parseScript = (text: string): Script | undefined => {
  const match = beginning.exec(text);
  if (match === null) return undefined;
  const steps: ScriptStep[] = [];
  step.lastIndex = match[0].length;
  for (;;) {
    const index = step.lastIndex;
    const foundMatch = step.exec(text);
    if (foundMatch === null) return index === text.length ? { begin: match[1] ?? '', steps } : undefined;
    const argv = splitShellWords(foundMatch[1] ?? '');
    if (argv === undefined) return undefined;
    steps.push({ argv, end: foundMatch[2] ?? '' });
  }
};

/** Output of a command line. `more`: it continues until it is ended, and this is the output since the last call. */
export type ShellResult = FollowedOutput;

const commands: Readonly<Record<string, HostCommand>> = {
  cat,
  curl,
  date,
  df,
  du,
  find,
  free,
  gzip,
  head,
  kill,
  mkdir,
  mv,
  ps,
  rm,
  sha256sum: hostSha256sum,
  ss,
  systemctl,
  'systemd-run': systemdRun,
  tar,
  test,
  top,
  true: () => commandOk(''),
  false: () => ({ status: 1, out: '', err: '' }),
  echo: (args) => commandOk(`${args.join(' ')}\n`),
  uname: ([flag], { machine }) => commandOk(flag === '-n' ? `${machine.name}\n` : 'Linux\n'),
};

const lastNumber = (lines: readonly HostLogLine[]): number => lines.at(-1)?.number ?? 0;

/** New lines of a log from now on. */
const goingOn = (
  book: (scene: ShellCommandContext) => readonly HostLogLine[],
  text: (line: HostLogLine, scene: ShellCommandContext) => string,
  begun: ShellCommandContext,
): Required<FollowedOutput>['more'] => {
  let number = lastNumber(book(begun));
  return (scene) => {
    const lines = book(scene).filter((line) => line.number > number);
    number = Math.max(number, lastNumber(lines));
    return { out: lines.map((line) => text(line, scene)).join('') };
  };
};

const journalctl = (args: readonly string[], scene: ShellCommandContext): ShellResult => {
  const out = initialJournalLines(args, scene)
    .map((line) => journalLine(line, scene))
    .join('');
  if (!args.includes('-f')) return commandOk(out);
  return { ...commandOk(out), more: goingOn(({ machine }) => machine.journal.lines, journalLine, scene) };
};

const tail = (args: readonly string[], scene: ShellCommandContext): ShellResult => {
  const path = args.at(-1) ?? '';
  if (path !== scene.machine.spec.log)
    return commandFailed(1, `tail: cannot open '${path}' for reading: No such file or directory`);
  const out = initialFileLines(args, scene)
    .map((line) => fileLine(line, scene))
    .join('');
  if (!args.includes('-F')) return commandOk(out);
  return { ...commandOk(out), more: goingOn(({ machine }) => machine.log.lines, fileLine, scene) };
};

/** Runs an argv on the machine. Only commands that opsdeck sends are implemented. */
const runArgv = (argv: readonly string[], scene: ShellCommandContext): ShellResult => {
  const [name = '', ...args] = argv;
  const reported = toolOf(argv, scene);
  if (reported !== undefined) return reported;
  if (name === 'sudo') {
    const rest = args.filter((arg) => arg !== '-n');
    if (rest[0] === '-l')
      return commandOk(
        `User ${scene.machine.spec.user} may run the following commands:\n    (root) NOPASSWD: ALL\n`,
      );
    return runArgv(rest, { ...scene, isRoot: true });
  }
  if (name === 'journalctl') return journalctl(args, scene);
  if (name === 'tail') return tail(args, scene);
  if (name === 'perf') return perf(args, scene);
  if (name === 'vmstat') return vmstat(args, scene);
  if (name === 'iostat') return iostat(args, scene);
  const written =
    name === 'sh'
      ? (processStarts(args, scene) ?? runDropInScript(args, scene) ?? detachedCommand(argv, scene))
      : undefined;
  if (written !== undefined) return written;
  return commands[name]?.(args, scene) ?? commandFailed(127, `sh: 1: ${name}: not found`);
};

const textOf = (out: string | Uint8Array): string =>
  typeof out === 'string' ? out : Buffer.from(out).toString('utf8');

/** Runs a script of several commands, marking the end of each on both streams. */
const runScript = (text: string, scene: ShellCommandContext): ShellResult => {
  const script = parseScript(text);
  if (script === undefined) return wrapped(text);
  let out = `${script.begin}\n`;
  let err = '';
  for (const { argv, end } of script.steps) {
    const done = runArgv(argv, scene);
    out += `${textOf(done.out)}\n${end} ${done.status}\n`;
    err += `${done.err}\n${end}\n`;
  }
  return { status: 0, out, err };
};

const wrapped = (text: string): ShellResult =>
  commandFailed(2, `sh: 1: Syntax error: unsupported script: ${text}`);

/** Evaluates the text that ssh passes to a login shell. */
export const runShellText = (text: string, scene: ShellCommandContext): ShellResult => {
  const argv = splitShellWords(text);
  if (argv === undefined) return commandFailed(2, 'sh: 1: Syntax error: unsupported: unquoted words');
  if (argv[0] === 'sh' && argv[1] === '-c') {
    // `exec "$@"` after its marker: runs the following command.
    const [, , script = '', , ...rest] = argv;
    const announced = /; echo (opsdeck-pid) \$OPSDECK_RUN; (?:LC_ALL=C; export LC_ALL; )?exec "\$@"$/.exec(
      script,
    )?.[1];
    const detached = detachedCommand(argv, scene);
    if (detached !== undefined) return detached;
    const log = runLogScript(script, rest, scene);
    if (log !== undefined) return log;
    if (announced === undefined) return runScript(script, scene);
    const ran = runArgv(rest, scene);
    return {
      ...ran,
      err: ran.err.replace(/^sh: 1: (?=.*: not found$)/m, 'sh: 1: exec: '),
      out: Buffer.concat([Buffer.from(`${announced} 4242.0\n`), Buffer.from(ran.out)]),
    };
  }
  return runArgv(argv, scene);
};
