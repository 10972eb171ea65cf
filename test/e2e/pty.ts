import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { openPtyTerminal, type PtyTerminal } from '../../scripts/shot/pty-terminal.ts';

export const launcher = resolve('bin/opsdeck.js');

const majorOf = (node: string): number => {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' });
  return Number(version.slice(1).split('.')[0]);
};

const nodesOnPath = (process.env.PATH ?? '')
  .split(delimiter)
  .map((dir) => join(dir, 'node'))
  .filter((path) => existsSync(path));

/** A Node that is too old for opsdeck, so that the launcher must use another; undefined if the machine has none. */
export const oldNode: string | undefined = nodesOnPath.find((path) => majorOf(path) < 22);

/** The Nodes that start the program: the one that runs these tests, and an old one. */
export const nodes: readonly { readonly name: string; readonly node: string }[] = [
  { name: `Node ${process.versions.node}`, node: process.execPath },
  ...(oldNode === undefined ? [] : [{ name: `an old Node (${majorOf(oldNode)})`, node: oldNode }]),
];

/** Creates an empty home directory, and the environment variables that point to it. */
const emptyHome = (): { dir: string; env: Record<string, string> } => {
  const dir = mkdtempSync(join(tmpdir(), 'opsdeck-drive-'));
  const env = {
    HOME: dir,
    XDG_CONFIG_HOME: join(dir, 'config'),
    XDG_STATE_HOME: join(dir, 'state'),
    XDG_CACHE_HOME: join(dir, 'cache'),
  };
  return { dir, env };
};

/** A shell with job control in a terminal, and its keyboard. */
export interface ShellTerminal extends AsyncDisposable {
  readonly pty: PtyTerminal;
  readonly home: string;
  /** Types a line and enter. */
  type(line: string): void;
  /** Waits until the screen shows the text. */
  sees(text: string | RegExp): Promise<void>;
  /** Reads the modes of the terminal with stty at the prompt. */
  modes(): Promise<string>;
}

const shows = (screen: readonly string[], text: string | RegExp): boolean =>
  typeof text === 'string' ? screen.some((line) => line.includes(text)) : text.test(screen.join('\n'));

const prompt = 'at the prompt>';

/** Opens a shell at its prompt. `$NODE` and `$OPSDECK` are set in it. */
export const openShell = async (
  node: string,
  size: { readonly columns: number; readonly rows: number } = { columns: 100, rows: 30 },
): Promise<ShellTerminal> => {
  const home = emptyHome();
  const pty = openPtyTerminal(['bash', '--norc', '--noprofile', '-i'], {
    ...size,
    env: { ...home.env, PS1: `${prompt} `, NODE: node, OPSDECK: launcher, HISTFILE: undefined },
  });
  const modesFile = join(home.dir, 'modes');
  const sees: ShellTerminal['sees'] = (text) =>
    pty.until((screen) => shows(screen, text), `waiting for ${String(text)}`);
  await sees(prompt);
  return {
    pty,
    home: home.dir,
    type: (line) => pty.press(`${line}\r`),
    sees,
    modes: async () => {
      rmSync(modesFile, { force: true });
      pty.press(`clear; stty -a > ${modesFile}; echo "modes "saved\r`);
      await sees('modes saved');
      return readFileSync(modesFile, 'utf8');
    },
    [Symbol.asyncDispose]: async () => {
      await pty[Symbol.asyncDispose]();
      rmSync(home.dir, { recursive: true, force: true });
    },
  };
};
