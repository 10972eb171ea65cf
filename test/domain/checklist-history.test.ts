import { describe, expect, test } from 'vitest';
import { checklistHistory } from '../../src/domain/checklists/history.ts';
import type { ChecklistRecord, EndedItem } from '../../src/domain/checklists/record.ts';
import { occurrenceRecords } from '../../src/domain/checklists/record.ts';
import type { Checklist } from '../../src/domain/profile/profile.ts';
import { longTest } from '../support/layer.ts';

const at = (text: string): number => Date.parse(text);
const daily: Checklist = {
  id: 'daily',
  title: 'Daily',
  when: '',
  schedule: { every: 'daily', at: 600, tz: 'UTC' },
  items: [
    { id: 'alerts', title: 'No alert', mode: 'auto', covers: [] },
    { id: 'plan', title: 'Plan', mode: 'human', covers: [] },
  ],
  covers: [],
};
const { schedule: _, ...demand } = daily;

const head = (day: string, list = 'daily') => ({
  ...{ system: 'shop', env: 'production', list, occurrence: day, who: 'ana@desk-3' },
  at: at(`${day}T09:00:00Z`),
});
const tick = (day: string): ChecklistRecord => ({ ...head(day), is: 'done', item: 'plan', note: '' });
const endOf = (day: string, state: EndedItem['state']): ChecklistRecord => ({
  ...head(day),
  is: 'end',
  items: [
    { item: 'alerts', title: 'No alert', state, why: 'alerts.firing is 0' },
    { item: 'plan', title: 'Plan', state: 'done', why: 'ana@desk-3' },
  ],
});
const now = at('2026-11-23T09:30:00Z');
const past = (records: readonly ChecklistRecord[], list: Checklist = daily, most = 30) =>
  checklistHistory(list, { records, now, zone: undefined }, most).map(
    ({ occurrence, result, settled, items }) => `${occurrence} ${result} ${settled}/${items.length}`,
  );

describe('the history of a scheduled list', () => {
  test('has completed, ended, incomplete and missed periods, newest first', () => {
    const records = [
      endOf('2026-11-18', 'done'),
      endOf('2026-11-19', 'open'),
      tick('2026-11-20'),
      endOf('2026-11-22', 'done'),
    ];
    expect(past(records)).toEqual([
      '2026-11-22 completed 2/2',
      '2026-11-21 missed 0/2',
      '2026-11-20 incomplete 1/2',
      '2026-11-19 ended 1/2',
      // The first record was written on this day.
      '2026-11-18 completed 2/2',
    ]);
    expect(past(records, daily, 2)).toHaveLength(2);
  });

  test('has the current period only once it has ended', () => {
    expect(past([tick('2026-11-23')])).toEqual([]);
    expect(past([endOf('2026-11-23', 'done')])).toEqual(['2026-11-23 completed 2/2']);
  });

  test('begins with the first record of the environment: another list counts', () =>
    expect(past([{ ...tick('2026-11-21'), list: 'weekly' }])).toEqual([
      '2026-11-22 missed 0/2',
      '2026-11-21 missed 0/2',
    ]));

  test('says that the result of a check of an unended period is unknown', () => {
    const [yesterday] = checklistHistory(daily, { records: [tick('2026-11-22')], now, zone: undefined }, 1);
    expect(yesterday?.items).toEqual([
      { item: 'alerts', title: 'No alert', state: 'open', why: 'the result of the check was not recorded' },
      { item: 'plan', title: 'Plan', state: 'done', why: 'ana@desk-3' },
    ]);
  });

  test('is empty without a record', () => expect(past([])).toEqual([]));
});

test('the history of a list without a schedule has its ended occurrences', () => {
  const numbered = [endOf('2026-11-18', 'done'), endOf('2026-11-19', 'open')].map(
    (checklistRecord, index) => ({
      ...checklistRecord,
      occurrence: `#${index + 1}`,
    }),
  );
  expect(past([...numbered, { ...tick('2026-11-20'), occurrence: '#3' }], demand)).toEqual([
    '#2 ended 1/2',
    '#1 completed 2/2',
  ]);
});

longTest('an occurrence is found among those of many years', () => {
  const records = Array.from(
    { length: 30_000 },
    (_, index): ChecklistRecord => ({
      ...tick('2020-01-01'),
      occurrence: `#${index}`,
    }),
  );
  expect(occurrenceRecords(records, 'daily', '#29999').marks).toHaveProperty('plan');
});
