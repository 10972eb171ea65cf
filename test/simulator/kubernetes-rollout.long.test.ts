import { afterEach, describe, expect, test } from 'vitest';
import { ask, valueAt } from './ask.ts';
import { closeSimulators, glimpse, type KubeStage, kubeStage, nameOf, patchTypes } from './kube-stage.ts';

afterEach(closeSimulators);

const app = 'event-bus-service';
const restart = {
  spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } },
};

const patch = (
  it: KubeStage,
  body: unknown,
  type: string = patchTypes.strategic,
  path = `${it.deployments}/${app}`,
) => it.send('PATCH', path, body, type);

const statusOf = async (it: KubeStage) => {
  const { body } = await it.get(`${it.deployments}/${app}`);
  const number = (key: string): number => Number(valueAt(body, 'status', key) ?? 0);
  const condition = (type: string): string => {
    const found = [valueAt(body, 'status', 'conditions')]
      .flat()
      .find((each) => valueAt(each, 'type') === type);
    return `${String(valueAt(found, 'status'))} ${String(valueAt(found, 'reason'))}`;
  };
  return {
    isSeen: number('observedGeneration') === valueAt(body, 'metadata', 'generation'),
    replicas: number('replicas'),
    updated: number('updatedReplicas'),
    available: number('availableReplicas'),
    progressing: condition('Progressing'),
    hasEnough: condition('Available'),
  };
};
const done = {
  isSeen: true,
  replicas: 3,
  updated: 3,
  available: 3,
  progressing: 'True NewReplicaSetAvailable',
  hasEnough: 'True MinimumReplicasAvailable',
};

const metricsUp = async (it: KubeStage): Promise<number> => {
  const page = it.simulator.vars('production')['world.prometheus'] ?? '';
  const { body } = await ask(`${page}/api/v1/query?${new URLSearchParams({ query: 'count(up == 1)' })}`);
  return Number(valueAt(body, 'data', 'result', '0', 'value', '1'));
};

describe('a rolling restart', () => {
  test('replaces pod by pod, with three to four ready pods, within seconds', async () => {
    const it = await kubeStage('event-bus');
    const before = (await it.podsOf(app)).map(nameOf);
    expect((await patch(it, restart)).status).toBe(200);
    expect((await statusOf(it)).isSeen, 'the controller has not come by yet').toBe(false);
    const updated: number[] = [];
    for (let half = 0; half < 20; half += 1) {
      await it.wait(0.5);
      const now = await statusOf(it);
      updated.push(now.updated);
      expect(now.isSeen).toBe(true);
      expect(now.available).toBeGreaterThanOrEqual(3);
      expect(now.replicas).toBeLessThanOrEqual(4);
      expect(now.hasEnough).toBe('True MinimumReplicasAvailable');
      if (now.updated < 3) expect(now.progressing).toBe('True ReplicaSetUpdated');
    }
    expect([...new Set(updated)]).toEqual([1, 2, 3]);
    expect(await statusOf(it)).toEqual(done);
    const after = (await it.podsOf(app)).map(nameOf);
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    expect(after).toHaveLength(3);
  });

  test('gives every instance a new process, without losing a request', async () => {
    const it = await kubeStage('event-bus');
    const uptime = async (index: number): Promise<number> => {
      const actuator = it.simulator.vars('production')[`world.${app}-${index}`] ?? '';
      const { body } = await ask(`${actuator}/metrics/process.uptime`);
      return Number(valueAt(body, 'measurements', '0', 'value'));
    };
    expect(await uptime(0)).toBeGreaterThan(3000);
    await patch(it, restart);
    for (let second = 0; second < 12; second += 1) {
      await it.wait(1);
      for (const index of [0, 1, 2]) expect(await uptime(index)).toBeGreaterThanOrEqual(0);
    }
    expect(Math.max(await uptime(0), await uptime(1), await uptime(2))).toBeLessThan(12);
  });

  test('a pod goes through its lifecycle phases', async () => {
    const it = await kubeStage('event-bus');
    await patch(it, restart);
    const seen = new Set<string>();
    const old = new Set((await it.podsOf(app)).map(nameOf));
    for (let tenth = 0; tenth < 40; tenth += 1) {
      await it.wait(0.1);
      for (const pod of await it.podsOf(app))
        if (!old.has(nameOf(pod)) || glimpse(pod).startsWith('Terminating')) seen.add(glimpse(pod));
    }
    expect([...seen]).toEqual([
      'ContainerCreating 0/1 0',
      'Running 0/1 0',
      'Running 1/1 0',
      'Terminating Running 0/1 0',
    ]);
    const { body } = await it.get(`/api/v1/namespaces/${it.namespace}/events`);
    const reasons = new Set([valueAt(body, 'items')].flat().map((event) => valueAt(event, 'reason')));
    expect(reasons).toEqual(
      new Set([
        'ScalingReplicaSet',
        'SuccessfulCreate',
        'SuccessfulDelete',
        'Scheduled',
        'Pulled',
        'Created',
        'Started',
        'Killing',
      ]),
    );
  });
});

