import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checklistItemModes, modeOf } from '../../src/domain/checklists/modes/item-mode.ts';
import { filesUnder } from '../architecture/imports.ts';

const home = 'src/domain/checklists/modes/item-mode.ts';

test('a mode of items is named in its declaration only', async () => {
  const files = (await filesUnder('src')).filter((file) => file !== home);
  const texts = await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const));
  // 'auto' is also a word of other settings.
  const named = checklistItemModes.filter((mode) => mode !== 'auto').join('|');
  const wrong = texts.filter(([, text]) => new RegExp(`['"](${named})['"]`).test(text)).map(([file]) => file);
  expect(wrong, `Say in ${home} what differs between modes, and ask modeOf(item)`).toEqual([]);
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
