import { stripControls } from '../domain/controls.ts';
import type { SecretMasker } from '../platform/terminal/secrets.ts';
import { createOutputSink, type OutputSink } from '../platform/terminal/sink.ts';

/** Where a command writes: answers to stdout, errors to stderr, secrets to neither. */
export interface Output {
  /** What all of it goes through. For what is laid out or counted before it is written. */
  readonly sink: OutputSink;
  /** One line of an answer; what breaks it goes on indented. */
  line(text: string): void;
  /** Lines of an answer that were laid out together. */
  lines(texts: readonly string[]): void;
  /** Lines that were laid out from `sink.tree`, with colors. */
  painted(text: string): void;
  /** A value as JSON, on one line unless `pretty`. */
  json(value: unknown, pretty?: boolean): void;
  /** A line on stderr, led by the program's name. */
  error(text: string): void;
  /** A text of this program's own, without a newline. */
  raw(text: string): void;
  /**
   * Bytes or text of an answer that have gone through `sink`; resolves when there is room for more, when the reader has gone, or
   * when the signal aborts.
   */
  write(part: Uint8Array | string, signal: AbortSignal): Promise<void>;
  /** What has not been read by now is given up: nobody waits for it any more. */
  abandon(): void;
  /** Nobody reads stdout any more, though nothing has been written. */
  left(): void;
  /** The width of the terminal that stdout is; undefined: it is no terminal. */
  readonly columns: number | undefined;
  /** True for a pipe, whose reader may go away unnoticed while nothing is written. */
  readonly isPipe: boolean;
  /** Aborts when nobody reads stdout any more. */
  readonly gone: AbortSignal;
  /** From now on the exit status is that of what was done, also when stdout cannot be written; `words` then say what that was. */
  settle(words: string): void;
  /** What `settle` was told; undefined while it was told nothing. */
  readonly settled: string | undefined;
  /** Resolves when everything has left the process, to why it could not (undefined when it could, or nobody reads). */
  flush(): Promise<string | undefined>;
}

const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });

/** The streams that a command writes to. */
export interface OutputStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** What a write fails with when its reader has closed; ECONNRESET: a pipe of Node (a socket) that closes during the write, unread bytes in it. */
const closedByReader: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET']);

/** Output to the process's own stdout and stderr, or to others. A reader that closes is not an error: what is left is dropped. */
export const createOutput = (masker: SecretMasker, { stdout, stderr }: OutputStreams = process): Output => {
  const gone = new AbortController();
  let failed: string | undefined;
  const sink = createOutputSink(masker);
  let settled: string | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!closedByReader.has(error.code)) failed = error.message;
    gone.abort();
  });
  stderr.on('error', () => {});
  const raw = (text: string): void => {
    if (!gone.signal.aborted) stdout.write(text);
  };
  const given = Promise.withResolvers<void>();
  const roomOr = (over: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const go = (): void => {
        stdout.off('drain', go);
        over.removeEventListener('abort', go);
        resolve();
      };
      stdout.on('drain', go);
      over.addEventListener('abort', go);
      if (over.aborted) go();
    });
  return {
    raw: (text) => raw(stripControls(text)),
    sink,
    write: async (part, signal) => {
      if (gone.signal.aborted || stdout.write(part) || stdout.destroyed) return;
      await roomOr(AbortSignal.any([gone.signal, signal]));
    },
    abandon: given.resolve,
    left: () => gone.abort(),
    line: (text) => raw(`${sink.row(text)}\n`),
    lines: (texts) => raw(texts.map((text) => `${sink.row(text)}\n`).join('')),
    painted: (text) => raw(`${sink.painted(text)}\n`),
    json: (value, pretty = false) => raw(`${sink.json(value, pretty)}\n`),
    error: (text) => {
      stderr.write(`${sink.text(text)}\n`);
    },
    // A file's stream has no connection to be made.
    columns: stdout.isTTY ? stdout.columns : undefined,
    isPipe: !stdout.isTTY && 'connecting' in stdout,
    gone: gone.signal,
    settle: (words) => {
      settled = words;
    },
    get settled() {
      return settled;
    },
    flush: async () => {
      await Promise.race([Promise.all([written(stdout), written(stderr)]), given.promise]);
      return failed;
    },
  };
};

const asciiOf: Readonly<Record<string, string>> = {
  '●': '+',
  '▲': '!',
  '✗': 'X',
  '⊘': '@',
  '⊗': '#',
  '–': '-',
  '→': '->',
  '·': '|',
  '…': '...',
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
};

const inAscii = (text: string): string => text.replace(/[●▲✗⊘⊗–→·…≥≤≠]/g, (glyph) => asciiOf[glyph] ?? glyph);

/** The same output, its lines without our own glyphs (`--ascii`). What came from outside stays as it is otherwise. */
export const asciiOutput = (output: Output): Output => ({
  ...output,
  line: (text) => output.line(inAscii(text)),
  lines: (texts) => output.lines(texts.map(inAscii)),
  painted: (text) => output.painted(inAscii(text)),
});