test('scaling through Kubernetes or the deploy API has the same effect', async () => {
  const it = await kubeStage('event-bus');
  const deploy = `${it.simulator.vars('production')['world.deploy'] ?? ''}/services/${app}`;
  const scaled = await patch(
    it,
    { spec: { replicas: 5 } },
    patchTypes.merge,
    `${it.deployments}/${app}/scale`,
  );
  expect(scaled.body).toMatchObject({
    kind: 'Scale',
    spec: { replicas: 5 },
    status: { selector: `app=${app}` },
  });
  await it.wait(5);
  expect((await ask(deploy)).body).toMatchObject({ replicas: 5, ready: 5 });
  await it.wait(5);
  expect(await metricsUp(it)).toBe(5);
  await ask(`${deploy}/scale`, 'POST', { replicas: 2 });
  await it.wait(3);
  expect((await it.podsOf(app)).map(glimpse)).toEqual(['Running 1/1 0', 'Running 1/1 0']);
  expect(await statusOf(it)).toMatchObject({
    replicas: 2,
    available: 2,
    progressing: 'True NewReplicaSetAvailable',
  });
});

test('a bad release is rolled back to the template of the previous ReplicaSet, and forward by the deploy API', async () => {
  const it = await kubeStage('demo', { incident: 'high-error-rate' });
  const path = `${it.deployments}/catalog`;
  const live = (await it.get(path)).body;
  expect(valueAt(live, 'spec', 'template', 'spec', 'containers', '0', 'image')).toMatch(/catalog:3\.8\.0$/);
  const { body } = await it.get(
    `/apis/apps/v1/namespaces/${it.namespace}/replicasets?labelSelector=app%3Dcatalog`,
  );
  const sets = [valueAt(body, 'items')].flat();
  const revision = (set: unknown) =>
    valueAt(set, 'metadata', 'annotations', 'deployment.kubernetes.io/revision');
  const earlier = sets.find((set) => revision(set) === '1');
  const template = JSON.parse(JSON.stringify(valueAt(earlier, 'spec', 'template')));
  template.metadata.labels = { app: 'catalog' };
  const back = (version: unknown) => [
    { op: 'test', path: '/metadata/resourceVersion', value: version },
    { op: 'replace', path: '/spec/template', value: template },
  ];
  expect((await patch(it, back('1'), patchTypes.json, path)).status).toBe(422);
  expect(
    (await patch(it, back(valueAt(live, 'metadata', 'resourceVersion')), patchTypes.json, path)).status,
  ).toBe(200);
  await it.wait(12);
  const deploy = `${it.simulator.vars('production')['world.deploy'] ?? ''}/services/catalog`;
  expect((await ask(deploy)).body).toMatchObject({ version: '3.7.9', previous: '3.8.0', ready: 2 });
  expect(it.simulator.incident).toBeUndefined();
  const after = (
    await it.get(`/apis/apps/v1/namespaces/${it.namespace}/replicasets?labelSelector=app%3Dcatalog`)
  ).body;
  expect([valueAt(after, 'items')].flat().map(revision).sort()).toEqual(['2', '3']);
  await ask(`${deploy}/rollback`, 'POST');
  await it.wait(12);
  expect(valueAt((await it.get(path)).body, 'spec', 'template', 'spec', 'containers', '0', 'image')).toMatch(
    /3\.8\.0$/,
  );
});

