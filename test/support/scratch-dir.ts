import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';
const minFreeBytes = 1024 ** 3;

/** True for a directory with enough free space, from which programs can be executed. */
const isFit = (dir: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dir);
    if (bavail * bsize < minFreeBytes) return false;
    const own = mkdtempSync(join(dir, 'opsdeck-scratch-'));
    try {
      writeFileSync(join(own, 'program'), '#!/bin/sh\n', { mode: 0o755 });
      execFileSync(join(own, 'program'));
      return true;
    } finally {
      rmSync(own, { recursive: true });
    }
  } catch {
    return false;
  }
};

/** Chosen once per process: the look starts a program. */
let chosen: string | undefined;

/** The directory for test files: in memory if possible, because tests call fsync and rename often; otherwise the temporary directory. */
export const scratchDir = (): string => {
  chosen ??= isFit(memory) ? memory : tmpdir();
  return chosen;
};
