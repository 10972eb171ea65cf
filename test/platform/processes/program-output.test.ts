import { expect, test } from 'vitest';
import { createOutputCapture, createOutputSplitter } from '../../../src/platform/processes/program-output.ts';

const linesOf = (...chunks: readonly (string | Buffer)[]): readonly string[] => {
  const lines: string[] = [];
  const cutter = createOutputSplitter((line) => lines.push(line));
  for (const chunk of chunks) cutter.push(Buffer.from(chunk));
  cutter.end();
  return lines;
};

test.each([
  [['one\ntwo\n'], ['one', 'two']],
  [
    ['on', 'e\ntw', 'o'],
    ['one', 'two'],
  ],
  [
    ['one\r', '\ntwo\r\n'],
    ['one', 'two'],
  ],
  [['10%\r50%\r100%\n'], ['10%', '50%', '100%']],
  [['\u001b[3', '1mred\u001b[0m\n'], ['red']],
  [['\n\n  \n'], []],
])('%j becomes the lines %j', (chunks, expected) => {
  expect(linesOf(...chunks)).toEqual(expected);
});

test('a character split across two chunks is one character', () => {
  const euro = Buffer.from('€');
  expect(linesOf(euro.subarray(0, 1), euro.subarray(1), '\n')).toEqual(['€']);
});

test('an endless line is passed on in pieces', () => {
  expect(linesOf('x'.repeat(40_000)).map((line) => line.length)).toEqual([16_384, 16_384, 7232]);
});

test('a capture keeps its part, counts everything, and does not retain the rest', () => {
  const kept = createOutputCapture(5);
  for (const chunk of ['abc', 'def', 'ghi']) kept.push(Buffer.from(chunk));
  expect([kept.raw(), kept.size(), kept.cut()]).toEqual(['abcde', 9, true]);
});
