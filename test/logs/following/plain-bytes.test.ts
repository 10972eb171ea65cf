import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlain, plainLineEnds, plainLines } from '../../../src/logs/following/plain-bytes.ts';
import { longTest, sampled } from '../../support/layer.ts';

const isPlainByte = (byte: number): boolean =>
  byte === 0x09 || byte === 0x0a || (byte >= 0x20 && byte < 0x7f);

const lengths = [1, 15, 16, 17, 65_537, 65_535, 65_536, 200_003];

test.each(sampled(lengths, (length) => length <= 17 || length === 65_537))(
  'every byte, first and last of %d',
  (length) => {
    for (let byte = 0; byte < 256; byte += 1)
      for (const index of [0, length - 1]) {
        const bytes = new Uint8Array(length).fill(0x61);
        bytes[index] = byte;
        expect(isPlain(bytes)).toBe(isPlainByte(byte));
      }
  },
);

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

const endsOf = (bytes: Uint8Array): readonly number[] | undefined => {
  const found = plainLineEnds(bytes);
  return found === undefined ? undefined : [...found.ends.subarray(0, found.count)];
};

longTest('finds the line feeds of any text, also beyond 64 KiB', () => {
  const line = fc.tuple(fc.nat({ max: 70 }), fc.constantFrom('a', '-', '\t', ' ~'));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), fc.nat({ max: 70_000 }), (lines, before) => {
      const text = 'x'.repeat(before) + lines.map(([count, word]) => `${word.repeat(count)}\n`).join('');
      const bytes = Buffer.from(text);
      expect(endsOf(bytes)).toEqual([...bytes.keys()].filter((index) => bytes[index] === 0x0a));
      expect(plainLines(bytes)).toBe(lines.length);
    }),
  );
  expect(endsOf(Buffer.alloc(200_000, '\n'))).toEqual([...Array(200_000).keys()]);
  expect(endsOf(Buffer.from('a\n\0\n'))).toBeUndefined();
});

longTest('five dashes in a row are found wherever they are', () => {
  const length = 65_536 + 40;
  const mayHaveDashes = (text: string): boolean | undefined =>
    plainLineEnds(Buffer.from(text))?.mayHaveDashes;
  for (let index = 0; index + 5 <= length; index += index > 64 && index < 65_500 ? 13 : 1)
    expect(mayHaveDashes(`${'a'.repeat(index)}-----${'b'.repeat(length - index - 5)}`)).toBe(true);
  expect(mayHaveDashes('--- [worker-1] a-b-c-d-e ---- -- --\n'.repeat(100))).toBe(false);
  expect(mayHaveDashes('a')).toBe(false);
});
