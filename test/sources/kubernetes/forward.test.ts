import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { TunnelError } from '../../../src/platform/network/dial.ts';
import { unseal } from '../../../src/platform/network/sealed.ts';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import { kubernetes } from '../../../src/sources/kubernetes/index.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { empty, type Handler, kubeconfigOf, openFixture } from './fixture.ts';
import { deployment, listOf, pod, podOf, running } from './objects.ts';

const { signal } = new AbortController();
const ports = (wire: WebSocket, port: number): void => {
  for (const channel of [0, 1]) wire.send(Buffer.from([channel, port & 0xff, port >> 8]));
};

interface Forwarding extends AsyncDisposable {
  readonly asked: string[];
  dial(signal?: AbortSignal): Promise<Duplex>;
}

/** An API server that only forwards ports, as `serve` does; without `serve` it refuses. */
const openForwarding = async (serve: ((wire: WebSocket) => void) | undefined): Promise<Forwarding> => {
  const questions: string[] = [];
  const server: Server = createServer();
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (all) => [...all][0] ?? false });
  server.on('upgrade', (request, socket, head) => {
    questions.push(
      `${request.url} ${request.headers['sec-websocket-protocol']} ${request.headers.authorization}`,
    );
    if (serve === undefined)
      return void socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 9\r\n\r\nforbidden');
    sockets.handleUpgrade(request, socket, head, serve);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-kube-test-'));
  const kubeconfig = join(dir, 'config');
  await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(`http://127.0.0.1:${port}`)));
  const source = await kubernetes.open(
    { id: 'k8s', env: 'test', signals: [], config: kubernetes.config.parse({ kubeconfig }) },
    openReadIo(manualClock()),
  );
  return {
    asked: questions,
    dial: async (stop = signal) => {
      if (source.dial === undefined) throw new Error('no dial');
      return unseal(await source.dial({ host: 'bus-0', port: 8081 }, stop));
    },
    [Symbol.asyncDispose]: async () => {
      await source.close();
      for (const client of sockets.clients) client.terminate();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(dir, { recursive: true });
    },
  };
};

const endOf = (duplex: Duplex): Promise<unknown> =>
  new Promise((resolve) => {
    duplex.on('data', () => {});
    duplex.once('error', resolve).once('close', () => resolve('closed'));
  });

test('bytes are forwarded in both directions, and the port is sent once per channel', async () => {
  await using forwarding = await openForwarding((wire) => {
    ports(wire, 8081);
    wire.on('message', (data: Buffer) =>
      wire.send(Buffer.concat([Buffer.from([0]), data.subarray(1).reverse()])),
    );
  });
  const duplex = await forwarding.dial();
  expect(forwarding.asked).toEqual([
    '/api/v1/namespaces/prod/pods/bus-0/portforward?ports=8081 v4.channel.k8s.io Bearer a-secret-token',
  ]);
  const answer = new Promise<string>((resolve) =>
    duplex.once('data', (bytes: Buffer) => resolve(bytes.toString())),
  );
  duplex.write('abc');
  expect(await answer).toBe('cba');
  duplex.destroy();
});

test('a port without a listener in the pod is a failure of the pod: the tunnel works', async () => {
  await using forwarding = await openForwarding((wire) => {
    ports(wire, 8081);
    wire.send(
      Buffer.concat([
        Buffer.from([1]),
        Buffer.from(
          'failed to connect to localhost:8081: dial tcp4 127.0.0.1:8081: connect: connection refused',
        ),
      ]),
    );
  });
  const error = await endOf(await forwarding.dial());
  expect(error).toBeInstanceOf(WireError);
  expect(error).not.toBeInstanceOf(TunnelError);
  expect(error).toMatchObject({ kind: 'unreachable', message: 'connection refused' });
});

test.each<[string, (wire: WebSocket) => void, RegExp]>([
  [
    'another message on the error channel',
    (wire) => {
      ports(wire, 8081);
      wire.send(Buffer.concat([Buffer.from([1]), Buffer.from('pod is not running\u001b[2J')]));
    },
    /^tunnel cut: bus-0:8081: pod is not running$/,
  ],
  [
    'a lost connection',
    (wire) => {
      ports(wire, 8081);
      setImmediate(() => wire.terminate());
    },
    /^tunnel cut: bus-0:8081: closed with 1006/,
  ],
])('%s is a tunnel failure', async (_, serve, message) => {
  await using forwarding = await openForwarding(serve);
  const error = await endOf(await forwarding.dial());
  expect(error).toBeInstanceOf(TunnelError);
  expect(error).toMatchObject({ message: expect.stringMatching(message) });
});

