import { LineSplitter } from '../../../logs/reading/line-splitter.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';

/** Prefix of a log chunk requested with timestamps. Source: moby, jsonmessage.RFC3339NanoFixed. */
const timestampBytes = '2006-01-02T15:04:05.000000000Z '.length;
const isTimestamp = (bytes: Uint8Array): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $/.test(Buffer.from(bytes).toString('latin1'));

/**
 * Yields the lines of stdout and stderr in the order of their ends; lines of one stream do not split lines of the
 * other. `stamped`: every frame begins with a timestamp, and the 16 KiB chunks of a long line are rejoined.
 */
export async function* frameLines(
  frames: AsyncIterable<StreamFrame>,
  { stamped }: { readonly stamped: boolean },
): AsyncGenerator<string, void, undefined> {
  const cutters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  for await (const { stream: from, payload, isRest } of frames) {
    const cutter = cutters[from];
    const isStamped = stamped && isRest !== true;
    const goesOn = isStamped && cutter.isOpen && isTimestamp(payload.subarray(0, timestampBytes));
    for (const line of cutter.push(goesOn ? payload.subarray(timestampBytes) : payload)) yield line;
  }
  yield* cutters.stdout.end();
  yield* cutters.stderr.end();
}

const maxPieceBytes = 16 * 1024;
/** A character split between two chunks becomes several replacement characters. */
const tornBytes = 8;
const timestampPattern = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z )/;

/**
 * Removes the timestamps that the daemon inserts before every 16 KiB chunk of a terminal's log line. Nothing marks the
 * start of a chunk: a timestamp at that distance from the previous one is taken as one.
 */
export const stripInnerTimestamps = (line: string): string => {
  if (line.length <= timestampBytes + maxPieceBytes / 4) return line;
  const [head = '', first = '', ...rest] = line.split(timestampPattern);
  if (head !== '') return line;
  const kept: string[] = [first];
  let piece = 0;
  for (const [index, part] of rest.entries()) {
    const isStamp = index % 2 === 1;
    if (isStamp && piece >= maxPieceBytes && piece <= maxPieceBytes + tornBytes) {
      piece = 0;
      continue;
    }
    kept.push(part);
    piece += Buffer.byteLength(part);
  }
  return kept.join('');
};

/** A chunk of stdout or stderr, or a part of a long one. */
export interface StreamFrame {
  readonly stream: 'stdout' | 'stderr';
  readonly payload: Uint8Array;
  /** True: it continues the frame before it. */
  readonly isRest?: true;
}

const headerBytes = 8;
/** Docker writes no longer frames; a larger length means that the stream has no frames. */
const maxFrameBytes = 16 * 1024 * 1024;
/** A longer frame is handed on in parts as it arrives: all of its lines at once would keep the event loop busy. */
const maxPartBytes = 64 * 1024;
/** Stream type of the daemon's own error message. Source: moby, pkg/stdcopy, Systemerr. */
const daemonError = 3;

interface Header {
  readonly type: number;
  /** Bytes of the payload that have not been taken yet. */
  readonly size: number;
  readonly isRest?: true;
}

const headerOf = (bytes: Buffer): Header => {
  const [type = daemonError + 1, a, b, c] = bytes;
  const size = bytes.readUInt32BE(4);
  if (type > daemonError || a !== 0 || b !== 0 || c !== 0 || size > maxFrameBytes)
    throw new WireError(
      'malformed',
      'the response is not a log stream: check proxies in front of the Docker daemon',
    );
  return { type, size };
};

const frameOf = ({ type, isRest }: Header, payload: Buffer): readonly StreamFrame[] => {
  if (type === daemonError) throw new WireError('unreachable', oneLine(payload.toString('utf8')));
  if (payload.length === 0) return [];
  return [{ stream: type === 2 ? 'stderr' : 'stdout', payload, ...(isRest && { isRest }) }];
};

/** Received bytes that are not consumed yet. Avoids copies: one chunk contains many small frames. */
class ByteBuffer {
  #parts: Uint8Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(chunk: Uint8Array): void {
    this.#parts.push(chunk);
    this.#size += chunk.length;
  }

  /** Returns the next `size` bytes, once all of them have arrived. */
  take(size: number): Buffer | undefined {
    if (this.#size < size) return undefined;
    const [part] = this.#parts;
    const all =
      this.#parts.length === 1 && part !== undefined
        ? Buffer.from(part.buffer, part.byteOffset, part.length)
        : Buffer.concat(this.#parts);
    this.#size -= size;
    this.#parts = this.#size === 0 ? [] : [all.subarray(size)];
    return all.subarray(0, size);
  }
}

/**
 * Parses the frames of a multiplexed stream in their order: one byte of stream type, three zero bytes, four bytes of
 * length (big endian), and the payload. Source: Docker Engine API, ContainerAttach. Throws WireError: `malformed` for
 * invalid frames, `unreachable` with the daemon's message when it aborts.
 */
export async function* parseFrames(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamFrame, void, undefined> {
  const buffer = new ByteBuffer();
  let header: Header | undefined;
  const next = (): readonly StreamFrame[] | undefined => {
    const bytes = buffer.take(header === undefined ? headerBytes : Math.min(header.size, maxPartBytes));
    if (bytes === undefined) return undefined;
    if (header === undefined) {
      header = headerOf(bytes);
      return [];
    }
    const begun = header;
    const size = begun.size - bytes.length;
    header = size === 0 ? undefined : { type: begun.type, size, isRest: true };
    return frameOf(begun, bytes);
  };
  for await (const chunk of chunks) {
    buffer.add(chunk);
    for (let frames = next(); frames !== undefined; frames = next()) yield* frames;
  }
  if (buffer.size > 0 || header !== undefined)
    throw new WireError(
      'malformed',
      'the log stream ended in the middle of a line: the last line may be missing',
    );
}
