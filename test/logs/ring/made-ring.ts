import type { FilterChip } from '../../../src/logs/format/filter-chip.ts';
import { FilteredView } from '../../../src/logs/ring/filtered-view.ts';
import { LogRing } from '../../../src/logs/ring/log-ring.ts';
import { seededRandom } from '../../../src/simulator/model/spec/seeded-random.ts';
import { type MadeRow, madeRow } from './made-rows.ts';

/** A ring of generated rows with small blocks. */
export const madeRing = (seed: string, count: number): { ring: LogRing; rows: readonly MadeRow[] } => {
  const chance = seededRandom(seed);
  const ring = new LogRing({ lines: 10_000, bytes: 64_000 });
  const rows = Array.from({ length: count }, (_, row) => madeRow(chance, 1000 + 5 * row));
  for (const row of rows) ring.appendText(row.text, row);
  return { ring, rows: rows.slice(ring.evicted) };
};

/** A view that has filtered all rows. */
export const lensOf = (ring: LogRing, chips: readonly FilterChip[], seeks = false): FilteredView => {
  const filtered = new FilteredView(ring, () => ['a', 'b', 'c'], { seeks });
  filtered.setFilters(chips);
  filtered.judge(() => false);
  return filtered;
};

export const includes = (text: string): FilterChip => ({
  is: 'include',
  pattern: { text, regex: false, ignoreCase: false },
});
