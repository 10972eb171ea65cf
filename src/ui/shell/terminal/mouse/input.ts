import type { Millis } from '../../../../domain/base/fault.ts';
import type { Rgb } from '../../../kit/theme/contrast.ts';
import { parseBackgroundReply } from '../background.ts';

/** A mouse event; its position in cells from the top left. */
export interface MouseEvent {
  readonly is: 'click' | 'wheel-up' | 'wheel-down';
  readonly x: number;
  readonly y: number;
}

/** The terminal's answer to the question for its background color. */
interface BackgroundReply {
  readonly is: 'background';
  readonly color: Rgb;
}

/** Text for the key parser, or an event, in input order. */
export type InputPiece = string | MouseEvent | BackgroundReply;

interface InputSplitter {
  push(chunk: string): readonly InputPiece[];
  /** Time after which the pending text is not continued: call `release` then. Undefined: no text is pending, or it is never a key. */
  waits(): Millis | undefined;
  /** Returns what the pending text is if nothing follows, and clears it. */
  release(): readonly InputPiece[];
}

const esc = '\u001b';
const oscStart = `${esc}]`;
/** Characters that an OSC sequence contains only as its end. */
const noControls = '[^\\u0000-\\u001f\\u007f]*';
/** The two forms of the end of an OSC sequence: BEL, and ST. */
const oscEnd = '\\u0007|\\u001b\\\\';

/**
 * Matches, after the escape character:
 * - SGR mouse reports (xterm control sequences, mode 1006: button, column, row; `M` pressed, `m` released), and paste markers;
 * - an incomplete one of these, or a lone escape, at the end of a chunk;
 * - OSC sequences, which a terminal only sends as answers: with a number, also one that is incomplete at the end of a chunk or
 *   broken off by a control character; any other only as a whole, because it may be `esc` and `]` of the keyboard.
 */
const marks = new RegExp(
  `${esc}(?:${[
    '\\[<(?<button>\\d{1,6});(?<column>\\d{1,6});(?<row>\\d{1,6})(?<end>[Mm])',
    '\\[20(?<paste>[01])~',
    '(?<part>(?:\\[(?:<[\\d;]*|2(?:0[01]?)?)?|\\])?)$',
    `\\](?<body>\\d${noControls})(?:(?<closed>${oscEnd})|(?<open>\\u001b?)$|(?=[\\u0000-\\u001f\\u007f]))`,
    `\\](?:[^\\d\\u0000-\\u001f\\u007f]${noControls})(?:${oscEnd})`,
  ].join('|')})`,
  'g',
);
/** The end of an answer whose beginning came too long ago. */
const lostEnd = new RegExp(`^${noControls}(?:${oscEnd})`);

/** Maximum length of a mouse report; longer text is not a report. */
const maxReportLength = 32;
/** Maximum length of an answer; of a longer one only the beginning is kept, and it is dropped. */
const maxReplyLength = 128;
/** The escape key in the kitty protocol form, which is unambiguous. */
const escapeKey = `${esc}[27u`;

/** Time after which a lone escape character is the escape key. */
const escapeTimeoutMs: Millis = 20;
/** The same while an answer of the terminal is expected, which may be split after its first character. */
const expectingTimeoutMs: Millis = 150;
/** Time after which an answer is not continued. */
const replyTimeoutMs: Millis = 1000;

const wheel = 64;
const motion = 32;
const buttons = 3;

/** Converts a report to events. Only presses of the left button and the wheel are handled. */
const eventsOf = (code: number, column: number, row: number, pressed: boolean): readonly MouseEvent[] => {
  const cell = { x: column - 1, y: row - 1 };
  const button = code & buttons;
  if ((code & wheel) !== 0)
    return button > 1 ? [] : [{ is: button === 0 ? 'wheel-up' : 'wheel-down', ...cell }];
  return pressed && button === 0 && (code & motion) === 0 ? [{ is: 'click', ...cell }] : [];
};

const replyOf = (body: string): readonly BackgroundReply[] => {
  const color = parseBackgroundReply(body);
  return color === undefined ? [] : [{ is: 'background', color }];
};

/** Meaning of a match of `marks` other than a paste marker: events, or the beginning of one of them. */
const markOf = (
  all: string,
  { button, column, row, end, part, body = '', open }: Readonly<Record<string, string | undefined>>,
): { readonly pieces: readonly InputPiece[]; readonly pending: string } => {
  if (part !== undefined) return { pieces: [], pending: all.length > maxReportLength ? '' : all };
  if (open !== undefined) return { pieces: [], pending: oscStart + body.slice(0, maxReplyLength) + open };
  if (button !== undefined)
    return { pieces: eventsOf(Number(button), Number(column), Number(row), end === 'M'), pending: '' };
  return { pieces: replyOf(body), pending: '' };
};

const isReplyPart = (text: string): boolean => text.startsWith(oscStart) && text.length > oscStart.length;

