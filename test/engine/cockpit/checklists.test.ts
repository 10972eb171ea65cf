import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ChecklistStatus } from '../../../src/domain/checklists/status.ts';
import type { Checklist } from '../../../src/domain/profile/profile.ts';
import { createChecklists } from '../../../src/engine/cockpit/checklists.ts';
import type { OpenedEnvironment } from '../../../src/engine/cockpit/environment/cockpit-parts.ts';
import { type ChecklistFile, checklistFile } from '../../../src/persistence/checklists/checklist-file.ts';
import { createCockpitStore } from '../../../src/store/cockpit.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { buildSnapshot } from '../../../src/store/snapshot.ts';
import { settle } from '../../../src/testing/manual-clock.ts';
import { longTest } from '../../support/layer.ts';
import { feedInfo, frame, health, learn } from '../../support/made-facts.ts';
import { manualClock } from '../../support/manual-clock.ts';

const lists: readonly Checklist[] = [
  {
    ...{ id: 'deploy', title: 'Deploy', when: '', covers: [] },
    items: [
      { id: 'up', title: 'Up', mode: 'auto', that: 'all(health | status = up)', covers: [] },
      { id: 'told', title: 'Told', mode: 'human', covers: [] },
    ],
  },
  {
    ...{ id: 'daily', title: 'Daily', when: '', covers: [], schedule: { every: 'daily', at: 0, tz: 'UTC' } },
    items: [{ id: 'review', title: 'Review', mode: 'human', covers: [] }],
  },
];

const automatic: Checklist = {
  ...{ id: 'auto', title: 'Automatic', when: '', covers: [], schedule: { every: 'daily', tz: 'UTC' } },
  items: [{ id: 'up', title: 'Up', mode: 'auto', that: 'all(health | status = up)', covers: [] }],
};

/** A state directory that is removed after the test. */
const stateDirOf = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-checklists-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
};

interface CockpitOptions {
  readonly user?: string;
  readonly simulator?: true;
  readonly more?: readonly Checklist[];
}

/** The checklists of a cockpit; `status` is what its only service reports. */
const cockpitIn = async (stateDir: string, { user = 'ana', simulator, more = [] }: CockpitOptions = {}) => {
  const cockpit = createCockpitStore();
  const clock = manualClock();
  const said: string[] = [];
  const facts = createFactsStore(frame());
  const reports = (status: 'up' | 'down' | undefined): void =>
    learn(
      facts,
      feedInfo('bus/health', 'health'),
      { items: status === undefined ? [] : [health('api', { status })] },
      clock.now(),
    );
  reports('up');
  const engine = {
    snapshot: () => buildSnapshot(facts.getState(), clock.now()),
    facts,
    feeds: [],
    profile: { signals: [] },
  };
  const opened = {
    profile: { system: 'shop', env: 'production', checklists: [...lists, ...more] },
    who: { user, host: 'desk-3', pid: 1 },
    engine,
    ...(simulator === undefined ? {} : { simulator: {} }),
  } as unknown as OpenedEnvironment;
  const stored = checklistFile(stateDir, (text) => text.replaceAll('hunter2', '…'));
  let underWay = 0;
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    underWay += 1;
    try {
      return await work;
    } finally {
      underWay -= 1;
    }
  };
  const file: ChecklistFile = {
    path: stored.path,
    read: (scope) => counted(stored.read(scope)),
    append: (record) => counted(stored.append(record)),
  };
  const keeper = createChecklists({
    ...{ cockpit, clock, file, opened, stateDir, approvals: undefined },
    openIo: () => {
      throw new Error('not used here');
    },
    say: (text) => said.push(text),
  });
  const statusOf = (id: string): ChecklistStatus => {
    const found = cockpit.getState().checklists?.find(({ list }) => list.id === id);
    if (found === undefined) throw new Error(`no list ${id}`);
    return found;
  };
  const settled = async (): Promise<void> => {
    keeper.reload();
    await settle(12, () => underWay > 0);
    keeper.everySecond();
    await settle(12, () => underWay > 0);
  };
  await settled();
  return {
    ...{ keeper, clock, said, file, statusOf, settled, reports },
    statesOf: (id: string) => statusOf(id).items.map(({ state }) => state.is),
    journal: () => cockpit.getState().journal.map(({ what, change, level }) => `${level} ${what}: ${change}`),
  };
};

