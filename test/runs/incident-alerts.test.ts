import { expect, test } from 'vitest';
import type { Millis } from '../../src/domain/base/fault.ts';
import { findingsText, type IncidentStatus } from '../../src/domain/incidents/incident-status.ts';
import { createIncidentTracker } from '../../src/runs/incidents/incident-tracker.ts';
import { everyNth, sampled } from '../support/layer.ts';
import { type AlertWorld, openAlertStage, suppressedBy } from './verification/alert-world.ts';

/** The incident around an action at which the world changes, after some seconds. The alert OrdersErrors was its finding. */
const statusAfter = async (change: Partial<AlertWorld>, passMs: Millis): Promise<IncidentStatus> => {
  await using stage = await openAlertStage();
  const { clock, engine, quiet } = stage;
  const never = new AbortController().signal;
  await stage.read(false);
  const incident = createIncidentTracker({
    ...{ engine, clock, runbook: 'restart', effects: [] },
    systemChanges: { parts: [], restarts: false },
    involved: new Set(),
  });
  if (incident === undefined) throw new Error('no finding at the start');
  const readEvidence = async (): Promise<void> => {
    const reading = incident.readEvidence(never);
    await quiet();
    await reading;
  };
  await readEvidence();
  await clock.advance(7000);
  const actedAt = clock.now();
  Object.assign(stage.world, change);
  const unfollow = incident.follow(() => actedAt);
  for (let passed = 0; passed < passMs; passed += 1000) {
    await clock.advance(1000);
    await stage.read(false);
    await readEvidence();
  }
  unfollow();
  return incident.status(actedAt);
};

test('an alert whose rule was evaluated after the action and holds nothing is cleared', async () => {
  expect(await statusAfter({ rule: 'inactive', manager: undefined }, 30_000)).toMatchObject({
    state: 'all-clear',
    began: 1,
    remaining: 0,
    unknown: 0,
  });
});

test.each<readonly [title: string, change: Partial<AlertWorld>, why: string]>(
  sampled(
    [
      [
        'a colleague silences it',
        { manager: suppressedBy({ silencedBy: ['s1'] }) },
        'OrdersErrors is silenced since 10:02 UTC by ana: not resolved',
      ],
      [
        'a worse alert inhibits it',
        { manager: suppressedBy({ inhibitedBy: ['worse'] }) },
        'OrdersErrors is inhibited by OrdersDown: not resolved',
      ],
      [
        'its Prometheus dies, and Alertmanager lets it expire',
        { isPrometheusUp: false, manager: undefined },
        'OrdersErrors: the rules of prom cannot be read: ',
      ],
      [
        'a scrape gap makes it pending',
        { rule: 'pending', manager: undefined },
        'alert OrdersErrors is pending, so the problem is not over',
      ],
      [
        'its rule is removed',
        { rule: 'removed', manager: undefined },
        'OrdersErrors: prom no longer has the alerting rule, so the missing alert does not prove that the problem is over',
      ],
      [
        'its rule group stands still',
        { rule: 'inactive', manager: undefined, evaluates: false },
        'OrdersErrors: the alerting rule was last evaluated 9s before the action ended',
      ],
      [
        'the target with the errors dies',
        { rule: 'inactive', manager: undefined, down: ['orders-1'] },
        'OrdersErrors: Prometheus cannot scrape the target orders-1',
      ],
    ],
    everyNth(7),
  ),
)('a finding is unknown, not cleared: %s', async (_, change, why) => {
  const status = await statusAfter(change, 90_000);
  expect(status).toMatchObject({ state: 'unknown', began: 1, remaining: 0, unknown: 1 });
  expect(status.worst[0]?.why).toContain(why);
  expect(findingsText(status)).toContain(`the state of the finding is unknown; ${why}`);
});
