import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(
  fileURLToPath(new URL('../../', import.meta.url)),
  'node_modules',
  '.cache',
  'opsdeck',
  'test-times.json',
);

/** Processor time in ms of each test file in its last run on this machine, by its path. Empty: none has run. */
export const cpuTimes = (): Readonly<Record<string, number>> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
};

/** Adds the times of a run. */
export const keepCpuTimes = (times: Readonly<Record<string, number>>): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...cpuTimes(), ...times }));
};
