import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Acting, oneStep, openActing } from '../acting.ts';
import {
  type Cluster,
  dropNamespace,
  kubeconfigOf,
  makeNamespace,
  openCluster,
} from '../kubernetes/cluster.ts';
import { deployment } from '../kubernetes/objects.ts';
import { readyPods } from '../kubernetes/pods.ts';
import { until } from '../machine/until.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const namespace = 'forwarding';
const script = 'mkdir /www; echo "hello from $HOSTNAME" >/www/index.html; exec httpd -f -p 8080 -h /www';
const shop = { name: 'shop', namespace, place: 'true' as const, replicas: 1, script };
let cluster: Cluster;
let acting: Acting;
let pod: string;

const page = (port: number): Promise<string> => {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write('GET / HTTP/1.0\r\n\r\n');
  return text(socket).catch(String);
};

describe('portForward, through the executor, on a node that runs containers', () => {
  beforeAll(async () => {
    cluster = await openCluster(server);
    await makeNamespace(cluster, namespace);
    await cluster.apply(deployment(shop));
    const [ready] = await readyPods(cluster, shop, 1);
    pod = ready?.metadata.name ?? '';
    acting = await openActing('k8s', 'kubernetes', { kubeconfig: kubeconfigOf(server), namespace });
  });
  afterAll(async () => {
    await acting[Symbol.asyncDispose]();
    await dropNamespace(cluster, namespace);
    await cluster[Symbol.asyncDispose]();
  });

  test('connections reach the pod after the run has ended, until it is closed', async () => {
    const ran = await acting.run(oneStep('k8s.portForward', { pod, port: 8080 }, 'none'));
    expect(ran.ended.ending).toBe('recovered');
    const [forward] = acting.forwards.list();
    await until('the page is served', async () =>
      (await page(forward?.localPort ?? 0)).includes(`hello from ${pod}`),
    );
    expect(await page(forward?.localPort ?? 0)).toContain(`hello from ${pod}`);
    await acting.forwards.close(forward?.id ?? '');
    expect(await page(forward?.localPort ?? 0)).toContain('ECONNREFUSED');
    expect(await acting.ledgerHolds()).toBe(true);
  });

  test('a refused port and a deleted pod are problems of the port-forward, which stays open', async () => {
    await acting.run(oneStep('k8s.portForward', { pod, port: 9999 }, 'none'));
    const [forward] = acting.forwards.list();
    await page(forward?.localPort ?? 0);
    await until('the refused port is reported', async () => acting.forwards.list()[0]?.problem !== undefined);
    expect(acting.forwards.list()[0]?.problem?.text).toBe('connection refused');
    await cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod });
    await until('the deleted pod is reported', async () => {
      await page(forward?.localPort ?? 0);
      return /not found/.test(acting.forwards.list()[0]?.problem?.text ?? '');
    });
    expect(acting.forwards.list()).toHaveLength(1);
  });
});
