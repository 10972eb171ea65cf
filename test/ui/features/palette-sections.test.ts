import { expect, test } from 'vitest';
import type { ItemMatch } from '../../../src/ui/features/palette/match.ts';
import { bySection, placeSections, suggestedSection } from '../../../src/ui/features/palette/sections.ts';

const match = (id: string, section: string, positions: readonly number[], rank?: number): ItemMatch => ({
  item: { id, text: id, section, command: id, rank, run: () => {} } as unknown as ItemMatch['item'],
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

test('suggested runbooks that have the typed words are in the order in which they are suggested', () => {
  const symptom = match('close-breaker', suggestedSection, [0, 1, 6, 7], 1);
  const cause = match('restore', suggestedSection, [25, 26, 43, 44], 0);
  expect(order(symptom, cause)).toEqual(['restore', 'close-breaker']);
});

test('a suggested runbook that only mentions the typed words comes after one that has them', () => {
  const mention = { ...match('image-verify', suggestedSection, [], 0), excerpt: 'notes: pipeline failure' };
  const named = match('pipeline-failure', suggestedSection, [0, 1, 2, 3], 1);
  expect(order(mention, named)).toEqual(['pipeline-failure', 'image-verify']);
  // Without one that has them, the order of the search stays.
  expect(order(match('theme', 'Settings', [0, 1]), mention)).toEqual(['theme', 'image-verify']);
});

test('matches with only the letters, far apart, come last below a heading of their own', () => {
  const far = match('roll back catalog', 'Runbooks', [2, 8, 11, 15]);
  const near = match('close breaker', 'Panes', [0, 1, 6, 7]);
  expect(order(far, near)).toEqual(['close breaker', 'roll back catalog']);
  expect(bySection([far, near]).map(({ section }) => section)).toEqual([undefined, 'Other matches']);
});

const listed = (section: string, count: number): readonly ItemMatch[] =>
  Array.from({ length: count }, (_, index) => match(`${section} ${index}`, section, []));

test('a list that goes on says how many matches are below, and ends with no heading', () => {
  const matches = [...listed('Panes', 5), ...listed('Rows', 9)];
  for (let room = 6; room < 20; room += 1)
    for (let cursor = 0; cursor < matches.length; cursor += 1) {
      const lines = placeSections(matches, cursor, room);
      expect(lines.length).toBeLessThanOrEqual(room);
      expect(lines.some((line) => 'index' in line && line.index === cursor)).toBe(true);
      const last = lines.at(-1);
      expect(last).not.toHaveProperty('heading');
      const seen = lines.flatMap((line) => ('index' in line ? [line.index] : []));
      const below = matches.length - 1 - Math.max(...seen);
      expect(last !== undefined && 'more' in last ? last.more : 0).toBe(below);
    }
});
