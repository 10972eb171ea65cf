import type { LogLine } from '../../model/hosts/log-book.ts';
import { bad, type Command, type Done, good, type Scene } from './commands/command.ts';
import { curl } from './commands/curl.ts';
import { df, fileLine, find, test } from './commands/files.ts';
import { fileBeginning, journalBeginning, journalLine } from './commands/journal.ts';
import { cat, head } from './commands/proc.ts';
import { kill, ps, ss } from './commands/processes.ts';
import { systemctl } from './commands/systemctl.ts';
import { toolOf } from './commands/tools.ts';
import { scriptIn, wordsOf } from './words.ts';

/** Lines that go on: what has been written behind `number`. */
export interface Following {
  more(number: number, scene: Scene): { readonly text: string; readonly number: number };
}

/** What a command line did. `follows`: from which line on it goes on, until it is ended. */
export interface Ran extends Done {
  readonly follows?: Following & { readonly from: number };
}

const commands: Readonly<Record<string, Command>> = {
  cat,
  curl,
  df,
  find,
  head,
  kill,
  ps,
  ss,
  systemctl,
  test,
  true: () => good(''),
  false: () => ({ status: 1, out: '', err: '' }),
  echo: (args) => good(`${args.join(' ')}\n`),
  uname: ([flag], { machine }) => good(flag === '-n' ? `${machine.name}\n` : 'Linux\n'),
};

const lastNumber = (lines: readonly LogLine[]): number => lines.at(-1)?.number ?? 0;

const followed = (
  book: (scene: Scene) => readonly LogLine[],
  text: (line: LogLine, scene: Scene) => string,
): Following => ({
  more: (number, scene) => {
    const lines = book(scene).filter((line) => line.number > number);
    return {
      text: lines.map((line) => text(line, scene)).join(''),
      number: lines.length === 0 ? number : lastNumber(lines),
    };
  },
});

const journalctl = (args: readonly string[], scene: Scene): Ran => {
  const out = journalBeginning(args, scene)
    .map((line) => journalLine(line, scene))
    .join('');
  if (!args.includes('-f')) return good(out);
  const following = followed(({ machine }) => machine.journal.lines, journalLine);
  return { ...good(out), follows: { ...following, from: lastNumber(scene.machine.journal.lines) } };
};

const tail = (args: readonly string[], scene: Scene): Ran => {
  const path = args.at(-1) ?? '';
  if (path !== scene.machine.spec.log)
    return bad(1, `tail: cannot open '${path}' for reading: No such file or directory`);
  const out = fileBeginning(args, scene)
    .map((line) => fileLine(line, scene))
    .join('');
  if (!args.includes('-F')) return good(out);
  return {
    ...good(out),
    follows: {
      ...followed(({ machine }) => machine.log.lines, fileLine),
      from: lastNumber(scene.machine.log.lines),
    },
  };
};

/** An argv as the machine runs it. What opsdeck never sends is not there. */
const runArgv = (argv: readonly string[], scene: Scene): Ran => {
  const [name = '', ...args] = argv;
  const told = toolOf(argv, scene);
  if (told !== undefined) return told;
  if (name === 'sudo') {
    const rest = args.filter((arg) => arg !== '-n');
    if (rest[0] === '-l')
      return good(
        `User ${scene.machine.spec.user} may run the following commands:\n    (root) NOPASSWD: ALL\n`,
      );
    return runArgv(rest, { ...scene, isRoot: true });
  }
  if (name === 'journalctl') return journalctl(args, scene);
  if (name === 'tail') return tail(args, scene);
  return commands[name]?.(args, scene) ?? bad(127, `sh: 1: ${name}: not found`);
};

/** A script of several commands, each end told on both outputs. */
const runScript = (text: string, scene: Scene): Ran => {
  const script = scriptIn(text);
  if (script === undefined) return wrapped(text);
  let [out, err] = [`${script.begin}\n`, ''];
  for (const { argv, end } of script.steps) {
    const done = runArgv(argv, scene);
    out += `${done.out}\n${end} ${done.status}\n`;
    err += `${done.err}\n${end}\n`;
  }
  return { status: 0, out, err };
};

const wrapped = (text: string): Ran =>
  bad(2, `sh: 1: Syntax error: this world knows no such script: ${text}`);

/** What a login shell makes of the text that ssh hands it. */
export const runText = (text: string, scene: Scene): Ran => {
  const argv = wordsOf(text);
  if (argv === undefined) return bad(2, 'sh: 1: Syntax error: this world reads quoted words only');
  if (argv[0] === 'sh' && argv[1] === '-c') {
    // `exec "$@"` behind its own process id: the command that follows, as it is.
    const [, , script = '', , ...rest] = argv;
    const announced = /^echo (\S+) \$\$; (?:LC_ALL=C; export LC_ALL; )?exec "\$@"$/.exec(script)?.[1];
    if (announced === undefined) return runScript(script, scene);
    const ran = runArgv(rest, scene);
    return {
      ...ran,
      err: ran.err.replace(/^sh: 1: (?=.*: not found$)/m, 'sh: 1: exec: '),
      out: `${announced} 4242\n${ran.out}`,
    };
  }
  return runArgv(argv, scene);
};
