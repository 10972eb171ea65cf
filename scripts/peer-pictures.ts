import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Resvg } from '@resvg/resvg-js';
import { monospaceFamily, noFont } from './shot/font.ts';
import { openPtyTerminal, type PtyTerminal } from './shot/pty-terminal.ts';
import { svgOf } from './shot/svg.ts';

const usage = `npm run peer-pictures -- [--out DIR]
Draws opsdeck and other terminal programs that are installed (btop, k9s, lazygit, lnav), all in the same terminal of 120x36.
  --out DIR   where the pictures are written; default docs/gallery`;

const size = { columns: 120, rows: 36 } as const;
const launcher = fileURLToPath(new URL('../bin/opsdeck.js', import.meta.url));
const checkout = fileURLToPath(new URL('..', import.meta.url));
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A picture of one program. */
interface Picture {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Keys to press, each after a wait. */
  readonly keys?: readonly string[];
  readonly waitMs: number;
}

/** The path of a program in PATH; undefined if it is not installed. */
const installed = (program: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir, program))
    .find((path) => existsSync(path));

const draw = async (pty: PtyTerminal, path: string, family: string): Promise<void> => {
  const svg = svgOf(pty.terminal, { title: '', font: family });
  const font = { loadSystemFonts: true, defaultFontFamily: family, monospaceFamily: family };
  await writeFile(path, new Resvg(svg, { font }).render().asPng());
};

const opsdeck = (...args: readonly string[]): readonly string[] => [process.execPath, launcher, ...args];

/** Starts the simulator of saga with a memory leak, and returns its kubeconfig. */
const simulatedCluster = async (): Promise<AsyncDisposable & { readonly kubeconfig: string }> => {
  const pty = openPtyTerminal(
    opsdeck('simulator', '--system', 'saga', '--scenario', 'memory-leak', '--json'),
    { columns: 4000, rows: 50 },
  );
  await pty.until((screen) => screen.join('').includes('world.kubeconfig'), 'the address of the cluster');
  const [, kubeconfig = ''] = /"world\.kubeconfig":"([^"]+)"/.exec(pty.output()) ?? [];
  return { kubeconfig, [Symbol.asyncDispose]: () => pty[Symbol.asyncDispose]() };
};

/** The lines of the demo during an incident, in a file. */
const writeLogs = async (path: string): Promise<void> => {
  const args = ['logs', '--env', 'demo/production', '--rehearse', 'dependency-down', '--tail', '2000'];
  const pty = openPtyTerminal(['sh', '-c', `"$0" "$@" > "${path}"`, ...opsdeck(...args)], size);
  await pty.exited;
  await pty[Symbol.asyncDispose]();
};

const picturesOf = (kubeconfig: string, logs: string): readonly Picture[] => {
  const peers: readonly (readonly [string, readonly string[], Omit<Picture, 'name' | 'argv'>])[] = [
    ['btop', [], { waitMs: 8000 }],
    ['k9s', ['--kubeconfig', kubeconfig, '-A', '-c', 'pods'], { waitMs: 12_000 }],
    ['lazygit', ['-p', checkout], { waitMs: 6000, keys: ['\r'] }],
    ['lnav', [logs], { waitMs: 6000 }],
  ];
  return [
    {
      name: 'opsdeck-overview',
      argv: opsdeck('--env', 'saga/production', '--rehearse', 'memory-leak'),
      waitMs: 75_000,
    },
    {
      name: 'opsdeck-pods',
      argv: opsdeck('--env', 'saga/production', '--rehearse', 'memory-leak'),
      waitMs: 75_000,
      keys: ['6'],
    },
    {
      name: 'opsdeck-logs',
      argv: opsdeck('--env', 'demo/production', '--rehearse', 'dependency-down'),
      waitMs: 60_000,
      keys: ['L'],
    },
    ...peers.flatMap(([program, args, more]) => {
      const path = installed(program);
      if (path === undefined) console.error(`${program} is not installed: no picture of it`);
      return path === undefined ? [] : [{ name: program, argv: [path, ...args], ...more }];
    }),
  ];
};

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'docs/gallery' }, help: { type: 'boolean', default: false } },
});
const family = monospaceFamily();
if (values.help) console.log(usage);
else if (family === undefined) {
  console.error(noFont);
  process.exitCode = 2;
} else {
  await mkdir(values.out, { recursive: true });
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-peers-'));
  try {
    const logs = join(dir, 'shop.log');
    await writeLogs(logs);
    await using cluster = await simulatedCluster();
    for (const { name, argv, keys = [], waitMs } of picturesOf(cluster.kubeconfig, logs)) {
      const home = join(dir, name);
      await mkdir(join(home, 'opsdeck'), { recursive: true, mode: 0o700 });
      // The offer of the first start is not for a picture.
      await writeFile(join(home, 'opsdeck', 'tour'), 'offered\n');
      await using pty = openPtyTerminal(argv, {
        ...size,
        env: { HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home },
      });
      await sleep(waitMs);
      for (const key of keys) {
        pty.press(key);
        await sleep(2500);
      }
      await draw(pty, join(values.out, `beside-${name}.png`), family);
      console.log(join(values.out, `beside-${name}.png`));
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
