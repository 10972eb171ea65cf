import { expect, test } from 'vitest';
import { bodyHeight } from '../../src/ui/shell/layout/body-rows.ts';
import { panePositions } from '../../src/ui/shell/layout/layout.ts';
import { openBare } from './support/headless.ts';
import { shop } from './support/shop.ts';

/** The lines of the zoomed list of problems, as the screen has them or as a screen reader reads them. */
const problems = (isRead: boolean): readonly string[] => {
  const opened = openBare(shop());
  [opened.size.columns, opened.size.rows] = [160, 40];
  for (const key of [':', ...'problems', 'enter']) opened.strokes(key);
  const { view } = opened.context();
  const placed = panePositions(view, bodyHeight(view)).find(({ pane }) => pane.id === 'now');
  if (placed === undefined) throw new Error('no pane of problems');
  return placed.pane
    .render(view, isRead ? { ...placed, isRead: true } : placed)
    .lines.map((line) => line.map(({ text }) => text).join(''));
};

test('a screen reader reads the list, then the detail; on the screen they stand beside each other', () => {
  const [seen, read] = [problems(false), problems(true)];
  expect(seen.some((line) => line.includes('│'))).toBe(true);
  expect(read.length).toBeGreaterThan(seen.length);
  expect(read.filter((line) => line.includes('│'))).toEqual([]);
});
