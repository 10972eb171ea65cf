import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Level, levelRank } from '../../src/domain/level.ts';
import {
  isInBound,
  judgeThreshold,
  judgeThresholdOnce,
  parseBound,
  type Threshold,
  type Verdict,
} from '../../src/domain/threshold.ts';

const bound = (text: string) => {
  const made = parseBound(text);
  if ('error' in made) throw new Error(made.error);
  return made;
};

/** Judges values one after the other, a second apart from 0; `undefined` is silence. */
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
const patient: Threshold = { ...plain, forMs: 2000 };
const sticky: Threshold = { ...plain, clear: { warn: bound('<180') } };
const twice: Threshold = { ...plain, clear: { warn: bound('<180'), crit: bound('<900') } };
const low: Threshold = { warn: bound('<100'), crit: bound('<=0') };
const words: Threshold = { warn: bound('= half-open'), crit: bound('= open') };
const onlyCrit: Threshold = { crit: bound('>=1000'), clear: { crit: bound('<900') } };
const dead: Threshold = { ...patient, noData: 'crit' };

test.each([
  ['a value passes its bounds', plain, [0, 199, 200, 999, 1000, 0], 'ok ok warn warn crit ok'],
  ['less can be worse', low, [150, 99, 0, -1, 100], 'ok warn crit crit ok'],
  ['words are levels too', words, ['closed', 'half-open', 'open', 'closed'], 'ok warn crit ok'],
  ['it is raised once it has held', patient, [250, 250, 250, 250], 'ok(warn) ok(warn) warn warn'],
  ['each level has its own clock', patient, [250, 1500, 1500, 1500], 'ok(warn) ok(crit) warn(crit) crit'],
  ['past crit is past warn as well', patient, [1500, 1500, 250, 250], 'ok(crit) ok(crit) warn warn'],
  [
    'a dip starts the clock anew',
    patient,
    [250, 250, 10, 250, 250, 250],
    'ok(warn) ok(warn) ok ok(warn) ok(warn) warn',
  ],
  [
    'a dip under crit keeps the clock of warn',
    patient,
    [1500, 250, 1500, 1500, 1500],
    'ok(crit) ok(warn) warn(crit) warn(crit) crit',
  ],
  ['falling needs no patience', patient, [1500, 1500, 1500, 10], 'ok(crit) ok(crit) crit ok'],
  [
    'one clear belongs to warn: crit ends at its own bound',
    sticky,
    [1500, 999, 190, 180, 179],
    'crit warn warn warn ok',
  ],
  [
    'values around the bound do not flap',
    sticky,
    [205, 195, 201, 185, 210, 179, 195],
    'warn warn warn warn warn ok ok',
  ],
  ['each level can have its own clear', twice, [1500, 950, 899, 185, 100], 'crit crit warn warn ok'],
  ['crit may be the only level', onlyCrit, [500, 1000, 950, 899], 'ok crit crit ok'],
  ['silence is unknown at once', plain, [250, undefined, 250, 10], 'warn unknown warn ok'],
  ['silence is what the profile says', dead, [10, undefined, undefined], 'ok crit crit'],
  [
    'silence stops the clocks',
    patient,
    [250, 250, undefined, 250, 250, 250],
    'ok(warn) ok(warn) unknown ok(warn) ok(warn) warn',
  ],
  ['what silence raised ends with a good value', dead, [undefined, 10], 'crit ok'],
  ['what silence raised stays over its bound', dead, [undefined, 1500, 1500, 1500], 'crit crit crit crit'],
  [
    'silence gives no claim to a clear',
    { ...sticky, noData: 'warn' } as Threshold,
    [undefined, 190],
    'warn ok',
  ],
  ['a word where a number belongs is unknown', plain, ['error', 10], 'unknown ok'],
  ['NaN is silence', plain, [250, Number.NaN], 'warn unknown'],
  ['without bounds a value is ok', {}, [5, undefined], 'ok unknown'],
])('%s', (_, threshold, values, expected) => {
  expect(levels(threshold, values)).toBe(expected);
});

test('flapping across the bound is never raised while it does not hold long enough', () => {
  const flapping = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 1500 : 10));
  expect(new Set(judged(patient, flapping).map((v) => v.level))).toEqual(new Set(['ok']));
});

test('since counts from when the level was entered, pending from when its bound was passed', () => {
  const [first, second, third, fourth] = judged(patient, [10, 250, 250, 250]);
  expect(first).toMatchObject({ level: 'ok', since: 0 });
  expect(second).toMatchObject({ level: 'ok', since: 0, pending: { level: 'warn', since: 1000 } });
  expect(third).toMatchObject({ level: 'ok', since: 0, pending: { level: 'warn', since: 1000 } });
  expect(fourth).toMatchObject({ level: 'warn', since: 3000 });
  expect(fourth?.pending).toBeUndefined();
});

