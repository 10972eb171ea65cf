import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { type Dial, TunnelError } from '../../../src/platform/network/dial.ts';
import type { HttpRequest } from '../../../src/platform/network/http-messages.ts';
import { parseProxy } from '../../../src/platform/network/proxy.ts';
import { toFault } from '../../../src/platform/network/to-fault.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { certificateOf } from '../../support/certificate.ts';
import { longTest } from '../../support/layer.ts';
import { type LocalServer, localServer } from '../../support/local-server.ts';
import { httpProxy, socksProxy } from '../../support/loopback-proxy.ts';

const never = new AbortController().signal;
const saysHello = (): Promise<LocalServer> => localServer((_, response) => response.end('{"hello":1}'));

const get = async (request: Omit<HttpRequest, 'method'>, dial?: Dial) => {
  const io = openReadIo(systemClock(), dial === undefined ? {} : { dial });
  try {
    return (await io.get(request, never)).json();
  } finally {
    await io.close();
  }
};

const faultOf = async (work: Promise<unknown>) => {
  try {
    await work;
  } catch (error) {
    return { error, fault: toFault('k8s', '', error, 0) };
  }
  throw new Error('no fault');
};

test.each<[string, object]>([
  ['http://proxy:3128', { scheme: 'http', host: 'proxy', port: 3128, address: 'http://proxy:3128' }],
  ['https://proxy', { scheme: 'https', host: 'proxy', port: 443, address: 'https://proxy' }],
  ['socks5h://[::1]', { scheme: 'socks5', host: '::1', port: 1080, address: 'socks5://[::1]' }],
  [
    'socks5://ana:p%40ss@proxy',
    {
      scheme: 'socks5',
      host: 'proxy',
      port: 1080,
      login: { user: 'ana', password: 'p@ss' },
      address: 'socks5://proxy',
    },
  ],
])('%s is a proxy address', (text, expected) => {
  expect(parseProxy(text)).toEqual(expected);
});

test.each(['proxy:3128', 'socks4://proxy', 'ftp://proxy', 'http://', ''])(
  '"%s" is not a proxy address',
  (text) => {
    expect(parseProxy(text)).toBeUndefined();
  },
);

longTest('a request uses CONNECT, and its connection is reused', async () => {
  await using server = await saysHello();
  await using proxy = await httpProxy({ target: server.port });
  const io = openReadIo(systemClock());
  for (const path of ['/a', '/b']) {
    const url = `http://kube.example:6443${path}`;
    const answer = await io.get({ url, proxy: `http://127.0.0.1:${proxy.port}` }, never);
    expect(answer.json()).toEqual({ hello: 1 });
    await new Promise((resolve) => setImmediate(resolve));
  }
  await io.close();
  expect(proxy.requestedTargets).toEqual(['kube.example:6443']);
  expect(server.headers.map(({ host }) => host)).toEqual(['kube.example:6443', 'kube.example:6443']);
});

test.each(['whole', 'byte by byte'])('a request uses SOCKS5, with responses arriving %s', async (how) => {
  await using server = await saysHello();
  await using proxy = await socksProxy({ target: server.port, drips: how !== 'whole' });
  const by = `socks5://127.0.0.1:${proxy.port}`;
  for (const host of ['kube.example', '10.1.2.3', '[2001:db8::7]'])
    expect(await get({ url: `http://${host}:6443/`, proxy: by })).toEqual({ hello: 1 });
  expect(proxy.requestedTargets).toEqual([
    'kube.example:6443',
    '10.1.2.3:6443',
    '20010db8000000000000000000000007:6443',
  ]);
});

longTest('the proxy tunnels TLS unchanged, with the server name of the server', async () => {
  const { cert, key } = certificateOf('kube.example', new Date('2100-01-01'));
  const names: unknown[] = [];
  const server = createTlsServer({ cert, key }, (_, response) => response.end('{"hello":1}'));
  server.on('secureConnection', (socket) => names.push(socket.servername));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await using proxy = await httpProxy({ target: (server.address() as AddressInfo).port });
  await using socks = await socksProxy({ target: (server.address() as AddressInfo).port });
  const url = 'https://kube.example:6443/';
  for (const by of [`http://127.0.0.1:${proxy.port}`, `socks5://127.0.0.1:${socks.port}`])
    expect(await get({ url, proxy: by, tls: { ca: cert } })).toEqual({ hello: 1 });
  expect(names).toEqual(['kube.example', 'kube.example']);
  const { fault } = await faultOf(get({ url, proxy: `http://127.0.0.1:${proxy.port}` }));
  expect(fault).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('self-signed') });
  await new Promise((resolve) => server.close(resolve));
});

test('an HTTPS proxy is verified with the CA of the cluster, and refused without it', async () => {
  const tls = certificateOf('localhost', new Date('2100-01-01'));
  await using server = await saysHello();
  await using proxy = await httpProxy({ target: server.port, tls });
  const request = { url: 'http://kube.example:6443/', proxy: `https://localhost:${proxy.port}` };
  expect(await get({ ...request, tls: { ca: tls.cert } })).toEqual({ hello: 1 });
  const { error, fault } = await faultOf(get(request));
  expect(error).toBeInstanceOf(TunnelError);
  expect(fault.message).toMatch(/^tunnel cut: proxy https:\/\/localhost:\d+: .*self-signed/);
});

