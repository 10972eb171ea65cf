import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ask, valueAt } from './ask.ts';
import { closeSimulators, glimpse, type KubeStage, kubeStage, nameOf, patchTypes } from './kube-stage.ts';

afterEach(closeSimulators);

const restart = {
  spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } },
};

const container = (name: string, more: object) => ({
  spec: { template: { spec: { containers: [{ name, ...more }] } } },
});

const glimpses = async (it: KubeStage, app: string) => (await it.podsOf(app)).map(glimpse);

const healthOf = async (it: KubeStage, instance: string): Promise<number | string> => {
  const address = it.simulator.vars('production')[`world.${instance}`] ?? '';
  return ask(`${address}/health`).then(
    ({ status }) => status,
    () => 'cut',
  );
};

const megabytes = async (it: KubeStage, app: string): Promise<readonly number[]> => {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${it.namespace}/pods?labelSelector=app%3D${app}`;
  const { body } = await it.get(path);
  return [valueAt(body, 'items')].flat().map((pod) => {
    const memory = String(valueAt(pod, 'containers', '0', 'usage', 'memory'));
    return Math.round(Number.parseInt(memory, 10) / 1024);
  });
};

describe('wont-start in the event bus', () => {
  const app = 'event-bus-service';
  // Long enough for several restarts before the test begins.
  const strike = () => kubeStage('event-bus', { incident: 'wont-start', warmUpMs: 90_000 });
  const patch = (it: KubeStage, body: unknown, type: string = patchTypes.strategic) =>
    it.send('PATCH', `${it.deployments}/${app}`, body, type);

  test('has developed: no pod is ready, each one is in CrashLoopBackOff and logs the reason', async () => {
    const it = await strike();
    expect(await glimpses(it, app)).toEqual(Array.from({ length: 3 }, () => 'CrashLoopBackOff 0/1 3'));
    expect(await healthOf(it, `${app}-0`)).toBe('cut');
    const pod = (await it.podsOf(app))[0];
    expect(valueAt(pod, 'status', 'containerStatuses', '0')).toMatchObject({
      state: {
        waiting: {
          message: expect.stringMatching(/^back-off 40s restarting failed container=event-bus-service/),
        },
      },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    const log = String((await it.get(`${it.pods}/${nameOf(pod)}/log?previous=true`)).body);
    expect(log).toContain('APPLICATION FAILED TO START');
    expect(log).toContain('Web server failed to start. Port 8080 was already in use.');
    const query = `fieldSelector=involvedObject.name%3D${nameOf(pod)}`;
    const events = (await it.get(`/api/v1/namespaces/${it.namespace}/events?${query}`)).body;
    const backOff = [valueAt(events, 'items')].flat().find((event) => valueAt(event, 'reason') === 'BackOff');
    expect(backOff).toMatchObject({ type: 'Warning', count: 3 });
  });

  test('the back-off grows with every crash', async () => {
    const it = await strike();
    const restarts = async () => Number((await glimpses(it, app))[0]?.split(' ').at(-1));
    const counts: number[] = [];
    for (let half = 0; half < 10; half += 1) {
      await it.wait(30);
      counts.push(await restarts());
    }
    expect(counts).toEqual([3, 4, 4, 5, 5, 5, 5, 5, 5, 6]);
  });

  test('is fixed by correcting the variable', async () => {
    const it = await strike();
    const good = '-XX:MaxRAMPercentage=80.0 --enable-preview';
    await patch(it, container(app, { env: [{ name: 'JAVA_TOOL_OPTIONS', value: good }] }));
    await it.wait(6);
    expect(await glimpses(it, app)).toEqual(Array.from({ length: 3 }, () => 'Running 1/1 0'));
    expect(await healthOf(it, `${app}-0`)).toBe(200);
    expect(it.simulator.incident).toBeUndefined();
  });

  test('is fixed by a rollback, through the deploy API or Kubernetes', async () => {
    const it = await strike();
    const sets = (await it.get(`/apis/apps/v1/namespaces/${it.namespace}/replicasets`)).body;
    const first = [valueAt(sets, 'items')]
      .flat()
      .find((set) => valueAt(set, 'metadata', 'annotations', 'deployment.kubernetes.io/revision') === '1');
    const template = JSON.parse(JSON.stringify(valueAt(first, 'spec', 'template')));
    template.metadata.labels = { app };
    await patch(it, [{ op: 'replace', path: '/spec/template', value: template }], patchTypes.json);
    await it.wait(6);
    expect(await healthOf(it, `${app}-2`)).toBe(200);
    expect(it.simulator.incident).toBeUndefined();
  });

  test('is not fixed by a restart or by more pods', async () => {
    const it = await strike();
    await patch(it, restart);
    await patch(it, { spec: { replicas: 5 } }, patchTypes.merge);
    await it.wait(20);
    expect(new Set((await glimpses(it, app)).map((seen) => seen.split(' ')[1]))).toEqual(new Set(['0/1']));
    expect(it.simulator.incident).toBe('wont-start');
  });

  test('a wrong database user also keeps it from starting', async () => {
    const it = await kubeStage('event-bus', { incident: 'bad-credential' });
    const pod = (await it.podsOf(app))[0];
    expect((await it.get(`${it.pods}/${nameOf(pod)}/log`)).body).toContain(
      'FATAL: password authentication failed for user "eventbus_usr"',
    );
    it.simulator.rehearse(undefined);
    expect(await healthOf(it, `${app}-1`)).toBe(200);
  });
});

describe('memory-leak in the saga platform', () => {
  const app = 'saga-orchestrator';

  test('memory grows, containers are OOM-killed, restarts increase', async () => {
    const it = await kubeStage('saga');
    const well = await megabytes(it, app);
    it.simulator.rehearse('memory-leak');
    await it.wait(10);
    const later = await megabytes(it, app);
    for (const [index, size] of later.entries()) expect(size).toBeGreaterThan((well[index] ?? 0) + 200);
    await it.wait(10);
    for (const [index, size] of (await megabytes(it, app)).entries())
      expect(size).toBeGreaterThan((later[index] ?? 0) + 30);
    await it.wait(160);
    for (const pod of await it.podsOf(app)) {
      const status = valueAt(pod, 'status', 'containerStatuses', '0');
      expect(Number(valueAt(status, 'restartCount'))).toBeGreaterThanOrEqual(2);
      expect(valueAt(status, 'lastState', 'terminated')).toMatchObject({
        exitCode: 137,
        reason: 'OOMKilled',
      });
    }
    expect(it.simulator.incident).toBe('memory-leak');
  });

  test.each([
    ['a restart', restart],
    ['a higher limit', container(app, { resources: { limits: { memory: '2Gi' } } })],
  ])('%s fixes it permanently: the leaking data is in the pod', async (_, body) => {
    const it = await kubeStage('saga', { incident: 'memory-leak' });
    await it.send('PATCH', `${it.deployments}/${app}`, body, patchTypes.strategic);
    await it.wait(10);
    expect(it.simulator.incident).toBeUndefined();
    const before = await megabytes(it, app);
    await it.wait(120);
    expect(await glimpses(it, app)).toEqual(['Running 1/1 0', 'Running 1/1 0']);
    for (const [index, size] of (await megabytes(it, app)).entries())
      expect(Math.abs(size - (before[index] ?? 0))).toBeLessThan(60);
  });

  test('more pods do not fix it: the old ones keep leaking', async () => {
    const it = await kubeStage('saga', { incident: 'memory-leak' });
    await it.send('PATCH', `${it.deployments}/${app}/scale`, { spec: { replicas: 4 } }, patchTypes.merge);
    await it.wait(60);
    expect(it.simulator.incident).toBe('memory-leak');
  });
});

describe('high-memory in the event bus', () => {
  const app = 'event-bus-service';
  const heapOf = async (it: KubeStage, instance = `${app}-0`): Promise<number> => {
    const actuator = it.simulator.vars('production')[`world.${instance}`] ?? '';
    const value = async (metric: string): Promise<number> => {
      const { body } = await ask(`${actuator}/metrics/${metric}?tag=area:heap`);
      return Number(valueAt(body, 'measurements', '0', 'value'));
    };
    return (100 * (await value('jvm.memory.used'))) / (await value('jvm.memory.max'));
  };
  const strike = () => kubeStage('event-bus', { incident: 'high-memory' });

  test('is visible in the heap and in the memory of the pod', async () => {
    const it = await strike();
    expect(await heapOf(it)).toBeGreaterThan(80);
    for (const size of await megabytes(it, app)) expect(size).toBeGreaterThan(0.8 * 2560);
    await it.wait(120);
    expect(await heapOf(it)).toBeGreaterThan(80);
    expect(it.simulator.incident).toBe('high-memory');
  });

  test.each([
    ['one more pod', { spec: { replicas: 4 } }],
    ['a restart', restart],
    ['a higher limit', container(app, { resources: { limits: { memory: '4Gi' } } })],
  ])('is fixed by %s', async (_, body) => {
    const it = await strike();
    await it.send('PATCH', `${it.deployments}/${app}`, body, patchTypes.strategic);
    await it.wait(15);
    for (const index of [0, 1, 2]) expect(await heapOf(it, `${app}-${index}`)).toBeLessThan(80);
    expect(it.simulator.incident).toBeUndefined();
  });

  test('garbage collection helps only for a moment', async () => {
    const it = await strike();
    const before = await heapOf(it);
    const pods = await it.podsOf(app);
    for (const pod of pods) {
      const query = 'command=jcmd&command=1&command=GC.run';
      const socket = new WebSocket(
        `${it.server.replace('http', 'ws')}${it.pods}/${nameOf(pod)}/exec?${query}`,
        ['v5.channel.k8s.io'],
        { headers: it.headersOf('admin') },
      );
      await new Promise((resolve) => socket.once('close', resolve));
    }
    expect(await heapOf(it)).toBeLessThan(before - 5);
    await it.wait(20);
    expect(await heapOf(it)).toBeGreaterThan(80);
    expect(it.simulator.incident).toBe('high-memory');
  });
});
