import type { Row } from '../text/paint.ts';
import { modesOnly } from './modes-only.ts';
import { createPainter } from './painter.ts';

/** Where frames go. */
export interface Surface {
  /** The terminal as Ink is to see it. */
  readonly stdout: NodeJS.WriteStream;
  /** Shows these rows: at once, or as soon as the terminal has taken what was written before. */
  show(rows: readonly Row[]): void;
  /** The terminal's size has changed, or somebody else has written on it. */
  forget(): void;
}

/**
 * Rows that reach the terminal without Ink's output stage, which would tokenize every styled cell of every frame again:
 * 12 ms at 200×60 against less than one. Ink keeps the keyboard, the modes and the lifecycle; while the alternate
 * screen is not ours nothing is drawn.
 */
export const createSurface = (stdout: NodeJS.WriteStream): Surface => {
  const painter = createPainter();
  let latest: readonly Row[] | undefined;
  let [ours, waiting] = [false, false];

  const write = (): void => {
    if (!ours || waiting || latest === undefined) return;
    // A terminal that is slower than we are gets the newest frame when it is ready, not every one in between.
    if (stdout.writableNeedDrain) {
      waiting = true;
      stdout.once('drain', () => {
        waiting = false;
        write();
      });
      return;
    }
    const bytes = painter.bytesFor(latest);
    if (bytes !== '') stdout.write(bytes);
  };

  return {
    stdout: modesOnly(stdout, {
      alternate: (on) => {
        ours = on;
        painter.forget();
        write();
      },
    }),
    show: (rows) => {
      latest = rows;
      write();
    },
    forget: painter.forget,
  };
};
