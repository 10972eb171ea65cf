import { afterEach, describe, expect, test } from 'vitest';
import { jsonPatch } from '../../src/simulator/servers/kubernetes/patch/json-patch.ts';
import { mergePatch, strategicPatch } from '../../src/simulator/servers/kubernetes/patch/merge-patch.ts';
import { longDescribe, longTest } from '../support/layer.ts';
import { valueAt } from './ask.ts';
import { closeSimulators, kubeStage, patchTypes } from './kube-stage.ts';

afterEach(closeSimulators);

describe('a merge patch', () => {
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });
});

describe('a strategic merge patch', () => {
  const two = {
    containers: [
      { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
      { name: 'b', image: 'b:1' },
    ],
  };
  test.each([
    [
      'merges an item by its name',
      two,
      { containers: [{ name: 'b', image: 'b:2' }] },
      { containers: [two.containers[0], { name: 'b', image: 'b:2' }] },
    ],
    [
      'adds a new item',
      { env: [{ name: 'X', value: '1' }] },
      { env: [{ name: 'Y', value: '2' }] },
      {
        env: [
          { name: 'X', value: '1' },
          { name: 'Y', value: '2' },
        ],
      },
    ],
    [
      'deletes an item',
      { env: [{ name: 'X', value: '1' }] },
      { env: [{ name: 'X', $patch: 'delete' }] },
      { env: [] },
    ],
    ['replaces a list without a merge key', { command: ['a', 'b'] }, { command: ['c'] }, { command: ['c'] }],
    [
      'replaces an object with $patch: replace',
      { strategy: { type: 'A', rollingUpdate: {} } },
      { strategy: { $patch: 'replace', type: 'B' } },
      { strategy: { type: 'B' } },
    ],
    ['null removes a key', { a: 1, b: 2 }, { a: null }, { b: 2 }],
  ])('%s', (_, target, patch, result) => {
    expect(strategicPatch(target, patch)).toEqual(result);
  });
});

describe('a JSON patch', () => {
  const target = { a: { 'b/c': 1 }, list: ['x', 'y'] };
  test.each([
    [[{ op: 'replace', path: '/a/b~1c', value: 2 }], { a: { 'b/c': 2 }, list: ['x', 'y'] }],
    [[{ op: 'add', path: '/list/-', value: 'z' }], { ...target, list: ['x', 'y', 'z'] }],
    [[{ op: 'add', path: '/list/0', value: 'w' }], { ...target, list: ['w', 'x', 'y'] }],
    [[{ op: 'remove', path: '/list/0' }], { ...target, list: ['y'] }],
    [
      [
        { op: 'test', path: '/list/1', value: 'y' },
        { op: 'remove', path: '/a' },
      ],
      { list: ['x', 'y'] },
    ],
  ])('%j', (patch, result) => {
    expect(jsonPatch(target, patch)).toEqual(result);
  });
  test.each([
    [[{ op: 'test', path: '/list/1', value: 'x' }]],
    [[{ op: 'replace', path: '/nowhere', value: 1 }]],
    [[{ op: 'remove', path: '/nowhere/else' }]],
    [{ op: 'add' }],
  ])('rejects %j', (patch) => {
    expect(() => jsonPatch(target, patch)).toThrow('the server rejected our request');
  });
});

const app = 'event-bus-service';
const image = (tag: string) => ({
  spec: {
    template: { spec: { containers: [{ name: app, image: `registry.trademaster.example/${app}:${tag}` }] } },
  },
});
const imageIn = (body: unknown): unknown =>
  valueAt(body, 'spec', 'template', 'spec', 'containers', '0', 'image');

longDescribe('a write', () => {
  longTest('as a dry run changes nothing', async () => {
    const it = await kubeStage('event-bus');
    const path = `${it.deployments}/${app}`;
    const before = await it.get(path);
    const tried = await it.send('PATCH', `${path}?dryRun=All`, image('9.9.9'), patchTypes.strategic);
    expect(tried.status).toBe(200);
    expect(imageIn(tried.body)).toMatch(/9\.9\.9$/);
    expect(valueAt(tried.body, 'metadata', 'generation')).toBe(2);
    const scale = await it.send(
      'PATCH',
      `${path}/scale?dryRun=All`,
      { spec: { replicas: 9 } },
      patchTypes.merge,
    );
    expect(valueAt(scale.body, 'spec', 'replicas')).toBe(9);
    const [pod] = await it.podsOf(app);
    const deleted = await it.send('DELETE', `${it.pods}/${valueAt(pod, 'metadata', 'name')}?dryRun=All`);
    expect(deleted.status).toBe(200);
    await it.wait(3);
    expect(await it.get(path)).toEqual(before);
    expect(await it.podsOf(app)).toHaveLength(3);
  });

  longTest('that changes nothing keeps resourceVersion and generation', async () => {
    const it = await kubeStage('event-bus');
    const path = `${it.deployments}/${app}`;
    const { metadata } = JSON.parse(JSON.stringify((await it.get(path)).body));
    const same = await it.send('PATCH', path, { spec: { replicas: 3 } }, patchTypes.merge);
    expect(valueAt(same.body, 'metadata')).toMatchObject({
      generation: metadata.generation,
      resourceVersion: metadata.resourceVersion,
    });
  });

  longTest.each([
    [
      'an outdated resourceVersion',
      { metadata: { resourceVersion: '1' }, spec: { replicas: 2 } },
      409,
      'Conflict',
      'Operation cannot be fulfilled on deployments.apps "event-bus-service": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [
      'negative replicas',
      { spec: { replicas: -1 } },
      422,
      'Invalid',
      expect.stringContaining(
        'Deployment.apps "event-bus-service" is invalid: spec.replicas: Invalid value: ',
      ),
    ],
    [
      'an invalid quantity',
      {
        spec: {
          template: {
            spec: { containers: [{ name: app, image: 'x', resources: { limits: { memory: '2 GB' } } }] },
          },
        },
      },
      422,
      'Invalid',
      expect.stringContaining('spec.template.spec.containers[0].resources.limits.memory'),
    ],
  ])('with %s is rejected', async (_, body, code, reason, message) => {
    const it = await kubeStage('event-bus');
    const path = `${it.deployments}/${app}`;
    expect(await it.send('PATCH', path, body, patchTypes.merge)).toMatchObject({
      status: code,
      body: { kind: 'Status', code, reason, message, details: { name: app, group: 'apps' } },
    });
  });

  longTest('with an unsupported content type or invalid JSON is rejected', async () => {
    const it = await kubeStage('event-bus');
    const path = `${it.deployments}/${app}`;
    expect((await it.send('PATCH', path, {}, 'application/json')).status).toBe(415);
    expect((await it.send('PATCH', path, '{', patchTypes.merge)).status).toBe(400);
    expect((await it.send('PUT', path, {})).status).toBe(405);
  });

  longTest('with the uid of a replaced pod is rejected', async () => {
    const it = await kubeStage('event-bus');
    const [pod] = await it.podsOf(app);
    const options = { preconditions: { uid: 'another' } };
    expect((await it.send('DELETE', `${it.pods}/${valueAt(pod, 'metadata', 'name')}`, options)).status).toBe(
      409,
    );
  });
});

describe('server-side apply', () => {
  const manifest = (replicas: number): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${app}\nspec:\n  replicas: ${replicas}\n`;

  test('conflicts with the field manager, names it, and wins only with force', async () => {
    const it = await kubeStage('event-bus');
    const path = `${it.deployments}/${app}`;
    await it.send('PATCH', `${path}?fieldManager=kubectl-edit`, { spec: { replicas: 4 } }, patchTypes.merge);
    const apply = (query: string) =>
      it.send('PATCH', `${path}?fieldManager=opsdeck${query}`, manifest(5), patchTypes.apply);
    const refused = {
      status: 409,
      body: {
        reason: 'Conflict',
        message: 'Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1: .spec.replicas',
        details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.replicas' }] },
      },
    };
    expect(await apply('&force=false')).toMatchObject(refused);
    expect(await apply('&dryRun=All')).toMatchObject(refused);
    expect((await apply('&force=true')).status).toBe(200);
    const owners = async () =>
      [valueAt((await it.get(path)).body, 'metadata', 'managedFields')]
        .flat()
        .map((entry) => [valueAt(entry, 'manager'), valueAt(entry, 'operation'), valueAt(entry, 'fieldsV1')]);
    expect(await owners()).toContainEqual([
      'opsdeck',
      'Apply',
      { 'f:metadata': {}, 'f:spec': { 'f:replicas': {} } },
    ]);
    expect((await apply('')).status, 'what is one’s own is no conflict').toBe(200);
    await it.wait(3);
    expect(await it.podsOf(app)).toHaveLength(5);
  });

  longTest("reports fields of kubectl's client-side apply as conflicts", async () => {
    const it = await kubeStage('event-bus');
    const path = `${it.deployments}/${app}?fieldManager=opsdeck`;
    const body = (await it.send('PATCH', path, manifest(4), patchTypes.apply)).body;
    expect(valueAt(body, 'message')).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas',
    );
    expect(
      (await it.send('PATCH', path, manifest(3), patchTypes.apply)).status,
      'the same value is not a conflict',
    ).toBe(200);
  });

  longTest('creates a missing object, and its pods run', async () => {
    const it = await kubeStage('event-bus');
    const yaml = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: extra}\nspec:\n  selector: {matchLabels: {app: extra}}\n  template:\n    metadata: {labels: {app: extra}}\n    spec: {containers: [{name: extra, image: 'postgres:15.8'}]}\n`;
    const made = await it.send(
      'PATCH',
      `${it.deployments}/extra?fieldManager=opsdeck`,
      yaml,
      patchTypes.apply,
    );
    expect(made.body).toMatchObject({
      metadata: { name: 'extra', namespace: it.namespace },
      spec: { replicas: 1 },
    });
    await it.wait(4);
    expect(await it.podsOf('extra')).toMatchObject([{ status: { phase: 'Running' } }]);
  });

  longTest('requires a field manager', async () => {
    const it = await kubeStage('event-bus');
    expect((await it.send('PATCH', `${it.deployments}/${app}`, manifest(3), patchTypes.apply)).status).toBe(
      400,
    );
  });
});
