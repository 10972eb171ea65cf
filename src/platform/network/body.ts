import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { WireError } from '../failures.ts';

const mebibyte = 1024 * 1024;
export const defaultMaxBytes = 8 * mebibyte;

/**
 * A whole body as text: decompressed, UTF-8 with U+FFFD for what is none. Reading stops (and the connection ends) as
 * soon as the decoded bytes pass `maxBytes`: a `malformed` WireError that says the limit.
 */
export const readBody = async (body: Readable, encoding: string, maxBytes: number): Promise<string> => {
  const decoder = new TextDecoder('utf-8');
  let text = '';
  let size = 0;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > maxBytes)
        throw new WireError(
          'malformed',
          `the answer is longer than ${sizeText(maxBytes)}; reading stopped there`,
        );
      text += decoder.decode(chunk, { stream: true });
    }
  };
  const unpacked = decoderOf(encoding);
  if (unpacked === undefined) await pipeline(body, collect);
  else await pipeline(body, unpacked, collect);
  return text + decoder.decode();
};

const decoderOf = (encoding: string) => {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    case 'deflate':
      return createInflate();
    default:
      throw new WireError('malformed', `its body is encoded as "${encoding}", which nobody asked for`);
  }
};

const sizeText = (bytes: number): string =>
  bytes >= mebibyte ? `${Math.round(bytes / mebibyte)} MiB` : `${bytes} bytes`;
