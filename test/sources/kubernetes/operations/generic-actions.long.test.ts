import { afterEach, expect, test } from 'vitest';
import { valueAt } from '../../../simulator/ask.ts';
import { nameOf } from '../../../simulator/kube-stage.ts';
import { type ActingStage, openStage } from './stage.ts';

const stages: ActingStage[] = [];
const open = async (actions?: readonly string[]): Promise<ActingStage> => {
  const stage = await openStage('saga', 'production', actions === undefined ? {} : { actions });
  stages.push(stage);
  return stage;
};
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage[Symbol.asyncDispose]();
});

const namespace = 'microservices';
const deployment = 'saga-orchestrator';

test('a restart is recovered when every pod is a new one and the rollout is complete', async () => {
  const stage = await open();
  const before = (await stage.podsOf(deployment)).map(nameOf);
  const ran = await stage.passing(stage.runGeneric('restart-deployment', { deployment, namespace }));
  expect(ran.ended).toMatchObject({ ending: 'recovered' });
  await stage.wait(60);
  expect((await stage.podsOf(deployment)).map(nameOf).filter((name) => before.includes(name))).toEqual([]);
});

test('an image that cannot be pulled is executed and not recovered; undo restores the earlier one', async () => {
  const stage = await open();
  const image = `${deployment}=registry.saga.example/${deployment}:no-such-tag`;
  const ran = await stage.passing(
    stage.runGeneric('set-image-of-deployment', { deployment, namespace, image }),
  );
  expect(ran.ended.ending).not.toBe('recovered');
  expect(ran.ended.undo).toHaveLength(1);
});

test('scaling is recovered with the requested number of ready replicas, and undone', async () => {
  const stage = await open();
  const ran = await stage.passing(
    stage.runGeneric('scale-deployment', { deployment, namespace, replicas: 3 }),
  );
  expect(ran.ended).toMatchObject({ ending: 'recovered' });
  expect(await stage.podsOf(deployment)).toHaveLength(3);
  const undone = await stage.passing(stage.undo(ran));
  expect(undone.ended.ending).toBe('recovered');
});

test('a deleted pod is recovered when the workload has as many ready pods as before', async () => {
  const stage = await open();
  const before = (await stage.podsOf(deployment)).map(nameOf);
  const ran = await stage.passing(
    stage.runGeneric('delete-pod', {
      pods: before.slice(0, 1),
      namespace,
      owners: [`deploy ${deployment}`],
    }),
  );
  expect(ran.ended).toMatchObject({ ending: 'recovered' });
  const after = (await stage.podsOf(deployment)).map(nameOf);
  expect(after).toHaveLength(before.length);
  expect(after).not.toContain(before[0]);
});

test('a drain is recovered when only pods of DaemonSets are left', async () => {
  const stage = await open();
  const [pod] = await stage.podsOf(deployment);
  const node = String(valueAt(pod, 'spec', 'nodeName'));
  const ran = await stage.passing(stage.runGeneric('drain-node', { node, timeout: '10m' }));
  expect(ran.ended).toMatchObject({ ending: 'recovered' });
});

test('guard.actions: another verb is refused before anything is sent, and its undo is not', async () => {
  const stage = await open(['scale']);
  const refused = await stage.runGeneric('restart-deployment', { deployment, namespace });
  expect(refused.ended).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(refused.ended.why).toContain('guard.actions of production does not permit the action "restart"');
  const ran = await stage.passing(
    stage.runGeneric('scale-deployment', { deployment, namespace, replicas: 3 }),
  );
  expect(ran.proposal.checks).toContainEqual({
    what: 'action',
    ok: true,
    why: 'guard.actions permits scale',
  });
  expect((await stage.passing(stage.undo(ran))).ended.ending).toBe('recovered');
});
