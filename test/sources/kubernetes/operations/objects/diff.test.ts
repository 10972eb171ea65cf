import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ActingStage, openStage } from '../stage.ts';

let stage: ActingStage;
const files = ['deploy.yaml'];
const put = (text: string): Promise<void> => writeFile(join(stage.dir, 'deploy.yaml'), text);

const expected = (tag: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: inventory-service
spec:
  template:
    spec:
      containers:
        - name: inventory-service
          image: registry.saga.example/inventory-service:${tag}
`;

beforeEach(async () => {
  stage = await openStage('saga');
});
afterEach(() => stage[Symbol.asyncDispose]());

test('what applying files would change, who manages it, and what does not exist yet; nothing is stored', async () => {
  await put(
    `${expected('1.9.0')}---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: fresh\ndata:\n  a: b\n`,
  );
  const diff = async () =>
    (await stage.run('diff', { files })).output.filter((line) => !line.startsWith('PATCH'));
  const found = await diff();
  expect(found).toEqual([
    'deployment/inventory-service spec.template.spec.containers[inventory-service].image: "registry.saga.example/inventory-service:1.8.0" → "registry.saga.example/inventory-service:1.9.0"',
    expect.stringMatching(
      /^deployment\/inventory-service \.spec\S+\.image belongs to the field manager "kubectl-client-side-apply"$/,
    ),
    'configmap/fresh does not exist in the cluster yet',
    '2 of 2 objects differ',
  ]);
  expect(await diff()).toEqual(found);
});

test('files that match the cluster', async () => {
  await put(expected('1.8.0'));
  expect((await stage.run('diff', { files })).output.at(-1)).toBe('no object differs');
});

test('invalid YAML is reported with its file', async () => {
  await put('kind: [');
  const { refusal } = await stage.propose('diff', { files });
  expect(refusal?.why).toContain('deploy.yaml, document 1');
});
