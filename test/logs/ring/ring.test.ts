import { describe, expect, test } from 'vitest';
import { rowKind } from '../../../src/logs/format/parsed-line.ts';
import { groupHeadOf, groupMembers, LogRing } from '../../../src/logs/ring/log-ring.ts';
import { blockSizeBytes } from '../../../src/logs/ring/row-block.ts';
import { seededRandom } from '../../../src/simulator/model/spec/seeded-random.ts';
import { everyNth, longTest, sampled } from '../../support/layer.ts';
import { type MadeRow, madeRow } from './made-rows.ts';
import { headsOf } from './naive-filtered-view.ts';

const plain = (text: string, index = 0, stream = 0): MadeRow => ({
  text,
  at: index,
  level: 0,
  stream,
  kind: rowKind.line,
});
const rowsOf = (ring: LogRing): readonly MadeRow[] =>
  Array.from({ length: ring.count }, (_, index) => {
    const { id, ...row } = ring.row(ring.first + index) ?? { id: -1, ...plain('none') };
    expect(id).toBe(ring.first + index);
    return row;
  });

const seesTime = (ring: LogRing, all: readonly MadeRow[], index: number): void => {
  const found = all.findIndex((row) => row.at >= index);
  expect(ring.atTime(index)).toBe(found < 0 ? ring.end : ring.first + found);
};

const seesGroups = (ring: LogRing, all: readonly MadeRow[]): void => {
  const heads = headsOf(all);
  expect(all.map((_, index) => groupHeadOf(ring, ring.first + index) - ring.first)).toEqual(heads);
  for (const [index, { kind }] of all.entries())
    if (kind === rowKind.line)
      expect(groupMembers(ring, ring.first + index).map((id) => id - ring.first)).toEqual(
        heads.flatMap((head, position) => (head === index && position !== index ? [position] : [])),
      );
};

describe('a ring of rows', () => {
  test.each(sampled(['a', 'b', 'c', 'd', 'e', 'f'], everyNth(6)))(
    'holds the same rows as a plain array under random operations (%s)',
    (seed) => {
      const chance = seededRandom(seed);
      const limits = {
        lines: 100 + Math.floor(chance() * 400),
        bytes: 16_000 + Math.floor(chance() * 100_000),
      };
      const ring = new LogRing(limits);
      let all: MadeRow[] = [];
      let lost = 0;
      let now = 1000;
      for (let turn = 0; turn < 60; turn++) {
        const what = chance();
        if (what < 0.1) ring.holding = !ring.holding;
        else if (what < 0.25) {
          const older = Array.from({ length: Math.floor(chance() * 60) }, () => madeRow(chance, 500));
          ring.prepend(older);
          all = [...older, ...all];
        } else
          for (let rows = Math.floor(chance() * 100); rows > 0; rows--) {
            now += 5;
            const row = madeRow(chance, now);
            ring.appendText(row.text, row);
            all.push(row);
          }
        const gone = ring.evicted - lost;
        lost = ring.evicted;
        all = all.slice(gone);
        expect(ring.count).toBe(all.length);
        expect(ring.bytes).toBe(ring.blocks.reduce((sum, block) => sum + blockSizeBytes(block), 0));
        if (!ring.holding && what >= 0.25 && ring.blocks.length > 1) {
          expect(ring.count).toBeLessThanOrEqual(limits.lines);
          expect(ring.bytes).toBeLessThanOrEqual(limits.bytes);
        }
        expect(rowsOf(ring)).toEqual(all);
        seesGroups(ring, all);
        for (let probe = 0; probe < 5; probe++) seesTime(ring, all, Math.floor(chance() * now * 1.1));
      }
      expect(lost).toBeGreaterThan(0);
    },
  );

  test('respects a small line limit', () => {
    const ring = new LogRing({ lines: 20, bytes: 1e6 });
    for (let index = 0; index < 1000; index++) ring.appendText(`row ${index}`, plain(''));
    expect(ring.count).toBeLessThanOrEqual(20);
    expect(ring.count + ring.evicted).toBe(1000);
    expect(ring.row(ring.end - 1)?.text).toBe('row 999');
  });

  test('accepts a line of 1 MiB', () => {
    const ring = new LogRing();
    ring.appendText('before', plain(''));
    ring.appendText('x'.repeat(1024 * 1024), plain(''));
    ring.appendText('behind', plain(''));
    expect([0, 1, 2].map((id) => ring.row(id)?.text.length)).toEqual([6, 1024 * 1024, 6]);
  });

  test('evicts nothing while held, and reports when it is full', () => {
    const ring = new LogRing({ lines: 64, bytes: 1e6 });
    ring.holding = true;
    for (let index = 0; index < 100; index++) ring.appendText('x', plain(''));
    expect([ring.count, ring.evicted, ring.isFull]).toEqual([100, 0, true]);
    ring.holding = false;
    expect(ring.count).toBeLessThanOrEqual(64);
    expect(ring.count + ring.evicted).toBe(100);
  });

  longTest.each([20, 50, 100, 400])('lines of %i bytes take at most twice their size', (length) => {
    const ring = new LogRing();
    const text = 'x'.repeat(length);
    for (let index = 0; index < 100_000; index++) ring.appendText(text, plain(''));
    expect(ring.bytes).toBeLessThanOrEqual(2.1 * 100_000 * length);
  });
});