describe('a failing rollout', () => {
  test('with an unknown image keeps the old pods, and fails after the progress deadline', async () => {
    const it = await kubeStage('event-bus');
    const image = `registry.trademaster.example/${app}:latst`;
    await patch(it, { spec: { template: { spec: { containers: [{ name: app, image }] } } } });
    await it.wait(3);
    expect((await it.podsOf(app)).map(glimpse).sort()).toEqual([
      'ImagePullBackOff 0/1 0',
      'Running 1/1 0',
      'Running 1/1 0',
      'Running 1/1 0',
    ]);
    await it.wait(50);
    expect((await statusOf(it)).progressing).toBe('True ReplicaSetUpdated');
    await it.wait(20);
    expect(await statusOf(it)).toEqual({
      ...done,
      replicas: 4,
      updated: 1,
      progressing: 'False ProgressDeadlineExceeded',
    });
    expect(await metricsUp(it)).toBe(3);
  });

  test('with more pods than the nodes can run leaves them Pending, with a reason', async () => {
    const it = await kubeStage('saga');
    await patch(it, { spec: { replicas: 60 } }, patchTypes.merge, `${it.deployments}/payment-service/scale`);
    await it.wait(6);
    const waiting = (await it.podsOf('payment-service')).filter(
      (pod) => valueAt(pod, 'status', 'phase') === 'Pending',
    );
    expect(waiting.length).toBeGreaterThan(10);
    expect(valueAt(waiting[0], 'status', 'conditions', '0')).toMatchObject({
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: expect.stringMatching(/^0\/3 nodes are available: 3 Insufficient (cpu|memory)/),
    });
  });

  test('with Recreate deletes all old pods first', async () => {
    const it = await kubeStage('event-bus');
    await patch(it, { spec: { strategy: { $patch: 'replace', type: 'Recreate' } } });
    await patch(it, restart);
    await it.wait(0.5);
    expect((await it.podsOf(app)).map(glimpse)).toEqual(
      Array.from({ length: 3 }, () => 'Terminating Running 0/1 0'),
    );
    expect((await statusOf(it)).available).toBe(0);
    await it.wait(5);
    expect(await statusOf(it)).toEqual(done);
  });

  test('is paused until it is resumed', async () => {
    const it = await kubeStage('event-bus');
    await patch(it, { spec: { paused: true } });
    await patch(it, restart);
    await it.wait(5);
    expect((await statusOf(it)).updated).toBe(3);
    const [pod] = await it.podsOf(app);
    expect(valueAt(pod, 'metadata', 'annotations')).toBeUndefined();
    await patch(it, { spec: { paused: null } });
    await it.wait(12);
    for (const each of await it.podsOf(app))
      expect(valueAt(each, 'metadata', 'annotations')).toHaveProperty(['kubectl.kubernetes.io/restartedAt']);
  });
});

