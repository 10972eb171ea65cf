import type { Millis } from '../../../domain/fault.ts';

/** What a mouse did, in cells from the upper left corner. */
export interface MouseEvent {
  readonly is: 'click' | 'wheel-up' | 'wheel-down';
  readonly x: number;
  readonly y: number;
}

/** Text for the parser of keys, or something of the mouse, in the order in which they came. */
export type InputPiece = string | MouseEvent;

interface InputSplitter {
  push(chunk: string): readonly InputPiece[];
  /** What came last may be the beginning of something longer, or a key of its own: it has to be asked for in time. */
  waits(): boolean;
  /** What was held back, for the parser of keys. */
  release(): string;
}

/**
 * What is looked for: SGR mouse reports (xterm's control sequences, 1006: button, column, row; `M` pressed, `m`
 * released), the marks around a paste, and the beginning of one of these at the end of what was read.
 */
const marks = /\u001b(?:\[(?:<(\d{1,6});(\d{1,6});(\d{1,6})([Mm])|20([01])~|(?:<[\d;]*|2(?:0[01]?)?)?$)|$)/g;
/** No report is as long: what began like one is none. */
const longest = 32;
/** The escape key in the one form that needs no waiting for what may follow. */
const escapeKey = '\u001b[27u';

const wheel = 64;
const motion = 32;
const buttons = 3;

/** What a report tells, as far as anything here listens to it: the left button pressed, and the wheel. */
const eventsOf = (code: number, column: number, row: number, pressed: boolean): readonly MouseEvent[] => {
  const at = { x: column - 1, y: row - 1 };
  const button = code & buttons;
  if ((code & wheel) !== 0)
    return button > 1 ? [] : [{ is: button === 0 ? 'wheel-up' : 'wheel-down', ...at }];
  return pressed && button === 0 && (code & motion) === 0 ? [{ is: 'click', ...at }] : [];
};

/**
 * Takes the mouse's reports out of what a terminal sends, wherever reads have cut it, so that none is ever taken for
 * keys. Inside a paste nothing is a report.
 */
export const createInputSplitter = (): InputSplitter => {
  let [held, pasting] = ['', false];

  const push = (chunk: string): readonly InputPiece[] => {
    const text = held + chunk;
    held = '';
    const pieces: InputPiece[] = [];
    let from = 0;
    const take = (at: number, length: number): void => {
      pieces.push(text.slice(from, at));
      from = at + length;
    };
    for (const found of text.matchAll(marks)) {
      const [all, button, column, row, end, paste] = found;
      if (paste !== undefined) pasting = paste === '0';
      else if (end === undefined) {
        take(found.index, all.length);
        held = all.length > longest ? '' : all;
      } else if (!pasting) {
        take(found.index, all.length);
        pieces.push(...eventsOf(Number(button), Number(column), Number(row), end === 'M'));
      }
    }
    take(text.length, 0);
    return pieces.filter((piece) => piece !== '');
  };

  return {
    push,
    // The beginning of a report is no key, however long the rest of it takes.
    waits: () => held !== '' && !held.startsWith('\u001b[<'),
    release: () => {
      const text = held === '\u001b' && !pasting ? escapeKey : held;
      held = '';
      return text;
    },
  };
};

/** A lone escape is the escape key when nothing has followed it for so long. */
const patienceMs: Millis = 20;

/**
 * The terminal's input as Ink may see it: without what the mouse did, which is told in its place among the keys. All
 * else that Ink asks of the stream (raw mode, encoding, listeners) is the stream's own.
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
    await clock.sleep(patienceMs);
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
