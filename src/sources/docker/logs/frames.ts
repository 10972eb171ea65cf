import { LineSplitter } from '../../../logs/reading/line-splitter.ts';
import { oneLine } from '../../../platform/terminal/sanitize.ts';
import { WireError } from '../../../platform/wire-error.ts';

/** How a piece of a log begins when it is asked for with timestamps. Source: moby, jsonmessage.RFC3339NanoFixed. */
const timestampBytes = '2006-01-02T15:04:05.000000000Z '.length;
const isTimestamp = (bytes: Uint8Array): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $/.test(Buffer.from(bytes).toString('latin1'));

/**
 * The lines of two outputs, each in the order of its end: a line of one is not torn by what the other says meanwhile.
 * `stamped`: every frame begins with a time; the log's 16 KiB pieces of one long line are put together again.
 */
export async function* frameLines(
  frames: AsyncIterable<StreamFrame>,
  { stamped }: { readonly stamped: boolean },
): AsyncGenerator<string, void, undefined> {
  const cutters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  for await (const { stream: from, payload } of frames) {
    const cutter = cutters[from];
    const goesOn = stamped && cutter.isOpen && isTimestamp(payload.subarray(0, timestampBytes));
    for (const line of cutter.push(goesOn ? payload.subarray(timestampBytes) : payload)) yield line;
  }
  yield* cutters.stdout.end();
  yield* cutters.stderr.end();
}

const maxPieceBytes = 16 * 1024;
/** A character that two pieces tore apart has become several that stand for what is none. */
const tornBytes = 8;
const timestampPattern = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z )/;

/**
 * A line of a terminal's log with the times taken out that the daemon puts in front of every 16 KiB piece of it. Nothing
 * says where a piece begins: what looks like a time so far behind the one before is one.
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

/** A piece of one of a program's two outputs. */
interface StreamFrame {
  readonly stream: 'stdout' | 'stderr';
  readonly payload: Uint8Array;
}

const headerBytes = 8;
/** No writer of ours makes a frame as long; what claims one is no stream of frames. */
const maxFrameBytes = 16 * 1024 * 1024;
/** The daemon's own words, when its work fails in the middle. Source: moby, pkg/stdcopy, Systemerr. */
const daemonError = 3;

interface Header {
  readonly type: number;
  readonly size: number;
}

const headerOf = (bytes: Buffer): Header => {
  const [type = daemonError + 1, a, b, c] = bytes;
  const size = bytes.readUInt32BE(4);
  if (type > daemonError || a !== 0 || b !== 0 || c !== 0 || size > maxFrameBytes)
    throw new WireError('malformed', 'the response is not a log stream');
  return { type, size };
};

const frameOf = ({ type }: Header, payload: Buffer): readonly StreamFrame[] => {
  if (type === daemonError) throw new WireError('unreachable', oneLine(payload.toString('utf8')));
  return payload.length === 0 ? [] : [{ stream: type === 2 ? 'stderr' : 'stdout', payload }];
};

/** Bytes that have come and are not taken yet. One piece is not copied: many small frames come in one chunk. */
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

  /** The next bytes, once all of them are there. */
  take(size: number): Buffer | undefined {
    if (this.#size < size) return undefined;
    const [one] = this.#parts;
    const all =
      this.#parts.length === 1 && one !== undefined
        ? Buffer.from(one.buffer, one.byteOffset, one.length)
        : Buffer.concat(this.#parts);
    this.#size -= size;
    this.#parts = this.#size === 0 ? [] : [all.subarray(size)];
    return all.subarray(0, size);
  }
}

/**
 * The frames of a multiplexed stream, in the order in which they came: each is a byte of stream type, three zero bytes,
 * four bytes of length (big endian), and the payload. Source: Docker Engine API, ContainerAttach. Throws WireError:
 * `malformed` for what are no frames, `unreachable` with the daemon's words when it gives up.
 */
export async function* parseFrames(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamFrame, void, undefined> {
  const held = new ByteBuffer();
  let header: Header | undefined;
  const next = (): readonly StreamFrame[] | undefined => {
    const bytes = held.take(header === undefined ? headerBytes : header.size);
    if (bytes === undefined) return undefined;
    const begun = header;
    header = begun === undefined ? headerOf(bytes) : undefined;
    return begun === undefined ? [] : frameOf(begun, bytes);
  };
  for await (const chunk of chunks) {
    held.add(chunk);
    for (let frames = next(); frames !== undefined; frames = next()) yield* frames;
  }
  if (held.size > 0 || header !== undefined)
    throw new WireError('malformed', 'the log stream ended inside a frame');
}
