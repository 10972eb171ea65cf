import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Breaker } from '../../../src/kinds/breakers/fact.ts';
import { lineToText } from '../../../src/ui/kit/text/line.ts';
import type { PaneRow } from '../../../src/ui/shell/contract/pane-row.ts';
import { applyFilter, parseFilterTerms } from '../../../src/ui/shell/filter/filter.ts';
import { filterHighlighter } from '../../../src/ui/shell/filter/highlighter.ts';
import { rounds } from '../../support/layer.ts';
import { breaker } from '../../support/made-facts.ts';

const rowOf = (fact: Breaker): PaneRow => ({
  key: `${fact.instance}/${fact.name}`,
  level: fact.state === 'open' ? 'crit' : 'ok',
  label: fact.name,
  text: `${fact.instance} ${fact.name} ${fact.state}`,
  subject: { kind: 'breakers', fact },
});

const rows = [
  rowOf(breaker('psp', { instance: 'billing-0', service: 'billing', state: 'open' })),
  rowOf(breaker('psp', { instance: 'billing-1', service: 'billing', state: 'half-open' })),
  rowOf(breaker('Stock', { instance: 'orders-0', service: 'orders' })),
  rowOf(breaker('mail', { instance: 'notify-0', service: 'notify', source: 'other bus' })),
];

const keys = (filter: string): readonly string[] => applyFilter(rows, filter).rows.map(({ key }) => key);

test.each([
  ['failureRate>40', ['half']],
  ['failureRate>=40', ['few', 'half']],
  ['failureRate<40', ['none']],
  ['failureRate<=40.5 !failureRate<1', ['few']],
  ['failureRate>-1', ['none', 'few', 'half']],
  // Text, not a number.
  ['failureRate>', []],
])('%s compares a number, which a row without it never passes', (filter, names) => {
  const rates = { none: 0, few: 40, half: 50, unmeasured: undefined };
  const measured = Object.entries(rates).map(([name, failureRate]) =>
    rowOf(breaker(name, failureRate === undefined ? {} : { failureRate })),
  );
  expect(applyFilter(measured, filter).rows.map(({ label }) => label)).toEqual(names);
});

test('a comparison with a field that no row has is an error that names the fields', () => {
  expect(applyFilter(rows, 'lagg>1000').error?.text).toMatch(/^no field lagg> here\. Available: level= /);
});

describe('rows that match a filter', () => {
  test.each<[filter: string, left: readonly string[]]>([
    ['', ['billing-0/psp', 'billing-1/psp', 'orders-0/Stock', 'notify-0/mail']],
    ['psp', ['billing-0/psp', 'billing-1/psp']],
    ['psp half', ['billing-1/psp']],
    ['  psp   -0 ', ['billing-0/psp']],
    ['stock', ['orders-0/Stock']],
    ['Stock', ['orders-0/Stock']],
    ['STOCK', []],
    ['!psp', ['orders-0/Stock', 'notify-0/mail']],
    ['!psp !mail', ['orders-0/Stock']],
    ['!', ['billing-0/psp', 'billing-1/psp', 'orders-0/Stock', 'notify-0/mail']],
    ['~^(bill|ord).*0', ['billing-0/psp', 'orders-0/Stock']],
    ['!~-0', ['billing-1/psp']],
    ['~"psp open"', ['billing-0/psp']],
    ['~"psp open', ['billing-0/psp']],
    ['"psp open"', ['billing-0/psp']],
    ['~\\S+-1', ['billing-1/psp']],
    ['~Stock', ['orders-0/Stock']],
    ['~stock', ['orders-0/Stock']],
    ['state=open', ['billing-0/psp', 'billing-1/psp']],
    ['state=OPEN !state=half', ['billing-0/psp']],
    ['service=ill psp', ['billing-0/psp', 'billing-1/psp']],
    ['level=crit', ['billing-0/psp']],
    ['source="other bus"', ['notify-0/mail']],
    ['kind=breakers', ['billing-0/psp', 'billing-1/psp', 'orders-0/Stock', 'notify-0/mail']],
    ['!source=bus', []],
    // Letters in order, inside one word, if no row contains the word itself.
    ['blng', ['billing-0/psp', 'billing-1/psp']],
    ['blng1', ['billing-1/psp']],
    ['gpsp', []],
    ['stk', ['orders-0/Stock']],
    ['Stk', ['orders-0/Stock']],
    ['nope', []],
    ['" nope', []],
    ['"psp  open"', []],
  ])('/%s/', (filter, left) => {
    expect(keys(filter)).toEqual(left);
  });

  test('a literal match takes precedence over a fuzzy match', () => {
    expect(applyFilter(rows, 'psp')).toMatchObject({ isFuzzy: false });
    expect(applyFilter(rows, 'blng')).toMatchObject({ isFuzzy: true });
    expect(applyFilter(rows, 'nope')).toMatchObject({ isFuzzy: false });
  });
});

