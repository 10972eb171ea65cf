import { createHash } from 'node:crypto';
import { bytes } from '../../../domain/format.ts';
import type { Matcher } from '../../../domain/regex/matcher.ts';
import { WireError } from '../../../platform/failures.ts';
import type { Disk } from '../../../platform/files/file-shapes.ts';
import type { WebSocketWire } from '../../../platform/network/stream.ts';
import { endingProtocol, inputEnd, inputOf } from './exec-channels.ts';
import { endWatcher } from './exec-files.ts';

/**
 * Reads a file to its end before any of it is fed: that it can be unpacked, and that it ends as a whole one does. Gives what it
 * is, in words. Throws WireError.
 */
export const lookedThrough = async (
  disk: Disk,
  path: string,
  complete: Matcher | undefined,
  signal: AbortSignal,
): Promise<string> => {
  const hash = createHash('sha256');
  const end = endWatcher();
  let size = 0;
  for await (const piece of disk.bytes(path, signal)) {
    hash.update(piece);
    end.take(piece);
    size += piece.length;
  }
  if (complete !== undefined && !end.matches(complete))
    throw new WireError(
      'malformed',
      `none of the last lines of ${path} matches ${complete.source}: it is not whole`,
    );
  return `${path}: ${bytes(size)} unpacked, sha256 ${hash.digest('hex')}`;
};

/** What is being fed to a program. */
export interface Feeding {
  /** Resolves when no more is fed: all of it, or as much as the program took. Never rejects. */
  readonly done: Promise<{ readonly fed: number; readonly isWhole: boolean }>;
  /** No more of it; the last words, if there are any, in its place. */
  breakOff(last?: string): Promise<void>;
}

const noEnding = (protocol: string): WireError =>
  new WireError(
    'unconfigured',
    `this API server speaks ${protocol}, which cannot tell the end of an input: it takes Kubernetes 1.30`,
  );

/**
 * Feeds a file to the program at the other end, as fast as that takes it. `lost` is told why a file cannot be read to its
 * end; that the connection is lost, who listens to it hears.
 */
export const feed = (
  wire: WebSocketWire,
  pieces: AsyncIterable<Uint8Array>,
  lost: (error: unknown) => void,
): Feeding => {
  let isOver = false;
  let fed = 0;
  const sent = (bytes: Uint8Array): Promise<boolean> =>
    wire.send(bytes).then(
      () => true,
      () => false,
    );
  const pump = async (): Promise<boolean> => {
    if (wire.protocol !== endingProtocol) throw noEnding(wire.protocol);
    for await (const piece of pieces) {
      if (isOver || !(await sent(inputOf(piece)))) return false;
      fed += piece.length;
    }
    if (isOver) return false;
    isOver = true;
    return sent(inputEnd);
  };
  const failed = (error: unknown): false => {
    lost(error);
    return false;
  };
  return {
    done: pump()
      .catch(failed)
      .then((isWhole) => ({ fed, isWhole })),
    breakOff: async (last) => {
      const wasOver = isOver;
      isOver = true;
      if (!wasOver && last !== undefined) await sent(inputOf(Buffer.from(last)));
    },
  };
};
