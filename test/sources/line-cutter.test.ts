import { expect, test } from 'vitest';
import { maxLineBytes, splitLines } from '../../src/logs/reading/line-splitter.ts';
import { longTest } from '../support/layer.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < bytes.length; index += size) yield bytes.subarray(index, index + size);
}

const linesIn = async (bytes: Uint8Array, size: number): Promise<readonly string[]> => {
  const kept: string[] = [];
  for await (const line of splitLines(pieces(bytes, size))) kept.push(line);
  return kept;
};

test.each([1024, 65_536, 100_000_000])(
  'a line of 10 MB is truncated, with the number of omitted bytes, %d bytes at a time',
  async (size) => {
    const long = Buffer.alloc(10 * 1024 * 1024, 'x');
    const cut = `${'x'.repeat(maxLineBytes)} … 9 MiB more`;
    // In chunks so small that a buffered line would be scanned ten thousand times.
    expect(await linesIn(Buffer.concat([Buffer.from('a\n'), long, Buffer.from('\nnext\n')]), size)).toEqual([
      'a',
      cut,
      'next',
    ]);
    expect(await linesIn(long, size)).toEqual([cut]);
  },
);

test('a line is not split within a character', async () => {
  const head = 'x'.repeat(maxLineBytes - 2);
  for (const size of [1000, 10_000_000])
    expect(await linesIn(Buffer.from(`${head}€uro\n`), size)).toEqual([`${head} … 6 B more`]);
});

test('the lines are the same for chunks split at any byte', async () => {
  const bytes = Buffer.from('grüße\r\n\n€\n日本\n\nlast');
  const expected = ['grüße\r', '', '€', '日本', '', 'last'];
  for (let size = 1; size <= bytes.length; size += 1)
    expect(await linesIn(bytes, size), `${size} bytes at a time`).toEqual(expected);
});

test('invalid UTF-8 is not an error, and split characters are complete', async () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0x0a]), Buffer.from('für\n')]);
  for (const size of [1, 2, 5]) expect(await linesIn(bytes, size)).toEqual(['\ufffd\ufffd\0', 'für']);
});

test('the last line counts without its line feed, and an empty stream has none', async () => {
  expect(await linesIn(Buffer.from('a\n\nb'), 2)).toEqual(['a', '', 'b']);
  expect(await linesIn(Buffer.alloc(0), 2)).toEqual([]);
});

longTest('a chunk of line feeds only is as many lines', async () => {
  expect((await linesIn(Buffer.alloc(300_000, 10), 300_000)).length).toBe(300_000);
});
