import type { ChecklistRecord } from '../../../src/domain/checklists/record.ts';
import { checklistStatus, type ItemReading } from '../../../src/domain/checklists/status.ts';
import type { Checklist, ChecklistItem } from '../../../src/domain/profile/profile.ts';
import { noon } from '../../support/made-facts.ts';
import { gathered } from './gathered.ts';
import { shopOpen } from './shop.ts';
import type { Scene } from './user.ts';

const item = (
  id: string,
  title: string,
  mode: ChecklistItem['mode'],
  more: Partial<ChecklistItem> = {},
): ChecklistItem => ({ id, title, mode, covers: [], ...more });

const lists: readonly Checklist[] = [
  {
    ...{ id: 'before-deploy', title: 'Before a deployment', when: 'before each rolling deployment' },
    ...{ covers: [], gates: ['deploy'] },
    items: [
      item('builds', 'The new version builds', 'auto'),
      item('tests', 'All tests pass', 'auto'),
      item('scan', 'The security scan has passed', 'auto', { runbook: 'security-scan' }),
      item('flaky', 'Synthetic checks pass', 'auto'),
      item('migrations', 'Migrations are tested', 'human'),
      item('benchmarks', 'Benchmarks are reviewed', 'assist', { show: 'the report of the last build' }),
      item('told', 'Stakeholders are notified', 'human', { show: 'see Contacts' }),
    ],
  },
  {
    ...{ id: 'daily', title: 'Daily checks', when: 'daily, 10:00', covers: [] },
    schedule: { every: 'daily', at: 600, tz: 'UTC' },
    items: [
      item('alerts', 'No alert is firing', 'auto'),
      item('backup', 'The backup of the night is complete', 'auto'),
      item('review', 'Dashboards are reviewed', 'human'),
    ],
  },
  {
    ...{ id: 'weekly', title: 'Weekly checks', when: 'weekly', covers: [] },
    schedule: { every: 'weekly', tz: 'UTC' },
    items: [item('queries', 'Slow queries are reviewed', 'human')],
  },
];

const hour = 3_600_000;
const readings: Readonly<Record<string, ItemReading>> = {
  builds: { value: 'true', why: 'Build is success', since: noon - 2 * hour },
  tests: { value: 'false', why: 'Unit tests is failure: 3 of 812 failed', since: noon - 120_000 },
  scan: { value: 'unknown', why: 'the ledger has not been read' },
  flaky: { value: 'false', why: 'checkout is down' },
  benchmarks: { value: 'true', why: 'benchmark is 412 ms', since: noon - hour },
  alerts: { value: 'true', why: 'alerts.firing is 0', since: noon - 3 * hour },
  backup: { value: 'true', why: 'backup.hours is 7', since: noon - 5 * hour },
};

const head = { system: 'shop', env: 'production', who: 'ana@desk-3' };
const marked = (list: string, occurrence: string, time: number) => ({ ...head, list, occurrence, at: time });
const endedItems = [
  { item: 'alerts', title: 'No alert is firing', state: 'done', why: 'alerts.firing is 0' },
  { item: 'backup', title: 'The backup of the night is complete', state: 'done', why: 'backup.hours is 6' },
  { item: 'review', title: 'Dashboards are reviewed', state: 'done', why: 'ana@desk-3' },
] as const;

const records: readonly ChecklistRecord[] = [
  { ...marked('daily', '2026-02-28', noon - 96 * hour), is: 'end', items: endedItems },
  { ...marked('before-deploy', '#1', noon - 72 * hour), is: 'done', item: 'told', note: '' },
  { ...marked('daily', '2026-03-02', noon - 48 * hour), is: 'done', item: 'review', note: '' },
  { ...marked('daily', '2026-03-03', noon - 24 * hour), is: 'end', items: endedItems },
  { ...marked('before-deploy', '#1', noon - 70 * hour), is: 'end', items: [], run: 'r-0302' },
  {
    ...marked('before-deploy', '#2', noon - 900_000),
    ...{
      is: 'override',
      item: 'flaky',
      note: 'the probe is broken, see OPS-12',
      evidence: 'checkout is down',
    },
  },
  { ...marked('before-deploy', '#2', noon - 800_000), is: 'done', item: 'migrations', note: 'on staging' },
  {
    ...marked('before-deploy', '#2', noon - 700_000),
    ...{ is: 'note', item: 'migrations', note: 'took 4 min on a copy of production' },
  },
  {
    ...marked('before-deploy', '#2', noon - 600_000),
    ...{ is: 'not-needed', item: 'benchmarks', note: 'a change of texts only' },
  },
];

/** The shop with checklists in every state. */
export const checklists = (): Scene => {
  const scene = gathered.incident();
  const statuses = lists.map((list) =>
    checklistStatus(list, {
      ...{ records, now: noon, zone: 'UTC' },
      reading: (_list, id) => readings[id],
    }),
  );
  const open = { ...shopOpen, ...scene.cockpit?.open, zone: 'UTC' };
  return {
    ...scene,
    cockpit: { ...scene.cockpit, open, checklists: statuses, checklistRecords: records },
  };
};
