import { describe, expect, test } from 'vitest';
import type { Checklist, ChecklistItem } from '../../../src/domain/profile/profile.ts';
import { undoRunbookId } from '../../../src/domain/runbooks/runbook.ts';
import type { Truth } from '../../../src/expressions/rows/truth.ts';
import {
  type ChecklistSight,
  createChecklistReader,
  type EvidenceRun,
} from '../../../src/runs/checklists/readings.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { buildSnapshot } from '../../../src/store/snapshot.ts';
import { frame, noon } from '../../support/made-facts.ts';

const hour = 3_600_000;
const auto = (more: Partial<ChecklistItem>): ChecklistItem => ({
  ...{ id: 'item', title: 'Item', mode: 'auto', covers: [] },
  ...more,
});
const listOf = (item: ChecklistItem, more: Partial<Checklist> = {}): Checklist => ({
  ...{ id: 'list', title: 'List', when: '', covers: [], items: [item] },
  ...more,
});

const facts = createFactsStore(frame());
const sight = (more: Partial<ChecklistSight> & { readonly now?: number } = {}): ChecklistSight => ({
  snapshot: buildSnapshot(facts.getState(), more.now ?? noon),
  history: {},
  now: noon,
  wallOffset: 0,
  runs: [],
  zone: 'UTC',
  lastEnd: () => undefined,
  called: () => undefined,
  ...more,
});

describe('an item that calls its source', () => {
  const call = listOf(auto({ use: 'gh.reviews', expect: { json: { approved: '>= 1' } } }));
  const truths: readonly Truth[] = [
    { value: 'false', why: 'approved is 0' },
    { value: 'true', why: 'approved is 1' },
    { value: 'true', why: 'approved is 2' },
    { value: 'unknown', why: 'no answer' },
    { value: 'false', why: 'approved is 0' },
    { value: 'true', why: 'approved is 1' },
  ];

  test('has the time of the change, with the evidence of now', () => {
    const read = createChecklistReader([call]);
    const seen = truths.map((truth, index) =>
      read(sight({ now: noon + index * 1000, called: () => truth }))('list', 'item'),
    );
    expect(seen).toEqual([
      // It was not true before, so nothing has changed.
      { value: 'false', why: 'approved is 0' },
      { value: 'true', why: 'approved is 1', since: noon + 1000 },
      { value: 'true', why: 'approved is 2', since: noon + 1000 },
      { value: 'unknown', why: 'no answer', since: noon + 3000 },
      { value: 'false', why: 'approved is 0', since: noon + 3000 },
      { value: 'true', why: 'approved is 1', since: noon + 5000 },
    ]);
  });

  test('has no reading before its first answer', () =>
    expect(createChecklistReader([call])(sight())('list', 'item')).toBeUndefined());
});

test('an expression without data is unknown', () => {
  const read = createChecklistReader([listOf(auto({ that: 'alerts.firing = 0' }))]);
  expect(read(sight())('list', 'item')).toMatchObject({ value: 'unknown' });
});

const run = (agoMs: number, more: Partial<EvidenceRun> = {}): EvidenceRun => ({
  ...{ run: 'r1', runbook: 'scan', ending: 'recovered', why: 'all good' },
  ...{ at: noon - agoMs - 1000, lastAt: noon - agoMs, endedAt: noon - agoMs },
  ...more,
});

describe('an item that a runbook performs', () => {
  const item = auto({ runbook: 'scan' });
  const readingOf = (list: Checklist, more: Partial<ChecklistSight>) =>
    createChecklistReader([list])(sight(more))('list', 'item');

  test('is true from the end of a verified run', () =>
    expect(readingOf(listOf(item), { runs: [run(hour)] })).toEqual({
      value: 'true',
      why: 'run r1 of scan recovered',
      since: noon - hour,
    }));

  test.each<readonly [string, readonly EvidenceRun[] | undefined, string, string]>([
    ['there is none', [], 'false', 'runbook scan has not run yet'],
    ['the ledger is unread', undefined, 'unknown', 'opsdeck has not read the ledger yet'],
    ['the newest failed', [run(0, { run: 'r2', ending: 'failed', why: 'no' }), run(hour)], 'false', 'r2'],
    ['it relapsed', [run(hour, { relapsed: true })], 'false', 'the problem came back after run r1 of scan'],
    ['it is a day old', [run(25 * hour)], 'false', 'older than 1d'],
  ])('is not where %s', (_name, runs, value, why) => {
    const reading = readingOf(listOf(item), { runs });
    expect(reading?.value).toBe(value);
    expect(reading?.why).toContain(why);
  });

  test('a run that was undone since is none, unless nothing was sent for that', () => {
    const undo = run(0, { run: 'r2', runbook: undoRunbookId('scan'), undoes: 'r1', begun: ['safe'] });
    expect(readingOf(listOf(item), { runs: [undo, run(hour)] })).toMatchObject({
      value: 'false',
      why: 'run r1 of scan was undone by run r2',
    });
    const foreign = { ...undo, foreign: 'no proof' };
    expect(readingOf(listOf(item), { runs: [foreign, run(hour)] })?.value).toBe('unknown');
    const { begun: _, ...refused } = { ...undo, ending: 'forbidden' as const };
    for (const other of [refused, { ...undo, undoes: 'r0' }, { ...undo, runbook: 'scan:reset' }])
      expect(readingOf(listOf(item), { runs: [other, run(hour)] })?.value).toBe('true');
    expect(readingOf(listOf(item), { runs: [run(0, { run: 'r3' }), undo, run(hour)] })?.value).toBe('true');
  });

  test('a dry run says nothing', () => {
    const runs = [run(0, { run: 'r2', ending: 'dry-run' }), run(hour)];
    expect(readingOf(listOf(item), { runs })?.value).toBe('true');
  });

  test('a run of before the last end of its list is used up', () =>
    expect(readingOf(listOf(item), { runs: [run(hour)], lastEnd: () => noon - hour / 2 })).toMatchObject({
      value: 'false',
      why: 'the last run of scan is from before this list was last ended',
    }));

  test('of a scheduled list counts within its period', () => {
    const monthly = listOf(item, { schedule: { every: 'monthly' } });
    expect(readingOf(monthly, { runs: [run(48 * hour)] })?.value).toBe('true');
    expect(readingOf(monthly, { runs: [run(5 * 24 * hour)] })).toMatchObject({
      value: 'false',
      why: 'the last run of scan is from an earlier period',
    });
  });
});
