import { join } from 'node:path';
import { z } from 'zod';
import type { PendingReset } from '../../domain/runs/pending-reset.ts';
import { savedTexts } from '../../platform/files/kept-files.ts';
import { localSharedFiles, type SharedFiles } from './shared-files.ts';

const name = 'resets.json';
const patienceMs = 2000;

const zReset = z.object({
  run: z.string(),
  step: z.string(),
  system: z.string(),
  env: z.string(),
  drill: z.literal(true).exactOptional(),
  title: z.string(),
  targets: z.array(z.string()),
  dueAt: z.number(),
  attempts: z.number(),
  problem: z.string().exactOptional(),
});
const zFile = z.object({ opsdeck: z.literal(1), resets: z.array(zReset) });

/** The file of pending resets in a state directory, shared by the processes of this machine. */
export interface ResetFile {
  readonly path: string;
  /** Returns the pending resets of all environments. Rejects when the file cannot be read. */
  read(): Promise<readonly PendingReset[]>;
  /** Replaces the resets, one process at a time. Rejects when the file cannot be locked, read or written. */
  update(change: (known: readonly PendingReset[]) => readonly PendingReset[]): Promise<void>;
  /** Claims a reset for this process until the lock is released; undefined while another process has it. */
  claim(reset: Pick<PendingReset, 'run' | 'step'>): ReturnType<SharedFiles['claim']>;
}

/** Path of the file of pending resets. */
const resetFilePath = (stateDir: string): string => join(stateDir, name);

/** Opens the file; performs no I/O. Its texts are masked by the caller. `files`: how it is changed; default: on this machine. */
export const resetFile = (stateDir: string, files: SharedFiles = localSharedFiles(stateDir)): ResetFile => {
  const texts = savedTexts(stateDir);
  const path = resetFilePath(stateDir);

  /** An invalid file is not replaced: it may name changes that are still in effect. */
  const read = async (): Promise<readonly PendingReset[]> => {
    const text = await texts.read(name);
    if (text === undefined) return [];
    try {
      return zFile.parse(JSON.parse(text)).resets;
    } catch {
      throw new Error(
        `${path} is damaged. Find the temporary changes with opsdeck audit show, undo them, then remove the file`,
      );
    }
  };

  return {
    path,
    read,
    update: (change) =>
      files.locked('resets', patienceMs, async ({ replace }) => {
        const resets = change(await read());
        await replace(name, `${JSON.stringify({ opsdeck: 1, resets }, null, 1)}\n`);
      }),
    claim: ({ run, step }) => files.claim(`reset-${encodeURIComponent(`${run} ${step}`)}`),
  };
};
