import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** The largest text of a row, in bytes: a whole frame of the largest screen. */
const largestText = 16 * 1024 * 1024;

/** Lines of a recording as the text of a row: deflated, in base64. */
export const packLines = (lines: readonly string[]): string =>
  deflateRawSync(Buffer.from(lines.join(''))).toString('base64');

/** The lines of a row, without their newlines. Throws for a text that is not deflated, or too large. */
export const unpackLines = (content: string): readonly string[] =>
  inflateRawSync(Buffer.from(content, 'base64'), { maxOutputLength: largestText })
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
