import { describe, expect, test } from 'vitest';
import {
  type ChecklistMark,
  type ChecklistRecord,
  numberedOccurrence,
  occurrenceRecords,
} from '../../src/domain/checklists/record.ts';
import {
  checklistStatus,
  endedItems,
  type ItemReading,
  isPeriodComplete,
} from '../../src/domain/checklists/status.ts';
import type { Checklist, ChecklistItem } from '../../src/domain/profile/profile.ts';
import {
  type ChecklistSchedule,
  parseScheduleDay,
  schedulePeriod,
  scheduleText,
} from '../../src/domain/profile/schedule.ts';

const item = (id: string, mode: ChecklistItem['mode']): ChecklistItem => ({
  id,
  title: id,
  mode,
  covers: [],
});
const items = [item('alerts', 'auto'), item('dashboards', 'assist'), item('plan', 'human')];
const daily: Checklist = {
  id: 'daily',
  title: 'Daily',
  when: '',
  schedule: { every: 'daily', at: 600, tz: 'Asia/Kolkata' },
  items,
  covers: [],
};
const { schedule: _, ...demand } = { ...daily, id: 'deploy' };

const at = (text: string): number => Date.parse(text);
/** 10:05 in Kolkata. */
const now = at('2026-11-23T04:35:00Z');

const record = (
  is: ChecklistMark,
  itemId: string,
  more: { readonly note?: string; readonly occurrence?: string; readonly list?: string } = {},
): ChecklistRecord => ({
  system: 'shop',
  env: 'production',
  list: more.list ?? 'daily',
  occurrence: more.occurrence ?? '2026-11-23',
  who: 'ana@desk-3',
  at: now,
  is,
  item: itemId,
  note: more.note ?? '',
});

const end = (occurrence: string): ChecklistRecord => ({
  system: 'shop',
  env: 'production',
  list: 'deploy',
  occurrence,
  who: 'ana@desk-3',
  at: now,
  is: 'end',
  items: [],
});

const holds: ItemReading = { value: 'true', why: 'alerts.firing is 0', since: now };
const fails: ItemReading = { value: 'false', why: 'alerts.firing is 2' };
const stale: ItemReading = { value: 'unknown', why: 'alerts.firing is stale' };

const statesOf = (
  records: readonly ChecklistRecord[],
  reading: ItemReading | undefined,
  list: Checklist = daily,
) =>
  checklistStatus(list, {
    records,
    reading: (_list, id) => (id === 'alerts' ? reading : undefined),
    now,
    zone: undefined,
  }).items.map(({ state }) => (state.is === 'done' ? `done by ${state.by}` : state.is));

describe('an item with a check', () => {
  test('is done while its check holds, and open again when it no longer does', () => {
    expect(statesOf([], holds)[0]).toBe('done by reading');
    expect(statesOf([], fails)[0]).toBe('open');
  });

  test.each([['stale', stale] as const, ['not read', undefined] as const])(
    'is unknown, not done, while its data is %s',
    (_name, reading) => {
      const { items: seen } = checklistStatus(daily, {
        records: [],
        reading: () => reading,
        now,
        zone: undefined,
      });
      expect(seen[0]?.state).toMatchObject({ is: 'open', isUnknown: true });
    },
  );

  test('is not replaced by a tick; an override needs a reason, and ends where the check holds', () => {
    expect(statesOf([record('done', 'alerts')], fails)[0]).toBe('open');
    expect(statesOf([record('override', 'alerts')], fails)[0]).toBe('open');
    const overridden = [record('override', 'alerts', { note: 'known false alarm' })];
    expect(statesOf(overridden, fails)[0]).toBe('overridden');
    expect(statesOf(overridden, stale)[0]).toBe('overridden');
    expect(statesOf(overridden, holds)[0]).toBe('done by reading');
  });
});

describe('an item of a person', () => {
  test('is done by a tick and open again when it is withdrawn', () => {
    expect(statesOf([record('done', 'plan')], undefined)[2]).toBe('done by person');
    expect(statesOf([record('done', 'plan'), record('open', 'plan')], undefined)[2]).toBe('open');
  });

  test('is not ticked by data', () =>
    expect(
      checklistStatus(daily, { records: [], reading: () => holds, now, zone: undefined }).items[1]?.state.is,
    ).toBe('open'));

  test('is not needed only for a reason', () => {
    expect(statesOf([record('not-needed', 'plan')], undefined)[2]).toBe('open');
    expect(statesOf([record('not-needed', 'plan', { note: 'no release' })], undefined)[2]).toBe('not-needed');
  });

  test('a tick of the previous period does not count', () =>
    expect(statesOf([record('done', 'plan', { occurrence: '2026-11-22' })], undefined)[2]).toBe('open'));

  test('a tick of another list does not count', () =>
    expect(statesOf([record('done', 'plan', { list: 'weekly' })], undefined)[2]).toBe('open'));
});

