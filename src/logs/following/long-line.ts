import { stripControls } from '../../domain/controls.ts';
import { count } from '../../domain/format.ts';
import { withoutTornEnd } from '../../domain/mask/cut-text.ts';

/** Of a longer line only so many bytes are kept, with a word about the rest. */
export const longestLine = 1024 * 1024;

/** A line that comes in several pieces: what is kept of it, and how long it is. */
export class LongLine {
  length = 0;
  #kept: Buffer[] = [];
  #keptLength = 0;

  get bytes(): Buffer {
    const [one] = this.#kept;
    return one !== undefined && this.#kept.length === 1 ? one : Buffer.concat(this.#kept);
  }

  add(bytes: Buffer): void {
    this.length += bytes.length;
    // One more than is shown, so that what is cut in the middle of a character is seen.
    const room = longestLine + 1 - this.#keptLength;
    if (room <= 0) return;
    const part = Buffer.from(bytes.subarray(0, room));
    this.#kept.push(part);
    this.#keptLength += part.length;
  }
}

const amount = (bytes: number): string =>
  bytes < 50_000 ? `${count(bytes)} B` : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** The beginning of a line of so many bytes, clean, with a word about what is not shown: ` … 9.0 MB more`. */
export const cutLine = (bytes: Buffer, length: number): string => {
  let end = Math.min(longestLine, bytes.length);
  // Not within a character: a further byte of one is 10xxxxxx.
  while (end < bytes.length && end > longestLine - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${stripControls(withoutTornEnd(bytes.toString('utf8', 0, end)))} … ${amount(length - end)} more`;
};
