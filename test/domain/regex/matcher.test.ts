import { setFlagsFromString } from 'node:v8';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { groupsOrNull, matcherOf, matchesOr, PatternLimit } from '../../../src/domain/regex/matcher.ts';
import { setRegexWatchdog } from '../../../src/domain/regex/watchdog.ts';
import { runGuarded } from '../../../src/platform/runtime/run-guarded.ts';
import { everyNth, longTest, sampled } from '../../support/layer.ts';

const long = 'a'.repeat(60_000);
/** Far above the time of any bounded expression. An expression that backtracks exceeds any limit. */
const patienceMs = 20_000;

/** The result of `work`, or 'endless' if it exceeds the time limit. */
const ended = <T>(work: () => T): T | 'endless' => {
  const results: T[] = [];
  return runGuarded(() => void results.push(work()), patienceMs) === 'done' ? (results[0] as T) : 'endless';
};

describe('an expression with catastrophic backtracking in V8 is matched in linear time', () => {
  test.each(
    sampled(
      [
        ['(a+)+$', '', `${long}b`, false],
        ['(a+)+0$|(a)b', 'i', long, false],
        ['^(a|a)*$', '', `${long}b`, false],
        ['.*.*.*=', '', long, false],
        ['\\w+\\w+=', '', long, false],
        ['\\w+\\w+', '', long, true],
        ['(x+x+)+y', '', 'x'.repeat(60_000), false],
        ['^(\\w+\\s?)*$', '', `${'ab '.repeat(20_000)}!`, false],
        ['([a-zA-Z0-9]+)*@', 'i', long, false],
        ['(.*)(.*)(.*)(.*)(.*)b', 's', long, false],
        ['a*a*a*a*a*a*b', 'u', long, false],
        ['\\s+$', '', `${' '.repeat(60_000)}x`, false],
        ['^((?:a){0,9}){0,9}=', '', long, false],
        ['[ab]*a[ab]{30}c', '', 'ab'.repeat(30_000), false],
        ['^(([a-z])+.)+[A-Z]([a-z])+$', 'm', long, false],
      ],
      everyNth(2),
    ),
  )('/%s/%s', (source, flags, text, expected) => {
    const matcher = matcherOf(source, flags);
    expect([matcher.needsBacktracking, matcher.isBounded]).toEqual([false, true]);
    expect(ended(() => matcher.test(text))).toBe(expected);
    expect(ended(() => matcher.exec(text) !== null)).toBe(expected);
    expect(ended(() => matcher.spans(text, 1).length > 0)).toBe(expected);
  });

  test('V8 matches expressions without repetitions that backtrack', () => {
    const quick = [
      'timeout|refused',
      'error.*',
      'took \\d+',
      '^\\s*#',
      '[A-Z]{2,5}-\\d',
      '^(?!.*debug).*error',
    ];
    expect(quick.map((source) => matcherOf(source).nativeChars)).toEqual(
      quick.map(() => Number.POSITIVE_INFINITY),
    );
    const others = ['error.*timeout', '\\d+ ms', 'a*b', '(a+)+$'];
    expect(others.every((source) => matcherOf(source).nativeChars < 2000)).toBe(true);
  });
});

describe('an expression that needs backtracking', () => {
  beforeEach(() => setRegexWatchdog(runGuarded));
  afterEach(() => setRegexWatchdog(runGuarded));

  test.each(sampled(['(?=a)(\\w+)+=', '(a+)+\\1=', '(?<=x|a)(a*)*b'], everyNth(3)))(
    '/%s/ is aborted on a text that takes too long',
    (source) => {
      const matcher = matcherOf(source);
      expect([matcher.needsBacktracking, matcher.isBounded]).toEqual([true, false]);
      expect(() => matcher.test(long)).toThrow(PatternLimit);
      expect([matchesOr(matcher, long, true), matchesOr(matcher, long, false)]).toEqual([true, false]);
      expect(groupsOrNull(matcher, long)).toBeNull();
      expect(matcherOf(source).test('-'.repeat(60_000))).toBe(false);
    },
  );

  test('after three aborted texts it attempts no long text', () => {
    const calls: number[] = [];
    setRegexWatchdog((_, ms) => {
      calls.push(ms);
      return 'over';
    });
    const matcher = matcherOf('(?=a)(a+)+$');
    for (let turn = 0; turn < 10; turn++) expect(matchesOr(matcher, long, true)).toBe(true);
    expect(calls).toEqual([100, 100, 100]);
  });

  test('without a watchdog it matches only short texts', () => {
    setRegexWatchdog(undefined);
    const matcher = matcherOf('(a)\\1');
    expect(matcher.test('aa')).toBe(true);
    expect(() => matcherOf('(a+)\\1=').test(long)).toThrow(PatternLimit);
  });

  test('a fast expression is also matched in long texts', () => {
    const matcher = matcherOf('^(?![^]*"ok"\\s*:\\s*false)');
    expect([
      matcher.test(`{"text":"${long}","ok": true}`),
      matcher.test(`{"text":"${long}","ok": false}`),
    ]).toEqual([true, false]);
  });

  test('a bounded look-around is matched in any text', () => {
    const matcher = matcherOf('^(?!.*debug).*b$');
    expect([matcher.needsBacktracking, matcher.isBounded]).toEqual([true, true]);
    expect([matcher.test(`${long}b`), matcher.test(`${long}debug b`)]).toEqual([true, false]);
  });
});

