import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const limit = new URL('../../../src/platform/runtime/new-space.ts', import.meta.url).href;
const clock = new URL('../../../src/platform/runtime/clock.ts', import.meta.url).href;

/** Creates objects of which many survive for a while, and prints the largest new space in bytes. */
const program = (isLimited: boolean): string => `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { setImmediate } from 'node:timers/promises';
  const bytes = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
  ${isLimited ? `const { limitNewSpace } = await import('${limit}'); const { systemClock } = await import('${clock}'); void limitNewSpace(systemClock());` : ''}
  let kept = [];
  let most = 0;
  const create = () => {
    for (let index = 0; index < 20_000; index++) kept.push({ index, text: 'x' + index });
    if (kept.length > 400_000) kept = kept.slice(200_000);
    most = Math.max(most, bytes());
  };
  // The space reaches the limit here; afterwards it is checked once more.
  while (bytes() < 8 * 1024 * 1024) { create(); await setImmediate(); }
  await new Promise((resolve) => setTimeout(resolve, 200));
  most = 0;
  for (let round = 0; round < 150; round++) { create(); await setImmediate(); }
  process.stdout.write(String(most));
  process.exit(0);
`;

const largestMiB = async (isLimited: boolean): Promise<number> => {
  const argv = ['--input-type=module', '--eval', program(isLimited)];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  return Number(stdout) / (1024 * 1024);
};

test('the new space of V8 stops growing at its limit', async () => {
  const limited = await largestMiB(true);
  const unlimited = await largestMiB(false);
  expect(limited).toBeLessThanOrEqual(16);
  expect(unlimited).toBeGreaterThan(limited);
});
