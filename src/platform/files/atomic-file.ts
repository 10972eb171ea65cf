import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { errnoOf } from '../runtime/errno.ts';
import { WireError } from '../runtime/wire-error.ts';
import type { AtomicFileWriter, WrittenFile } from './file-interfaces.ts';
import { pathExists } from './new-directory.ts';
import { writeFailureText } from './save-file.ts';

/** The name of a file until it is complete. */
const draftOf = (path: string): string => `${path}.part`;

/**
 * Renames the draft to its final name. A hard link fails if the name is taken; file systems without hard links use
 * rename.
 */
const renameDraft = async (draft: string, path: string): Promise<void> => {
  try {
    await link(draft, path);
    await rm(draft);
  } catch (error) {
    if (await pathExists(path))
      throw new WireError('denied', `${path} already exists and is not overwritten. Choose another name`);
    if (!['EPERM', 'ENOTSUP', 'EMLINK'].includes(errnoOf(error))) throw error;
    await rename(draft, path);
  }
  await using dir = await open(dirname(path), 'r');
  await dir.sync();
};

/** A stream that writes to the file and updates its hash and size. */
const sinkOf = (file: FileHandle, hash: Hash, wrote: (bytes: number) => void): Writable =>
  new Writable({
    write: (chunk: Buffer, _, done) => {
      hash.update(chunk);
      wrote(chunk.length);
      file.writeFile(chunk).then(() => done(), done);
    },
  });

/**
 * Creates a private file (0600) under a temporary name (`.part`). `commit` syncs it to the disk and gives it its
 * final name; `abort` removes it. Throws WireError.
 */
export const openAtomicFile = async (
  path: string,
  isPacked: boolean,
  signal: AbortSignal,
): Promise<AtomicFileWriter> => {
  const draft = draftOf(path);
  const failed = (error: unknown): WireError =>
    error instanceof WireError ? error : new WireError('denied', `${draft}: ${writeFailureText(error)}`);
  signal.throwIfAborted();
  if (await pathExists(path))
    throw new WireError('denied', `${path} already exists and is not overwritten. Choose another name`);
  const file = await open(draft, 'wx', 0o600).catch((error: unknown) => {
    throw failed(error);
  });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const sink = sinkOf(file, hash, (bytes) => {
    sizeBytes += bytes;
  });
  const packer = isPacked ? createGzip() : undefined;
  const entry: Writable = packer ?? sink;
  const written = packer === undefined ? finished(sink) : pipeline(packer, sink);
  // A failure reaches the next write; until then it must not become an unhandled rejection.
  written.catch(() => {});
  const orFailed = async (work: Promise<unknown>): Promise<void> => {
    try {
      await Promise.race([work, written]);
    } catch (error) {
      throw failed(error);
    }
  };
  return {
    write: async (bytes) => {
      if (sink.errored !== null) throw failed(sink.errored);
      if (entry.write(bytes)) return;
      await orFailed(new Promise((go) => entry.once('drain', () => go(undefined))));
    },
    commit: async (): Promise<WrittenFile> => {
      try {
        entry.end();
        await written;
        await file.sync();
        await file.close();
        await renameDraft(draft, path);
      } catch (error) {
        throw failed(error);
      }
      return { path, sizeBytes, sha256: hash.digest('hex') };
    },
    abort: async () => {
      entry.destroy();
      sink.destroy();
      await file.close().catch(() => {});
      await rm(draft, { force: true }).catch(() => {});
    },
  };
};
