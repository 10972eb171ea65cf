import { expect, test } from 'vitest';
import { isPlain, plainLines } from '../../../src/logs/following/plain-bytes.ts';

const isPlainByte = (byte: number): boolean =>
  byte === 0x09 || byte === 0x0a || (byte >= 0x20 && byte < 0x7f);

test.each([1, 15, 16, 17, 65_535, 65_536, 65_537, 200_003])('every byte, first and last of %d', (length) => {
  for (let byte = 0; byte < 256; byte += 1)
    for (const at of [0, length - 1]) {
      const bytes = new Uint8Array(length).fill(0x61);
      bytes[at] = byte;
      expect(isPlain(bytes)).toBe(isPlainByte(byte));
    }
});

test('counts line feeds, across chunks too', () => {
  const text = `${'x'.repeat(99)}\n`.repeat(3000);
  expect(plainLines(Buffer.from(text))).toBe(3000);
  expect(plainLines(Buffer.from(`${text}é`))).toBe(-1);
  expect(plainLines(new Uint8Array())).toBe(0);
});

test('ignores what an earlier call left in memory', () => {
  plainLines(new Uint8Array(100).fill(0x0a));
  expect(plainLines(Buffer.from('a'))).toBe(0);
  plainLines(new Uint8Array(100).fill(0xff));
  expect(plainLines(Buffer.from('a'))).toBe(0);
});