/**
 * Separates mouse reports and answers of the terminal from its input, even if they are split across reads, so that they are
 * never parsed as keys. Within a paste nothing is either of them. An answer that is broken, unknown or not expected is
 * dropped. While one is incomplete, keys in the middle of it are lost, but a control character (enter, `ctrl-c`), a key with
 * an escape sequence, or a second without input ends it. `expectsReply`: true while the terminal has been asked.
 */
export const createInputSplitter = (expectsReply: () => boolean = () => false): InputSplitter => {
  let pending = '';
  let pasting = false;
  /** An escape was released as a key: it may have been the first character of an answer. */
  let isEscapeReleased = false;
  /** The escape of the pending text was already released as a key. */
  let isEscapeGiven = false;
  /** The beginning of an answer was dropped; its end may follow. */
  let isReplyLost = false;
  /** The first character of ST was released; the second one may follow. */
  let isEndOpen = false;

  /** The pending text and a chunk, as one text. */
  const continued = (chunk: string): string => {
    const before = pending;
    pending = '';
    if (isEscapeGiven && before === oscStart && !/^\d/.test(chunk)) {
      isEscapeGiven = false;
      return `]${chunk}`;
    }
    if (before !== '') return before + chunk;
    const isEnd = isEndOpen && chunk.startsWith('\\');
    isEndOpen = false;
    if (isEnd) return chunk.slice(1);
    if (isReplyLost && lostEnd.test(chunk)) {
      isReplyLost = false;
      return chunk.replace(lostEnd, '');
    }
    isEscapeGiven = isEscapeReleased && expectsReply() && /^\](?:\d|$)/.test(chunk);
    return isEscapeGiven ? esc + chunk : chunk;
  };

  const push = (chunk: string): readonly InputPiece[] => {
    const text = continued(chunk);
    isEscapeReleased = false;
    const pieces: InputPiece[] = [];
    let from = 0;
    const take = (index: number, length: number): void => {
      pieces.push(text.slice(from, index));
      from = index + length;
    };
    for (const match of text.matchAll(marks)) {
      const { paste, part } = match.groups ?? {};
      if (paste !== undefined) pasting = paste === '0';
      else if (part !== undefined || !pasting) {
        const marked = markOf(match[0], match.groups ?? {});
        take(match.index, match[0].length);
        pieces.push(...marked.pieces);
        pending = marked.pending;
      }
    }
    take(text.length, 0);
    return pieces.filter((piece) => piece !== '');
  };

  const waits = (): Millis | undefined => {
    // The beginning of a mouse report is never a key, no matter how late the rest arrives.
    if (pending === '' || pending.startsWith('\u001b[<')) return undefined;
    if (isReplyPart(pending) && !pending.endsWith(esc)) return replyTimeoutMs;
    if (!expectsReply()) return escapeTimeoutMs;
    return pending === oscStart ? replyTimeoutMs : expectingTimeoutMs;
  };

  const release = (): readonly InputPiece[] => {
    const text = pending;
    pending = '';
    if (isReplyPart(text)) {
      isReplyLost = true;
      isEndOpen = text.endsWith(esc) && expectsReply();
      const reply = replyOf(text.slice(oscStart.length).replace(esc, ''));
      // The escape is the first half of ST only after a whole answer.
      return reply.length > 0 || !text.endsWith(esc) ? reply : [escapeKey];
    }
    if (text === oscStart && isEscapeGiven) {
      isEscapeGiven = false;
      return [']'];
    }
    isEscapeReleased = text === esc && !pasting;
    return [isEscapeReleased ? escapeKey : text];
  };

  return { push, waits, release };
};

/** Receives what is not text. */
interface InputListener {
  mouse(event: MouseEvent): void;
  background(color: Rgb): void;
  /** True while the terminal has been asked for its background. */
  expectsBackground(): boolean;
}

/**
 * Creates the stdin for Ink: without mouse reports and answers of the terminal, which go to `listener` in order with the
 * keys. Everything else (raw mode, encoding, listeners) is forwarded to the real stream.
 */
export const splitTerminalInput = (
  stdin: NodeJS.ReadStream,
  clock: { sleep(ms: Millis): Promise<void> },
  listener: InputListener,
): NodeJS.ReadStream => {
  const splitter = createInputSplitter(listener.expectsBackground);
  const queue: InputPiece[] = [];
  let turn = 0;

  const releaseLater = async (ms: Millis): Promise<void> => {
    const mine = ++turn;
    await clock.sleep(ms);
    if (mine !== turn || splitter.waits() === undefined) return;
    queue.push(...splitter.release());
    stdin.emit('readable');
  };

  const read = (): string | null => {
    for (;;) {
      const piece = queue.shift();
      if (typeof piece === 'string') return piece;
      if (piece !== undefined) {
        if (piece.is === 'background') listener.background(piece.color);
        else listener.mouse(piece);
        continue;
      }
      const chunk: unknown = stdin.read();
      if (chunk === null) break;
      turn++;
      queue.push(...splitter.push(String(chunk)));
    }
    const ms = splitter.waits();
    if (ms !== undefined) void releaseLater(ms);
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
