import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askPort, execIn } from '../kubernetes/channels.ts';
import { type Cluster, dropNamespace, makeNamespace, openCluster } from '../kubernetes/cluster.ts';
import { deployment, pod } from '../kubernetes/objects.ts';
import { pathOf } from '../kubernetes/paths.ts';
import { containerThat, readyPods } from '../kubernetes/pods.ts';
import { until } from '../machine/until.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const namespace = 'true';
const place = 'true' as const;
let cluster: Cluster;

const logs = async (name: string, query = ''): Promise<string> => {
  const where = pathOf({ apiVersion: 'v1', kind: 'Pod', namespace, name });
  return (await cluster.api.call(`${where}/log${query}`)).text;
};

describe('the node that runs containers', () => {
  beforeAll(async () => {
    cluster = await openCluster(server);
    await makeNamespace(cluster, namespace);
  });
  afterAll(async () => {
    await dropNamespace(cluster, namespace);
    await cluster[Symbol.asyncDispose]();
  });

  test('runs a deployment, each pod with its own address; exec, its exit status, and a port', async () => {
    const shop = { name: 'shop', namespace, place, replicas: 2 };
    const script =
      'mkdir /www; echo "hello from $HOSTNAME" >/www/index.html; echo serving; exec httpd -f -p 8080 -h /www';
    await cluster.apply(deployment({ ...shop, script }));
    const pods = await readyPods(cluster, shop, 2);
    expect(new Set(pods.map(({ status }) => status.podIP)).size).toBe(2);

    for (const { metadata } of pods) {
      const at = { namespace, name: metadata.name };
      // Without a probe, a container is ready before its first output.
      await until('the container has logged lines', async () => (await logs(at.name)) === 'serving\n');
      expect(await execIn(cluster.access, at, ['hostname'])).toEqual({
        output: `${at.name}\n`,
        errors: '',
        status: 'Success',
      });
      expect(await execIn(cluster.access, at, ['sh', '-c', 'echo no >&2; exit 3'])).toEqual({
        output: '',
        errors: 'no\n',
        status: 'NonZeroExitCode',
      });
      await until('the port responds', async () => {
        const page = await askPort(cluster.access, at, 8080, 'GET / HTTP/1.0\r\n\r\n');
        return page.includes(`hello from ${at.name}`);
      });
    }
  });

  test('a crashing container is in CrashLoopBackOff. The logs of its previous run are available', async () => {
    const script = 'read up idle </proc/uptime; echo "up $up"; sleep 3; exit 7';
    const crash = { name: 'crash', namespace, place, script };
    await cluster.apply(pod(crash));
    await containerThat(
      cluster,
      crash,
      'runs again',
      ({ state, restartCount }) => state.running !== undefined && restartCount > 0,
      40_000,
    );
    let now = '';
    await until('the container has logged lines', async () => {
      now = await logs(crash.name);
      return now !== '';
    });
    const previous = await logs(crash.name, '?previous=true');
    expect([now, previous]).toEqual([
      expect.stringMatching(/^up [\d.]+\n$/),
      expect.stringMatching(/^up [\d.]+\n$/),
    ]);
    expect(now).not.toBe(previous);

    const { lastState } = await containerThat(
      cluster,
      crash,
      'waits to be started again',
      ({ state }) => state.waiting?.reason === 'CrashLoopBackOff',
    );
    expect(lastState.terminated).toMatchObject({ reason: 'Error', exitCode: 7 });
  });

  test('a container above its memory limit is OOMKilled', async () => {
    const greedy = {
      name: 'greedy',
      namespace,
      place,
      memory: '32Mi',
      // Its shell outlives it briefly: containerd may learn of the exit before it learns the reason.
      script: 'dd if=/dev/zero of=/dev/null bs=128M count=1; status=$?; sleep 1; exit $status',
    };
    await cluster.apply(pod(greedy, 'Never'));
    const { state } = await containerThat(
      cluster,
      greedy,
      'has ended',
      (containerShape) => containerShape.state.terminated !== undefined,
    );
    expect(state.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
  });
});
