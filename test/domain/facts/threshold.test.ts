import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Level, levelRank } from '../../../src/domain/facts/level.ts';
import {
  isInBound,
  judgeThreshold,
  judgeThresholdOnce,
  parseBound,
  type Threshold,
  type Verdict,
} from '../../../src/domain/facts/threshold.ts';

const bound = (text: string) => {
  const parsed = parseBound(text);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
};

/** Judges values one after the other, one per second from 0; `undefined` is a missing value. */
const judged = (
  t: Threshold,
  values: readonly (number | string | undefined)[],
  stepMs = 1000,
): readonly Verdict[] => {
  const verdicts: Verdict[] = [];
  for (const [i, value] of values.entries())
    verdicts.push(judgeThreshold(verdicts.at(-1), value, t, i * stepMs));
  return verdicts;
};

const levels = (t: Threshold, values: readonly (number | string | undefined)[]): string =>
  judged(t, values)
    .map(({ level, pending }) => (pending === undefined ? level : `${level}(${pending.level})`))
    .join(' ');

const plain: Threshold = { warn: bound('>=200'), crit: bound('>=1000') };
const delayed: Threshold = { ...plain, forMs: 2000 };
const withClear: Threshold = { ...plain, clear: { warn: bound('<180') } };
const withBothClears: Threshold = { ...plain, clear: { warn: bound('<180'), crit: bound('<900') } };
const inverted: Threshold = { warn: bound('<100'), crit: bound('<=0') };
const textual: Threshold = { warn: bound('= half-open'), crit: bound('= open') };
const onlyCrit: Threshold = { crit: bound('>=1000'), clear: { crit: bound('<900') } };
const critOnNoData: Threshold = { ...delayed, noData: 'crit' };

test.each([
  ['a value crosses its bounds', plain, [0, 199, 200, 999, 1000, 0], 'ok ok warn warn crit ok'],
  ['lower values can be worse', inverted, [150, 99, 0, -1, 100], 'ok warn crit crit ok'],
  ['compares text values', textual, ['closed', 'half-open', 'open', 'closed'], 'ok warn crit ok'],
  ['raises a level after forMs', delayed, [250, 250, 250, 250], 'ok(warn) ok(warn) warn warn'],
  [
    'each level has its own forMs timer',
    delayed,
    [250, 1500, 1500, 1500],
    'ok(warn) ok(crit) warn(crit) crit',
  ],
  [
    'crossing crit also starts the warn timer',
    delayed,
    [1500, 1500, 250, 250],
    'ok(crit) ok(crit) warn warn',
  ],
  [
    'a dip restarts the timer',
    delayed,
    [250, 250, 10, 250, 250, 250],
    'ok(warn) ok(warn) ok ok(warn) ok(warn) warn',
  ],
  [
    'a dip below crit keeps the warn timer',
    delayed,
    [1500, 250, 1500, 1500, 1500],
    'ok(crit) ok(warn) warn(crit) warn(crit) crit',
  ],
  ['recovery ignores forMs', delayed, [1500, 1500, 1500, 10], 'ok(crit) ok(crit) crit ok'],
  [
    'a clear for warn only: crit ends at its own bound',
    withClear,
    [1500, 999, 190, 180, 179],
    'crit warn warn warn ok',
  ],
  [
    'hysteresis: values near the bound do not flap',
    withClear,
    [205, 195, 201, 185, 210, 179, 195],
    'warn warn warn warn warn ok ok',
  ],
  ['each level can have its own clear', withBothClears, [1500, 950, 899, 185, 100], 'crit crit warn warn ok'],
  ['crit may be the only level', onlyCrit, [500, 1000, 950, 899], 'ok crit crit ok'],
  ['a missing value is unknown immediately', plain, [250, undefined, 250, 10], 'warn unknown warn ok'],
  ['noData sets the level of a missing value', critOnNoData, [10, undefined, undefined], 'ok crit crit'],
  [
    'a missing value resets the timers',
    delayed,
    [250, 250, undefined, 250, 250, 250],
    'ok(warn) ok(warn) unknown ok(warn) ok(warn) warn',
  ],
  ['a noData level ends with a good value', critOnNoData, [undefined, 10], 'crit ok'],
  [
    'a noData level continues for values beyond the bound',
    critOnNoData,
    [undefined, 1500, 1500, 1500],
    'crit crit crit crit',
  ],
  [
    'a noData level ignores clear',
    { ...withClear, noData: 'warn' } as Threshold,
    [undefined, 190],
    'warn ok',
  ],
  ['text instead of a number is unknown', plain, ['error', 10], 'unknown ok'],
  ['NaN counts as a missing value', plain, [250, Number.NaN], 'warn unknown'],
  ['a value without bounds is ok', {}, [5, undefined], 'ok unknown'],
])('%s', (_, threshold, values, expected) => {
  expect(levels(threshold, values)).toBe(expected);
});

