import { createReadStream } from 'node:fs';
import { open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { WireError } from '../failures.ts';
import { abortWireError } from '../wire-error.ts';
import type { Disk } from './file-shapes.ts';
import { fileError, openReadFiles, refuseOdd } from './read-files.ts';

/** Source: RFC 1952 §2.3.1. */
const gzipMagic = Buffer.from([0x1f, 0x8b]);

const isPacked = async (path: string): Promise<boolean> => {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer.equals(gzipMagic);
};

const explained = (error: unknown, path: string, signal: AbortSignal): unknown => {
  if (signal.aborted) return abortWireError(signal);
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
    return new WireError(
      'malformed',
      `${path}: what is packed in it cannot be read to its end (${error.message})`,
    );
  const known = fileError(error);
  return known instanceof WireError ? new WireError(known.kind, `${path}: ${known.message}`) : known;
};

/** The disk of this machine. `bound`: what else ends a call. */
export const openDisk = (bound: (signal: AbortSignal) => AbortSignal): Disk => {
  const { stat } = openReadFiles(bound);
  return {
    stat,
    free: async (path, signal) => {
      signal.throwIfAborted();
      try {
        const { bavail, bsize } = await statfs(dirname(path));
        return bavail * bsize;
      } catch (error) {
        throw explained(error, dirname(path), signal);
      }
    },
    bytes: async function* (path, signal) {
      const stop = bound(signal);
      try {
        refuseOdd(await stat(path, stop));
        const packed = await isPacked(path);
        const raw = createReadStream(path, { signal: stop });
        // Its errors come to whoever reads.
        yield* packed ? pipeline(raw, createGunzip(), () => {}) : raw;
      } catch (error) {
        throw explained(error, path, stop);
      }
    },
  };
};
