import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checklistHistory } from '../../src/domain/checklists/history.ts';
import {
  type ChecklistItemMode,
  checklistItemModes,
  modeOf,
  tickEffect,
} from '../../src/domain/checklists/modes/item-mode.ts';
import type { ChecklistRecord } from '../../src/domain/checklists/record.ts';
import { checklistStatus, type ItemReading } from '../../src/domain/checklists/status.ts';
import type { Checklist } from '../../src/domain/profile/profile.ts';
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

/** The effect of a tick by mode and reading; the type check names a mode without one. */
const tickEffects = {
  auto: { false: 'needs-reason', unknown: 'needs-reason' },
  assist: { false: 'decides', unknown: 'decides' },
  human: { none: 'decides' },
} as const satisfies Record<
  ChecklistItemMode,
  Partial<Record<ItemReading['value'] | 'none', ReturnType<typeof tickEffect>>>
>;

test.each(
  checklistItemModes.flatMap((mode) =>
    Object.entries(tickEffects[mode]).map(([reading, effect]) => [mode, reading, effect] as const),
  ),
)('%s: the effect of a tick while its data is %s is known before it is made', (mode, reading, effect) => {
  expect(tickEffect({ mode }, reading === 'none' ? undefined : (reading as ItemReading['value']))).toBe(
    effect,
  );
});

const at = (text: string): number => Date.parse(text);
const listOf = (mode: ChecklistItemMode): Checklist => ({
  ...{ id: 'daily', title: 'Daily', when: '', covers: [] },
  schedule: { every: 'daily', at: 600, tz: 'UTC' },
  items: [{ id: 'it', title: 'It', mode, covers: [] }],
});
const tickOn = (day: string): ChecklistRecord => ({
  ...{ system: 'shop', env: 'production', list: 'daily', occurrence: day, who: 'ana@desk-3' },
  ...{ at: at(`${day}T09:00:00Z`), is: 'done', item: 'it', note: '' },
});
const now = at('2026-11-23T09:30:00Z');

test.each(checklistItemModes)('%s: a period without an end claims no more than its records show', (mode) => {
  const inputs = { records: [tickOn('2026-11-22')], now, zone: undefined };
  const [item] = checklistHistory(listOf(mode), inputs, 1)[0]?.items ?? [];
  // Readings are recorded with the end alone.
  const isDoneWithoutData = modeOf({ mode }).decide({ mark: 'done', reading: undefined }) !== 'open';
  expect(item?.state).toBe(isDoneWithoutData ? 'done' : 'open');
  if (!isDoneWithoutData) expect(item?.why).toBe('the result of the check was not recorded');
});

test.each(checklistItemModes)(
  '%s: a tick that unknown data leaves open is unknown, with the reason',
  (mode) => {
    const reading = (): ItemReading => ({ value: 'unknown', why: 'no data' });
    const inputs = { records: [tickOn('2026-11-23')], now, zone: undefined, reading };
    const [item] = checklistStatus(listOf(mode), inputs).items;
    if (item?.state.is === 'open') expect(item.state).toMatchObject({ isUnknown: true, why: 'no data' });
  },
);
