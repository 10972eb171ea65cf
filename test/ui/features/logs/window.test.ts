import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextVisibleRow, visibleRows } from '../../../../src/ui/features/logs/view/visible-rows.ts';
import { madeLines, stream } from '../../../screens/support/lines.ts';
import { longTest } from '../../../support/layer.ts';

const linesOf = (texts: readonly string[], hidden = 'hidden') => {
  const lines = madeLines([stream(0, 'a')]);
  lines.put(
    ...texts.map((text) => ({
      text,
      kind: text.startsWith('\tat') ? ('continuation' as const) : ('line' as const),
    })),
  );
  lines.look([{ is: 'exclude', pattern: { text: hidden, regex: false, ignoreCase: false } }]);
  return lines.state();
};

const rowsOf = (state: ReturnType<typeof linesOf>): readonly number[] => {
  const rows: number[] = [];
  for (let id = nextVisibleRow(state, -1); id !== undefined; id = nextVisibleRow(state, id)) rows.push(id);
  return rows;
};

const onlyHeightOf = (): number => 1;

test('is empty without rows or without room', () => {
  const state = linesOf(['one']);
  expect(visibleRows(state, { cursor: undefined, above: 0, room: 5, heightOf: onlyHeightOf }).ids).toEqual(
    [],
  );
  expect(visibleRows(state, { cursor: 0, above: 0, room: 0, heightOf: onlyHeightOf }).ids).toEqual([]);
});

test('keeps the screen position of the cursor; rows shift only at the ends', () => {
  const state = linesOf(Array.from({ length: 10 }, (_, nth) => `line ${nth}`));
  const seen = (cursor: number, above: number) =>
    visibleRows(state, { cursor, above, room: 4, heightOf: onlyHeightOf });
  expect(seen(5, 2)).toEqual({ ids: [3, 4, 5, 6], cursorLine: 2, above: 2 });
  expect(seen(1, 3)).toEqual({ ids: [0, 1, 2, 3], cursorLine: 1, above: 1 });
  expect(seen(9, 0)).toEqual({ ids: [6, 7, 8, 9], cursorLine: 3, above: 3 });
});

longTest('shows neighbors around the cursor, as many as fit', () => {
  const text = fc.constantFrom('line', 'hidden', '\tat a.b(C.java:1)');
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 40 }),
      fc.nat(39),
      fc.nat(20),
      fc.integer({ min: 1, max: 15 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 40, maxLength: 40 }),
      (texts, nth, above, room, heights) => {
        const state = linesOf(texts);
        const rows = rowsOf(state);
        fc.pre(rows.length > 0);
        const cursor = rows[nth % rows.length];
        const heightOf = (id: number): number => heights[id] ?? 1;
        const seen = visibleRows(state, { cursor, above, room, heightOf });
        expect(seen.ids[seen.cursorLine]).toBe(cursor);
        const first = rows.indexOf(seen.ids[0] ?? -1);
        expect(seen.ids).toEqual(rows.slice(first, first + seen.ids.length));
        const used = seen.ids.reduce(
          (sum, id) => sum + (id === cursor ? Math.min(room, heightOf(id)) : heightOf(id)),
          0,
        );
        expect(used).toBeLessThanOrEqual(room);
        expect(seen.above).toBe(
          seen.ids.slice(0, seen.cursorLine).reduce((sum, id) => sum + heightOf(id), 0),
        );
        // No further row would have fit below or above.
        const next = rows[first + seen.ids.length];
        const before = rows[first - 1];
        if (next !== undefined && before === undefined) expect(used + heightOf(next)).toBeGreaterThan(room);
        if (next === undefined && before !== undefined) expect(used + heightOf(before)).toBeGreaterThan(room);
      },
    ),
  );
});
