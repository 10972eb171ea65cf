import { stripControls } from '../../domain/controls.ts';
import { headText } from '../../domain/mask/cut-text.ts';

/** One output of a program: a bounded part of it is kept, all of it is counted. */
export interface OutputCapture {
  push(chunk: Buffer): void;
  /** All bytes that came, kept or not. */
  size(): number;
  cut(): boolean;
  /** What was kept, as it is. */
  bytes(): Uint8Array;
  /** The same as text. A letter that the cut split is left out. */
  raw(): string;
}

export const createOutputCapture = (maxBytes: number): OutputCapture => {
  const chunks: Buffer[] = [];
  let kept = 0;
  let size = 0;
  return {
    push: (chunk) => {
      size += chunk.length;
      if (kept >= maxBytes) return;
      const part = chunk.subarray(0, maxBytes - kept);
      // A copy: a small part must not hold the whole chunk that it came in.
      chunks.push(part.length === chunk.length ? chunk : Buffer.from(part));
      kept += part.length;
    },
    size: () => size,
    cut: () => size > maxBytes,
    bytes: () => Buffer.concat(chunks),
    raw: () => new TextDecoder().decode(Buffer.concat(chunks), { stream: size > maxBytes }),
  };
};

/** A line that never ends is passed on in pieces of this length, or of less: each is masked, so no name or token is split. */
const longestLine = 16 * 1024;

/** Cuts an output into lines as it comes. A lone CR, with which progress bars go back, ends a line too. */
export const createOutputSplitter = (
  line: (text: string) => void,
): { push(chunk: Buffer): void; end(): void } => {
  const decoder = new TextDecoder();
  let rest = '';
  const pass = (text: string): void => {
    const shown = stripControls(text).trimEnd();
    if (shown !== '') line(shown);
  };
  const take = (text: string, isLast: boolean): void => {
    const parts = (rest + text).split(/\r?\n|\r(?!$)/);
    rest = parts.pop() ?? '';
    parts.forEach(pass);
    while (rest.length > longestLine) {
      const piece = headText(rest, longestLine) || rest.slice(0, longestLine);
      pass(piece);
      rest = rest.slice(piece.length);
    }
    if (isLast) pass(rest);
  };
  return {
    push: (chunk) => take(decoder.decode(chunk, { stream: true }), false),
    end: () => take(decoder.decode(), true),
  };
};