test.each<[string, ((wire: WebSocket) => void) | undefined, RegExp]>([
  ['is refused', undefined, /answered 403: forbidden/],
  ['closes before it is open', (wire) => wire.close(), /closed before opening/],
])('a forward that %s is a tunnel failure', async (_, serve, message) => {
  await using forwarding = await openForwarding(serve);
  await expect(forwarding.dial()).rejects.toThrow(TunnelError);
  await expect(forwarding.dial()).rejects.toThrow(message);
});

test('a forward that never opens ends with its signal', async () => {
  await using forwarding = await openForwarding(() => {});
  const stop = new AbortController();
  const dial = forwarding.dial(stop.signal);
  setImmediate(() => stop.abort(new DOMException('no longer wanted', 'AbortError')));
  await expect(dial).rejects.toMatchObject({ kind: 'cancelled' });
});

test('when the remote side ends, so does the connection, without an error', async () => {
  await using forwarding = await openForwarding((wire) => {
    ports(wire, 8081);
    wire.send(Buffer.concat([Buffer.from([0]), Buffer.from('bye')]), () => wire.close(1000));
  });
  expect(await endOf(await forwarding.dial())).toBe('closed');
});

const behind: Handler = (url, ...rest) => {
  const { pathname } = url;
  if (pathname.endsWith('/deployments/bus')) return { body: deployment('bus') };
  if (pathname.endsWith('/services/bus')) return { body: { spec: { selector: { app: 'bus' } } } };
  if (pathname.endsWith('/pods/bus-0')) return { body: pod('bus-0') };
  if (pathname.includes('/deployments/') || pathname.includes('/pods/'))
    return { status: 404, body: { kind: 'Status', message: 'not found' } };
  if (!pathname.endsWith('/pods')) return empty(url, ...rest);
  return {
    body: listOf([
      podOf('bus', 'starting', {
        status: { conditions: [] },
        containers: [running('app', { ready: false })],
      }),
      podOf('bus', 'ready'),
      podOf('bus', 'leaving', { meta: { deletionTimestamp: '2026-03-04T10:15:00Z', labels: {} } }),
      podOf('bus', 'pending', { status: { phase: 'Pending', conditions: [] }, containers: [] }),
    ]),
  };
};

test.each([
  ['deployment/bus', ['bus-6b7f-ready', 'bus-6b7f-starting']],
  ['service/bus', ['bus-6b7f-ready', 'bus-6b7f-starting']],
  ['app=bus', ['bus-6b7f-ready', 'bus-6b7f-starting']],
  ['pod/bus-0', ['bus-0']],
  ['pod/gone', []],
  ['deployment/gone', []],
])('the live endpoints of %s, ready ones first', async (target, found) => {
  await using fixture = await openFixture(behind);
  const ends = await fixture.source.resolveEndpoints?.(target, signal);
  expect(ends?.map(({ name }) => name)).toEqual(found);
  for (const { name, uid } of ends ?? []) expect(uid).toBe(`uid-${name}`);
});

test('a running pod that has not been ready yet is starting', async () => {
  const since = (status: string, lastTransitionTime: string) => ({
    status: { conditions: [{ type: 'Ready', status, lastTransitionTime }] },
    containers: [running('app', { ready: status === 'True' })],
  });
  await using fixture = await openFixture((url, ...rest) =>
    url.pathname.endsWith('/pods')
      ? {
          body: listOf([
            podOf('bus', 'ready', since('True', '2026-03-04T10:05:30Z')),
            podOf('bus', 'starting', since('False', '2026-03-04T09:00:00Z')),
            podOf('bus', 'sick', since('False', '2026-03-04T10:15:00Z')),
          ]),
        }
      : empty(url, ...rest),
  );
  const ends = await fixture.source.resolveEndpoints?.('app=bus', signal);
  expect(ends?.map(({ name, isStarting }) => [name, isStarting])).toEqual([
    ['bus-6b7f-ready', undefined],
    ['bus-6b7f-starting', true],
    ['bus-6b7f-sick', undefined],
  ]);
});

test.each([
  ['deployment/bus', undefined],
  ['app=bus', undefined],
  ['app in (bus, shop)', undefined],
  ['bus', '"bus" is not a kind. Use deployment/bus, pod/bus or app=bus'],
  ['configmap/bus', 'a configmap has no pods. Use pod/NAME, deployment/NAME or app=NAME'],
  [
    'a b c',
    '"a b c" is neither an object nor a label selector. Use pod/NAME, deployment/NAME, service/NAME or app=NAME',
  ],
])('as a target, %s', (target, problem) => {
  expect(kubernetes.viaTarget?.(target)).toBe(problem);
});
