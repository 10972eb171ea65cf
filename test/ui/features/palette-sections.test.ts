import { expect, test } from 'vitest';
import type { ItemMatch } from '../../../src/ui/features/palette/match.ts';
import { bySection, suggestedSection } from '../../../src/ui/features/palette/sections.ts';

const match = (id: string, section: string, positions: readonly number[]): ItemMatch => ({
  item: { id, text: id, section, command: id, run: () => {} } as unknown as ItemMatch['item'],
  positions: new Set(positions),
  rest: '',
});
const order = (...matches: readonly ItemMatch[]): readonly string[] =>
  bySection(matches).map(({ item }) => item.id);

test('a suggested runbook that has the typed words comes first', () => {
  const best = match('close-breaker', 'Runbooks', [0, 1, 6, 7]);
  expect(order(best, match('restore', suggestedSection, [25, 26, 43, 44]))).toEqual([
    'restore',
    'close-breaker',
  ]);
});

test('a suggested runbook with single letters of it stays below what has its words', () => {
  const best = match('theme dark', 'Settings', [0, 1, 2, 3, 4]);
  expect(order(best, match('restore the item', suggestedSection, [3, 9, 12, 14, 15]))).toEqual([
    'theme dark',
    'restore the item',
  ]);
});
