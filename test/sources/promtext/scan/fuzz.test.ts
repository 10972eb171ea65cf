import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanPage } from '../../../../src/sources/promtext/scan/scan.ts';
import { codePoint } from '../../../support/code-points.ts';
import { rounds } from '../../../support/layer.ts';

const real = readFileSync('test/recordings/exposition/spring-boot-3.5.openmetrics.txt', 'utf8').slice(
  0,
  6000,
);
const pieces = fc.constantFrom(
  'a',
  'a{',
  '{',
  '}',
  '"',
  '\\',
  '=',
  ',',
  ' ',
  '\t',
  '\n',
  '#',
  '# TYPE ',
  '# HELP ',
  '# EOF',
  '1',
  '1e',
  '.',
  '-',
  'NaN',
  'le="+Inf"',
  '\u0000',
  '\ud800',
  '日',
);

/** The page with some parts replaced. */
const damaged = fc
  .array(fc.tuple(fc.nat(real.length), fc.nat(40), fc.array(pieces, { maxLength: 4 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((wounds) =>
    wounds.reduce(
      (text, [index, length, by]) => text.slice(0, index) + by.join('') + text.slice(index + length),
      real,
    ),
  );

test.each([
  ['characters', fc.string({ unit: codePoint, maxLength: 300 })],
  ['tokens of the format', fc.array(pieces, { maxLength: 60 }).map((all) => all.join(''))],
  ['a damaged real page', damaged],
])('%s: never throws; every line is a sample, ignored, or counted as a flaw', (_, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, fc.boolean(), (text, openMetrics) => {
      for (const wantedSet of [undefined, new Set(['a', 'hikaricp_connections'])]) {
        const page = scanPage(text, {
          openMetrics,
          ...(wantedSet === undefined ? {} : { names: wantedSet }),
        });
        const lines = text.split('\n').length;
        expect(page.sampleCount + page.flawCount).toBeLessThanOrEqual(lines + 2);
        expect(page.series.length).toBeLessThanOrEqual(page.sampleCount);
        for (const { line, what } of page.flaws) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines + 1);
          expect(what.length).toBeLessThanOrEqual(160);
        }
      }
    }),
    { numRuns: rounds(600) },
  );
});

const size = 1_000_000;
test.each([
  ['repeated open braces', '{'.repeat(size), 0, 1],
  ['endless labels', `a{${'b="c",'.repeat(size / 6)}\n`, 0, 1],
  [
    'many distinct labels',
    `a{${Array.from({ length: size / 8 }, (_, n) => `b${n}="c"`).join(',')}} 1\n`,
    0,
    1,
  ],
  [
    'lines with the maximum number of labels',
    `a{${Array.from({ length: 256 }, (_, n) => `b${n}="c"`).join(',')}} 1\n`.repeat(400),
    400,
    0,
  ],
  ['an endless value', `a{b="${'c'.repeat(size)}\n`, 0, 1],
  ['backslashes', `a{b="${'\\'.repeat(size)}"} 1\n`, 0, 1],
  ['digits', `a ${'1'.repeat(size)}\n`, 1, 0],
  ['blanks', `a${' '.repeat(size)}1\n`, 1, 0],
  ['short invalid lines', '!\n'.repeat(size / 2), 0, 500_000],
  ['unclosed lines with a common prefix', `a{b="${'c'.repeat(500)}\n`.repeat(size / 500), 0, 2000],
  ['long names', `${'a'.repeat(size)} 1\n${'a'.repeat(size)} 1\n`, 2, 0],
  ['empty lines', '\n'.repeat(size), 0, 0],
  [
    'types of many families',
    Array.from({ length: size / 20 }, (_, n) => `# TYPE a${n} gauge\n`).join(''),
    0,
    0,
  ],
])('%s: a megabyte is scanned to its end', (_, text, samples, flaws) => {
  // A scan that is not linear would not end.
  const page = scanPage(text);
  expect([page.sampleCount, page.flawCount]).toEqual([samples, flaws]);
  // No series has the name that is asked for.
  expect(scanPage(text, { names: new Set(['z']), openMetrics: true }).series).toEqual([]);
});
