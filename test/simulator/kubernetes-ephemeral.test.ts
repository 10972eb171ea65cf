import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { valueAt } from './ask.ts';
import {
  closeSimulators,
  type KubeResponse,
  type KubeStage,
  kubeStage,
  nameOf,
  patchTypes,
} from './kube-stage.ts';

afterEach(closeSimulators);

const app = 'saga-orchestrator';

const firstPod = async (it: KubeStage): Promise<string> => nameOf((await it.podsOf(app))[0]);

const debugContainer = (more: object = {}) => ({
  name: 'debugger-a',
  image: 'busybox:stable',
  stdin: true,
  tty: true,
  targetContainerName: app,
  ...more,
});

const add = (it: KubeStage, pod: string, container: object, query = ''): Promise<KubeResponse> =>
  it.send(
    'PATCH',
    `${it.pods}/${pod}/ephemeralcontainers${query}`,
    { spec: { ephemeralContainers: [container] } },
    patchTypes.strategic,
  );

const statusOf = async (it: KubeStage, pod: string): Promise<unknown> =>
  valueAt((await it.get(`${it.pods}/${pod}`)).body, 'status', 'ephemeralContainerStatuses', '0');

/** Attaches to a container; rejects with the status of an error response. */
const attach = async (it: KubeStage, pod: string, container: string) => {
  const query = new URLSearchParams({ container, stdin: 'true', stdout: 'true', tty: 'true' });
  const texts = ['', '', '', '', ''];
  const url = `${it.server.replace('http', 'ws')}${it.pods}/${pod}/attach?${query}`;
  const socket = new WebSocket(url, ['v5.channel.k8s.io'], { headers: it.headersOf('admin') });
  socket.on('message', (data: Buffer) => {
    texts[data[0] ?? 0] += data.subarray(1).toString();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('unexpected-response', (_, response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => reject(new Error(`${response.statusCode} ${JSON.parse(text).message}`)));
    });
  });
  return {
    texts,
    type: (text: string) => socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(text)])),
    close: () => socket.close(),
    closed: new Promise<void>((resolve) => socket.once('close', () => resolve())),
  };
};

test('an added ephemeral container runs, its terminal outlives a connection, and its exit is in the pod', async () => {
  const it = await kubeStage('saga');
  const pod = await firstPod(it);
  const rehearsed = await add(it, pod, debugContainer(), '?dryRun=All');
  expect(rehearsed.status).toBe(200);
  expect(await statusOf(it, pod)).toBeUndefined();
  const added = await add(it, pod, debugContainer());
  expect(valueAt(added.body, 'spec', 'ephemeralContainers', '0')).toMatchObject({
    name: 'debugger-a',
    imagePullPolicy: 'IfNotPresent',
  });
  await it.wait(0.2);
  expect(await statusOf(it, pod)).toMatchObject({ state: { waiting: { reason: 'ContainerCreating' } } });
  await expect(attach(it, pod, 'debugger-a')).rejects.toThrow(
    `500 unable to upgrade connection: container debugger-a not found in pod ${pod}_${it.namespace}`,
  );
  await it.wait(1);
  expect(await statusOf(it, pod)).toMatchObject({ ready: false, state: { running: {} } });
  expect(valueAt((await it.get(`${it.pods}/${pod}`)).body, 'status', 'phase')).toBe('Running');
  const first = await attach(it, pod, 'debugger-a');
  first.close();
  await first.closed;
  expect(await statusOf(it, pod)).toMatchObject({ state: { running: {} } });
  const second = await attach(it, pod, 'debugger-a');
  second.type('hostname\rexit 3\r');
  await second.closed;
  expect(second.texts[1]).toContain(pod);
  // An attach does not carry the exit status.
  expect(JSON.parse(second.texts[3] ?? '')).toEqual({ metadata: {}, status: 'Success' });
  expect(await statusOf(it, pod)).toMatchObject({ state: { terminated: { exitCode: 3, reason: 'Error' } } });
  await expect(attach(it, pod, 'debugger-a')).rejects.toThrow('500 unable to upgrade connection');
  await expect(attach(it, pod, 'debugger-b')).rejects.toThrow(
    '400 container debugger-b is not valid for pod',
  );
});

test('an image that cannot be pulled is the state of the container, not of the pod', async () => {
  const it = await kubeStage('saga');
  const pod = await firstPod(it);
  await add(it, pod, debugContainer({ image: 'registry.example/missing:1' }));
  await it.wait(1);
  expect(await statusOf(it, pod)).toMatchObject({ state: { waiting: { reason: 'ErrImagePull' } } });
  await it.wait(2);
  expect(await statusOf(it, pod)).toMatchObject({ state: { waiting: { reason: 'ImagePullBackOff' } } });
  expect((await it.podsOf(app)).map((each) => valueAt(each, 'status', 'phase'))).toContain('Running');
});

test('what the API server refuses', async () => {
  const it = await kubeStage('saga');
  const pod = await firstPod(it);
  const refusal = async (container: object): Promise<string> => {
    const { status, body } = await add(it, pod, container);
    return `${status} ${String(valueAt(body, 'message'))}`;
  };
  await add(it, pod, debugContainer());
  const at = `422 Pod "${pod}" is invalid: spec.ephemeralContainers`;
  expect(await refusal(debugContainer({ image: 'alpine:3' }))).toBe(
    `${at}: Forbidden: existing ephemeral containers "debugger-a" may not be changed`,
  );
  expect(await refusal({ name: 'debugger-a', $patch: 'delete' })).toBe(
    `${at}: Forbidden: existing ephemeral containers "debugger-a" may not be removed`,
  );
  expect(await refusal(debugContainer({ name: 'debugger-b', targetContainerName: 'moon' }))).toBe(
    `${at}[1].targetContainerName: Not found: "moon"`,
  );
  expect(await refusal({ name: 'debugger-b', image: 'busybox', ports: [{ containerPort: 1 }] })).toBe(
    `${at}[1].ports: Forbidden: cannot be set for an Ephemeral Container`,
  );
  const patch = (path: string, body: object, type: string = patchTypes.strategic, user?: string) =>
    it.send('PATCH', `${it.pods}/${pod}${path}`, body, type, user);
  expect(
    await patch('', { spec: { ephemeralContainers: [debugContainer({ name: 'debugger-b' })] } }),
  ).toMatchObject({ status: 422, body: { message: expect.stringContaining('pod updates may not change') } });
  expect(await patch('/ephemeralcontainers', { metadata: { uid: 'another' }, spec: {} })).toMatchObject({
    status: 422,
    body: { message: expect.stringContaining('field is immutable') },
  });
  expect(await patch('/ephemeralcontainers', { spec: {} }, patchTypes.strategic, 'viewer')).toMatchObject({
    status: 403,
  });
  await it.send(
    'PATCH',
    `/api/v1/namespaces/${it.namespace}`,
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    patchTypes.merge,
  );
  expect(await refusal(debugContainer({ name: 'debugger-c' }))).toMatch(
    /^403 pods "\S+" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "debugger-c"/,
  );
});
