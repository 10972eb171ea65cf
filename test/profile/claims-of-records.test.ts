import { expect, test } from 'vitest';
import { isDecidedByCheck } from '../../src/domain/checklists/modes/item-mode.ts';
import { createChecklistReader } from '../../src/runs/checklists/readings.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { longTest } from '../support/layer.ts';
import { frame, noon } from '../support/made-facts.ts';
import { shippedProfile } from './support/shipped-profile.ts';

const environments = [
  'event-bus/production',
  'event-processing/production',
  'saga/production',
  'eventmesh/production',
  'trading/production',
];

/**
 * Items that a verified run decides, with the steps of its runbook that read what the item says. An item without such a step
 * would tick itself for something that nothing looked at.
 */
const readBy: Readonly<Record<string, readonly string[]>> = {
  'event-bus before-deploy saved': ['verify v-kept'],
  'event-bus after-deploy errors': ['verify v-errors'],
  'eventmesh before-deploy scans': ['act a1', 'act a2', 'verify v1', 'verify v-deny', 'verify v2'],
  'eventmesh security audit': ['act a1', 'verify v1'],
  'eventmesh security unsafe': ['verify v2'],
  'eventmesh rollback stopped': ['act a1', 'act a2'],
  'eventmesh rollback restored': ['verify v-version', 'verify v-tree'],
  'trading monthly recovery': ['verify v-report', 'verify v-pass'],
};

/** Steps that write a record or a message, and the reason that their text claims nothing that was not read before. */
const records: Readonly<Record<string, string>> = {
  'eventmesh security-scan a3': 'names the programs of a1 and a2, which end the run unless they succeed',
  'trading inform-channel a1': 'the text of a person',
  'trading inform-channel a2': 'the text of a person',
  'trading incident-alert s3': 'the text of a person, in the form of the operations runbook',
  'trading incident-report s7': 'refused while the service has not recovered',
  'trading incident-report s7-post': 'refused while the service has not recovered',
};
const writers = /\.(note|annotate|post|comment|createIssue)$/;

/** Operations that end an incident elsewhere: only after the recovery was read. */
const closers = /\.resolve$/;

const systemOf = (env: string): string => env.split('/')[0] ?? '';

longTest(
  'an item that ticks itself reads what it says: by its own check, or by named steps of its runbook',
  async () => {
    const decided: string[] = [];
    for (const env of environments) {
      const { checklists = [], runbooks } = await shippedProfile(env);
      for (const { id, items } of checklists)
        for (const item of items.filter(isDecidedByCheck)) {
          if (item.that !== undefined || item.use !== undefined) continue;
          const name = `${systemOf(env)} ${id} ${item.id}`;
          decided.push(name);
          const runbook = runbooks.find((candidate) => candidate.id === item.runbook);
          const verify = runbook === undefined || runbook.verify === 'none' ? [] : runbook.verify;
          const steps = [
            ...(runbook?.act ?? []).map((step) => `act ${step.id}`),
            ...verify.map((step) => `verify ${step.id}`),
          ];
          expect(verify.length, `${name}: ${item.runbook} has a verification`).toBeGreaterThan(0);
          expect(
            (readBy[name] ?? ['no entry']).filter((step) => !steps.includes(step)),
            name,
          ).toEqual([]);
        }
    }
    expect(decided.toSorted()).toEqual(Object.keys(readBy).toSorted());
  },
);

test('no item ticks itself while nothing has been read', async () => {
  let items = 0;
  for (const env of environments) {
    const { checklists = [] } = await shippedProfile(env);
    const facts = createFactsStore(frame());
    const read = createChecklistReader(checklists);
    const reading = read({
      ...{ snapshot: buildSnapshot(facts.getState(), noon), history: {}, now: noon, wallOffset: 0 },
      ...{ runs: [], zone: 'UTC', called: () => undefined, lastEnd: () => undefined },
    });
    for (const list of checklists)
      for (const item of list.items) {
        items += 1;
        expect(reading(list.id, item.id)?.value, `${env} ${list.id} ${item.id}`).not.toBe('true');
      }
  }
  expect(items).toBeGreaterThanOrEqual(73);
});

/** What a person does, and what only reading all of a backup shows: no value of a signal is that. */
const beyondValues = /\b(reviewed|analyzed|planned|audited|tested|checked|complete|restorable)\b/i;

test('an item that a value decides claims what the value is, no work of a person and no completeness', async () => {
  const claiming: string[] = [];
  for (const env of environments) {
    const { checklists = [] } = await shippedProfile(env);
    for (const { id, items } of checklists)
      for (const item of items)
        if (isDecidedByCheck(item) && item.that !== undefined && beyondValues.test(item.title))
          claiming.push(`${systemOf(env)} ${id} ${item.id}: ${item.title}`);
  }
  expect(claiming).toEqual([]);
});

test('a record or a message claims nothing that was not read before it, and an incident ends after the recovery', async () => {
  const written: string[] = [];
  for (const env of environments) {
    const { runbooks } = await shippedProfile(env);
    for (const { id, act } of runbooks)
      for (const step of act) {
        const text = JSON.stringify(step);
        const use = 'use' in step && typeof step.use === 'string' ? step.use : '';
        if (closers.test(use)) expect(text, `${id} ${step.id}`).toMatch(/"needs":.*status = up/);
        if (writers.test(use) || /"notes","--ref=/.test(text))
          written.push(`${systemOf(env)} ${id} ${step.id}`);
      }
  }
  expect(written.toSorted()).toEqual(Object.keys(records).toSorted());
});

test('the note of a scan names only programs that ran before it, and the report waits for the recovery', async () => {
  const scan = (await shippedProfile('eventmesh/production')).runbooks.find(
    ({ id }) => id === 'security-scan',
  );
  const steps = (scan?.act ?? []).map((step) => JSON.stringify(step));
  const note = steps.findIndex((text) => text.includes('"append"'));
  const claimed = /passed: ([^"]*)"/.exec(steps[note] ?? '')?.[1]?.split(', ') ?? [];
  expect(claimed).toEqual(['cargo audit', 'cargo deny check advisories']);
  const ran = steps.slice(0, note).join('\n');
  for (const program of claimed) expect(ran).toContain(program.split(' ').join('","'));
  const report = (await shippedProfile('trading/production')).runbooks.find(
    ({ id }) => id === 'incident-report',
  );
  for (const step of ['s7', 's7-post'])
    expect(JSON.stringify(report?.act.find(({ id }) => id === step))).toMatch(/"needs":.*error\.rate <= 1/);
});
