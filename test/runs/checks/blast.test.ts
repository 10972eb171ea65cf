import { expect, test } from 'vitest';
import type { OperationImpact, Target } from '../../../src/domain/runbooks/operation.ts';
import { blastRadiusOf, pooledConnections } from '../../../src/runs/checks/admission-checks.ts';
import type { PendingAct } from '../../../src/runs/context/pending-run.ts';
import { blastRadiusCheck, percentOf } from '../../../src/runs/policy/limits.ts';
import { longTest } from '../../support/layer.ts';
import { pool, snapshotWith } from '../../support/made-facts.ts';
import { closeStep, openStage } from '../stage.ts';

const target = (name: string): Target => ({ name, uid: `uid-${name}`, saw: '', where: 'here' });
const act = (names: readonly string[], reach?: OperationImpact): PendingAct => ({
  source: 'bus',
  operation: {
    name: 'move',
    danger: () => 'safe',
    plan: () => Promise.reject(),
    recheck: async () => undefined,
    async *act() {},
  },
  plan: {
    use: 'bus.move',
    danger: 'safe',
    targets: names.map(target),
    calls: [],
    objects: [],
    params: {},
    ...(reach === undefined ? {} : { reach }),
  },
});
const share = (part: number, whole: number, of = 'replicas'): OperationImpact => ({
  share: { part, whole, of },
});

/** A pool whose driver reports no active connections. */
const { active: _, ...unreported } = pool('hikari', { service: 'orders' });

test('counts each object once, even if several actions affect it', () => {
  expect(blastRadiusOf([act(['a', 'b']), act(['b'])], {})).toEqual({ objects: 2 });
});

test('a target that stands for several objects counts as all of them: 300 keys of a pattern', () => {
  expect(blastRadiusOf([act(['cache'], { objects: 300 }), act(['cache'])], {})).toEqual({ objects: 300 });
});

test('adds up parts of one whole; of several wholes, the most affected one comes first', () => {
  const pods = [act(['bus-0'], share(1, 3)), act(['bus-1'], share(1, 3))];
  expect(blastRadiusOf(pods, {}).share).toEqual({ part: 2, whole: 3, of: 'replicas' });
  expect(blastRadiusOf([...pods, act(['x'], share(1, 1, 'hosts'))], {})).toMatchObject({
    share: { of: 'hosts' },
    otherShares: [{ part: 2, whole: 3, of: 'replicas' }],
  });
  const twice = [act(['bus'], share(3, 3)), act(['bus'], share(3, 3))];
  expect(blastRadiusOf(twice, {}).share).toMatchObject({ part: 3, whole: 3 });
});

test('an unknown count is absent, not 0', () => {
  expect(blastRadiusOf([act(['a']), act(['b'], { connections: 3 })], {})).toEqual({
    objects: 2,
    connections: 3,
    lowerBounds: ['connections'],
  });
  expect(blastRadiusOf([act(['a'], { connections: 3 })], { connections: 20, requestsPerSecond: 4 })).toEqual({
    objects: 1,
    connections: 20,
    requestsPerSecond: 4,
  });
});

test('a sum that some actions do not report is a lower bound; a number from outside the plans is not', () => {
  const acts = [
    act(['a'], { connections: 3, requestsPerSecond: 2 }),
    act(['b'], { connections: 4 }),
    act(['c'], { connections: 5 }),
  ];
  expect(blastRadiusOf(acts, {})).toEqual({
    objects: 3,
    connections: 12,
    requestsPerSecond: 2,
    lowerBounds: ['requestsPerSecond'],
  });
  expect(blastRadiusOf(acts, { requestsPerSecond: 9 })).not.toHaveProperty('lowerBounds');
  const pooled = { connections: 20, lowerBounds: ['connections'] } as const;
  expect(blastRadiusOf(acts.slice(0, 1), pooled)).toMatchObject(pooled);
});

test('connections of pools are a lower bound if a target has no pool, or a pool no value', () => {
  const pools = [
    pool('hikari', { service: 'billing', active: 3 }),
    pool('psp', { service: 'edge', active: 4 }),
    unreported,
  ];
  const of = (...names: readonly string[]) => pooledConnections(snapshotWith({ pools }), names);
  expect(of('billing', 'psp')).toEqual({ connections: 7 });
  expect(of('billing', 'search')).toEqual({ connections: 3, lowerBounds: ['connections'] });
  expect(of('billing', 'orders')).toEqual({ connections: 3, lowerBounds: ['connections'] });
  expect(of('orders')).toEqual({});
});

test('nothing of nothing is no share', () => {
  expect(percentOf({ part: 0, whole: 0, of: 'replicas' })).toBe(0);
});

test.each([
  { objects: 5, limits: { objects: 5, limit: 20 }, does: 'passes', why: 'this run affects 5 objects' },
  {
    objects: 6,
    limits: { objects: 5, limit: 20 },
    does: 'asks',
    why: 'this run affects 6 objects. Above 5 objects, type the name of the target to confirm',
  },
  { objects: 20, limits: { limit: 20 }, does: 'passes', why: 'this run affects 20 objects' },
  {
    objects: 21,
    limits: { objects: 5, limit: 20 },
    does: 'forbids',
    why: 'this run affects 21 objects, and the profile permits 20 per run',
  },
  {
    objects: 1,
    part: 2,
    limits: { share: 50 },
    does: 'asks',
    why: 'this run affects 1 object, 2 of 3 replicas. Above 50 %, type the name of the target to confirm',
  },
  {
    objects: 1,
    part: 1,
    limits: { share: 50 },
    does: 'passes',
    why: 'this run affects 1 object, 1 of 3 replicas',
  },
  {
    objects: 1,
    limits: { share: 50 },
    does: 'passes',
    ok: 'unknown',
    why: 'this run affects 1 object. opsdeck does not know what share of the whole that is',
  },
] as const)('$objects objects: $why', ({ objects, limits, does, why, ...more }) => {
  const of = 'part' in more ? { share: { part: more.part, whole: 3, of: 'replicas' } } : {};
  const [looked] = blastRadiusCheck({ objects, ...of }, limits);
  const ok = 'ok' in more ? more.ok : does === 'passes';
  expect(looked).toMatchObject({ does, check: { what: 'blast', ok, why } });
  expect(looked?.check.asks).toBe(does === 'asks' ? true : undefined);
});

test('the executor rejects a run above the object limit, and nothing is sent', async () => {
  const second = { ...closeStep, id: 'a2', with: { name: 'ledger', to: 'closed' } };
  await using stage = await openStage({ act: [closeStep, second], guard: { blast: { limit: 1 } } });
  const proposal = await stage.propose();
  expect(proposal.blast).toEqual({ objects: 2 });
  expect(await stage.go(proposal).end()).toMatchObject({
    ending: 'forbidden',
    why: 'this run affects 2 objects, and the profile permits 1 per run. Select fewer targets',
    sent: [],
  });
  expect(stage.server.changes).toEqual([]);
});

longTest('a run that affects a large share requires the typed name on any tier', async () => {
  await using stage = await openStage({
    danger: 'safe',
    guard: { blast: { share: 50 } },
    reach: { share: { part: 3, whole: 3, of: 'replicas' } },
  });
  const pressed = stage.go(await stage.propose(), { by: 'key' });
  expect(await pressed.end()).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('type the name'),
  });
  expect(stage.server.changes).toEqual([]);
  const proposal = await stage.propose();
  expect(proposal.gate.typed).toBe(true);
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'recovered' });
});