describe('occurrences on demand', () => {
  test('one begins after the end of the one before; a second end of the same changes nothing', () => {
    const ticked = record('done', 'plan', { list: 'deploy', occurrence: '#1' });
    expect(numberedOccurrence([ticked], 'deploy')).toBe('#1');
    expect(statesOf([ticked], undefined, demand)[2]).toBe('done by person');
    expect(numberedOccurrence([ticked, end('#1'), end('#1')], 'deploy')).toBe('#2');
    expect(statesOf([ticked, end('#1')], undefined, demand)[2]).toBe('open');
  });

  test('a tick that another cockpit made for the ended one belongs to it', () => {
    const late = record('done', 'plan', { list: 'deploy', occurrence: '#1' });
    expect(statesOf([end('#1'), late], undefined, demand)[2]).toBe('open');
    expect(occurrenceRecords([end('#1'), late], 'deploy', '#1').marks).toHaveProperty('plan');
  });
});

const overdue = (records: readonly ChecklistRecord[], wall: number): boolean =>
  checklistStatus(daily, { records, reading: () => holds, now: wall, zone: undefined }).isOverdue;

describe('overdue', () => {
  test('from the due time on, until every item is settled', () => {
    expect(overdue([], now - 6 * 60_000)).toBe(false);
    // Nothing is overdue where no person has used the lists, whatever opsdeck has completed by itself.
    expect(overdue([], now)).toBe(false);
    expect(overdue([{ ...end('2026-11-20'), list: 'auto' }], now)).toBe(false);
    const elsewhere = record('note', 'x', { list: 'weekly', note: 'first use' });
    expect(overdue([elsewhere], now)).toBe(true);
    expect(overdue([record('done', 'dashboards')], now)).toBe(true);
    expect(overdue([record('done', 'dashboards'), record('done', 'plan')], now)).toBe(false);
  });
});

const period = (schedule: ChecklistSchedule, wall: string, zone?: string) => {
  const { id, dueAt } = schedulePeriod(schedule, at(wall), zone);
  return `${id} ${new Date(dueAt).toISOString().slice(0, 16)}`;
};

describe('schedulePeriod', () => {
  const monday = { is: 'weekday', day: 1 } as const;
  test.each<readonly [string, ChecklistSchedule, string, string]>([
    [
      'a day begins at midnight of its zone',
      daily.schedule ?? { every: 'daily' },
      '2026-11-22T18:30:00Z',
      '2026-11-23 2026-11-23T04:30',
    ],
    [
      'the last minute before it',
      daily.schedule ?? { every: 'daily' },
      '2026-11-22T18:29:00Z',
      '2026-11-22 2026-11-22T04:30',
    ],
    [
      'a week from Monday',
      { every: 'weekly', on: monday, at: 660, tz: 'Asia/Kolkata' },
      '2026-11-29T12:00:00Z',
      '2026-11-23 2026-11-23T05:30',
    ],
    [
      'a week without a day: the end of Sunday',
      { every: 'weekly', tz: 'UTC' },
      '2026-11-25T12:00:00Z',
      '2026-11-23 2026-11-30T00:00',
    ],
    [
      'the first Monday',
      { every: 'monthly', on: { is: 'first', day: 1 }, at: 600, tz: 'UTC' },
      '2026-11-23T12:00:00Z',
      '2026-11-01 2026-11-02T10:00',
    ],
    [
      'a date that the month lacks',
      { every: 'monthly', on: { is: 'date', date: 31 }, at: 0, tz: 'UTC' },
      '2026-02-10T12:00:00Z',
      '2026-02-01 2026-02-28T00:00',
    ],
    [
      'across the end of summer time',
      { every: 'daily', at: 600, tz: 'America/Los_Angeles' },
      '2026-11-01T12:00:00Z',
      '2026-11-01 2026-11-01T18:00',
    ],
    [
      'a time that summer time skips',
      { every: 'daily', at: 150, tz: 'America/Los_Angeles' },
      '2026-03-08T12:00:00Z',
      '2026-03-08 2026-03-08T09:30',
    ],
  ])('%s', (_name, schedule, wall, expected) => expect(period(schedule, wall)).toBe(expected));

  test('uses the zone of the profile where the list has none', () =>
    expect(period({ every: 'daily', at: 0 }, '2026-11-23T20:00:00Z', 'Asia/Kolkata')).toBe(
      '2026-11-24 2026-11-23T18:30',
    ));
});

test.each([
  ['monday', { is: 'weekday', day: 1 }],
  ['First Monday', { is: 'first', day: 1 }],
  ['15', { is: 'date', date: 15 }],
  ['32', undefined],
  ['first 3', undefined],
  ['someday', undefined],
])('parseScheduleDay %s', (text, expected) => expect(parseScheduleDay(text)).toEqual(expected));

