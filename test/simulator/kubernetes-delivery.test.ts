import { afterEach, expect, test } from 'vitest';
import { valueAt } from './ask.ts';
import { closeSimulators, kubeStage, patchTypes } from './kube-stage.ts';

afterEach(closeSimulators);

const applications = '/apis/argoproj.io/v1alpha1/namespaces/delivery/applications';

test('a cluster without Argo CD does not serve its API', async () => {
  const it = await kubeStage('event-bus');
  expect((await it.get(applications)).status).toBe(404);
  expect(JSON.stringify((await it.get('/apis')).body)).not.toContain('argoproj.io');
});

test('a custom resource has no strategic merge patch', async () => {
  const it = await kubeStage('saga');
  const path = `${applications}/inventory`;
  expect((await it.send('PATCH', path, { spec: {} }, patchTypes.strategic)).status).toBe(415);
  expect((await it.send('PATCH', path, { spec: {} }, patchTypes.merge)).status).toBe(200);
});

test('a list of metadata contains nothing of the Secrets but their metadata', async () => {
  const it = await kubeStage('saga');
  const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
  const path = `/api/v1/namespaces/${it.namespace}/secrets?fieldSelector=type%3Dhelm.sh%2Frelease.v1&labelSelector=name%3Dingress`;
  const body: unknown = await (await it.call(path, { headers: { accept } })).json();
  expect(valueAt(body, 'kind')).toBe('PartialObjectMetadataList');
  const items = [valueAt(body, 'items')].flat();
  expect(items).toHaveLength(2);
  expect(items.flatMap((item) => Object.keys(Object(item)))).toEqual(['metadata', 'metadata']);
});
