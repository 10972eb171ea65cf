import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { narrowWidth } from '../../scripts/build/narrow-width.ts';
import { rounds } from '../support/layer.ts';

/** The width that Ink measures. */
let inkWidth: (text: string) => number;
beforeAll(async () => {
  const path = createRequire(import.meta.resolve('ink')).resolve('string-width');
  ({ default: inkWidth } = await import(pathToFileURL(path).href));
});

const narrow = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).filter(
  (letter) => narrowWidth(letter) !== undefined,
);

test('every character treated as one cell wide is one cell wide in Ink', () => {
  expect(narrow.length).toBeGreaterThan(1000);
  expect(narrow.filter((letter) => inkWidth(letter) !== 1)).toEqual([]);
});

test('a row of narrow characters, styled or not, has the width that Ink measures', () => {
  const style = fc.constantFrom('\x1b[1m', '\x1b[38;5;120m', '\x1b[0m', '\x1b[48;2;1;2;3m');
  const row = fc
    .array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...narrow) }, style))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(row, (text) => narrowWidth(text) === inkWidth(text)),
    { numRuns: rounds(500) },
  );
});

test.each(['注', 'e\u0301', '👍', '\u200b', '\ud800', '▶️', '◽', '\x1b]8;;x\x07', '\t'])(
  '%j is left to the whole measure',
  (text) => expect(narrowWidth(text)).toBeUndefined(),
);
