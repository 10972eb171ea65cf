import type { Duplex } from 'node:stream';
import { noPostgres } from './error.ts';
import { SqlError } from './sql.ts';

/** Letters that begin a message of a server. Source: PostgreSQL docs, Message Formats. */
const types = new Set([...Buffer.from('RKSEZTDCNA123nstIGHWdcvV', 'latin1')]);
/** The letter and the length, which counts itself. */
const headBytes = 5;
/** What an answer may weigh. A longer one is refused before it fills the memory. */
const maxAnswerBytes = 8 * 1024 * 1024;
/** What comes before anybody has asked for anything is short. */
const maxGreetingBytes = 64 * 1024;

/** Watches what a server says, before the client reads it. */
export interface Guard {
  /** A new question: what it may be answered with is counted anew. */
  asked(): void;
}

/**
 * Stands between a connection and the client, and destroys it when what comes is no PostgreSQL, or far too long: the
 * client by itself would wait for the rest of a message that never ends, and end the process over one that lies.
 */
export const guardWire = (wire: Duplex): Guard => {
  let head = Buffer.alloc(0);
  /** Bytes of the present message that are still to come. */
  let rest = 0;
  let answered = 0;
  let limit = maxGreetingBytes;
  /** Reads the next piece of a message; gives how many bytes it took, or what is wrong. */
  const piece = (chunk: Buffer): number | SqlError => {
    if (rest > 0) {
      const skipped = Math.min(rest, chunk.length);
      rest -= skipped;
      return skipped;
    }
    const taken = chunk.subarray(0, headBytes - head.length);
    head = Buffer.concat([head, taken]);
    if (!types.has(head[0] ?? 0)) return noPostgres();
    if (head.length < headBytes) return taken.length;
    rest = head.readUInt32BE(1) - (headBytes - 1);
    head = Buffer.alloc(0);
    if (rest < 0 || (rest > limit && limit === maxGreetingBytes)) return noPostgres();
    return rest > limit ? tooLong() : taken.length;
  };
  const look = (chunk: Buffer): SqlError | undefined => {
    answered += chunk.length;
    for (let at = 0; at < chunk.length; ) {
      const read = piece(chunk.subarray(at));
      if (typeof read !== 'number') return read;
      at += read;
    }
    return answered > limit ? tooLong() : undefined;
  };
  const emit = wire.emit.bind(wire);
  const taken = (chunk: Buffer): boolean => {
    const error = look(chunk);
    if (error === undefined)
      try {
        return emit('data', chunk);
      } catch {
        // The client trusts the lengths inside of a message, and throws where nobody could catch it.
        wire.destroy(noPostgres());
        return true;
      }
    wire.destroy(error);
    return true;
  };
  Object.assign(wire, {
    emit: (event: string | symbol, ...args: readonly unknown[]): boolean => {
      const [chunk] = args;
      if (event !== 'data' || !(chunk instanceof Buffer)) return emit(event, ...args);
      return wire.destroyed || taken(chunk);
    },
  });
  return {
    asked: () => {
      answered = 0;
      limit = maxAnswerBytes;
    },
  };
};

const tooLong = (): SqlError => new SqlError('malformed', 'its answer is longer than 8 MiB');
