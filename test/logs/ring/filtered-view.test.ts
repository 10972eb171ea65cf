import { describe, expect, test } from 'vitest';
import {
  type ContextLineCount,
  type FilterChip,
  noContextLines,
} from '../../../src/logs/format/filter-chip.ts';
import { FilteredView } from '../../../src/logs/ring/filtered-view.ts';
import { LogRing } from '../../../src/logs/ring/log-ring.ts';
import { type RandomSource, seededRandom } from '../../../src/simulator/model/spec/seeded-random.ts';
import { sampled } from '../../support/layer.ts';
import { type MadeRow, madeRow } from './made-rows.ts';
import { naiveLens } from './naive-filtered-view.ts';

const streams = ['a', 'b', 'c'];
const pick = <T>(chance: RandomSource, of: readonly T[]): T => of[Math.floor(chance() * of.length)] as T;
const patterns = [
  'timeout',
  'ok',
  '^at',
  'o.*=1\\d',
  '[^a]b',
  '注',
  'café$',
  'Z\\.',
  '(?=psp)',
  '^$',
  'a.b',
  ' $',
  // Only few rows contain the texts that these require.
  'order=1\\d|x\\.Y',
  'ERROR.*psp',
  'java:\\d\\)$',
];

const madeChip = (chance: RandomSource): FilterChip => {
  const regex = chance() < 0.7;
  const pattern = { text: pick(chance, patterns), regex, ignoreCase: chance() < 0.4 };
  const what = chance();
  if (what < 0.35) return { is: 'include', pattern };
  if (what < 0.6) return { is: 'exclude', pattern };
  if (what < 0.75) return { is: 'level', least: pick(chance, ['debug', 'warn', 'fatal'] as const) };
  if (what < 0.9) return { is: 'stream', streams: [pick(chance, streams)], not: chance() < 0.6 };
  return { is: 'time', from: Math.floor(chance() * 2000), to: 2000 + Math.floor(chance() * 8000) };
};

const madeRows = (chance: RandomSource, most: number, position: number): readonly MadeRow[] =>
  Array.from({ length: Math.floor(chance() * most) }, (_, row) => madeRow(chance, position + 5 * row));

/** Compares the verdict of the view on each row with the reference. */
const sees = (filtered: FilteredView, ring: LogRing, rows: readonly MadeRow[], physical: boolean): void => {
  const naive = naiveLens(rows, filtered.chips, filtered.context, streams, physical);
  const ids = naive.visible.map((row) => row + ring.first);
  const all = rows.map((_, row) => row + ring.first);
  expect(all.filter((id) => filtered.passes(id))).toEqual(ids);
  expect(all.filter((id) => filtered.isContext(id))).toEqual(naive.context.map((row) => row + ring.first));
  expect(filtered.shown).toBe(ids.length);
  expect(filtered.chips.map((_, chip) => filtered.hides(chip))).toEqual(naive.hides);
  const walked: number[] = [];
  for (let id = filtered.after(ring.first - 1); id !== undefined; id = filtered.after(id)) walked.push(id);
  expect(walked).toEqual(ids);
  const back: number[] = [];
  for (let id = filtered.before(ring.end); id !== undefined; id = filtered.before(id)) back.unshift(id);
  expect(back).toEqual(ids);
  expect(ids.map((id) => filtered.rank(id))).toEqual(ids.map((_, rank) => rank));
  expect(ids.map((_, rank) => filtered.at(rank))).toEqual(ids);
  expect(filtered.at(ids.length)).toBeUndefined();
};

/** The counts so far match the visible rows so far. */
const agrees = (filtered: FilteredView, ring: LogRing): void => {
  const ids = Array.from({ length: ring.count }, (_, row) => row + ring.first);
  const visible = ids.filter((id) => filtered.passes(id));
  expect(filtered.shown).toBe(visible.length);
  const byLevel = visible.map((id) => ring.row(id)?.level);
  const levels = [0, 1, 2, 3, 4, 5, 6].map((level) => byLevel.filter((of) => of === level).length);
  expect(levels).toEqual(
    levels.map((_, level) => filtered.blocks.reduce((sum, of) => sum + (of.levels[level] ?? 0), 0)),
  );
};

const judgesSome = (filtered: FilteredView, ring: LogRing, checks: number): void => {
  let left = checks;
  filtered.judge(() => left-- <= 0);
  agrees(filtered, ring);
};

const judgesAll = (
  filtered: FilteredView,
  ring: LogRing,
  rows: readonly MadeRow[],
  physical: boolean,
): void => {
  expect(filtered.judge(() => false)).toBe(true);
  expect(filtered.pending).toBe(0);
  agrees(filtered, ring);
  sees(filtered, ring, rows, physical);
};

const contexts: readonly ContextLineCount[] = [
  noContextLines,
  { before: 2, after: 0 },
  { before: 0, after: 3 },
  { before: 2, after: 1 },
];

describe('a filtered view', () => {
  test.each(
    sampled(
      Array.from({ length: 16 }, (_, seed) => [`seed ${seed}`, seed % 4 === 3] as const),
      (_, seed) => seed === 3 || seed === 8,
    ),
  )(
    'shows the same rows as the reference under random operations (%s, line by line: %s)',
    (seed, physical) => {
      const chance = seededRandom(seed);
      const ring = new LogRing({ lines: 100 + Math.floor(chance() * 500), bytes: 200_000 });
      const filtered = new FilteredView(ring, () => streams, { physical });
      let rows: MadeRow[] = [];
      let lost = 0;
      let chips: readonly FilterChip[] = [];
      for (let turn = 0; turn < 50; turn++) {
        const what = chance();
        if (what < 0.15) {
          const older = madeRows(chance, 40, 500);
          ring.prepend(older);
          rows = [...older, ...rows];
        } else if (what < 0.4) {
          chips = chance() < 0.4 ? chips.slice(1) : [...chips.slice(-3), madeChip(chance)];
          filtered.setFilters(chips, pick(chance, contexts));
        } else {
          const newer = madeRows(chance, 80, 1000 + turn * 200);
          for (const row of newer) ring.appendText(row.text, row);
          rows = [...rows, ...newer];
        }
        rows = rows.slice(ring.evicted - lost);
        lost = ring.evicted;
        if (chance() < 0.5) judgesSome(filtered, ring, Math.floor(chance() * 6));
        else {
          // The evicted rows may have been the reason why the first rows are shown.
          if (filtered.context !== noContextLines) filtered.setFilters(chips, filtered.context);
          judgesAll(filtered, ring, rows, physical);
        }
      }
      expect(lost).toBeGreaterThan(0);
    },
  );
});