describe('the checklists of a cockpit', () => {
  longTest('tick an item by a check, and un-tick it with evidence, time and a journal entry', async () => {
    const one = await cockpitIn(await stateDirOf());
    one.keeper.markChecklistItem('deploy', 'told', 'done', '');
    await one.settled();
    expect(one.statesOf('deploy')).toEqual(['done', 'done']);
    await one.clock.advance(5000);
    one.reports('down');
    await one.settled();
    const [up] = one.statusOf('deploy').items;
    expect(up?.state).toMatchObject({ is: 'open', isUnknown: false, since: one.clock.now() });
    expect(up?.state).toHaveProperty('why', expect.stringContaining('down'));
    expect(one.journal()).toContainEqual(
      expect.stringMatching(
        /^warn Deploy: Up: the item is open again, because the check no longer holds: .*down/,
      ),
    );
    one.reports(undefined);
    await one.settled();
    expect(one.statusOf('deploy').items[0]?.state).toMatchObject({ is: 'open', isUnknown: true });
    one.reports('up');
    await one.settled();
    expect(one.statesOf('deploy')).toEqual(['done', 'done']);
  });

  test('end a list of automatic items by themselves, once, with the evidence; nothing becomes overdue by it', async () => {
    const one = await cockpitIn(await stateDirOf(), { more: [automatic] });
    await one.settled();
    await one.settled();
    expect(one.statusOf('auto').hasEnded).toBe(true);
    const { records } = await one.file.read({ system: 'shop', env: 'production', isDrill: false });
    expect(records).toMatchObject([
      { list: 'auto', is: 'end', items: [{ item: 'up', state: 'done', why: expect.stringContaining('up') }] },
    ]);
    // The daily list is due at midnight, and no person has used the lists yet.
    expect(one.statusOf('daily').isOverdue).toBe(false);
  });

  test('do not tell changes of a list that nobody has begun', async () => {
    const one = await cockpitIn(await stateDirOf());
    one.reports('down');
    await one.settled();
    expect(one.statesOf('deploy')).toEqual(['open', 'open']);
    expect(one.journal()).toEqual([]);
  });

  test('record name, note and what the data showed; a reason is required where one is needed', async () => {
    const one = await cockpitIn(await stateDirOf());
    one.reports('down');
    await one.settled();
    one.keeper.markChecklistItem('deploy', 'up', 'override', '');
    await one.settled();
    expect(one.said).toEqual(['the tick was not recorded: this needs a reason. Say why']);
    one.keeper.markChecklistItem('deploy', 'up', 'override', 'password hunter2 expired');
    await one.settled();
    const [up] = one.statusOf('deploy').items;
    expect(up?.state).toMatchObject({
      is: 'overridden',
      mark: { who: 'ana@desk-3', note: 'password … expired', evidence: expect.stringContaining('down') },
    });
  });

  test('of two cockpits of one machine show the ticks of each other', async () => {
    const dir = await stateDirOf();
    const ana = await cockpitIn(dir);
    const ben = await cockpitIn(dir, { user: 'ben' });
    ben.keeper.markChecklistItem('deploy', 'told', 'done', 'in #deploys');
    await ben.settled();
    await ana.settled();
    expect(ana.statusOf('deploy').items[1]?.state).toMatchObject({ is: 'done', mark: { who: 'ben@desk-3' } });
  });

  test('of a drill have their own records', async () => {
    const dir = await stateDirOf();
    const drill = await cockpitIn(dir, { simulator: true });
    drill.keeper.markChecklistItem('deploy', 'told', 'done', '');
    await drill.settled();
    expect(drill.statesOf('deploy')).toEqual(['done', 'done']);
    expect((await cockpitIn(dir)).statesOf('deploy')).toEqual(['done', 'open']);
  });

  test('end a scheduled list with its last tick, once, by whichever cockpit sees it', async () => {
    const dir = await stateDirOf();
    const ana = await cockpitIn(dir);
    const ben = await cockpitIn(dir, { user: 'ben' });
    // Not in use yet: nothing is overdue.
    expect(ana.statusOf('daily').isOverdue).toBe(false);
    ana.keeper.markChecklistItem('daily', 'review', 'done', '');
    for (let round = 0; round < 3; round++) {
      await ana.settled();
      await ben.settled();
    }
    expect(ana.statusOf('daily')).toMatchObject({ hasEnded: true, isOverdue: false });
    const { records } = await ana.file.read({ system: 'shop', env: 'production', isDrill: false });
    expect(records.map(({ is }) => is)).toEqual(['done', 'end']);
  });

  test('end a list on demand with what is open, and begin its next occurrence', async () => {
    const one = await cockpitIn(await stateDirOf());
    one.keeper.markChecklistItem('deploy', 'told', 'done', '');
    await one.settled();
    one.keeper.endChecklist('deploy');
    await one.settled();
    expect(one.statusOf('deploy').occurrence).toBe('#2');
    expect(one.statesOf('deploy')).toEqual(['done', 'open']);
  });

  test('warn once about lines that cannot be parsed', async () => {
    const one = await cockpitIn(await stateDirOf());
    one.keeper.markChecklistItem('deploy', 'told', 'done', '');
    await one.settled();
    await appendFile(one.file.path, '{"opsdeck":1,"is":"do');
    await one.settled();
    await one.settled();
    expect(one.said).toHaveLength(1);
    expect(one.said[0]).toContain('cannot be parsed');
    expect(one.statesOf('deploy')).toEqual(['done', 'done']);
  });

  test('finish what they write when they are closed', async () => {
    const dir = await stateDirOf();
    const one = await cockpitIn(dir);
    one.keeper.markChecklistItem('deploy', 'told', 'done', '');
    await one.keeper.close();
    expect((await cockpitIn(dir)).statesOf('deploy')).toEqual(['done', 'done']);
  });
});