longTest('both engines return groups and positions', () => {
  const matcher = matcherOf('(\\w+)=(\\d+)?');
  for (const text of ['x y=7', `x y=7 ${'!'.repeat(5000)}`]) {
    expect(matcher.exec(text)?.slice(0, 3)).toEqual(['y=7', 'y', '7']);
    expect(matcher.spans(text, 9)).toEqual([[2, 5]]);
  }
  expect(matcherOf('(a)|(b.*.*c)').exec(`bc${'d'.repeat(5000)}`)?.[1]).toBeUndefined();
});

longTest('groups contain the original line ends and letters', () => {
  const tail = 'd'.repeat(5000);
  expect(matcherOf('^(b\\s)(c).*.*$', 'm').exec(`a\rb\rc${tail}`)?.slice(1)).toEqual(['b\r', 'c']);
  expect(matcherOf('(k)(.)(.).*.*', 'iu').exec(`\u212aſ\u{1f600}${tail}`)?.slice(1)).toEqual([
    '\u212a',
    'ſ',
    '\u{1f600}',
  ]);
  expect(matcherOf('^(.).*.*').exec(`\u{1f600}${tail}`)?.[1]).toBe('\ud83d');
});

longTest('a long text is matched like a short one', () => {
  for (const [source, flags, text] of [
    ['^k.*.*k', 'i', 'k \u212a'],
    ['ß.*.*ß', 'i', 'ß ẞ'],
    ['^.{2}.*.*$', '', '\u{1f600}'],
    ['^x$|y.*.*y', 'm', 'a\rx\rb'],
  ] as const) {
    const matcher = matcherOf(source, flags);
    expect(matcher.nativeChars).toBeLessThan(5000);
    const long = `${text}${flags === 'm' ? '\n' : ''}${'a'.repeat(5000)}`;
    expect(matcher.test(long)).toBe(new RegExp(source, flags).test(text));
  }
});

longTest.each(['[ab]*a[ab]{900}c', '(?:a?){500}a{500}c'])(
  '/%s/ exceeds the size limit of RE2 and is rejected on long texts',
  (source) => {
    const matcher = matcherOf(source);
    expect([matcher.needsBacktracking, matcher.isBounded]).toEqual([false, false]);
    expect(() => matcher.test(`c${'ab'.repeat(30_000)}`)).toThrow(PatternLimit);
    expect(matcher.test(`b${'a'.repeat(1000)}c`)).toBe(true);
    // RE2 matches short texts.
    expect(matcher.test(`c${'ab'.repeat(500)}`)).toBe(false);
  },
);

test('RE2 does not match an expression that distinguishes line ends', () => {
  const matcher = matcherOf('a\\r$', 'm');
  expect(matcher.test('a\r\nb')).toBe(true);
  expect(matcherOf('^[^\\n]*.*\\r$', 'm').isBounded).toBe(false);
});

test('an inline flag applies although V8 drops it', () => {
  // V8 compiles every expression this way once a process holds about 1 MB of compiled ones.
  setFlagsFromString('--no-regexp-optimization');
  try {
    const matcher = matcherOf('(?i:qq|[a]b)');
    expect([matcher.test('AB'), matcher.exec('xAB')?.[0], matcher.spans('xAB', 9)]).toEqual([
      true,
      'AB',
      [[1, 3]],
    ]);
    expect(matcherOf('(?i:e|warn) \\d').test('WARN 1')).toBe(true);
    expect(matcherOf('(?-i:q|[a])', 'i').test('A')).toBe(false);
  } finally {
    setFlagsFromString('--regexp-optimization');
  }
});

test('positions of empty matches advance by whole characters', () => {
  expect(matcherOf('', 'u').spans('\u{1f600}a', 9)).toEqual([
    [0, 0],
    [2, 2],
    [3, 3],
  ]);
  expect(matcherOf('(?:)').spans('\u{1f600}', 9)).toHaveLength(3);
});

longTest('matches a text that overflows the stack of V8', () => {
  const text = 'a'.repeat(8_000_000);
  expect(() => /^(a)*$/.test(text)).toThrow(RangeError);
  expect(matcherOf('^(a)*$').test(text)).toBe(true);
});