describe('overdue since', () => {
  const statusAt = (records: readonly ChecklistRecord[], wall: number) =>
    checklistStatus(daily, { records, reading: () => holds, now: wall, zone: undefined });
  const used = record('done', 'plan', { list: 'weekly' });
  const nextMorning = at('2026-11-24T03:30:00Z');

  test('the due time of the day before, when it was not ended', () => {
    expect(statusAt([used], nextMorning).overdueSince).toBe(at('2026-11-23T04:30:00Z'));
    const ended = { ...end('2026-11-23'), list: 'daily' };
    expect(statusAt([used, ended], nextMorning)).toMatchObject({ isOverdue: false });
    expect(statusAt([used, ended], at('2026-11-24T04:30:00Z')).overdueSince).toBe(at('2026-11-24T04:30:00Z'));
  });

  test('not before the lists were first used in this environment', () =>
    expect(statusAt([{ ...used, at: at('2026-11-24T01:00:00Z') }], nextMorning).isOverdue).toBe(false));
});

describe('a day of a clock change', () => {
  const zone = 'America/New_York';
  const periodAt = (wall: string, schedule: ChecklistSchedule) => schedulePeriod(schedule, at(wall), zone);

  test.each([
    ['23 hours when summer time begins', '2026-03-08T12:00:00Z', '2026-03-08', 23],
    ['25 hours when it ends', '2026-11-01T12:00:00Z', '2026-11-01', 25],
  ] as const)('has %s', (_name, wall, id, hours) => {
    const { beginsAt, endsAt, ...day } = periodAt(wall, { every: 'daily' });
    expect(day.id).toBe(id);
    expect((endsAt - beginsAt) / 3_600_000).toBe(hours);
    expect(day.dueAt).toBe(endsAt);
  });

  test.each([
    ['weekly', '2026-03-05T12:00:00Z', 7 * 24 - 1],
    ['monthly', '2026-11-20T12:00:00Z', 30 * 24 + 1],
  ] as const)('belongs to its %s period, which begins and ends at local midnight', (every, wall, hours) => {
    const { beginsAt, endsAt } = periodAt(wall, { every });
    expect((endsAt - beginsAt) / 3_600_000).toBe(hours);
    const hourOf = (time: number): string =>
      new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' }).format(time);
    expect([hourOf(beginsAt), hourOf(endsAt)]).toEqual(['00:00', '00:00']);
  });

  test.each(['America/Santiago', 'Africa/Cairo', 'Asia/Beirut', 'Australia/Lord_Howe', 'Asia/Kolkata'])(
    'is neither skipped nor repeated in %s, where midnight itself may be missing',
    (tz) => {
      const seen: string[] = [];
      let { id, endsAt } = schedulePeriod({ every: 'daily', tz }, at('2026-01-01T12:00:00Z'), undefined);
      while (id < '2026-12-31') {
        seen.push(id);
        ({ id, endsAt } = schedulePeriod({ every: 'daily', tz }, endsAt + 1, undefined));
      }
      expect(seen).toEqual(
        Array.from({ length: 364 }, (_, day) =>
          new Date(at('2026-01-01') + day * 86_400_000).toISOString().slice(0, 10),
        ),
      );
    },
  );
});

describe('scheduleText names the time zone', () => {
  test.each([
    ['of the list', { every: 'daily', at: 600, tz: 'Asia/Kolkata' }, 'UTC', 'daily 10:00 Asia/Kolkata'],
    ['of the profile', { every: 'weekly', on: { is: 'weekday', day: 1 } }, 'UTC', 'weekly, Monday UTC'],
    [
      'of this machine',
      { every: 'monthly', on: { is: 'first', day: 1 } },
      undefined,
      `monthly, first Monday ${Intl.DateTimeFormat().resolvedOptions().timeZone} (this machine)`,
    ],
  ] as const)('%s', (_name, schedule, zone, text) => expect(scheduleText(schedule, zone)).toBe(text));
});

describe('a list that needs no person', () => {
  const [first] = daily.items;
  const automatic: Checklist = {
    ...daily,
    id: 'auto',
    items: first === undefined ? [] : [{ ...first, mode: 'auto' }],
  };
  const statusWith = (
    list: Checklist,
    value: 'true' | 'false' | 'unknown',
    records: readonly ChecklistRecord[] = [],
  ) =>
    checklistStatus(list, { records, reading: () => ({ value, why: 'ready is 3' }), now, zone: undefined });

  test('is complete once the data of every item says so, and only once', () => {
    expect(isPeriodComplete(statusWith(automatic, 'true'))).toBe(true);
    expect(isPeriodComplete(statusWith(automatic, 'false'))).toBe(false);
    expect(isPeriodComplete(statusWith(automatic, 'unknown'))).toBe(false);
    const ended = { ...end('2026-11-23'), list: 'auto' };
    expect(isPeriodComplete(statusWith(automatic, 'true', [ended]))).toBe(false);
    // On demand, it has no period that could be complete.
    const { schedule: _, ...onDemand } = automatic;
    expect(isPeriodComplete(statusWith(onDemand, 'true'))).toBe(false);
    expect(endedItems(statusWith(automatic, 'true'))).toMatchObject([{ state: 'done', why: 'ready is 3' }]);
  });

  test('with an item of a person, it waits for that person', () =>
    expect(isPeriodComplete(statusWith(daily, 'true'))).toBe(false));
});
