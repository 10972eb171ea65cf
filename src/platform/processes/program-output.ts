import { defined } from '../../domain/base/defined.ts';
import { stripControls } from '../../domain/text/controls.ts';
import { headText } from '../../domain/text/cut-text.ts';
import type { ProgramEnd } from './program.ts';

/** Captures one output of a program: keeps up to a limit, counts all of it. */
export interface OutputCapture {
  push(chunk: Buffer): void;
  /** All bytes received, kept or not. */
  size(): number;
  cut(): boolean;
  /** The kept bytes; undefined unless asked for. */
  bytes(): Uint8Array | undefined;
  /** The kept bytes as text, without a character that the limit split. */
  raw(): string;
}

/** Decodes as it arrives: at once, megabytes of output would hold up everything else. */
export const createOutputCapture = (maxBytes: number, keepsBytes = false): OutputCapture => {
  const chunks: Buffer[] = [];
  const decoder = new TextDecoder();
  let text = '';
  let kept = 0;
  let size = 0;
  return {
    push: (chunk) => {
      size += chunk.length;
      if (kept >= maxBytes) return;
      const part = chunk.subarray(0, maxBytes - kept);
      // Copied, so that a small part does not retain the whole chunk.
      if (keepsBytes) chunks.push(part.length === chunk.length ? chunk : Buffer.from(part));
      text += decoder.decode(part, { stream: true });
      kept += part.length;
    },
    size: () => size,
    cut: () => size > maxBytes,
    bytes: () => (keepsBytes ? Buffer.concat(chunks) : undefined),
    raw: () => {
      if (size <= maxBytes) text += decoder.decode();
      return text;
    },
  };
};

/** Result of the two captures of a program. */
export const capturedOutput = (
  out: OutputCapture,
  err: OutputCapture,
): Pick<ProgramEnd, 'out' | 'err' | 'raw' | 'bytes' | 'cut'> => {
  const raw = out.raw();
  const bytes = out.bytes();
  return {
    raw,
    out: stripControls(raw),
    err: stripControls(err.raw()),
    cut: out.cut() || err.cut(),
    ...defined({ bytes }),
  };
};

/**
 * Maximum length of a line, in characters. A longer one is passed on in pieces, each of which is masked, so that no
 * name or token is split.
 */
const longestLine = 16 * 1024;

/** Splits an output into lines as it arrives. A lone CR, which progress bars use, ends a line too. */
export const createOutputSplitter = (
  line: (text: string) => void,
): { push(chunk: Buffer): void; end(): void } => {
  const decoder = new TextDecoder();
  let partialLine = '';
  const pass = (text: string): void => {
    const shown = stripControls(text).trimEnd();
    if (shown !== '') line(shown);
  };
  const take = (text: string, isLast: boolean): void => {
    const parts = (partialLine + text).split(/\r?\n|\r(?!$)/);
    partialLine = parts.pop() ?? '';
    parts.forEach(pass);
    while (partialLine.length > longestLine) {
      const piece = headText(partialLine, longestLine) || partialLine.slice(0, longestLine);
      pass(piece);
      partialLine = partialLine.slice(piece.length);
    }
    if (isLast) pass(partialLine);
  };
  return {
    push: (chunk) => take(decoder.decode(chunk, { stream: true }), false),
    end: () => take(decoder.decode(), true),
  };
};
