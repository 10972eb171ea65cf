import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { valueAt } from '../../../simulator/ask.ts';
import { nameOf, patchTypes } from '../../../simulator/kube-stage.ts';
import { longDescribe, longTest } from '../../../support/layer.ts';
import { type ActingStage, openStage, planOf } from './stage.ts';

let stage: ActingStage;
beforeEach(async () => {
  stage = await openStage('saga');
});
afterEach(() => stage[Symbol.asyncDispose]());

const items = async (path: string): Promise<readonly unknown[]> =>
  (valueAt((await stage.get(path)).body, 'items') as readonly unknown[]) ?? [];
const podsOn = async (node: string): Promise<readonly unknown[]> =>
  items(`/api/v1/pods?fieldSelector=spec.nodeName%3D${node}`);
const ownerKindOf = (pod: unknown): unknown => valueAt(pod, 'metadata', 'ownerReferences', '0', 'kind');
const nodeNames = async (): Promise<readonly string[]> => (await items('/api/v1/nodes')).map(nameOf);
const isCordoned = async (node: string): Promise<boolean> =>
  valueAt((await stage.get(`/api/v1/nodes/${node}`)).body, 'spec', 'unschedulable') === true;

/** A node with pods of the orchestrator. */
const busyNode = async (): Promise<string> => {
  const [pod] = await stage.podsOf('saga-orchestrator');
  return String(valueAt(pod, 'spec', 'nodeName'));
};

const cordonNode = (node: string) =>
  stage.send('PATCH', `/api/v1/nodes/${node}`, { spec: { unschedulable: true } }, patchTypes.strategic);

const budget = (minAvailable: number) =>
  stage.send('POST', '/apis/policy/v1/namespaces/microservices/poddisruptionbudgets', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'orchestrator' },
    spec: { minAvailable, selector: { matchLabels: { app: 'saga-orchestrator' } } },
  });

longDescribe('cordon and uncordon', () => {
  longTest('cordon forbids new pods on the node; its undo allows them again', async () => {
    const [node = ''] = await nodeNames();
    const ran = await stage.run('cordon', { node });
    expect(ran.ended.ending).toBe('recovered');
    expect(await isCordoned(node)).toBe(true);
    const undone = await stage.undo(ran);
    expect(undone.ended.ending).toBe('recovered');
    expect(await isCordoned(node)).toBe(false);
  });

  longTest('a node in that state already is left alone', async () => {
    const [node = ''] = await nodeNames();
    const { refusal } = await stage.propose('uncordon', { node });
    expect(refusal).toMatchObject({
      ending: 'not-applicable',
      why: `node/${node} is already schedulable, so there is nothing to change`,
    });
    expect((await stage.propose('cordon', { node: 'nowhere' })).refusal?.why).toMatch(
      /node\/nowhere not found/,
    );
  });

  longTest('a node that is cordoned after the preview is not written again', async () => {
    const [node = ''] = await nodeNames();
    const proposal = await stage.propose('cordon', { node });
    expect(planOf(proposal).targets).toMatchObject([{ name: node, saw: 'schedulable' }]);
    await cordonNode(node);
    const { ended } = await stage.confirm(proposal);
    expect(ended.ending).not.toBe('recovered');
    expect(ended.sent).toEqual([]);
  });
});

describe('evict', () => {
  test('the pod is replaced; a budget without room refuses the plan and says why', async () => {
    const [pod] = (await stage.podsOf('saga-orchestrator')).map(nameOf);
    const all = (await stage.podsOf('saga-orchestrator')).length;
    await budget(all);
    await stage.wait(2);
    const { refusal } = await stage.propose('evict', { pod: pod ?? '' });
    expect(refusal?.why).toMatch(/rejected the dry run/);
    expect(refusal?.why).toMatch(/disruption budget/);
    expect((await stage.podsOf('saga-orchestrator')).map(nameOf)).toContain(pod);
  });

  longTest('an eviction that the budget permits deletes the pod', async () => {
    const [pod] = (await stage.podsOf('saga-orchestrator')).map(nameOf);
    await budget(1);
    await stage.wait(2);
    const proposal = await stage.propose('evict', { pod: pod ?? '' });
    expect(planOf(proposal).objects.join('\n')).toMatch(
      /PodDisruptionBudget orchestrator \(minAvailable 1\): 1 disruptions allowed now/,
    );
    const ran = await stage.run('evict', { pod: pod ?? '' });
    expect(ran.ended.ending).toBe('recovered');
    await stage.wait(60);
    expect((await stage.podsOf('saga-orchestrator')).map(nameOf)).not.toContain(pod);
  });
});

describe('drain', () => {
  test('every pod that a drain may move runs elsewhere afterward; pods of DaemonSets stay', async () => {
    const node = await busyNode();
    const before = await podsOn(node);
    const daemons = before.filter((pod) => ownerKindOf(pod) === 'DaemonSet').map(nameOf);
    const proposal = await stage.propose('drain', { node });
    const plan = planOf(proposal);
    expect(proposal.names).toEqual([node]);
    expect(plan.calls[0]).toMatchObject({ body: '{"spec":{"unschedulable":true}}' });
    expect(plan.calls.slice(1).every(({ line }) => /^POST .*\/eviction$/.test(line))).toBe(true);
    expect(plan.calls).toHaveLength(1 + before.length - daemons.length);
    expect(plan.reach).toMatchObject({ share: { part: 1, of: 'nodes of the cluster' } });

    const ran = await stage.passing(stage.run('drain', { node, timeout: '10m' }));
    expect(ran.output.join('\n')).toMatch(/draining node\/\S+ → drained after/);
    expect(ran.ended.ending).toBe('recovered');
    expect((await podsOn(node)).map(nameOf).sort()).toEqual([...daemons].sort());
    expect(await isCordoned(node)).toBe(true);
    const undone = await stage.undo(ran);
    expect(undone.ended.ending).toBe('recovered');
    expect(await isCordoned(node)).toBe(false);
  });

  test('a budget that never has room ends the drain as failed, names the pod, and keeps it running', async () => {
    const node = await busyNode();
    const pods = (await stage.podsOf('saga-orchestrator')).map(nameOf);
    await budget(pods.length);
    await stage.wait(2);
    const proposal = await stage.propose('drain', { node, timeout: '20s' });
    expect(planOf(proposal).objects.join('\n')).toMatch(
      /0 disruptions allowed now; blocks now, retried for 20s/,
    );
    const ran = await stage.passing(stage.run('drain', { node, timeout: '20s' }));
    expect(ran.ended.ending).toBe('failed');
    expect(ran.output.join('\n')).toMatch(
      /not drained after 20s: .*saga-orchestrator.*The disruption budget orchestrator needs/,
    );
    expect((await stage.podsOf('saga-orchestrator')).map(nameOf)).toEqual(pods);
  });

  longTest('a pod that is scheduled on the node after the preview stops the run before it acts', async () => {
    const node = await busyNode();
    const proposal = await stage.propose('drain', { node });
    for (const other of await nodeNames()) if (other !== node) await cordonNode(other);
    const [elsewhere] = (await items('/api/v1/namespaces/microservices/pods')).filter(
      (pod) => valueAt(pod, 'spec', 'nodeName') !== node && ownerKindOf(pod) === 'ReplicaSet',
    );
    await stage.send('DELETE', `/api/v1/namespaces/microservices/pods/${nameOf(elsewhere)}`, {});
    await stage.wait(60);
    const { ended } = await stage.confirm(proposal);
    expect(ended.why).toMatch(/also microservices\//);
    expect(ended.sent).toEqual([]);
    expect(await isCordoned(node)).toBe(false);
  });
});
