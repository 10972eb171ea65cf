import { expect, test } from 'vitest';
import type { IncidentStatus } from '../../src/domain/incidents/incident-status.ts';
import type { RunView } from '../../src/store/cockpit.ts';
import { longTest } from '../support/layer.ts';
import { noon } from '../support/made-facts.ts';
import { past } from './support/past-runs.ts';
import { acted, endedRun } from './support/runs.ts';
import { cardOf, rowOf } from './support/screen.ts';
import { armed, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const ongoing: IncidentStatus = {
  state: 'ongoing',
  began: 12,
  remaining: 11,
  unknown: 0,
  arisen: 1,
  worst: [{ what: 'breakers bus-0 · database open', level: 'crit' }],
  next: 'close-breaker',
};

const withIncident = (incident: IncidentStatus): RunView => {
  const run = endedRun('recovered', 'psp stays closed', { events: acted });
  return {
    ...run,
    events: run.events.map((event) => (event.event === 'ended' ? { ...event, incident } : event)),
  };
};

const open = async (run: RunView, size: readonly [number, number] = [120, 36]): Promise<User> => {
  const scene = shop();
  const { cockpit } = scene;
  const environment = cockpit?.open;
  if (environment === undefined) throw new Error('the scene has an environment');
  return openCockpit({
    size,
    scene: {
      ...scene,
      cockpit: { ...cockpit, open: { ...environment, operator: 'ana@desk-3' }, arming: armed, run },
    },
  });
};

/** The text of the last copy. */
const text = (user: User): string =>
  Buffer.from(
    [...user.terminal.written().matchAll(/\u001b\]52;c;([^\u001b]*)\u001b\\/g)].at(-1)?.[1] ?? '',
    'base64',
  ).toString('utf8');

const sizes: readonly { readonly size: readonly [number, number] }[] = [
  { size: [80, 24] },
  { size: [120, 36] },
];

test.each(sizes)(
  'a verified step in an incident that goes on: two statements and the next runbook, at $size',
  async ({ size }) => {
    const user = await open(withIncident(ongoing), size);
    const card = cardOf(user);
    expect(card[0]).toMatch(/^▲ STEP VERIFIED, INCIDENT ONGOING/);
    expect(card.join('\n')).not.toContain('RECOVERED');
    expect(rowOf(card, 'step verified')).toContain('verified: psp stays closed');
    expect(rowOf(card, 'incident ')).toMatch(/✗ incident ongoing: 11 of 12 findings remain, 1 new critical/);
    expect(rowOf(card, 'close-breaker: ')).toMatch(/^n close-breaker: /);
    await user.press('n');
    expect(user.given.map(([name]) => name)).toEqual(['propose']);
  },
);

test('after the all-clear it is a recovery', async () => {
  const user = await open(
    withIncident({ state: 'all-clear', began: 12, remaining: 0, unknown: 0, arisen: 0, worst: [] }),
  );
  expect(cardOf(user)[0]).toMatch(/^● RECOVERED/);
  expect(rowOf(cardOf(user), 'findings')).toMatch(/^Users are fine since .*\. All 12 findings are cleared\./);
  await user.press('n');
  expect(user.rowWith('n: no runbook is suggested next: choose one in Runbooks')).toBeTruthy();
});

test('H copies one line for the next shift', async () => {
  const user = await open(withIncident(ongoing));
  await user.press('H');
  expect(user.rowWith('copied the handover line to the terminal clipboard')).toBeTruthy();
  const line = text(user);
  expect(line.split('\n')).toHaveLength(1);
  expect(line.split(' · ')).toEqual([
    expect.stringMatching(/^\w{3} 04 Mar \d\d:\d\d:\d\d UTC$/),
    'by ana@desk-3',
    'Close a circuit breaker',
    'shop/production: psp',
    'STEP VERIFIED, INCIDENT ONGOING: psp stays closed',
    'remaining: ongoing: 11 of 12 findings remain, 1 new critical; worst: breakers bus-0',
    'database open',
    'next: close-breaker',
    'undo: opsdeck run --undo run-1',
    'run run-1',
  ]);
});

longTest('in share mode the operator is masked in it', async () => {
  const user = await open(withIncident(ongoing));
  await user.press('s');
  await user.press('H');
  expect(text(user)).toContain('Close a circuit breaker');
  expect(text(user)).not.toMatch(/ana|desk-3/);
});

longTest('a relapse is in the header, whatever pane is open', async () => {
  const run = withIncident(ongoing);
  const scene = shop();
  const user = await openCockpit({
    size: [160, 50],
    scene: { ...scene, cockpit: { ...scene.cockpit, endedRuns: [{ ...run, relapsed: true }] } },
  });
  expect(user.rows()[0]).toContain(' RELAPSED close-breaker, U ');
  await user.press('W');
  expect(user.rows()[0]).toContain(' RELAPSED close-breaker, U ');
  await user.happens(() => user.cockpit.setState({ endedRuns: [run] }));
  expect(user.rows()[0]).not.toContain('RELAPSED');
});

/** A run with its id and runbook, which acted on an object at a time, and relapsed later if that time is given. */
const ranOn = (id: string, uid: string, actedAt: number, relapsedAt?: number): RunView => {
  const run = withIncident(ongoing);
  const { proposal } = run;
  if (proposal === undefined) throw new Error('no proposal');
  const steps = proposal.steps.map((step) =>
    step.plan === undefined
      ? step
      : { ...step, plan: { ...step.plan, targets: [{ name: uid, uid, saw: '', where: '' }] } },
  );
  return {
    ...run,
    runbook: { ...run.runbook, id },
    proposal: { ...proposal, run: id, runbook: id, steps },
    events: [
      { run: id, at: actedAt, event: 'acted', step: 'a1', ok: true, result: '200' },
      ...(relapsedAt === undefined
        ? []
        : [{ run: id, at: relapsedAt, event: 'relapsed' as const, proofs: [], why: 'it failed' }]),
    ],
    ...(relapsedAt === undefined ? {} : { relapsed: true }),
  };
};

test('the header counts every unanswered relapse of the session, and its key leads to each of them', async () => {
  const endedRuns = [
    // Acted after the relapse of "repaired", on the same object: that relapse is answered.
    ranOn('repair', 'c', noon - 30_000),
    ranOn('newest', 'x', noon - 60_000),
    ranOn('second', 'b', noon - 120_000, noon - 20_000),
    ranOn('first', 'a', noon - 180_000, noon - 10_000),
    ranOn('repaired', 'c', noon - 240_000, noon - 100_000),
  ];
  const runs = endedRuns.map(({ runbook: { id } }, nth) =>
    past(id, nth + 1, { title: `Run of ${id}`, relapsed: id === 'first' || id === 'second' }),
  );
  const scene = shop();
  const user = await openCockpit({
    size: [160, 50],
    scene: { ...scene, cockpit: { ...scene.cockpit, endedRuns, runs } },
  });
  expect(user.rows()[0]).toContain(' 2 RELAPSED, U ');
  await user.press('U');
  expect(user.rowWith('enter opens the run')).toContain('Run of second');
  await user.press(']');
  expect(user.rowWith('enter opens the run')).toContain('Run of first');
  await user.press(']');
  expect(user.rowWith('enter opens the run')).toContain('Run of second');
  await user.press('enter');
  expect(user.given).toContainEqual(['showRun', 'second']);
});
