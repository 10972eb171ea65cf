import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Resvg } from '@resvg/resvg-js';
import { monospaceFamily, noFont } from './shot/font.ts';
import { strokesOf } from './shot/keys.ts';
import { openPtyTerminal, type PtyTerminal } from './shot/pty-terminal.ts';
import { svgOf } from './shot/svg.ts';

const usage = `npm run shot -- [options] OUT.png|OUT.svg|OUT.txt …
  --size 120x36   columns x rows
  --env E         the environment; default production
  --args "…"      other arguments, blank-separated, quotes kept together
  --wait 1500     ms between the first output and the first key
  --until "…"     text to wait for before the first key, instead of --wait
  --keys "3 enter ctrl-p text:abc wait:500"
  --shows "…"     text to wait for after the last key`;

/** Rewrites `--args "--ascii"` to `--args=--ascii`, because the value looks like an option of this script. */
const joined = (argv: readonly string[]): string[] =>
  argv.flatMap((word, index) => {
    if (/^--(args|keys)$/.test(word)) return [`${word}=${argv[index + 1] ?? ''}`];
    return /^--(args|keys)$/.test(argv[index - 1] ?? '') ? [] : [word];
  });

const { values, positionals } = parseArgs({
  args: joined(process.argv.slice(2)),
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '120x36' },
    env: { type: 'string' },
    args: { type: 'string', default: '' },
    keys: { type: 'string', default: '' },
    wait: { type: 'string', default: '1500' },
    until: { type: 'string' },
    shows: { type: 'string' },
  },
});

const wordsOf = (text: string): readonly string[] =>
  [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');

const sizeOf = (text: string): { columns: number; rows: number } => {
  const [, columns, rows] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (columns === undefined || rows === undefined)
    throw new Error(`--size ${text}: expected COLUMNSxROWS, for example 120x36`);
  return { columns: Number(columns), rows: Number(rows) };
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Maximum time to wait for a key's effect. */
const maxWaitMs = 1500;

/** Presses the keys one by one; each is drawn before the next is pressed. */
const drive = async (pty: PtyTerminal, keys: string): Promise<void> => {
  for (const stroke of wordsOf(keys).flatMap(strokesOf)) {
    if (stroke.is === 'wait') await sleep(stroke.ms);
    else {
      const redrawn = Promise.withResolvers<void>();
      const unsubscribe = pty.onWritten(() => redrawn.resolve());
      pty.press(stroke.bytes);
      // A key without a visible effect ends with a timeout.
      await Promise.race([redrawn.promise, sleep(maxWaitMs)]);
      unsubscribe();
      await sleep(40);
      await pty.quiet(60, 500);
    }
  }
};

const pictureOf = (pty: PtyTerminal, family: string | undefined): string => {
  const { cursorX: x, cursorY: y } = pty.terminal.buffer.active;
  return svgOf(pty.terminal, { title: 'opsdeck', font: family }, pty.cursorShown() ? { x, y } : undefined);
};

const save = async (pty: PtyTerminal, out: string): Promise<void> => {
  if (out.endsWith('.txt')) return writeFile(out, `${pty.screen().join('\n')}\n`);
  const family = monospaceFamily();
  const svg = pictureOf(pty, family);
  if (out.endsWith('.svg')) return writeFile(out, svg);
  if (family === undefined) {
    const instead = out.replace(/\.png$/, '.svg');
    console.error(`${noFont}; wrote ${instead} instead of ${out}`);
    return writeFile(instead, svg);
  }
  const font = { loadSystemFonts: true, defaultFontFamily: family, monospaceFamily: family };
  const picture = new Resvg(svg, { font, fitTo: { mode: 'zoom', value: 2 } });
  return writeFile(out, picture.render().asPng());
};

if (positionals.length === 0 || positionals.some((out) => !/\.(png|svg|txt)$/.test(out))) {
  console.error(usage);
  process.exit(1);
}

const launcher = fileURLToPath(new URL('../bin/opsdeck.js', import.meta.url));
const extra = wordsOf(values.args);
const env = values.env ?? (extra.length === 0 ? 'production' : undefined);
const stateHome = await mkdtemp(join(tmpdir(), 'opsdeck-shot-'));
const pty = openPtyTerminal(
  [process.execPath, launcher, ...(env === undefined ? [] : ['--env', env]), ...extra],
  { ...sizeOf(values.size), env: { XDG_STATE_HOME: stateHome } },
);
try {
  await pty.until((screen) => screen.some((line) => line !== ''), 'the first output');
  const { until, shows } = values;
  const toShow = (text: string): Promise<unknown> =>
    pty.until((screen) => screen.join('\n').includes(text), `waiting for ${text}`, 60_000);
  if (until === undefined) await Promise.race([sleep(Number(values.wait)), pty.exited]);
  else await toShow(until);
  await drive(pty, values.keys);
  if (shows !== undefined) await toShow(shows);
  await pty.quiet(60, 500);
  for (const out of positionals) await save(pty, out);
} finally {
  await pty[Symbol.asyncDispose]();
  await rm(stateHome, { recursive: true, force: true });
}
