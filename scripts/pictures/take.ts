import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { strokesOf } from '../shot/keys.ts';
import { background, foreground } from '../shot/palette.ts';
import { openPtyTerminal, type PtyTerminal } from '../shot/pty-terminal.ts';
import { screenStrips, svgOf } from '../shot/svg.ts';
import { type FilmFrame, filmSvg } from './film.ts';
import type { Film, Step, Tour } from './picture.ts';

const launcher = fileURLToPath(new URL('../../bin/opsdeck.js', import.meta.url));
/** Verifications and alerts of the simulator take up to a minute, a CI run over three. */
const timeoutMs = 300_000;
/** Time without output, in ms, after which a frame is complete. */
const quietMs = 120;

/** Presses keys one by one and waits until each is drawn. */
const press = async (pty: PtyTerminal, keys: string): Promise<void> => {
  for (const stroke of keys.split(' ').flatMap(strokesOf)) {
    if (stroke.is === 'wait') {
      // Only for a delay that the screen does not show: a card accepts a confirmation a second after the last enter.
      await sleep(stroke.ms);
      continue;
    }
    const before = pty.screen().join('\n');
    pty.press(stroke.bytes);
    await pty.until(
      (screen) => screen.join('\n') !== before,
      `a reaction to ${JSON.stringify(stroke.bytes)}`,
    );
  }
};

const follow = async (pty: PtyTerminal, steps: readonly Step[]): Promise<void> => {
  for (const step of steps)
    if (typeof step === 'string') await press(pty, step);
    else await pty.until((screen) => step.test(screen.join('\n')), `waiting for ${String(step)}`, timeoutMs);
};

/** The row of the caption, below the screen and a blank row. */
const captionRow = (caption: string, y: number): FilmFrame['rows'][number] => [
  { x: 0, y, cells: caption.length, text: caption, fill: foreground, bold: true },
];

const takeFilm = async (pty: PtyTerminal, { title, screens }: Film): Promise<string> => {
  const { cols: columns, rows } = pty.terminal;
  const frames: FilmFrame[] = [];
  for (const [index, { caption, seconds, steps }] of screens.entries()) {
    await follow(pty, steps);
    await pty.quiet(quietMs, 1000);
    const text = `${index + 1}/${screens.length}  ${caption}`;
    frames.push({ rows: [...screenStrips(pty.terminal), [], captionRow(text, rows + 1)], seconds });
  }
  return filmSvg({ title, columns, rows: rows + 2, ground: background }, frames);
};

/**
 * Runs the built program through a tour, and yields each picture as SVG when its screen is ready. Rejects with the screen's text
 * after a timeout.
 */
export const take = async (tour: Tour, save: (file: string, svg: string) => Promise<void>): Promise<void> => {
  const [columns = 0, rows = 0] = tour.size.split('x').map(Number);
  const state = await mkdtemp(join(tmpdir(), 'opsdeck-pictures-'));
  // The offer of the first start is not for a picture.
  await writeFile(join(state, 'tour'), 'offered\n');
  const own = { XDG_CONFIG_HOME: state, XDG_CACHE_HOME: state, COLORFGBG: undefined, TMUX: undefined };
  const pty = openPtyTerminal([process.execPath, launcher, ...tour.args, '--state-dir', state], {
    columns,
    rows,
    env: { ...own, ...tour.env },
  });
  try {
    for (const { file, title, steps } of tour.pictures) {
      await follow(pty, steps);
      await pty.quiet(quietMs, 1000);
      await save(file, svgOf(pty.terminal, { title }));
    }
    if (tour.film !== undefined) await save(tour.film.file, await takeFilm(pty, tour.film));
  } finally {
    await pty[Symbol.asyncDispose]();
    await rm(state, { recursive: true, force: true });
  }
};
