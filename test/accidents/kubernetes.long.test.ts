import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect } from 'vitest';
import { valueAt } from '../simulator/ask.ts';
import { kubeStage } from '../simulator/kube-stage.ts';
import { type ActingStage, openStage } from '../sources/kubernetes/operations/stage.ts';
import { accident } from './table.ts';

const inventory = { deployment: 'inventory-service' };
const path = '/apis/apps/v1/namespaces/microservices/deployments/inventory-service';

let stage: ActingStage;
beforeEach(async () => {
  stage = await openStage('saga');
});
afterEach(() => stage[Symbol.asyncDispose]());

const replicasIn = async (kube: Pick<ActingStage, 'get'>): Promise<unknown> =>
  valueAt((await kube.get(path)).body, 'spec', 'replicas');

/** Deletes the deployment and creates another with the same name, as a deploy script does. */
const recreate = async (): Promise<void> => {
  const { body } = await stage.get(path);
  const {
    uid: _,
    resourceVersion: __,
    creationTimestamp: ___,
    generation: ____,
    ...metadata
  } = Object(valueAt(body, 'metadata'));
  expect((await stage.send('DELETE', path)).status).toBe(200);
  for (let turn = 0; turn < 30 && (await stage.get(path)).status !== 404; turn++) await stage.wait(1);
  const made = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: valueAt(body, 'spec') };
  expect((await stage.send('POST', path.replace(/\/[^/]+$/, ''), made)).status).toBe(201);
};

const kubeconfig = (): string => stage.simulator.vars('production')['world.kubeconfig'] ?? '';

accident('context switched', async () => {
  const card = await stage.propose('setImage', { ...inventory, image: 'registry.example/x:2' });
  // kubectl config use-context, in another terminal.
  const config = JSON.parse(await readFile(kubeconfig(), 'utf8'));
  const others = config.contexts.map(({ name }: { name: string }) => name);
  await writeFile(kubeconfig(), JSON.stringify({ ...config, 'current-context': others.at(-1) }));
  expect(card.steps[0]?.plan?.targets[0]?.where).toContain('context production');
  const ran = await stage.confirm(card);
  expect(ran.ended.ending).toBe('recovered');
  // The change reached the cluster of the preview.
  expect(valueAt((await stage.get(path)).body, 'spec', 'template', 'spec', 'containers', '0', 'image')).toBe(
    'registry.example/x:2',
  );
});

accident('context re-pointed', async () => {
  const other = await kubeStage('saga');
  const before = [await replicasIn(stage), await replicasIn(other)];
  const card = await stage.propose('restart', inventory);
  const config = JSON.parse(await readFile(kubeconfig(), 'utf8'));
  for (const { cluster } of config.clusters) cluster.server = other.server;
  await writeFile(kubeconfig(), JSON.stringify(config));
  const template = async () => valueAt((await other.get(path)).body, 'metadata', 'generation');
  const was = await template();
  await stage.confirm(card);
  // Regardless of the ending, nothing was sent to the other cluster.
  expect(await template()).toBe(was);
  expect([await replicasIn(stage), await replicasIn(other)]).toEqual(before);
  await other.simulator.close();
});

accident('recreated before the plan', async () => {
  // The row as shown on the screen.
  await stage.engine.readNow(
    stage.engine.feeds.filter(({ kind }) => kind === 'workloads').map(({ id }) => id),
    new AbortController().signal,
  );
  const row = stage.engine
    .snapshot()
    .kinds.workloads.rows.find(({ fact }) => fact.kind === 'deployment' && fact.name === 'inventory-service');
  const uid = row?.fact.uid ?? '';
  expect(uid).toBe(valueAt((await stage.get(path)).body, 'metadata', 'uid'));
  await recreate();
  const request = {
    runbook: {
      id: 'restart',
      title: 'restart',
      covers: [],
      params: [],
      diagnose: [],
      act: [{ id: 'a1', title: 'restart', use: 'k8s.restart', with: inventory }],
      verify: 'none',
      position: { file: 'here.yaml', line: 1, col: 1 },
    },
    params: {},
    shown: [{ name: 'inventory-service', uid }],
  } as const;
  const was = valueAt((await stage.get(path)).body, 'metadata', 'generation');
  const card = await stage.executor.propose(request, new AbortController().signal);
  expect(card.refusal).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('inventory-service is not the object that was shown'),
  });
  expect((await stage.confirm(card)).ended).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(valueAt((await stage.get(path)).body, 'metadata', 'generation')).toBe(was);
});

accident('recreated after the plan', async () => {
  const card = await stage.propose('restart', inventory);
  await recreate();
  const was = valueAt((await stage.get(path)).body, 'metadata', 'generation');
  expect((await stage.confirm(card)).ended).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('now a different object with the same name'),
    sent: [],
  });
  expect(valueAt((await stage.get(path)).body, 'metadata', 'generation')).toBe(was);
});
