import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Interruption } from '../../../../src/domain/runbooks/operation.ts';
import type { Proposal } from '../../../../src/domain/runs/proposal.ts';
import { valueAt } from '../../../simulator/ask.ts';
import { nameOf, patchTypes } from '../../../simulator/kube-stage.ts';
import { longTest } from '../../../support/layer.ts';
import { type ActingStage, openStage, planOf } from './stage.ts';

let stage: ActingStage;
beforeEach(async () => {
  stage = await openStage('saga');
});
afterEach(() => stage[Symbol.asyncDispose]());

const service = 'saga-orchestrator';
const nodeOf = (pod: unknown): string => String(valueAt(pod, 'spec', 'nodeName'));

/** All pods of the service on one node: the others are cordoned, and the pods recreated. */
const gathered = async (): Promise<string> => {
  const [first] = await stage.podsOf(service);
  const node = nodeOf(first);
  const nodes = [valueAt((await stage.get('/api/v1/nodes')).body, 'items')].flat().map(nameOf);
  const cordon = (name: string, unschedulable: boolean | null) =>
    stage.send('PATCH', `/api/v1/nodes/${name}`, { spec: { unschedulable } }, patchTypes.strategic);
  for (const name of nodes) if (name !== node) await cordon(name, true);
  for (const pod of await stage.podsOf(service))
    if (nodeOf(pod) !== node)
      await stage.send('DELETE', `/api/v1/namespaces/microservices/pods/${nameOf(pod)}`, {});
  await stage.wait(60);
  for (const name of nodes) if (name !== node) await cordon(name, null);
  expect((await stage.podsOf(service)).map(nodeOf).every((text) => text === node)).toBe(true);
  return node;
};

const outageOf = ({ checks = [] }: Proposal) => checks.find(({ what }) => what === 'outage');
const interruptsOf = (proposal: Proposal): readonly Interruption[] =>
  [planOf(proposal).interrupts ?? []].flat();

test('every service with pods on the node is checked, except those that stay', async () => {
  const node = nodeOf((await stage.podsOf(service))[0]);
  const names = interruptsOf(await stage.propose('drain', { node })).map((interrupt) => interrupt.service);
  expect(names).toContain(`deploy ${service} in microservices`);
  expect(names.join()).not.toContain('fluentd');
});

longTest(
  'a node with every instance of a service: the drain is a total outage, and nothing is sent',
  async () => {
    const node = await gathered();
    const ran = await stage.runGeneric('drain-node', { node, timeout: '10m' });
    expect(ran.ended).toMatchObject({ ending: 'forbidden', sent: [] });
    expect(outageOf(ran.proposal)).toMatchObject({
      ok: false,
      why: expect.stringMatching(
        /^stops every healthy instance of deploy saga-orchestrator in microservices \(/,
      ),
    });
    // A reason for this very check overrides it.
    const overridden = await stage.propose('drain', { node });
    expect(outageOf(overridden)).toMatchObject({
      asks: true,
      why: expect.stringContaining('Overridden: a test'),
    });
  },
);

test('instances on other nodes keep the service up: the drain passes', async () => {
  const pods = await stage.podsOf(service);
  const nodes = new Set(pods.map(nodeOf));
  expect(nodes.size).toBeGreaterThan(1);
  const [node = ''] = nodes;
  const check = outageOf(await stage.propose('drain', { node }));
  expect(check).toMatchObject({ ok: true });
  expect(check).not.toHaveProperty('asks');
});
