import { describe, expect, test } from 'vitest';
import type { ItemRecord } from '../../../src/domain/checklists/record.ts';
import type { ChecklistStatus, ItemState, ItemStatus } from '../../../src/domain/checklists/status.ts';
import type { ChecklistItem } from '../../../src/domain/profile/profile.ts';
import { checklistRulings, type GatedRun, usedUpRulings } from '../../../src/runs/policy/checklists.ts';

const mark: ItemRecord = {
  system: 'shop',
  env: 'production',
  list: 'before-deploy',
  occurrence: '#1',
  who: 'ana@desk-3',
  at: 0,
  is: 'override',
  item: 'tests',
  note: 'known flake',
};
const done: ItemState = { is: 'done', by: 'reading', why: 'Build is success' };
const fails: ItemState = { is: 'open', why: 'Build is failure', isUnknown: false };
const unknown: ItemState = { is: 'open', why: 'no data', isUnknown: true };

const item = (id: string, state: ItemState, more: Partial<ChecklistItem> = {}): ItemStatus => ({
  item: { id, title: id, mode: 'auto', covers: [], ...more },
  state,
  notes: [],
});

const list = (...items: readonly ItemStatus[]): ChecklistStatus => ({
  list: { id: 'before-deploy', title: 'Before a deployment', when: '', items: [], covers: [] },
  occurrence: '#1',
  items,
  settled: 0,
  isOverdue: false,
  hasEnded: false,
});

const rule = (items: readonly ItemStatus[], reason?: string) =>
  checklistRulings('deploy', [list(...items)], reason)[0];

describe('the checklist of a runbook', () => {
  test('lets it start when no item is open', () =>
    expect(
      rule([item('tests', done), item('told', { is: 'done', by: 'person', mark }, { mode: 'human' })]),
    ).toMatchObject({
      does: 'passes',
      check: { ok: true },
    }));

  test.each([
    ['fails', fails, '(Build is failure)'],
    ['is unknown', unknown, '(no data)'],
  ] as const)('forbids it while a check %s, and names the item', (_name, state, why) => {
    const ruling = rule([item('tests', state), item('builds', done)]);
    expect(ruling).toMatchObject({ does: 'forbids', check: { what: 'checklist', ok: false } });
    expect(ruling?.check.why).toContain(`has open items (1 of 2): tests ${why}`);
    expect(ruling?.check.remedy).toContain('opsdeck checklist before-deploy');
  });

  test('asks for the name where a reason overrides it', () =>
    expect(rule([item('tests', fails)], 'fix of the outage')).toMatchObject({
      does: 'asks',
      check: { ok: false, asks: true },
    }));

  test.each([
    ['overridden', { is: 'overridden', mark, why: 'Build is failure' }],
    ['not needed', { is: 'not-needed', mark }],
  ] as const)('asks for the name where a check is %s by a person', (_name, state) =>
    expect(rule([item('tests', state)])?.does).toBe('asks'),
  );

  test('does not wait for what the run does itself, but for another runbook', () => {
    expect(rule([item('saved', fails, { runbook: 'deploy' })])?.does).toBe('passes');
    expect(rule([item('saved', fails, { runbook: 'deploy', that: 'saved = 1' })])?.does).toBe('forbids');
    expect(rule([item('scans', fails, { runbook: 'security-scan' })])?.does).toBe('forbids');
    expect(rule([item('review', fails, { runbook: 'deploy', mode: 'assist' })])?.does).toBe('forbids');
  });

  test('says nothing about a runbook without one', () =>
    expect(checklistRulings('deploy', [], undefined)).toEqual([]));
});

describe('ticks of before a run', () => {
  const began: ChecklistStatus = {
    ...list(item('told', { is: 'done', by: 'person', mark }, { mode: 'human' })),
    beganAt: 1000,
  };
  const gating: ChecklistStatus = { ...began, list: { ...began.list, gates: ['deploy'] } };
  const run = (more: Partial<GatedRun>): GatedRun => ({
    run: 'R1',
    runbook: 'deploy',
    lastAt: 2000,
    ...more,
  });
  const rulings = (gatedRun: GatedRun, status = gating) => usedUpRulings([status], [gatedRun], 'R2');

  test.each([
    ['has recovered', { ending: 'recovered' }],
    ['was canceled after a disruptive step', { ending: 'cancelled', begun: ['read', 'disruptive'] }],
    ['has failed after a disruptive step', { ending: 'failed', begun: ['read', 'disruptive'] }],
    ['has no end: its process died', {}],
  ] as const)('do not count after one that %s', (_name, more) => {
    const [ruling, ...others] = rulings(run(more));
    expect(others).toEqual([]);
    expect(ruling).toMatchObject({ does: 'forbids', check: { what: 'checklist', ok: false } });
    expect(ruling?.check.why).toContain('run R1 of deploy');
    expect(ruling?.check.remedy).toContain('opsdeck checklist before-deploy --end');
  });

  test.each([
    ['one that sent nothing', run({ ending: 'forbidden' })],
    // It read the CI of the release, or saved a file, and its next step was refused.
    ['one that failed before it changed anything', run({ ending: 'failed', begun: ['read', 'safe'] })],
    ['one that was canceled before it changed anything', run({ ending: 'cancelled' })],
    ['a run of before the ticks', run({ ending: 'recovered', lastAt: 900 })],
    ['a run that the list does not gate', run({ ending: 'recovered', runbook: 'scale' })],
    ['the run that asks', run({ run: 'R2' })],
  ])('count after %s', (_name, gatedRun) => expect(rulings(gatedRun)).toEqual([]));

  test('count where nothing was ticked, and in a list with a schedule', () => {
    const { beganAt: _, ...untouched } = gating;
    expect(rulings(run({ ending: 'recovered' }), untouched)).toEqual([]);
    const scheduled = { ...gating, list: { ...gating.list, schedule: { every: 'daily' as const, at: 600 } } };
    expect(rulings(run({ ending: 'recovered' }), scheduled)).toEqual([]);
  });
});
