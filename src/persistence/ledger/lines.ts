import type { FileHandle } from 'node:fs/promises';

/** One line of a ledger's file, as its bytes say it. */
export interface LedgerLine {
  /** Undefined: it is no UTF-8, which no record is. */
  readonly text: string | undefined;
  /** Without its newline. */
  readonly bytes: number;
  /** Where in the file it ends, its newline included. */
  readonly end: number;
}

const chunkBytes = 65_536;
const newline = 10;

/** A byte that was changed inside a character must not become the sign for "no character": two texts would read alike. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const lineOf = (bytes: Buffer, end: number): LedgerLine => {
  try {
    return { text: strict.decode(bytes), bytes: bytes.length, end };
  } catch {
    return { text: undefined, bytes: bytes.length, end };
  }
};

/** The lines of a file from its begin, split at newlines alone (a JSON text may hold U+2028), the last also when it is not ended. */
export async function* forwards(handle: FileHandle): AsyncGenerator<LedgerLine> {
  const chunk = Buffer.alloc(chunkBytes);
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) break;
    const held = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let from = 0;
    for (let stop = held.indexOf(newline); stop >= 0; stop = held.indexOf(newline, from)) {
      yield lineOf(held.subarray(from, stop), at + stop + 1);
      from = stop + 1;
    }
    rest = held.subarray(from);
    at += from;
  }
  if (rest.length > 0) yield lineOf(rest, at + rest.length);
}

/** The same lines, the last first. What is appended meanwhile is not among them. */
export async function* backwards(handle: FileHandle): AsyncGenerator<LedgerLine> {
  const chunk = Buffer.alloc(chunkBytes);
  let at = (await handle.stat()).size;
  /** What stands before the lines that were given: the end of a line whose begin has not been read. */
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  while (at > 0) {
    const length = Math.min(chunkBytes, at);
    at -= length;
    const { bytesRead } = await handle.read(chunk, 0, length, at);
    const held = Buffer.concat([chunk.subarray(0, bytesRead), rest]);
    let end = held.length;
    for (let stop = held.lastIndexOf(newline); stop >= 0 && end > 0; ) {
      // Behind the last newline of the file there is a line only when there is something.
      if (!first || stop + 1 < end) yield lineOf(held.subarray(stop + 1, end), at + end + 1);
      first = false;
      end = stop;
      stop = end === 0 ? -1 : held.lastIndexOf(newline, end - 1);
    }
    rest = Buffer.from(held.subarray(0, end));
  }
  if (rest.length > 0) yield lineOf(rest, rest.length + 1);
}
