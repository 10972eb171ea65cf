import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanPage } from '../../../../src/sources/promtext/scan/scan.ts';
import { rounds } from '../../../support/layer.ts';
import { seriesOf } from './plain.ts';
import { lineOf, type Plain } from './render.ts';

/**
 * A small alphabet, so that names, labels and values repeat, share prefixes and end early, with every escaped
 * character.
 */
const text = fc.string({
  unit: fc.constantFrom('a', 'b', '\\', '"', '\n', '{', '}', ',', '=', '#', ' ', 'é', '日', '😀'),
  maxLength: 6,
});
const name = fc.oneof(
  fc.constantFrom('a', 'ab', 'abc', 'a_total', 'a:b', 'x_bucket'),
  text.filter((part) => part !== ''),
);
const label = fc.oneof(
  fc.constantFrom('a', 'b', 'le', '_x', '__proto__'),
  text.filter((part) => part !== '' && part !== '__name__'),
);
const labels = fc
  .uniqueArray(fc.tuple(label, text), { selector: ([part]) => part, maxLength: 5 })
  .map(Object.fromEntries<string>);
const time = fc.integer({ min: -1e12, max: 4e12 });
const optional = <T>(key: string, arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { nil: undefined }).map((value) => (value === undefined ? {} : { [key]: value }));
const exemplar = fc
  .tuple(labels, fc.double(), optional('atMs', time))
  .map(([set, value, at]) => ({ labels: set, value, ...at }));
const series = fc
  .tuple(name, labels, fc.double(), optional('stampMs', time), optional('exemplar', exemplar))
  .map(
    ([part, set, value, stamp, example]): Plain => ({ name: part, labels: set, value, ...stamp, ...example }),
  );

const noise = fc.constantFrom('', '# a comment\n', '\n', '# TYPE a gauge\n', 'junk!\n', 'a{b="1\n', ' \t\n');

test.each([false, true])(
  'a rendered page is scanned into the same series, whatever is between them (OpenMetrics: %s)',
  (openMetrics) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(series, noise), { maxLength: 12 }), (all) => {
        const page = all.map(([one, between]) => between + lineOf(one, openMetrics)).join('');
        const read = scanPage(`${page}${openMetrics ? '# EOF\n' : ''}`, { openMetrics });
        expect(seriesOf(read)).toEqual(all.map(([one]) => one));
      }),
      { numRuns: rounds(1500) },
    );
  },
);

test('wanted series are scanned as in a full scan', () => {
  fc.assert(
    fc.property(fc.array(series, { maxLength: 12 }), fc.uniqueArray(name, { maxLength: 3 }), (all, names) => {
      const wantedSet = new Set(names);
      const page = all.map((entry) => lineOf(entry, false)).join('');
      const expected = all.filter((entry) => wantedSet.has(entry.name));
      const read = scanPage(page, { names: wantedSet });
      expect(seriesOf(read)).toEqual(expected);
      expect(read.sampleCount).toBe(all.length);
    }),
    { numRuns: rounds(1500) },
  );
});
