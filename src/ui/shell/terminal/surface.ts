import type { StyledRow } from '../../kit/text/ansi.ts';
import { createCellPainter } from './cell-painter.ts';

/** DECSET and DECRST (alternate screen, cursor, paste, mouse), and push, pop and query of the kitty keyboard protocol. */
const modes = /\u001b\[(?:\?[\d;]+[hl]|[<>=?][\d;]*u)/g;
const synchronized = /\u001b\[\?2026[hl]/g;

interface ModeListener {
  /** Called when the alternate screen is entered (true) or left. */
  alternate(on: boolean): void;
}

const alternateIn = (text: string): boolean | undefined => {
  const on = text.lastIndexOf('\u001b[?1049h');
  const off = text.lastIndexOf('\u001b[?1049l');
  return on === off ? undefined : on > off;
};

/**
 * Creates a stdout that forwards only mode changes of Ink. Ink's frames are dropped, because rows are written to the
 * terminal directly. Other output, such as a stray line of a library, does not reach the screen either.
 */
export const createModesOnlyStdout = (
  stdout: NodeJS.WriteStream,
  listener: ModeListener,
): NodeJS.WriteStream => {
  const write = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
    const done = typeof encoding === 'function' ? encoding : callback;
    const modeChanges =
      typeof chunk === 'string' ? (chunk.replaceAll(synchronized, '').match(modes) ?? []).join('') : '';
    // The empty write of a flush waits for all previous writes.
    const args = typeof done === 'function' ? [modeChanges, done] : [modeChanges];
    const accepted = Reflect.apply(stdout.write, stdout, args);
    const alternate = alternateIn(modeChanges);
    if (alternate !== undefined) listener.alternate(alternate);
    return accepted === true;
  };
  return new Proxy(stdout, {
    get: (target, key) => {
      if (key === 'write') return write;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};

/** The destination of frames. */
export interface TerminalSurface {
  /** The stdout for Ink. */
  readonly stdout: NodeJS.WriteStream;
  /** Shows rows: immediately, or when the terminal has accepted the previous output. */
  show(rows: readonly StyledRow[]): void;
  /** Invalidates the known screen content, after a resize or foreign output. */
  forget(): void;
}

/**
 * Creates a surface that bypasses Ink's output stage, which tokenizes every styled cell of every frame: 12 ms at 200×60,
 * compared to less than 1 ms. Ink still controls keyboard, modes and lifecycle. Nothing is drawn outside the alternate
 * screen.
 */
export const createTerminalSurface = (stdout: NodeJS.WriteStream): TerminalSurface => {
  const painter = createCellPainter();
  let latest: readonly StyledRow[] | undefined;
  let ours = false;
  let waiting = false;

  const write = (): void => {
    if (!ours || waiting || latest === undefined) return;
    // A slow terminal gets the newest frame when it is ready, and skips those in between.
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
