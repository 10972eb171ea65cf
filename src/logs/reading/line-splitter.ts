import { withoutTornEnd } from '../../domain/text/cut-text.ts';
import { formatBytes as sizeText } from '../../domain/text/format.ts';

/** Maximum length of a line; the rest is cut off, so that a runaway line cannot fill the memory. */
export const maxLineBytes = 1024 * 1024;

const lineFeed = 10;

/** Returns the number of trailing bytes that form an incomplete UTF-8 character. */
const tornBytes = (bytes: Uint8Array): number => {
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes.at(-back) ?? 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
};

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();

const cutText = (bytes: Uint8Array, lost: number): string => {
  const kept = bytes.subarray(0, bytes.length - tornBytes(bytes));
  return `${withoutTornEnd(textOf(kept))} … ${sizeText(lost + bytes.length - kept.length)} more`;
};

const lineText = (bytes: Uint8Array): string =>
  bytes.length <= maxLineBytes
    ? textOf(bytes)
    : cutText(bytes.subarray(0, maxLineBytes), bytes.length - maxLineBytes);

/**
 * Splits bytes into lines without line feeds: UTF-8, with U+FFFD for invalid bytes. A line longer than
 * `maxLineBytes` is cut, with a note about the length of the rest.
 */
export class LineSplitter {
  #parts: Uint8Array[] = [];
  #size = 0;
  #lost = 0;

  /** True within a line: the next bytes continue it. */
  get isOpen(): boolean {
    return this.#size > 0;
  }

  push(bytes: Uint8Array): readonly string[] {
    const last = bytes.lastIndexOf(lineFeed);
    if (last === -1) {
      this.#hold(bytes);
      return [];
    }
    const partialLine = bytes.subarray(last + 1);
    if (this.#size === 0) {
      this.#hold(partialLine);
      return linesIn(bytes.subarray(0, last));
    }
    const begin = bytes.indexOf(lineFeed) + 1;
    this.#hold(bytes.subarray(0, begin - 1));
    const first = this.#take();
    this.#hold(partialLine);
    return last < begin ? [first] : [first, ...linesIn(bytes.subarray(begin, last))];
  }

  /** Returns an unfinished last line. */
  end(): readonly string[] {
    return this.#size === 0 ? [] : [this.#take()];
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const room = maxLineBytes - this.#size;
    const kept = bytes.length > room ? bytes.subarray(0, room) : bytes;
    if (kept.length > 0) this.#parts.push(kept);
    this.#size += kept.length;
    this.#lost += bytes.length - kept.length;
  }

  #take(): string {
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    const lost = this.#lost;
    this.#parts = [];
    this.#size = 0;
    this.#lost = 0;
    return lost === 0 ? textOf(bytes) : cutText(bytes, lost);
  }
}

/** Splits whole lines, in one call if none of them can be too long. */
const linesIn = (bytes: Uint8Array): readonly string[] => {
  if (bytes.length <= maxLineBytes) return textOf(bytes).split('\n');
  const lines: string[] = [];
  for (let begin = 0; begin <= bytes.length; ) {
    const lineEnd = bytes.indexOf(lineFeed, begin);
    const end = lineEnd === -1 ? bytes.length : lineEnd;
    lines.push(lineText(bytes.subarray(begin, end)));
    begin = end + 1;
  }
  return lines;
};

/** Yields the lines of a byte stream, including an unfinished last one. */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) yield* splitter.push(chunk);
  yield* splitter.end();
}