describe('other controllers', () => {
  test('a StatefulSet restarts one pod after the other; its dependency is unavailable meanwhile', async () => {
    const it = await kubeStage('saga');
    const path = `/apis/apps/v1/namespaces/${it.namespace}/statefulsets/postgres`;
    await it.send('PATCH', path, restart, patchTypes.strategic);
    const control = it.simulator.vars('production')['world.control'] ?? '';
    const database = async (): Promise<unknown> =>
      valueAt((await ask(control)).body, 'environments', 'production', 'dependencies', 'postgres');
    await it.wait(0.5);
    expect(await database()).toBe('down');
    expect(valueAt((await it.get(path)).body, 'status')).toMatchObject({ availableReplicas: 0 });
    await it.wait(5);
    expect(await database()).toBe('up');
    const { body } = await it.get(path);
    expect(valueAt(body, 'status', 'currentRevision')).toBe(valueAt(body, 'status', 'updateRevision'));
    expect(valueAt(body, 'status')).toMatchObject({
      readyReplicas: 1,
      updatedReplicas: 1,
      observedGeneration: 2,
    });
  });

  test('a DaemonSet restarts node by node', async () => {
    const it = await kubeStage('saga');
    const path = '/apis/apps/v1/namespaces/logging/daemonsets/fluentd';
    await it.send('PATCH', path, restart, patchTypes.strategic);
    const ready: number[] = [];
    for (let second = 0; second < 16; second += 1) {
      await it.wait(1);
      ready.push(Number(valueAt((await it.get(path)).body, 'status', 'numberReady')));
    }
    expect(Math.min(...ready)).toBe(2);
    expect(valueAt((await it.get(path)).body, 'status')).toMatchObject({
      desiredNumberScheduled: 3,
      numberAvailable: 3,
      updatedNumberScheduled: 3,
    });
  });

  test('a job created from a cron job runs once, and logs its work', async () => {
    const it = await kubeStage('saga');
    const cron = (await it.get(`/apis/batch/v1/namespaces/${it.namespace}/cronjobs/saga-sweeper`)).body;
    const jobs = `/apis/batch/v1/namespaces/${it.namespace}/jobs`;
    const job = { metadata: { name: 'by-hand' }, spec: valueAt(cron, 'spec', 'jobTemplate', 'spec') };
    expect((await it.send('POST', jobs, job)).status).toBe(201);
    expect(await it.send('POST', jobs, job)).toMatchObject({
      status: 409,
      body: { reason: 'AlreadyExists', message: 'jobs.batch "by-hand" already exists' },
    });
    await it.wait(1);
    expect(valueAt((await it.get(`${jobs}/by-hand`)).body, 'status')).toMatchObject({ active: 1 });
    await it.wait(6);
    expect(valueAt((await it.get(`${jobs}/by-hand`)).body, 'status')).toMatchObject({
      succeeded: 1,
      conditions: expect.arrayContaining([expect.objectContaining({ type: 'Complete', status: 'True' })]),
    });
    const [pod] = await it.podsOf('saga-sweeper');
    expect(glimpse(pod)).toBe('Completed 0/1 0');
    expect((await it.get(`${it.pods}/${nameOf(pod)}/log`)).body).toContain('0 sagas compensated');
  });

  test('deleting a deployment also deletes its pods', async () => {
    const it = await kubeStage('saga');
    await it.send('DELETE', `${it.deployments}/notification-service`);
    await it.wait(3);
    expect(await it.podsOf('notification-service')).toEqual([]);
    expect(
      (
        await it.get(
          `/apis/apps/v1/namespaces/${it.namespace}/replicasets?labelSelector=app%3Dnotification-service`,
        )
      ).body,
    ).toMatchObject({ items: [] });
    it.simulator.rehearse(undefined);
    expect((await it.podsOf('notification-service')).map(glimpse)).toEqual(['Running 1/1 0']);
  });

  test('an endpoint that is not ready receives no traffic', async () => {
    const it = await kubeStage('event-bus', { incident: 'service-down' });
    const query = 'labelSelector=kubernetes.io/service-name%3Devent-bus-service';
    const slices = async () =>
      (await it.get(`/apis/discovery.k8s.io/v1/namespaces/${it.namespace}/endpointslices?${query}`)).body;
    const ready = async () =>
      [valueAt(await slices(), 'items', '0', 'endpoints')]
        .flat()
        .map((each) => valueAt(each, 'conditions', 'ready'));
    expect(await ready()).toEqual([false, false, false]);
    expect((await it.podsOf(app)).map(glimpse)).toEqual(['Running 0/1 0', 'Running 0/1 0', 'Running 0/1 0']);
    it.simulator.rehearse(undefined);
    await it.wait(1);
    expect(await ready()).toEqual([true, true, true]);
  });
});