describe('filter errors with their position', () => {
  test.each<[filter: string, at: number, text: RegExp]>([
    ['~(a', 2, /unterminated group/],
    ['psp ~a**', 8, /nothing to repeat/],
    ['!~[a', 3, /unterminated character class/],
    ['~"a (b"', 5, /unterminated group/],
    ['~(?=a)b', 2, /look-around/],
    ['~(a)\\1', 2, /look-around/],
    ['~(.*a){2000}$', 2, /counts over 1,000/],
    ['psp colour=red', 5, /^no field colour= here. Available: level= state= service= .*source=/],
  ])('/%s/ at %i', (filter, index, text) => {
    const { error: wrong, rows: left } = applyFilter(rows, filter);
    expect(wrong?.at).toBe(index);
    expect(wrong?.text).toMatch(text);
    expect(left).toEqual([]);
  });

  test('without rows, unknown labels are not reported', () => {
    expect(applyFilter([], 'colour=red').error).toBeUndefined();
  });
});

describe('patterns with exponential backtracking', () => {
  const evil = Array.from(
    { length: 10_000 },
    (_, index): PaneRow => ({
      ...rows[0],
      key: `${index}`,
      level: 'ok',
      label: '',
      text: `${'a'.repeat(60)}!${index}`,
    }),
  );

  test.each([
    ['~^(a+)+$', 'aaa'],
    ['~^(a|a)*$', 'aaa'],
    ['~(a+a+)+b', 'aaab'],
    ['~(.*a){12}$', 'a'.repeat(12)],
  ])('%s terminates over 10,000 rows, and finds the one that matches', (filter, text) => {
    // With backtracking, a single row would take years.
    const matching: PaneRow = { ...rows[0], key: 'match', level: 'ok', label: '', text };
    expect(applyFilter([...evil, matching], filter).rows).toEqual([matching]);
  });

  test('highlighting matches terminates as well', () => {
    const line = [{ text: `${'a'.repeat(60)}!`, role: 'plain' as const }];
    expect(lineToText(filterHighlighter('~^(a+)+$')(line))).toBe(`${'a'.repeat(60)}!`);
  });
});

describe('highlighted matches', () => {
  const drawn = (filter: string): readonly string[] =>
    filterHighlighter(filter)([
      { text: 'billing-0 ', role: 'plain' },
      { text: 'psp OPEN', role: 'crit' },
    ]).map(({ text, role }) => `${role}:${text}`);

  test.each<[filter: string, runs: readonly string[]]>([
    ['', ['plain:billing-0 ', 'crit:psp OPEN']],
    ['ill', ['plain:b', 'match:ill', 'plain:ing-0 ', 'crit:psp OPEN']],
    ['psp open', ['plain:billing-0 ', 'match:psp', 'crit: ', 'match:OPEN']],
    ['~i.*g', ['plain:b', 'match:illing', 'plain:-0 ', 'crit:psp OPEN']],
    ['!ill state=open', ['plain:billing-0 ', 'crit:psp OPEN']],
    ['~x*', ['plain:billing-0 ', 'crit:psp OPEN']],
  ])('/%s/', (filter, runs) => {
    expect(drawn(filter)).toEqual(runs);
  });

  test('a character whose lower case is longer shifts nothing', () => {
    expect(lineToText(filterHighlighter('i')([{ text: 'İstanbul i', role: 'plain' }]))).toBe('İstanbul i');
  });
});

test('the words of a filter have their positions', () => {
  expect(
    parseFilterTerms(' a !~"b c" k=v !').map(({ at, valueAt, value, is, negated: not }) => [
      at,
      valueAt,
      value,
      is,
      not,
    ]),
  ).toEqual([
    [1, 1, 'a', 'text', false],
    [3, 6, 'b c', 'expression', true],
    [11, 13, 'v', 'label', false],
  ]);
});

test('any input is either parsed or reported as an error', () => {
  const letters = fc.stringMatching(/^[ !~"=a-c()[\]{}*+?|\\^$.0-9]{0,12}$/);
  fc.assert(
    fc.property(letters, (filter) => {
      const found = applyFilter(rows, filter);
      expect(found.error === undefined || found.rows.length === 0).toBe(true);
      const line = [{ text: 'billing-0 abc', role: 'plain' as const }];
      expect(lineToText(filterHighlighter(filter)(line))).toBe('billing-0 abc');
    }),
    { numRuns: rounds(2000) },
  );
});