test('the credentials of the proxy address are sent to the proxy only', async () => {
  await using server = await saysHello();
  await using proxy = await httpProxy({ target: server.port, login: 'ana:p@ss' });
  await using socks = await socksProxy({ target: server.port, login: 'ana:p@ss' });
  const url = 'http://kube.example/';
  for (const by of [
    `http://ana:p%40ss@127.0.0.1:${proxy.port}`,
    `socks5://ana:p%40ss@127.0.0.1:${socks.port}`,
  ])
    expect(await get({ url, proxy: by })).toEqual({ hello: 1 });
  expect(JSON.stringify(server.headers)).not.toMatch(/proxy-authorization|p@ss/);
  for (const by of [
    `http://127.0.0.1:${proxy.port}`,
    `http://ana:wrong@127.0.0.1:${proxy.port}`,
    `socks5://127.0.0.1:${socks.port}`,
    `socks5://ana:wrong@127.0.0.1:${socks.port}`,
  ]) {
    const { fault } = await faultOf(get({ url, proxy: by }));
    expect(fault).toMatchObject({ kind: 'denied', remedy: expect.stringContaining('user and password') });
    expect(fault.message).not.toContain('wrong');
  }
});

test.each<[string, number, string, RegExp]>([
  ['http', 403, 'denied', /^proxy http:\S+ answered 403 Refused for kube\.example:80$/],
  ['http', 502, 'unreachable', /^proxy http:\S+ answered 502 Refused for kube\.example:80$/],
  [
    'socks5',
    2,
    'denied',
    /^proxy socks5:\S+ answered the rules of the proxy forbid the connection for kube\.example:80$/,
  ],
  ['socks5', 5, 'unreachable', /^proxy socks5:\S+ answered connection refused for kube\.example:80$/],
])('%s, refused with %d: %s', async (scheme, answer, kind, message) => {
  await using proxy =
    scheme === 'http'
      ? await httpProxy({ target: 1, status: answer })
      : await socksProxy({ target: 1, reply: answer });
  const by = `${scheme}://127.0.0.1:${proxy.port}`;
  const { error, fault } = await faultOf(get({ url: 'http://kube.example/', proxy: by }));
  expect(fault).toMatchObject({ kind, message: expect.stringMatching(message) });
  expect(error).not.toBeInstanceOf(TunnelError);
});

test('a proxy that is down, hangs up or speaks another protocol is a tunnel failure', async () => {
  const silent = createServer((socket) => socket.once('data', () => socket.end('no proxy here\r\n')));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  for (const by of ['http://127.0.0.1:1', `http://127.0.0.1:${port}`, `socks5://127.0.0.1:${port}`]) {
    const { error, fault } = await faultOf(get({ url: 'http://kube.example/', proxy: by }));
    expect(error).toBeInstanceOf(TunnelError);
    expect(fault.message).toMatch(/^tunnel cut: proxy (http|socks5):\/\/127\.0\.0\.1:\d+: ./);
  }
  await new Promise((resolve) => silent.close(resolve));
});

test('a proxy that does not answer is abandoned with the request, and its connection is closed', async () => {
  const sockets: { destroyed: boolean }[] = [];
  const hanging = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
  const closed = new Promise((resolve) =>
    hanging.once('connection', (socket) => socket.once('close', resolve).resume()),
  );
  const stop = new AbortController();
  const io = openReadIo(systemClock());
  const by = `http://127.0.0.1:${(hanging.address() as AddressInfo).port}`;
  const fault = faultOf(io.get({ url: 'http://kube.example/', proxy: by }, stop.signal));
  hanging.once('connection', () => stop.abort(new DOMException('too long', 'TimeoutError')));
  expect((await fault).error).toBeInstanceOf(TunnelError);
  await closed;
  await io.close();
  await new Promise((resolve) => hanging.close(resolve));
});

test('a WebSocket uses the proxy, and the proxy is reached through the dial of a tunnel', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  sockets.on('connection', (socket) => socket.send('hello'));
  await new Promise((resolve) => sockets.once('listening', resolve));
  await using proxy = await socksProxy({ target: (sockets.address() as AddressInfo).port });
  const dialled: string[] = [];
  const dial: Dial = ({ host, port }) => {
    dialled.push(`${host}:${port}`);
    return Promise.resolve(connect(proxy.port, '127.0.0.1'));
  };
  const closing = new AbortController();
  const wire = await openTransport(systemClock(), { dial, closing: closing.signal }).webSocket(
    { url: 'http://kube.example:6443/portforward', protocols: [], proxy: 'socks5://bastion:1080' },
    never,
  );
  for await (const message of wire.messages) {
    expect(Buffer.from(message).toString()).toBe('hello');
    break;
  }
  expect(dialled).toEqual(['bastion:1080']);
  expect(proxy.requestedTargets).toEqual(['kube.example:6443']);
  wire.close();
  closing.abort();
  await new Promise((resolve) => sockets.close(resolve));
});
