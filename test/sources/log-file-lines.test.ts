import { expect, test } from 'vitest';
import { FileLineSplitter } from '../../src/logs/reading/file-line-splitter.ts';

test('borrowed bytes of one read stay valid during the next read, for lines of any length', async () => {
  const text = Array.from(
    { length: 60_000 },
    (_, n) => `${n} ${'y'.repeat(n % 977 === 0 ? 300_000 : n % 83)}\n`,
  ).join('');
  const all = Buffer.from(text);
  const cutter = new FileLineSplitter(0, undefined, true);
  const read = async (into: Uint8Array, at: number) => all.copy(into, 0, at, at + into.length);
  const parts: Buffer[] = [];
  let before: Uint8Array | undefined;
  for (;;) {
    const found = await cutter.read(read);
    // Only now, after the next read.
    if (before !== undefined) parts.push(Buffer.from(before));
    before = undefined;
    if (found === 'end' || found === 'cut') break;
    if (found !== 'more') before = found.bytes;
  }
  expect(Buffer.concat(parts).equals(all)).toBe(true);
});