test('a flapping value that never holds for forMs raises nothing', () => {
  const flapping = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 1500 : 10));
  expect(new Set(judged(delayed, flapping).map((v) => v.level))).toEqual(new Set(['ok']));
});

test('since is the start of the level, pending.since the crossing of its bound', () => {
  const [first, second, third, fourth] = judged(delayed, [10, 250, 250, 250]);
  expect(first).toMatchObject({ level: 'ok', since: 0 });
  expect(second).toMatchObject({ level: 'ok', since: 0, pending: { level: 'warn', since: 1000 } });
  expect(third).toMatchObject({ level: 'ok', since: 0, pending: { level: 'warn', since: 1000 } });
  expect(fourth).toMatchObject({ level: 'warn', since: 3000 });
  expect(fourth?.pending).toBeUndefined();
});

test('a level that was raised before a gap in the data stays, if the value is still beyond its bound', () => {
  const levels = (values: readonly (number | undefined)[]) =>
    judged(delayed, values).map(({ level }) => level);
  expect(levels([1500, 1500, 1500, undefined, undefined, 1500])).toEqual([
    'ok',
    'ok',
    'crit',
    'unknown',
    'unknown',
    'crit',
  ]);
  expect(levels([1500, 1500, 1500, undefined, 10, 1500]).slice(-2)).toEqual(['ok', 'ok']);
  // It was only pending before the gap.
  expect(levels([1500, undefined, 1500]).slice(-2)).toEqual(['unknown', 'ok']);
});

test('since restarts after a gap in the data', () => {
  expect(judged(plain, [250, undefined, undefined, 250]).map((v) => v.since)).toEqual([0, 1000, 1000, 3000]);
});

test.each([
  [plain, [1204], '1,204, limit ≥ 1,000'],
  [plain, [12], '12, within limits'],
  [{}, [12], '12. No limit is set'],
  [delayed, [1500, 1500], '1,500, limit ≥ 1,000, crit after 1s of 2s'],
  [withClear, [250, 190], '190, warn until < 180'],
  [textual, ['open'], 'open, limit = open'],
  [plain, [undefined], 'no data'],
  [plain, ['error'], '"error" is not a number'],
])('explains a verdict', (threshold: Threshold, values, why) => {
  expect(judged(threshold, values).at(-1)?.why).toBe(why);
});

test('without memory, forMs counts as elapsed and clear is ignored', () => {
  expect(judgeThresholdOnce(1500, delayed, 0).level).toBe('crit');
  expect(judgeThresholdOnce(190, withClear, 0).level).toBe('ok');
  expect(judgeThresholdOnce(undefined, critOnNoData, 0).level).toBe('crit');
});

const anyValues = fc.array(fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined, freq: 10 }), {
  maxLength: 60,
});
const anyFor = fc.integer({ min: 0, max: 6000 });
const anyClear = fc.option(fc.integer({ min: 0, max: 199 }), { nil: undefined });
const thresholdWith = (forMs: number, clear: number | undefined): Threshold => ({
  ...plain,
  forMs,
  ...(clear !== undefined && { clear: { warn: bound(`<${clear}`), crit: bound(`<${clear + 500}`) } }),
});
const levelOfValue = (value: number): Level => (value >= 1000 ? 'crit' : value >= 200 ? 'warn' : 'ok');

