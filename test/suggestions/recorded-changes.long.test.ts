import { expect, test } from 'vitest';
import { triggerText } from '../../src/domain/profile/likely-trigger.ts';
import { openHeadless } from './measure.ts';

const minute = 60_000;

/** Opens an environment some time after an incident began. */
const openLater = async (env: string, incident: string, afterMs = 3 * minute) => {
  const opened = await openHeadless(env, incident);
  await opened.simulation.wait(afterMs);
  await opened.reopen();
  await opened.simulation.wait(15_000);
  return opened;
};

test('Kubernetes: a rollout before the start is in the journal, is the likely trigger, and its rollback comes first', async () => {
  await using opened = await openLater('saga/production', 'bad-release');
  const { journal, trigger, suggestions, changeCoverage } = opened.cockpit.getState();
  expect(journal).toContainEqual(
    expect.objectContaining({
      kind: 'image',
      source: 'k8s',
      what: 'deployment saga-orchestrator',
      change: expect.stringMatching(/^image 1\.8\.\d+ → 1\.9\.0, revision 1 → 2/),
    }),
  );
  expect(journal.map(({ at }) => at)).toEqual(journal.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(changeCoverage).toMatchObject({ isReading: false, read: expect.arrayContaining(['k8s', 'prom']) });
  expect(trigger && triggerText(trigger, opened.simulation.clock.now())).toMatch(
    /^saga-orchestrator 1\.9\.0 rolled out \d+ (s|min) (before the first problem|ago. The problem was already there)/,
  );
  expect(suggestions[0]).toMatchObject({
    runbook: { id: 'roll-back' },
    fits: 'yes',
    reason: expect.stringContaining('saga-orchestrator 1.9.0 rolled out'),
  });
});

test('Prometheus: alerts that started before are in the journal at their start', async () => {
  await using opened = await openLater('saga/production', 'bad-release');
  const { journal } = opened.cockpit.getState();
  const started = journal.find(({ what }) => what.startsWith('alert SagaFailureRate'));
  expect(started).toMatchObject({ kind: 'alert', source: 'prom', change: expect.stringMatching(/^FIRING/) });
  expect(opened.simulation.clock.now() - (started?.at ?? 0)).toBeGreaterThan(2 * minute);
});

test('systemd: a replaced program and the start of its unit are in the journal', async () => {
  await using opened = await openLater('eventmesh/production', 'bad-release');
  const { journal, suggestions } = opened.cockpit.getState();
  expect(journal).toContainEqual(
    expect.objectContaining({
      kind: 'rollout',
      source: 'hosts',
      what: 'unit eventmesh-api',
      change: expect.stringMatching(
        /^program \/opt\/eventmesh\/production\/bin\/riptide-api replaced on vm-1$/,
      ),
    }),
  );
  expect(journal).toContainEqual(
    expect.objectContaining({ kind: 'restart', what: 'unit eventmesh-api', change: 'started on vm-2' }),
  );
  expect(suggestions[0]?.runbook.id).toBe('rollback');
});

test('Docker and Alertmanager: containers that ended and alerts that fire are in the journal', async () => {
  await using opened = await openLater('trading/production', 'service-down');
  const { journal } = opened.cockpit.getState();
  expect(journal).toContainEqual(
    expect.objectContaining({
      kind: 'event',
      source: 'compose',
      what: 'service trademaster-trading-service',
      change: expect.stringMatching(/: die, exit \d+$/),
      level: 'warn',
    }),
  );
  expect(journal).toContainEqual(
    expect.objectContaining({
      kind: 'alert',
      source: 'alerts',
      what: expect.stringMatching(/^alert ApplicationDown/),
    }),
  );
});

test('GitHub: a failed deployment is an event, not the trigger of a problem, and its rollback is not suggested', async () => {
  await using opened = await openLater('trading/production', 'deployment-failed');
  const { journal, trigger, suggestions } = opened.cockpit.getState();
  expect(journal).toContainEqual(
    expect.objectContaining({
      kind: 'event',
      source: 'gh',
      what: 'deployment trademaster-trading-service',
      change: expect.stringMatching(/^a41e77b of main to production by ravi: failure$/),
      level: 'warn',
    }),
  );
  expect(trigger).toBeUndefined();
  expect(suggestions.find(({ runbook }) => runbook.id === 'high-error-rate')?.fits).toBe('no');
});

test('without a change there is no trigger, and the coverage names the sources that were read', async () => {
  await using opened = await openLater('saga/production', 'pool-exhaustion', 20_000);
  const { trigger, changeCoverage } = opened.cockpit.getState();
  expect(trigger).toBeUndefined();
  expect(changeCoverage).toMatchObject({ isReading: false, unread: [] });
  expect(changeCoverage?.read).toEqual(['k8s', 'k8s-logging', 'prom']);
});
