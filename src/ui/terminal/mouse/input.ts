import type { Millis } from '../../../domain/fault.ts';

/** A mouse event; its position in cells from the top left. */
export interface MouseEvent {
  readonly is: 'click' | 'wheel-up' | 'wheel-down';
  readonly x: number;
  readonly y: number;
}

/** Text for the key parser, or a mouse event, in input order. */
export type InputPiece = string | MouseEvent;

interface InputSplitter {
  push(chunk: string): readonly InputPiece[];
  /** True if the pending text may be a key of its own: call `release` after a timeout. */
  waits(): boolean;
  /** Returns the pending text for the key parser and clears it. */
  release(): string;
}

/**
 * Matches SGR mouse reports (xterm control sequences, mode 1006: button, column, row; `M` pressed, `m` released), paste
 * markers, and an incomplete one of these at the end of a chunk.
 */
const marks = /\u001b(?:\[(?:<(\d{1,6});(\d{1,6});(\d{1,6})([Mm])|20([01])~|(?:<[\d;]*|2(?:0[01]?)?)?$)|$)/g;
/** Maximum length of a mouse report; longer text is not a report. */
const maxReportLength = 32;
/** The escape key in the kitty protocol form, which is unambiguous. */
const escapeKey = '\u001b[27u';

const wheel = 64;
const motion = 32;
const buttons = 3;

/** Converts a report to events. Only presses of the left button and the wheel are handled. */
const eventsOf = (code: number, column: number, row: number, pressed: boolean): readonly MouseEvent[] => {
  const at = { x: column - 1, y: row - 1 };
  const button = code & buttons;
  if ((code & wheel) !== 0)
    return button > 1 ? [] : [{ is: button === 0 ? 'wheel-up' : 'wheel-down', ...at }];
  return pressed && button === 0 && (code & motion) === 0 ? [{ is: 'click', ...at }] : [];
};

/**
 * Separates mouse reports from terminal input, even if they are split across reads, so that they are never parsed as
 * keys. Within a paste nothing is a report.
 */
export const createInputSplitter = (): InputSplitter => {
  let [pending, pasting] = ['', false];

  const push = (chunk: string): readonly InputPiece[] => {
    const text = pending + chunk;
    pending = '';
    const pieces: InputPiece[] = [];
    let from = 0;
    const take = (at: number, length: number): void => {
      pieces.push(text.slice(from, at));
      from = at + length;
    };
    for (const match of text.matchAll(marks)) {
      const [all, button, column, row, end, paste] = match;
      if (paste !== undefined) pasting = paste === '0';
      else if (end === undefined) {
        take(match.index, all.length);
        pending = all.length > maxReportLength ? '' : all;
      } else if (!pasting) {
        take(match.index, all.length);
        pieces.push(...eventsOf(Number(button), Number(column), Number(row), end === 'M'));
      }
    }
    take(text.length, 0);
    return pieces.filter((piece) => piece !== '');
  };

  return {
    push,
    // The beginning of a mouse report is never a key, no matter how late the rest arrives.
    waits: () => pending !== '' && !pending.startsWith('\u001b[<'),
    release: () => {
      const text = pending === '\u001b' && !pasting ? escapeKey : pending;
      pending = '';
      return text;
    },
  };
};

/** Time after which a lone escape character is the escape key. */
const escapeTimeoutMs: Millis = 20;

/**
 * Creates the stdin for Ink: without mouse reports, which go to `onMouse` in order with the keys. Everything else (raw
 * mode, encoding, listeners) is forwarded to the real stream.
 */
export const splitMouseInput = (
  stdin: NodeJS.ReadStream,
  clock: { sleep(ms: Millis): Promise<void> },
  onMouse: (event: MouseEvent) => void,
): NodeJS.ReadStream => {
  const splitter = createInputSplitter();
  const queue: InputPiece[] = [];
  let turn = 0;

  const releaseLater = async (): Promise<void> => {
    const mine = ++turn;
    await clock.sleep(escapeTimeoutMs);
    if (mine !== turn || !splitter.waits()) return;
    queue.push(splitter.release());
    stdin.emit('readable');
  };

  const read = (): string | null => {
    for (;;) {
      const piece = queue.shift();
      if (typeof piece === 'string') return piece;
      if (piece !== undefined) {
        onMouse(piece);
        continue;
      }
      const chunk: unknown = stdin.read();
      if (chunk === null) break;
      turn++;
      queue.push(...splitter.push(String(chunk)));
    }
    if (splitter.waits()) void releaseLater();
    return null;
  };

  return new Proxy(stdin, {
    get: (target, key) => {
      if (key === 'read') return read;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};