test('a level that silence ended and gave back counts anew', () => {
  expect(judged(plain, [250, undefined, undefined, 250]).map((v) => v.since)).toEqual([0, 1000, 1000, 3000]);
});

test.each([
  [plain, [1204], '1,204, limit ≥ 1,000'],
  [plain, [12], '12, within limits'],
  [{}, [12], '12, no limit set'],
  [patient, [1500, 1500], '1,500, limit ≥ 1,000, crit after 1s of 2s'],
  [sticky, [250, 190], '190, warn until < 180'],
  [words, ['open'], 'open, limit = open'],
  [plain, [undefined], 'no data'],
  [plain, ['error'], '"error" is not a number'],
])('why is told in words', (threshold: Threshold, values, why) => {
  expect(judged(threshold, values).at(-1)?.why).toBe(why);
});

test('without memory `for` counts as fulfilled and `clear` is ignored', () => {
  expect(judgeThresholdOnce(1500, patient, 0).level).toBe('crit');
  expect(judgeThresholdOnce(190, sticky, 0).level).toBe('ok');
  expect(judgeThresholdOnce(undefined, dead, 0).level).toBe('crit');
});

const anyValues = fc.array(fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined, freq: 10 }), {
  maxLength: 60,
});
const anyFor = fc.integer({ min: 0, max: 6000 });
const anyClear = fc.option(fc.integer({ min: 0, max: 199 }), { nil: undefined });
const made = (forMs: number, clear: number | undefined): Threshold => ({
  ...plain,
  forMs,
  ...(clear !== undefined && { clear: { warn: bound(`<${clear}`), crit: bound(`<${clear + 500}`) } }),
});
const reach = (value: number): Level => (value >= 1000 ? 'crit' : value >= 200 ? 'warn' : 'ok');

test('nothing is raised before its bound has been passed for forMs without a break', () => {
  fc.assert(
    fc.property(anyValues, anyFor, anyClear, (values, forMs, clear) => {
      const verdicts = judged(made(forMs, clear), values);
      for (const [i, { level }] of verdicts.entries()) {
        const before = verdicts[i - 1]?.level ?? 'ok';
        if (levelRank[level] <= levelRank[before] || level === 'unknown') continue;
        const from =
          values
            .slice(0, i + 1)
            .findLastIndex((v) => v === undefined || levelRank[reach(v)] < levelRank[level]) + 1;
        expect((i - from) * 1000).toBeGreaterThanOrEqual(forMs);
      }
    }),
  );
});

test('a value that is at its bound is never called better than it is when nothing need hold', () => {
  fc.assert(
    fc.property(anyValues, anyClear, (values, clear) => {
      for (const [i, { level }] of judged(made(0, clear), values).entries()) {
        const value = values[i];
        if (value === undefined) expect(level).toBe('unknown');
        else expect(levelRank[level]).toBeGreaterThanOrEqual(levelRank[reach(value)]);
      }
    }),
  );
});

test('a worse value never gives a better level', () => {
  fc.assert(
    fc.property(anyValues, anyFor, anyClear, fc.nat(2000), fc.nat(2000), (values, forMs, clear, a, b) => {
      const t = made(forMs, clear);
      const was = judged(t, values).at(-1);
      const now = values.length * 1000;
      const [better, worse] = [
        judgeThreshold(was, Math.min(a, b), t, now),
        judgeThreshold(was, Math.max(a, b), t, now),
      ];
      expect(levelRank[worse.level]).toBeGreaterThanOrEqual(levelRank[better.level]);
    }),
  );
});

test('a level that is left was neither at its bound nor short of its clear', () => {
  fc.assert(
    fc.property(anyValues, anyFor, fc.integer({ min: 0, max: 199 }), (values, forMs, clear) => {
      const t = made(forMs, clear);
      const verdicts = judged(t, values);
      for (const [i, { level }] of verdicts.entries()) {
        const [before, value] = [verdicts[i - 1], values[i]];
        if (before === undefined || value === undefined || levelRank[level] >= levelRank[before.level])
          continue;
        if (before.level === 'crit') expect(isInBound(bound(`<${clear + 500}`), value)).toBe(true);
        if (level === 'ok' && before.level !== 'unknown')
          expect(isInBound(bound(`<${clear}`), value)).toBe(true);
      }
    }),
  );
});
