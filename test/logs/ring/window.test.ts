import { describe, expect, test } from 'vitest';
import { rowKind } from '../../../src/logs/format/parsed-line.ts';
import {
  countVisibleHits,
  nextVisibleHit,
  previousVisibleHit,
  visibleHitRank,
} from '../../../src/logs/ring/visible-hits.ts';
import {
  foldedRowCount,
  nextVisibleRow,
  previousVisibleRow,
  rowsDownFrom,
  rowsUpTo,
} from '../support/group-window.ts';
import { includes, lensOf, madeRing } from './made-ring.ts';
import { headsOf } from './naive-filtered-view.ts';

const { ring, rows } = madeRing('window', 700);
const heads = headsOf(rows).map((row) => row + ring.first);
const ids = rows.map((_, row) => row + ring.first);

describe('the rows of a pane', () => {
  test.each([[[]], [['timeout']], [['ok', 'psp']]])('groups are one row unless expanded (%s)', (texts) => {
    const filtered = lensOf(ring, texts.map(includes));
    const opened = new Set(heads.filter((head, row) => head !== ids[row] && head % 3 === 0));
    expect(opened.size).toBeGreaterThan(5);
    const all = ids.filter((id, row) => {
      const head = heads[row] ?? id;
      return filtered.passes(id) && (head === id || opened.has(head) || !filtered.passes(head));
    });
    for (let place = 0; place < all.length; place += 13) {
      const id = all[place] ?? 0;
      expect(nextVisibleRow(filtered, id, opened)).toBe(all[place + 1]);
      expect(previousVisibleRow(filtered, id, opened)).toBe(all[place - 1]);
      expect(rowsDownFrom(filtered, id, 20, opened)).toEqual(all.slice(place, place + 20));
      expect(rowsUpTo(filtered, id, 20, opened)).toEqual(all.slice(Math.max(0, place - 19), place + 1));
    }
    const folded = all.reduce((sum, id) => sum + foldedRowCount(filtered, id, opened), 0);
    expect(all.length + folded).toBe(filtered.shown);
  });
});

describe('matches among the shown rows', () => {
  test.each([
    ['timeout', 'ok'],
    ['psp', 'psp'],
    ['注文', 'café'],
    ['nowhere', 'ok'],
    ['ok', 'nowhere'],
  ])('shown: %s, sought: %s', (shown, sought) => {
    const filtered = lensOf(ring, [includes(shown)]);
    const hits = lensOf(ring, [includes(sought)], true);
    const both = ids.filter((id) => filtered.passes(id) && hits.passes(id));
    for (let amount = 0; amount < 2; amount++) expect(countVisibleHits(filtered, hits)).toBe(both.length);
    for (let id = ring.first; id < ring.end; id += 7) {
      expect(nextVisibleHit(filtered, hits, id)).toBe(both.find((hit) => hit > id));
      expect(previousVisibleHit(filtered, hits, id)).toBe(both.findLast((hit) => hit < id));
      expect(visibleHitRank(filtered, hits, id)).toBe(both.filter((hit) => hit < id).length);
    }
  });

  test('follow new rows', () => {
    const { ring: growing } = madeRing('both', 100);
    const filtered = lensOf(growing, []);
    const hits = lensOf(growing, [includes('new')], true);
    expect(countVisibleHits(filtered, hits)).toBe(0);
    expect(hits.shown).toBe(0);
    growing.appendText('new', { at: 0, level: 0, stream: 0, kind: rowKind.line });
    for (const filteredView of [filtered, hits]) filteredView.judge(() => false);
    expect(countVisibleHits(filtered, hits)).toBe(1);
  });
});
