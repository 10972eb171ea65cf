import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { LogEvent } from '../../../src/logs/reading/tail.ts';
import { TunnelError } from '../../../src/platform/network/dial.ts';
import { unseal } from '../../../src/platform/network/sealed.ts';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import {
  type Cluster,
  dropNamespace,
  kubeconfigOf,
  makeNamespace,
  openCluster,
} from '../kubernetes/cluster.ts';
import { deployment, pod } from '../kubernetes/objects.ts';
import { containerThat, readyPods } from '../kubernetes/pods.ts';
import { type OpenKube, openKube, refusalOf } from '../kubernetes/source.ts';
import { until } from '../machine/until.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const namespace = 'containers';
const place = 'true' as const;
const at = (name: string) => ({ name, namespace, place });
const { signal } = new AbortController();
let cluster: Cluster;
let kube: OpenKube;

const texts = (events: readonly LogEvent[]): readonly string[] =>
  events.map((event) =>
    event.is === 'line' ? event.text : event.is === 'fault' ? event.fault.message : event.is,
  );

beforeAll(async () => {
  cluster = await openCluster(server);
  await makeNamespace(cluster, namespace);
  kube = await openKube(kubeconfigOf(server), { namespace, facts: ['pods', 'warnings'] });
  kube.follow('pods');
});
afterAll(async () => {
  await kube[Symbol.asyncDispose]();
  await dropNamespace(cluster, namespace);
  await cluster[Symbol.asyncDispose]();
});

describe('rows of failing containers', () => {
  test('a crashing container: CrashLoopBackOff, restarts and exit code; describe, events and warnings show the reason', async () => {
    await cluster.apply(pod({ ...at('crash'), script: 'echo giving up; exit 7' }));
    const row = { kind: 'pod', name: 'crash', ready: 0, wanted: 1, status: 'CrashLoopBackOff' };
    const rows = await kube.rows(
      'pods',
      (known) => known.get('crash')?.status === row.status && Number(known.get('crash')?.restarts) > 0,
    );
    expect(rows).toContainEqual(
      expect.objectContaining({ ...row, restartsRising: true, detail: expect.stringMatching(/exit 7/) }),
    );
    // The kubelet may start the container once more between the row and this call.
    const described = await vi.waitFor(async () => {
      const lines = await kube.shown('describe', { object: 'pod/crash' });
      expect(lines[0]).toMatch(
        /^CrashLoopBackOff: .*exit 7.*; 0 of 1 ready, \d+ restarts, node true-node, owner none$/,
      );
      return lines;
    }, 25_000);
    expect(described).toContainEqual(
      expect.stringMatching(/^! BackOff: .*Back-off restarting failed container/),
    );
    const events = await kube.shown('events', { object: 'pod/crash' });
    expect(events).toContainEqual(
      expect.stringMatching(/^Scheduled: .*Successfully assigned containers\/crash/),
    );
    const warnings = await kube.rows('warnings', (known) => known.has('pod crash BackOff'));
    expect(warnings).toContainEqual(
      expect.objectContaining({
        title: 'pod crash BackOff',
        text: expect.stringMatching(/Back-off restarting/),
      }),
    );
    // While a container is replaced, the kubelet answers that it cannot read the log of the one before.
    await vi.waitFor(
      async () => expect(await kube.shown('logs', { pod: 'crash', previous: true })).toEqual(['giving up']),
      25_000,
    );
  });

  test('a container above its memory limit: OOMKilled', async () => {
    const script = 'dd if=/dev/zero of=/dev/null bs=128M count=1; status=$?; sleep 1; exit $status';
    await cluster.apply(pod({ ...at('greedy'), memory: '32Mi', script }, 'Never'));
    await kube.rows('pods', (known) => known.get('greedy')?.status === 'OOMKilled');
    const described = await kube.shown('describe', { object: 'pod/greedy' });
    expect(described[0]).toMatch(/^OOMKilled/);
  });
});

