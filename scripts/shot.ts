import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { monospaceFamily, noFont } from './shot/font.ts';
import { parseShotOptions, usage } from './shot/options.ts';
import { openPtyTerminal, type PtyTerminal } from './shot/pty-terminal.ts';
import { svgOf } from './shot/svg.ts';

const parsed = parseShotOptions(process.argv.slice(2));
if (parsed.is === 'help') {
  console.log(usage);
  process.exit(0);
}
if (parsed.is === 'error') {
  console.error(`shot: ${parsed.text}\nSee npm run shot -- --help.`);
  process.exit(2);
}
const { columns, rows, env, extra, strokes, waitMs, until, shows, outputs } = parsed.options;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Maximum time to wait for a key's effect. */
const maxWaitMs = 1500;

/** Presses the keys one by one; each is drawn before the next is pressed. */
const drive = async (pty: PtyTerminal): Promise<void> => {
  for (const stroke of strokes) {
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

const launcher = fileURLToPath(new URL('../bin/opsdeck.js', import.meta.url));
const stateHome = await mkdtemp(join(tmpdir(), 'opsdeck-shot-'));
// The offer of the first start is not for a picture.
await mkdir(join(stateHome, 'opsdeck'), { mode: 0o700 });
await writeFile(join(stateHome, 'opsdeck', 'tour'), 'offered\n');
const pty = openPtyTerminal(
  [process.execPath, launcher, ...(env === undefined ? [] : ['--env', env]), ...extra],
  { columns, rows, env: { XDG_STATE_HOME: stateHome } },
);
try {
  await pty.until((screen) => screen.some((line) => line !== ''), 'the first output');
  const toShow = (text: string): Promise<unknown> =>
    pty.until((screen) => screen.join('\n').includes(text), `waiting for ${text}`, 60_000);
  if (until === undefined) await Promise.race([sleep(waitMs), pty.exited]);
  else await toShow(until);
  await drive(pty);
  if (shows !== undefined) await toShow(shows);
  await pty.quiet(60, 500);
  for (const out of outputs) await save(pty, out);
} finally {
  await pty[Symbol.asyncDispose]();
  await rm(stateHome, { recursive: true, force: true });
}
