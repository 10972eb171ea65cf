import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strokesOf } from '../shot/keys.ts';
import { openPtyTerminal, type PtyTerminal } from '../shot/pty-terminal.ts';
import { svgOf } from '../shot/svg.ts';
import type { Step, Tour } from './picture.ts';

const launcher = fileURLToPath(new URL('../../bin/opsdeck.js', import.meta.url));
/** Proofs and alerts of the embedded world take up to a minute. */
const patience = 120_000;
/** A frame is whole when nothing has been written for this long, in ms. */
const wholeAfter = 120;

/** Presses keys one by one, as fingers do: each is drawn before the next. */
const press = async (pty: PtyTerminal, keys: string): Promise<void> => {
  for (const stroke of keys.split(' ').flatMap(strokesOf)) {
    if (stroke.is === 'wait') throw new Error('a picture waits for what the screen shows, never for a time');
    const before = pty.screen().join('\n');
    pty.press(stroke.bytes);
    await pty.until((screen) => screen.join('\n') !== before, `an answer to ${JSON.stringify(stroke.bytes)}`);
  }
};

const follow = async (pty: PtyTerminal, steps: readonly Step[]): Promise<void> => {
  for (const step of steps)
    if (typeof step === 'string') await press(pty, step);
    else await pty.until((screen) => step.test(screen.join('\n')), `waiting for ${String(step)}`, patience);
};

/**
 * Drives the built program along a tour, and gives each picture as SVG as soon as its screen is there. Rejects, showing the
 * screen, when one does not come.
 */
export const take = async (tour: Tour, save: (file: string, svg: string) => Promise<void>): Promise<void> => {
  const [columns = 0, rows = 0] = tour.size.split('x').map(Number);
  const state = await mkdtemp(join(tmpdir(), 'opsdeck-pictures-'));
  const own = { XDG_CONFIG_HOME: state, XDG_CACHE_HOME: state, COLORFGBG: undefined, TMUX: undefined };
  const pty = openPtyTerminal([process.execPath, launcher, ...tour.args, '--state-dir', state], {
    columns,
    rows,
    env: { ...own, ...tour.env },
  });
  try {
    for (const { file, title, steps } of tour.pictures) {
      await follow(pty, steps);
      await pty.quiet(wholeAfter, 1000);
      await save(file, svgOf(pty.terminal, { title }));
    }
  } finally {
    await pty[Symbol.asyncDispose]();
    await rm(state, { recursive: true, force: true });
  }
};
