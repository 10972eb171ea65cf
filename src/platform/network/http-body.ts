import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { defined } from '../../domain/base/defined.ts';
import { noteMemberText, noteMergedText, parseStripped } from '../masking/sanitize.ts';
import { nextTurn } from '../runtime/async.ts';
import { createAsyncQueue } from '../runtime/async-queue.ts';
import { steadyNow } from '../runtime/clock.ts';
import { TooLargeError, WireError } from '../runtime/wire-error.ts';
import { JsonReader } from './bounded-json.ts';
import type { JsonPartParser } from './json-parts.ts';
import { enterLongBody } from './long-bodies.ts';

const mebibyte = 1024 * 1024;
const defaultMaxBytes = 8 * mebibyte;

/** Bytes of a long body that are read in one turn of the event loop: bytes that have arrived already come without a pause. */
const bytesPerTurn = 64 * 1024;
/** Bytes of it that are read without a look at the clock: text with very many keys takes ten times as long as any other. */
const pieceBytes = 8 * 1024;
/** Time in ms after which the rest waits for the next turn. */
const turnMs = 3;
/** Characters of it that are parsed at once. */
const partChars = 16 * 1024;
/** A body of more bytes waits for others that are as long. */
const longBytes = mebibyte;

/** Chunks of a body that may be tiny. Each costs as much time as a long one. */
const mostTinyChunks = 20_000;
/** Bytes of a chunk that is not tiny, on average. */
const tinyBytes = 16;

/** Fails a body that arrives in many tiny chunks, before more of them are read. */
const refuseTinyChunks = (body: Readable): void => {
  let count = 0;
  let bytes = 0;
  const push = body.push.bind(body);
  body.push = (chunk: Uint8Array | null, ...more): boolean => {
    count += 1;
    bytes += chunk?.length ?? 0;
    if (count <= mostTinyChunks || bytes >= count * tinyBytes) return push(chunk, ...more);
    body.destroy(
      new WireError('malformed', 'the response arrives in too many tiny chunks, so opsdeck stopped reading'),
    );
    return false;
  };
};

const tooLarge = (maxBytes: number): WireError => new TooLargeError(sizeText(maxBytes));

/**
 * The bytes of a body as they arrive, at most `maxBytes`. They do not wait for the reader: undici loses what it has not passed on when a
 * server closes the connection behind its response.
 */
const receive = (body: Readable, maxBytes: number): AsyncIterable<Buffer> => {
  const chunks = createAsyncQueue<Buffer>();
  let size = 0;
  body.on('data', (chunk: Buffer) => {
    size += chunk.length;
    chunks.put(chunk);
    if (size > maxBytes) body.destroy(tooLarge(maxBytes));
  });
  body.once('end', () => chunks.end());
  body.on('error', (error) => chunks.fail(error));
  body.once('close', () =>
    chunks.fail(
      new WireError('unreachable', 'the server closed the connection before the response was complete'),
    ),
  );
  return chunks;
};

/** UTF-16 where its byte order mark says so, otherwise UTF-8. */
const charsetOf = ([first, second]: Uint8Array): string =>
  first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';

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
  refuseTinyChunks(body);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  const reader = new JsonReader(stripped, partChars);
  let text = '';
  let size = 0;
  let untilTurn = bytesPerTurn;
  let turnBegan = steadyNow();
  let leave: (() => void) | undefined;
  let refusal: unknown;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      if (size > longBytes) leave ??= await enterLongBody();
      decoder ??= new TextDecoder(charsetOf(chunk));
      for (let from = 0; from < chunk.length; from += pieceBytes) {
        const piece = chunk.subarray(from, from + pieceBytes);
        untilTurn -= piece.length;
        if (untilTurn < 0 || steadyNow() - turnBegan > turnMs) {
          await nextTurn();
          untilTurn = bytesPerTurn - piece.length;
          turnBegan = steadyNow();
        }
        const part = decoder.decode(piece, { stream: true });
        reader.take(part);
        text += part;
      }
    }
  };
  const unpacked = decoderOf(encoding);
  try {
    const received = receive(body, maxBytes);
    if (unpacked === undefined) await collect(received);
    else
      await pipeline(received, unpacked, (source: AsyncIterable<Buffer>) =>
        collect(source).catch((error: unknown) => {
          refusal = error;
          throw error;
        }),
      );
  } catch (error) {
    // The streams before it end with an error of their own.
    throw refusal ?? error;
  } finally {
    body.destroy();
    leave?.();
  }
  const rest = decoder?.decode() ?? '';
  reader.take(rest);
  const json = reader.end();
  return { body: text + rest, ...defined({ json }) };
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
      throw new WireError('malformed', `the response has the unexpected content encoding "${encoding}"`);
  }
};

const sizeText = (bytes: number): string =>
  bytes >= mebibyte ? `${Math.round(bytes / mebibyte)} MiB` : `${bytes} bytes`;
