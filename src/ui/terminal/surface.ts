import type { StyledRow } from '../text/ansi.ts';
import { createCellPainter } from './cell-painter.ts';

/** DECSET and DECRST (alternate screen, cursor, paste, mouse), and the kitty keyboard protocol's push, pop and query. */
const modes = /\u001b\[(?:\?[\d;]+[hl]|[<>=?][\d;]*u)/g;
const synchronized = /\u001b\[\?2026[hl]/g;

interface Heard {
  /** The alternate screen was entered (true) or left. */
  alternate(on: boolean): void;
}

const alternateIn = (text: string): boolean | undefined => {
  const on = text.lastIndexOf('\u001b[?1049h');
  const off = text.lastIndexOf('\u001b[?1049l');
  return on === off ? undefined : on > off;
};

/**
 * A terminal of which Ink may only switch the modes: what it draws goes nowhere, because the rows reach the terminal by
 * a shorter way. Whatever else is written through it (a stray line of a library) does not reach the screen either.
 */
export const createModesOnlyStdout = (stdout: NodeJS.WriteStream, heard: Heard): NodeJS.WriteStream => {
  const write = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
    const done = typeof encoding === 'function' ? encoding : callback;
    const kept =
      typeof chunk === 'string' ? (chunk.replaceAll(synchronized, '').match(modes) ?? []).join('') : '';
    // The empty write of a flush waits for all that was written before it.
    const went = Reflect.apply(stdout.write, stdout, typeof done === 'function' ? [kept, done] : [kept]);
    const alternate = alternateIn(kept);
    if (alternate !== undefined) heard.alternate(alternate);
    return went === true;
  };
  return new Proxy(stdout, {
    get: (target, key) => {
      if (key === 'write') return write;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};

/** Where frames go. */
export interface TerminalSurface {
  /** The terminal as Ink is to see it. */
  readonly stdout: NodeJS.WriteStream;
  /** Shows these rows: at once, or as soon as the terminal has taken what was written before. */
  show(rows: readonly StyledRow[]): void;
  /** The terminal's size has changed, or somebody else has written on it. */
  forget(): void;
}

/**
 * Rows that reach the terminal without Ink's output stage, which would tokenize every styled cell of every frame again:
 * 12 ms at 200×60 against less than one. Ink keeps the keyboard, the modes and the lifecycle; while the alternate
 * screen is not ours nothing is drawn.
 */
export const createTerminalSurface = (stdout: NodeJS.WriteStream): TerminalSurface => {
  const painter = createCellPainter();
  let latest: readonly StyledRow[] | undefined;
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
    stdout: createModesOnlyStdout(stdout, {
      alternate: (on) => {
        ours = on;
        painter.reset();
        write();
      },
    }),
    show: (rows) => {
      latest = rows;
      write();
    },
    forget: painter.reset,
  };
};
