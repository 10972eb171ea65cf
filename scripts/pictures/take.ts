import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strokesOf } from '../shot/keys.ts';
import { openPtyTerminal, type PtyTerminal } from '../shot/pty-terminal.ts';
import { svgOf } from '../shot/svg.ts';
import type { Picture } from './picture.ts';

const launcher = fileURLToPath(new URL('../../bin/opsdeck.js', import.meta.url));
/** Proofs and alerts of the embedded world take up to a minute. */
const usualPatience = 90_000;
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

const follow = async (pty: PtyTerminal, { steps, patience = usualPatience }: Picture): Promise<void> => {
  for (const step of steps)
    if (typeof step === 'string') await press(pty, step);
    else await pty.until((screen) => step.test(screen.join('\n')), `waiting for ${String(step)}`, patience);
};

/** Drives the built program to the screen that is wanted, and draws it. Rejects, showing the screen, when it does not come. */
export const take = async (picture: Picture): Promise<string> => {
  const [columns = 0, rows = 0] = picture.size.split('x').map(Number);
  const state = await mkdtemp(join(tmpdir(), 'opsdeck-picture-'));
  const own = { XDG_CONFIG_HOME: state, XDG_CACHE_HOME: state, COLORFGBG: undefined, TMUX: undefined };
  const pty = openPtyTerminal([process.execPath, launcher, ...picture.args, '--state-dir', state], {
    columns,
    rows,
    env: { ...own, ...picture.env },
  });
  try {
    await follow(pty, picture);
    await pty.quiet(wholeAfter, 1000);
    return svgOf(pty.terminal, { title: picture.title });
  } finally {
    await pty[Symbol.asyncDispose]();
    await rm(state, { recursive: true, force: true });
  }
};
