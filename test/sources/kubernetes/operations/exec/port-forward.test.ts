import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ActEvent, Plan } from '../../../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../../../src/doors/change-io.ts';
import type { ChangeIo } from '../../../../../src/doors/io.ts';
import { createLease } from '../../../../../src/doors/lease.ts';
import { createPortForwards, type PortForwards } from '../../../../../src/doors/port-forwards.ts';
import { nameOf } from '../../../../simulator/kube-stage.ts';
import { longTest } from '../../../../support/layer.ts';
import { type ActingStage, openStage, planOf } from '../stage.ts';

let stage: ActingStage;
let forwards: PortForwards;
let change: ChangeIo & { close(): Promise<void> };
beforeEach(async () => {
  stage = await openStage('saga');
  forwards = createPortForwards(() => stage.clock.now());
  change = openChangeIo(stage.clock, { portForwards: forwards });
});
afterEach(async () => {
  await forwards.closeAll();
  await change.close();
  await stage[Symbol.asyncDispose]();
});

const { signal } = new AbortController();
const namespace = 'microservices';
const podOf = async (): Promise<string> => nameOf((await stage.podsOf('saga-orchestrator'))[0]);

const operation = () => {
  const found = stage.engine.sources.get('k8s')?.operations.find(({ name }) => name === 'portForward');
  if (found === undefined) throw new Error('no operation portForward');
  return found;
};

/** Plans and acts as the executor does: with a lease that ends with the step. */
const act = async (params: object = {}, io: ChangeIo = change): Promise<readonly ActEvent[]> => {
  const plan: Plan = await operation().plan({ pod: await podOf(), namespace, port: 8080, ...params }, signal);
  expect(await operation().recheck(plan, signal)).toBeUndefined();
  const lease = createLease(io);
  const events: ActEvent[] = [];
  for await (const event of operation().act(plan, lease.io, signal)) events.push(event);
  lease.end();
  return events;
};

/** The response to an HTTP request at a local port, or why the connection ended. */
const request = async (port: number): Promise<string> => {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  return text(socket).catch((error: unknown) => String(error));
};

const settled = async (isSo: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 2000 && !isSo(); turn += 1) await new Promise<void>((go) => setImmediate(go));
  expect(isSo()).toBe(true);
};

longTest(
  'the plan names pod, port and permission. It is disruptive, and kubectl has the same command',
  async () => {
    const pod = await podOf();
    const proposal = await stage.propose('portForward', { pod, namespace, port: 8080, localPort: 18_080 });
    expect(proposal).toMatchObject({ danger: 'disruptive', names: [pod] });
    const plan = planOf(proposal);
    expect(plan.calls[0]?.command).toMatch(
      new RegExp(`^kubectl .*port-forward --address 127.0.0.1 -n microservices pod/${pod} 18080:8080$`),
    );
    expect(plan.objects.join('\n')).toMatch(/127\.0\.0\.1:18080 → port 8080 of pod\//);
    expect(plan.objects.join('\n')).toMatch(/allowed: get pods\/portforward in microservices/);
  },
);

test('connections reach the pod after the lease has ended, and are counted', async () => {
  const events = await act();
  const [forward] = forwards.list();
  expect(events.at(-1)).toMatchObject({
    ok: true,
    status: `the forward is open on 127.0.0.1:${forward?.localPort}. :forwards lists and closes forwards`,
  });
  const answer = await request(forward?.localPort ?? 0);
  expect(answer).toMatch(/^HTTP\/1\.1 /);
  await settled(() => forwards.list()[0]?.connections === 0);
  expect(forwards.list()).toMatchObject([{ accepted: 1, port: 8080, namespace }]);
  expect(forwards.list()[0]?.problem).toBeUndefined();
});

test('closing ends the open connections, frees the port and reports once', async () => {
  await act();
  const [forward] = forwards.list();
  const port = forward?.localPort ?? 0;
  const socket = connect({ host: '127.0.0.1', port });
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  await settled(() => forwards.list()[0]?.connections === 1);
  await forwards.close(forward?.id ?? '');
  await ended;
  expect(forwards.list()).toEqual([]);
  expect(await request(port)).toContain('ECONNREFUSED');
});

test('a port that the pod refuses, and a pod that is gone, are shown until a connection works', async () => {
  await act({ port: 7777 });
  const [refused] = forwards.list();
  await request(refused?.localPort ?? 0);
  await settled(() => forwards.list()[0]?.problem !== undefined);
  expect(forwards.list()[0]?.problem?.text).toBe('connection refused');

  await act();
  const [, forward] = forwards.list();
  await stage.send('DELETE', `/api/v1/namespaces/${namespace}/pods/${forward?.pod}`, {});
  await stage.wait(60);
  await request(forward?.localPort ?? 0);
  await settled(() => forwards.list()[1]?.problem !== undefined);
  expect(forwards.list()[1]?.problem?.text).toMatch(/not found/);
});

longTest('a local port in use is refused with the remedy; only 127.0.0.1 is bound', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const localPort = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const events = await act({ localPort });
  expect(events.at(-1)).toMatchObject({
    ok: false,
    status: expect.stringMatching(/cannot listen on 127\.0\.0\.1:\d+: another program already uses the port/),
  });
  expect(forwards.list()).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
});

longTest('a process that ends with its run opens none, and names the command', async () => {
  const plain = openChangeIo(stage.clock);
  expect((await act({}, plain)).at(-1)).toMatchObject({
    ok: false,
    status: expect.stringContaining('stays open only in the cockpit'),
  });
  await plain.close();
  const ran = await stage.run('portForward', { pod: await podOf(), namespace, port: 8080 });
  expect(ran.ended).toMatchObject({ ending: 'failed', sent: [] });
});

longTest('a pod that does not run is not applicable; a missing permission is named', async () => {
  const gone = await stage.propose('portForward', { pod: 'nowhere-0', namespace, port: 8080 });
  expect(gone.refusal).toMatchObject({ ending: 'not-applicable', why: expect.stringContaining('not found') });
});
