import { afterAll, beforeAll, expect, test } from 'vitest';
import { longTest } from '../../../support/layer.ts';
import { openStage } from './stage.ts';

let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => {
  stage = await openStage('saga');
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const shareOf = async (operation: string, params: Readonly<Record<string, unknown>>) =>
  (await stage.propose(operation, params)).blast?.share;

test("a pod is one of its owner's replicas", async () => {
  const [pod] = await stage.podsOf('inventory-service');
  const name = String((pod as { metadata?: { name?: unknown } }).metadata?.name);
  expect(await shareOf('delete', { kind: 'pod', name })).toEqual({
    part: 1,
    whole: 2,
    of: expect.stringMatching(/^replicas of replicaset\/inventory-service-/),
  });
});

longTest('deleting or restarting affects all replicas; scaling down affects the removed ones', async () => {
  const all = { part: 2, whole: 2, of: 'replicas of deployment/inventory-service' };
  expect(await shareOf('delete', { kind: 'deployment', name: 'inventory-service' })).toEqual(all);
  expect(await shareOf('restart', { deployment: 'inventory-service' })).toEqual(all);
  const { whole = 0 } = (await shareOf('scale', { deployment: 'saga-orchestrator', replicas: 0 })) ?? {};
  expect(whole).toBeGreaterThan(0);
  const of = 'replicas of deployment/saga-orchestrator';
  expect(await shareOf('scale', { deployment: 'saga-orchestrator', replicas: 0 })).toEqual({
    part: whole,
    whole,
    of,
  });
  expect(await shareOf('scale', { deployment: 'saga-orchestrator', replicas: whole + 2 })).toEqual({
    part: 0,
    whole,
    of,
  });
});
