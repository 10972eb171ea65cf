import { stripControls } from '../../domain/text/controls.ts';
import type { SecretMasker } from '../../platform/masking/secrets.ts';
import { createOutputSink, type OutputSink } from '../../platform/terminal/sink.ts';

/** The output of a command: results to stdout, errors to stderr, secrets to neither. */
export interface Output {
  /** Masks and strips all output. Use it directly for text that is laid out before it is written. */
  readonly sink: OutputSink;
  /** Writes one line to stdout; embedded line breaks are indented. */
  line(text: string): void;
  /** Writes lines to stdout that were laid out together. */
  lines(texts: readonly string[]): void;
  /** Writes colored text that was laid out from `sink.tree`. */
  painted(text: string): void;
  /** Writes a value as JSON, on one line unless `pretty`. */
  json(value: unknown, pretty?: boolean): void;
  /** Writes a line to stderr. */
  error(text: string): void;
  /** Writes trusted text without a newline. */
  raw(text: string): void;
  /**
   * Writes bytes or text that `sink` has masked. Resolves when there is room for more, when stdout is closed, or when
   * the signal aborts.
   */
  write(part: Uint8Array | string, signal: AbortSignal): Promise<void>;
  /** Gives up unread output, so that `flush` no longer waits for it. */
  abandon(): void;
  /** Reports that the reader of stdout has closed it. */
  left(): void;
  /** Terminal width; undefined when stdout is not a terminal. */
  readonly columns: number | undefined;
  /** True for a pipe: a closed reader shows only on the next write. */
  readonly isPipe: boolean;
  /** Aborts when stdout is closed. */
  readonly closed: AbortSignal;
  /** Fixes the exit code to that of the completed work, even if stdout fails; `words` then describe the result. */
  settle(words: string): void;
  /** The words of `settle`, once it was called. */
  readonly settled: string | undefined;
  /** Resolves when all output is written: to the write error, or undefined on success and after EPIPE. */
  flush(): Promise<string | undefined>;
}

const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });

/** The output streams of a command. */
export interface OutputStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** The errors of a write whose reader has closed stdout. ECONNRESET: it closed during the write, with unread bytes left. */
const closedByReader: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET']);

/** Creates the output for stdout and stderr of this process, or other streams. After the reader has closed, the rest is dropped without an error. */
export const createOutput = (masker: SecretMasker, { stdout, stderr }: OutputStreams = process): Output => {
  const closed = new AbortController();
  let failed: string | undefined;
  const sink = createOutputSink(masker);
  let settled: string | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!closedByReader.has(error.code)) failed = error.message;
    closed.abort();
  });
  stderr.on('error', () => {});
  const raw = (text: string): void => {
    if (!closed.signal.aborted) stdout.write(text);
  };
  const abandoned = Promise.withResolvers<void>();
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
      if (closed.signal.aborted || stdout.write(part) || stdout.destroyed) return;
      await roomOr(AbortSignal.any([closed.signal, signal]));
    },
    abandon: abandoned.resolve,
    left: () => closed.abort(),
    line: (text) => raw(`${sink.row(text)}\n`),
    lines: (texts) => raw(texts.map((text) => `${sink.row(text)}\n`).join('')),
    painted: (text) => raw(`${sink.painted(text)}\n`),
    json: (value, pretty = false) => raw(`${sink.json(value, pretty)}\n`),
    error: (text) => {
      stderr.write(`${sink.text(text)}\n`);
    },
    // A file stream has no `connecting` property.
    columns: stdout.isTTY ? stdout.columns : undefined,
    isPipe: !stdout.isTTY && 'connecting' in stdout,
    closed: closed.signal,
    settle: (words) => {
      settled = words;
    },
    get settled() {
      return settled;
    },
    flush: async () => {
      await Promise.race([Promise.all([written(stdout), written(stderr)]), abandoned.promise]);
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

/** Replaces opsdeck's own glyphs in lines with ASCII (`--ascii`). Text from outside stays as it is. */
export const asciiOutput = (output: Output): Output => ({
  ...output,
  line: (text) => output.line(inAscii(text)),
  lines: (texts) => output.lines(texts.map(inAscii)),
  painted: (text) => output.painted(inAscii(text)),
});
