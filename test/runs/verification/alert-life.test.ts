import { expect, test } from 'vitest';
import type { RunEnd } from '../../../src/runs/context/run-end.ts';
import type { VerificationBaseline } from '../../../src/runs/evidence/verification-check.ts';
import { verifyRun } from '../../../src/runs/verification/verify.ts';
import { everyNth, sampled } from '../../support/layer.ts';
import { type AlertWorld, openAlertStage, suppressedBy } from './alert-world.ts';

/** Verifies `not alert(OrdersErrors)` after an action at which the world changes; returns the end of the run. */
const endAfter = async (change: Partial<AlertWorld>): Promise<RunEnd> => {
  await using stage = await openAlertStage();
  const { world, clock, engine, io, quiet } = stage;
  await stage.read(true);
  const before: VerificationBaseline = {
    states: [{ id: 'v1', title: 'Resolved', value: 'false', why: '' }],
    found: new Map(),
    snapshot: engine.snapshot(),
  };
  await clock.advance(7000);
  Object.assign(world, change);
  let end: RunEnd | undefined;
  const verifying = verifyRun(
    {
      engine,
      clock,
      openIo: () => io,
      verify: [{ id: 'v1', title: 'Resolved', that: 'not alert(OrdersErrors)', withinMs: 60_000, forMs: 0 }],
      params: {},
      actedAt: clock.now(),
      before,
      report: async () => {},
    },
    new AbortController().signal,
  ).then((result) => {
    end = result;
  });
  for (let step = 0; step < 400 && end === undefined; step++) {
    await quiet();
    await clock.advance(250);
  }
  await verifying;
  if (end === undefined) throw new Error('the verification did not end');
  return end;
};

test('an alert whose rule was evaluated after the action and holds nothing is resolved', async () => {
  expect(await endAfter({ rule: 'inactive', manager: undefined })).toMatchObject({ ending: 'recovered' });
});

test.each<readonly [title: string, change: Partial<AlertWorld>, why: string]>(
  sampled(
    [
      [
        'a colleague silences it',
        { manager: suppressedBy({ silencedBy: ['s1'] }) },
        'not met, OrdersErrors is silenced since 10:02 UTC by ana: not resolved',
      ],
      [
        'a worse alert inhibits it',
        { manager: suppressedBy({ inhibitedBy: ['worse'] }) },
        'not met, OrdersErrors is inhibited by OrdersDown: not resolved',
      ],
      [
        'a time interval mutes it',
        { manager: suppressedBy({ mutedBy: ['nights'] }) },
        'not met, OrdersErrors is muted by the time interval nights: not resolved',
      ],
      [
        'its Prometheus dies, and Alertmanager lets it expire',
        { isPrometheusUp: false, manager: undefined },
        'unknown, OrdersErrors: the rules of prom cannot be read',
      ],
      [
        'a scrape gap makes it pending',
        { rule: 'pending', manager: undefined },
        'unknown, alert OrdersErrors is pending, so the problem is not over',
      ],
      [
        'its rule is removed',
        { rule: 'removed', manager: undefined },
        'unknown, OrdersErrors: prom no longer has the alerting rule, so the missing alert does not prove that the problem is over',
      ],
      [
        'its rule fails',
        { rule: 'failing', manager: undefined },
        'unknown, OrdersErrors: the rule cannot be evaluated: many-to-many matching not allowed',
      ],
      [
        'its rule is edited to a higher limit',
        { rule: 'inactive', manager: undefined, limit: 99 },
        'unknown, OrdersErrors: the alerting rule was edited after the action, so the missing alert may only mean another condition',
      ],
      [
        'its rule group stands still',
        { rule: 'inactive', manager: undefined, evaluates: false },
        'unknown, OrdersErrors: the alerting rule was last evaluated 9s before the action ended',
      ],
      [
        'the target with the errors dies',
        { rule: 'inactive', manager: undefined, down: ['orders-1'] },
        'unknown, OrdersErrors: Prometheus cannot scrape the target orders-1',
      ],
      [
        'the target with the errors is no longer discovered',
        { rule: 'inactive', manager: undefined, targets: 1 },
        'unknown, OrdersErrors: Prometheus no longer scrapes 1 of the 2 targets of job orders',
      ],
    ],
    everyNth(10),
  ),
)('not recovered: %s', async (_, change, why) => {
  const end = await endAfter(change);
  expect(end.ending).toBe('executed-not-recovered');
  expect(end.why).toContain(`Resolved: ${why}`);
});