test('a level is raised only after forMs without interruption', () => {
  fc.assert(
    fc.property(anyValues, anyFor, anyClear, (values, forMs, clear) => {
      const verdicts = judged(thresholdWith(forMs, clear), values);
      for (const [i, { level }] of verdicts.entries()) {
        // After missing data a level that was raised before stays.
        const before = verdicts.slice(0, i).findLast((verdict) => verdict.level !== 'unknown')?.level ?? 'ok';
        if (levelRank[level] <= levelRank[before] || level === 'unknown') continue;
        const from =
          values
            .slice(0, i + 1)
            .findLastIndex((v) => v === undefined || levelRank[levelOfValue(v)] < levelRank[level]) + 1;
        expect((i - from) * 1000).toBeGreaterThanOrEqual(forMs);
      }
    }),
  );
});

test('without forMs, the level is never better than the value', () => {
  fc.assert(
    fc.property(anyValues, anyClear, (values, clear) => {
      for (const [i, { level }] of judged(thresholdWith(0, clear), values).entries()) {
        const value = values[i];
        if (value === undefined) expect(level).toBe('unknown');
        else expect(levelRank[level]).toBeGreaterThanOrEqual(levelRank[levelOfValue(value)]);
      }
    }),
  );
});

test('a worse value never produces a better level', () => {
  fc.assert(
    fc.property(anyValues, anyFor, anyClear, fc.nat(2000), fc.nat(2000), (values, forMs, clear, a, b) => {
      const t = thresholdWith(forMs, clear);
      const was = judged(t, values).at(-1);
      const now = values.length * 1000;
      const better = judgeThreshold(was, Math.min(a, b), t, now);
      const worse = judgeThreshold(was, Math.max(a, b), t, now);
      expect(levelRank[worse.level]).toBeGreaterThanOrEqual(levelRank[better.level]);
    }),
  );
});

test('a level ends only when its clear condition holds', () => {
  fc.assert(
    fc.property(anyValues, anyFor, fc.integer({ min: 0, max: 199 }), (values, forMs, clear) => {
      const t = thresholdWith(forMs, clear);
      const verdicts = judged(t, values);
      for (const [i, { level }] of verdicts.entries()) {
        const before = verdicts[i - 1];
        const value = values[i];
        if (before === undefined || value === undefined || levelRank[level] >= levelRank[before.level])
          continue;
        if (before.level === 'crit') expect(isInBound(bound(`<${clear + 500}`), value)).toBe(true);
        if (level === 'ok' && before.level !== 'unknown')
          expect(isInBound(bound(`<${clear}`), value)).toBe(true);
      }
    }),
  );
});

test('a condition that is true with any value is true with an infinite one', () => {
  const bound = { op: '>=', value: -1e308 } as const;
  expect([5, -Infinity, Infinity, Number.NaN].map((value) => isInBound(bound, value))).toEqual([
    true,
    true,
    true,
    undefined,
  ]);
});

test('the explanation of bytes and times has the unit that fits; a value beside its bound keeps all its digits', () => {
  const gib = 1024 ** 3;
  const memory: Threshold = { warn: { op: '>', value: 1.5 * gib } };
  expect(judgeThreshold(undefined, 1.8 * gib, memory, 0, 'B').why).toBe('1.8 GiB, limit > 1.5 GiB');
  expect(judgeThreshold(undefined, 1.5 * gib + 1, memory, 0, 'B').why).toBe(
    '1,610,612,737, limit > 1,610,612,736',
  );
  expect(judgeThreshold(undefined, 7200, { crit: { op: '>', value: 3600 } }, 0, 's').why).toBe(
    '2 h, limit > 60 min',
  );
  expect(judgeThreshold(undefined, 7, { crit: { op: '>', value: 5 } }, 0, '%').why).toBe('7, limit > 5');
});
