import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checklistItemModes, modeOf, tickEffect } from '../../src/domain/checklists/modes/item-mode.ts';
import { filesUnder } from '../architecture/imports.ts';

const home = 'src/domain/checklists/modes/item-mode.ts';

test('only the declaration of the modes compares them', async () => {
  const files = (await filesUnder('src')).filter((file) => file !== home);
  const texts = await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const));
  const compared = new RegExp(`(?:[!=]== |case )'(?:${checklistItemModes.join('|')})'`);
  const wrong = texts.filter(([, text]) => text.includes('/item-mode.ts') && compared.test(text));
  expect(
    wrong.map(([file]) => file),
    `Say in ${home} what differs between modes, and ask modeOf(item)`,
  ).toEqual([]);
});

test.each(checklistItemModes)('%s: without a mark and without true data an item is open', (mode) => {
  const verdicts = (['false', 'unknown', undefined] as const).map((reading) =>
    modeOf({ mode }).decide({ mark: undefined, reading }),
  );
  expect(new Set(verdicts)).toEqual(new Set(['open']));
});

test.each(checklistItemModes)('%s: a person may always say that an item is not needed', (mode) => {
  expect(modeOf({ mode }).decide({ mark: 'not-needed', reading: 'false' })).toBe('not-needed');
});

test.each([
  ['auto', 'false', 'needs-reason'],
  ['auto', 'unknown', 'needs-reason'],
  ['assist', 'false', 'decides'],
  ['human', undefined, 'decides'],
] as const)(
  '%s: the effect of a tick while its data is %s is known before it is made',
  (mode, reading, effect) => {
    expect(tickEffect({ mode }, reading)).toBe(effect);
  },
);
