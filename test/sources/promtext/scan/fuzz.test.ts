import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanPage } from '../../../../src/sources/promtext/scan/scan.ts';

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
      (text, [at, length, by]) => text.slice(0, at) + by.join('') + text.slice(at + length),
      real,
    ),
  );

test.each([
  ['characters', fc.string({ unit: 'binary', maxLength: 300 })],
  ['tokens of the format', fc.array(pieces, { maxLength: 60 }).map((all) => all.join(''))],
  ['a damaged real page', damaged],
])('%s: never throws; every line is a sample, ignored, or counted as a flaw', (_, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, fc.boolean(), (text, openMetrics) => {
      for (const wanted of [undefined, new Set(['a', 'hikaricp_connections'])]) {
        const page = scanPage(text, { openMetrics, ...(wanted === undefined ? {} : { names: wanted }) });
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
    { numRuns: 600 },
  );
});

const size = 1_000_000;
test.each([
  ['repeated open braces', '{'.repeat(size)],
  ['endless labels', `a{${'b="c",'.repeat(size / 6)}\n`],
  ['many distinct labels', `a{${Array.from({ length: size / 8 }, (_, n) => `b${n}="c"`).join(',')}} 1\n`],
  [
    'lines with the maximum number of labels',
    `a{${Array.from({ length: 256 }, (_, n) => `b${n}="c"`).join(',')}} 1\n`.repeat(400),
  ],
  ['an endless value', `a{b="${'c'.repeat(size)}\n`],
  ['backslashes', `a{b="${'\\'.repeat(size)}"} 1\n`],
  ['digits', `a ${'1'.repeat(size)}\n`],
  ['blanks', `a${' '.repeat(size)}1\n`],
  ['short invalid lines', '!\n'.repeat(size / 2)],
  ['unclosed lines with a common prefix', `a{b="${'c'.repeat(500)}\n`.repeat(size / 500)],
  ['long names', `${'a'.repeat(size)} 1\n${'a'.repeat(size)} 1\n`],
  ['empty lines', '\n'.repeat(size)],
  ['types of many families', Array.from({ length: size / 20 }, (_, n) => `# TYPE a${n} gauge\n`).join('')],
])('%s: a megabyte is scanned in linear time', (_, text) => {
  const began = performance.now();
  scanPage(text);
  scanPage(text, { names: new Set(['z']), openMetrics: true });
  // A scan that is not linear takes minutes for these; a linear one takes tenths of a second on a loaded machine.
  expect(performance.now() - began).toBeLessThan(5000);
});