describe('logs', () => {
  const counting = {
    ...at('counter'),
    script: 'n=0; while :; do n=$((n + 1)); echo line $n; sleep 0.2; done',
  };
  beforeAll(async () => {
    await cluster.apply(pod(counting));
    await containerThat(cluster, counting, 'runs', ({ state }) => state.running !== undefined);
    await until(
      'the container has logged lines',
      async () => (await kube.lines('pod/counter', { follow: false })).length > 5,
    );
  });

  test('a tail resumes after its mark repeatedly, without duplicates or gaps', async () => {
    const seen: LogEvent[] = [];
    let after: string | undefined;
    for (let round = 0; round < 4; round += 1) {
      const stop = new AbortController();
      const expected = seen.length + 5;
      const from = { follow: true, ...(after === undefined ? {} : { after }) };
      for await (const event of (await kube.tail('pod/counter')).open(from, stop.signal)) {
        seen.push(event);
        if (event.is === 'line') after = event.mark;
        if (seen.length >= expected) stop.abort();
      }
    }
    expect(texts(seen)).toEqual(Array.from({ length: seen.length }, (_, index) => `line ${index + 1}`));
    expect(seen.length).toBeGreaterThanOrEqual(20);
  });

  test('the last lines, and lines since a time', async () => {
    const last = await kube.lines('pod/counter', { follow: false, lines: 3 });
    expect(last).toHaveLength(3);
    const [first] = last;
    const since = first?.is === 'line' ? (first.at ?? 0) : 0;
    const rest = texts(await kube.lines('pod/counter', { follow: false, since }));
    expect(rest.slice(0, 3)).toEqual(texts(last));
  });

  test('returns the last lines of an exited container, and ends', async () => {
    await cluster.apply(pod({ ...at('short'), script: 'echo one; echo -n two' }, 'Never'));
    await containerThat(cluster, at('short'), 'has ended', ({ state }) => state.terminated !== undefined);
    expect(texts(await kube.lines('pod/short', { follow: true }))).toEqual(['one', 'two']);
    expect(await kube.lines('pod/short', { follow: false, previous: true })).toEqual([
      { is: 'note', text: 'this container has not restarted, so there is no log of an earlier container' },
    ]);
  });
});

describe('a port of a pod', () => {
  beforeAll(async () => {
    const script = 'mkdir /www; hostname >/www/index.html; exec httpd -f -p 8080 -h /www';
    await cluster.apply(deployment({ ...at('web'), replicas: 2, script }));
    await readyPods(cluster, at('web'), 2);
  });
  const ends = async () => (await kube.source.resolveEndpoints?.('deployment/web', signal)) ?? [];
  const dial = async (host: string, port: number, stop = signal) => {
    if (kube.source.dial === undefined) throw new Error('no dial');
    return unseal(await kube.source.dial({ host, port }, stop));
  };
  const get = async (host: string): Promise<string> => {
    const wire = await dial(host, 8080);
    wire.write('GET / HTTP/1.0\r\n\r\n');
    let text = '';
    for await (const chunk of wire) text += String(chunk);
    return text;
  };

  test('each live pod is a separate endpoint that answers with its own name', async () => {
    const endpoints = await ends();
    expect(endpoints).toHaveLength(2);
    for (const { name } of endpoints) {
      await until('the port accepts connections', async () => {
        try {
          return (await get(name)).endsWith(`\r\n\r\n${name}\n`);
        } catch {
          return false;
        }
      });
    }
    const [first] = endpoints;
    await cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace, name: first?.name ?? '' });
    await readyPods(cluster, at('web'), 2);
    const now = await ends();
    expect(now).toHaveLength(2);
    expect(now.map(({ uid }) => uid)).not.toContain(first?.uid);
  });

  test('a closed port refuses the connection and keeps the tunnel; a missing pod ends the tunnel', async () => {
    const [{ name } = { name: '' }] = await ends();
    const error = await refusalOf(() => dial(name, 9));
    expect(error).toBeInstanceOf(WireError);
    expect(error).not.toBeInstanceOf(TunnelError);
    expect(error).toMatchObject({ kind: 'unreachable', message: 'connection refused' });
    expect(await refusalOf(() => dial('absent', 8080))).toBeInstanceOf(TunnelError);
  });

  test('reports the missing permission', async () => {
    await using viewer = await openKube(kubeconfigOf(server, 'viewer'), { namespace });
    const [{ name } = { name: '' }] = await ends();
    const denied = await refusalOf(async () => {
      const open = await viewer.source.dial?.({ host: name, port: 8080 }, signal);
      return open && unseal(open);
    });
    expect(denied).toMatchObject({
      message: expect.stringMatching(/403.*cannot get resource "pods\/portforward"/),
    });
  });
});
