import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';
const fewestBytes = 1024 ** 3;

/** True for a directory with room for what tests write, in which programs can be started. */
const isFit = (dir: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dir);
    if (bavail * bsize < fewestBytes) return false;
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

/** Where tests put their files: memory where there is some, because thousands of them ask for fsync and rename, else the temporary directory. */
export const scratchDir = (): string => (isFit(memory) ? memory : tmpdir());
