import { expect, test } from 'vitest';
import { command } from '../real/machine/command.ts';

test('a character that is split between two chunks of the output stays whole', async () => {
  const script =
    "const bytes = Buffer.from('hold → held'); process.stdout.write(bytes.subarray(0, 6)); setTimeout(() => process.stdout.write(bytes.subarray(6)), 50)";
  const { status, output } = await command(process.execPath, ['-e', script], {
    signal: AbortSignal.timeout(20_000),
  });
  expect([status, output]).toEqual([0, 'hold → held']);
});
