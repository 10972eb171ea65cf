import { describe, expect, test } from 'vitest';
import type { PresenceNote, PresentCockpit } from '../../../../src/domain/team/presence.ts';
import type { OpenedEnvironment } from '../../../../src/engine/cockpit/environment/cockpit-parts.ts';
import { createSharedStateView } from '../../../../src/engine/cockpit/team/shared-state.ts';
import { createCockpitStore } from '../../../../src/store/cockpit.ts';
import { waitingApproval } from '../../../screens/support/runs.ts';
import { noon } from '../../../support/made-facts.ts';

const who = { user: 'ana', host: 'vm-1', pid: 1 };
const ben: PresentCockpit = {
  ...{ id: 'b', user: 'ben', host: 'vm-2', system: 'shop', env: 'production', pane: 'LAG', role: 'opsdeck' },
  ...{ openForMs: 1000, silentForMs: 10, isSelf: false, isShared: false, followers: [] },
};

const stage = () => {
  const cockpit = createCockpitStore();
  const open = { system: 'shop', env: 'production', title: '', tier: 'production', embedded: false } as const;
  cockpit.setState({ open: { ...open, incidents: [], across: [] } });
  let now = 0;
  let trouble: string | undefined;
  let environment: OpenedEnvironment | undefined;
  const notes: PresenceNote[] = [];
  const view = createSharedStateView({
    ...{ cockpit, clock: { now: () => now, wallNow: () => now }, opened: () => environment },
    say: () => {},
  });
  const presence = {
    report: async (note: PresenceNote): Promise<readonly PresentCockpit[]> => {
      notes.push(note);
      if (trouble !== undefined) throw new Error(trouble);
      return [ben];
    },
    list: async () => [ben],
    reportedAs: () => 'a',
    leave: async () => {},
  };
  const opened = (isShared: boolean): OpenedEnvironment =>
    ({
      profile: { system: 'shop', env: 'production' },
      who,
      state: { trouble: () => trouble, ...(isShared ? { presence } : {}) },
    }) as unknown as OpenedEnvironment;
  return {
    ...{ cockpit, notes, view },
    enter: (isShared: boolean) => {
      environment = opened(isShared);
    },
    fail: (why: string | undefined) => {
      trouble = why;
    },
    /** Lets a second pass, and what it began. */
    seconds: async (count: number): Promise<void> => {
      for (let nth = 0; nth < count; nth++) {
        now += 1000;
        view.everySecond();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
};

test('the open environment is marked while the state database is unavailable', async () => {
  const { cockpit, enter, fail, seconds } = stage();
  enter(true);
  const marked = async (): Promise<boolean | undefined> => {
    await seconds(1);
    return cockpit.getState().open?.isStateUnavailable;
  };
  expect(await marked()).toBeUndefined();
  fail('connection refused');
  expect(await marked()).toBe(true);
  fail(undefined);
  expect(await marked()).toBeUndefined();
});

describe('presence', () => {
  test('this cockpit is reported every five seconds with its focused pane, and the others are shown', async () => {
    const { cockpit, enter, notes, seconds, view } = stage();
    enter(true);
    view.commands.reportPane('HEALTH');
    await seconds(1);
    expect(notes).toEqual([{ user: 'ana', host: 'vm-1', system: 'shop', env: 'production', pane: 'HEALTH' }]);
    expect(cockpit.getState().present).toEqual([ben]);
    view.commands.reportPane('LAG');
    await seconds(4);
    expect(notes).toHaveLength(1);
    await seconds(1);
    expect(notes.map(({ pane }) => pane)).toEqual(['HEALTH', 'LAG']);
  });

  test('arming is reported at once with its reason, and its end too', async () => {
    const { cockpit, enter, notes, seconds } = stage();
    enter(true);
    await seconds(1);
    expect(notes.at(-1)).not.toHaveProperty('armed');
    cockpit.setState({ arming: { readOnly: true, armedUntil: 600_000, reason: 'INC-7' } });
    await seconds(1);
    expect(notes.at(-1)?.armed).toEqual({ forMs: 598_000, reason: 'INC-7' });
    cockpit.setState({ arming: { readOnly: true } });
    await seconds(1);
    expect(notes.at(-1)).not.toHaveProperty('armed');
    expect(notes).toHaveLength(3);
  });

  test('while the database is unavailable the others are unknown', async () => {
    const { cockpit, enter, fail, seconds } = stage();
    enter(true);
    await seconds(1);
    fail('connection refused');
    await seconds(5);
    expect(cockpit.getState().present).toBeUndefined();
    fail(undefined);
    await seconds(5);
    expect(cockpit.getState().present).toEqual([ben]);
  });

  test('an environment without shared state is not reported, and shows nothing of the one before', async () => {
    const { cockpit, enter, notes, seconds } = stage();
    enter(true);
    await seconds(1);
    enter(false);
    await seconds(10);
    expect(notes).toHaveLength(1);
    expect(cockpit.getState().present).toBeUndefined();
  });
});

test('requests for approval of another environment do not stay when these cannot be read', async () => {
  const cockpit = createCockpitStore();
  const open = { system: 'shop', env: 'production', title: '', tier: 'production', embedded: false } as const;
  cockpit.setState({ open: { ...open, incidents: [], across: [] } });
  const environment = (waiting: () => Promise<unknown>): OpenedEnvironment =>
    ({ profile: { runbooks: [] }, state: { trouble: () => undefined }, approvals: { waiting } }) as never;
  let opened = environment(async () => [waitingApproval()]);
  const view = createSharedStateView({
    ...{ cockpit, clock: { now: () => noon, wallNow: () => noon }, opened: () => opened },
    say: () => {},
  });
  const second = async (): Promise<void> => {
    view.everySecond();
    await new Promise((resolve) => setImmediate(resolve));
  };
  await second();
  expect(cockpit.getState().approvals).toHaveLength(1);
  opened = environment(() => Promise.reject(new Error('permission denied')));
  await second();
  expect(cockpit.getState().approvals).toBeUndefined();
});
