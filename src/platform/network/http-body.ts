import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { noteMemberText, noteMergedText, parseStripped } from '../masking/sanitize.ts';
import { nextTurn } from '../runtime/async.ts';
import { WireError } from '../runtime/wire-error.ts';
import { JsonReader } from './bounded-json.ts';
import type { JsonPartParser } from './json-parts.ts';
import { enterLongBody } from './long-bodies.ts';

const mebibyte = 1024 * 1024;
const defaultMaxBytes = 8 * mebibyte;

/** Bytes of a long body that are read in one turn of the event loop: bytes that have arrived already come without a pause. */
const bytesPerTurn = 64 * 1024;
/** A body of more bytes waits for others that are as long. */
const longBytes = mebibyte;

/** A whole body. */
export interface TextBody {
  /** Decompressed, UTF-8 with U+FFFD for invalid bytes. */
  readonly body: string;
  /** The value of a long JSON text, parsed while it arrived and stripped; 'broken': it is not JSON. Absent: the text is not parsed yet. */
  readonly json?: { readonly value: unknown } | 'broken';
}

const stripped: JsonPartParser = { parse: parseStripped, merged: noteMergedText, attached: noteMemberText };

/**
 * Reads a whole body. Beyond `maxBytes` decoded bytes it stops and closes the connection, with a `malformed` WireError that names the
 * limit. The same for JSON with too many values.
 */
export const readBody = async (
  body: Readable,
  encoding: string,
  maxBytes: number = defaultMaxBytes,
): Promise<TextBody> => {
  const decoder = new TextDecoder('utf-8');
  const reader = new JsonReader(stripped);
  let text = '';
  let size = 0;
  let untilTurn = bytesPerTurn;
  let leave: (() => void) | undefined;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > maxBytes)
        throw new WireError(
          'malformed',
          `the response is larger than ${sizeText(maxBytes)}; reading stopped`,
        );
      if (size > longBytes) leave ??= await enterLongBody();
      untilTurn -= chunk.length;
      if (untilTurn < 0) {
        await nextTurn();
        untilTurn = bytesPerTurn - chunk.length;
      }
      const part = decoder.decode(chunk, { stream: true });
      reader.take(part);
      text += part;
    }
  };
  const unpacked = decoderOf(encoding);
  try {
    if (unpacked === undefined) await collect(body);
    else await pipeline(body, unpacked, collect);
  } finally {
    leave?.();
  }
  const rest = decoder.decode();
  reader.take(rest);
  const json = reader.end();
  return { body: text + rest, ...(json === undefined ? {} : { json }) };
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
      throw new WireError('malformed', `unexpected content encoding "${encoding}"`);
  }
};

const sizeText = (bytes: number): string =>
  bytes >= mebibyte ? `${Math.round(bytes / mebibyte)} MiB` : `${bytes} bytes`;
