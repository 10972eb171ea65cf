import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dialSsh, dialSshProgram } from '../../../src/clients/ssh/dial-ssh.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';

const never = new AbortController().signal;
const client = [
  process.execPath,
  fileURLToPath(new URL('../../fixtures/programs/plays-ssh', import.meta.url)),
];

const saysHello = () => localServer((_, response) => response.end('hello'));

longTest('requests are forwarded to a port as seen by the host', async () => {
  await using server = await saysHello();
  const io = openReadIo(systemClock(), {
    dial: (_, signal) => dialSsh({ ssh: 'box', client }, { host: 'localhost', port: server.port }, signal),
  });
  expect((await io.get({ url: 'http://box:8081/' }, never)).text).toBe('hello');
  expect((await io.tcp('box', 8081, never)).latencyMs).toBeGreaterThan(0);
  await io.close();
  await server.drained();
});

longTest('large data is forwarded in both directions', async () => {
  const text = 'x'.repeat(3_000_000);
  await using server = await localServer((request, response) => {
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
    });
    request.on('end', () => response.end(`${size} ${text}`));
  });
  const io = openChangeIo(systemClock(), {
    dial: (_, signal) => dialSsh({ ssh: 'box', client }, { host: '127.0.0.1', port: server.port }, signal),
  });
  const answer = await io.send({ method: 'POST', url: 'http://box/', body: text }, never);
  expect(answer.text).toBe(`${text.length} ${text}`);
  await io.close();
});

longTest('a slow reader causes backpressure', async () => {
  await using server = await localServer((_, response) => response.end(Buffer.alloc(20_000_000)));
  const wire = await dialSsh({ ssh: 'box', client }, { host: 'localhost', port: server.port }, never);
  wire.write('GET / HTTP/1.0\r\n\r\n');
  let most = 0;
  let size = 0;
  for await (const chunk of wire) {
    const { length } = chunk as Buffer;
    size += length;
    // Everything buffered in the meantime arrives as one chunk.
    most = Math.max(most, length);
    const turns = size < 600_000 ? 500 : 0;
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(size).toBeGreaterThan(20_000_000);
  expect(most).toBeLessThan(500_000);
});

const dial = (ssh: string, port = 1, signal = never) =>
  dialSsh({ ssh, client }, { host: '127.0.0.1', port }, signal);

test('a port without a listener is a failure of that port, not of the tunnel', async () => {
  await expect(dial('box')).rejects.toMatchObject({
    name: 'WireError',
    kind: 'unreachable',
    message: 'connection refused',
  });
  await expect(dial('terse')).rejects.toMatchObject({
    name: 'WireError',
    kind: 'unreachable',
    message: 'cannot connect from terse',
  });
});

test.each<[string, string, string | undefined]>([
  [
    'changed',
    'tunnel cut: the host key has changed: a different machine, or a reinstalled one, refused (Host key verification failed.)',
    'ask the administrator of this host whether the key has changed. Only then run ssh-keygen -R changed, and connect once manually',
  ],
  [
    'unknown',
    'tunnel cut: the host key is unknown, so SSH refused the connection (Host key verification failed.)',
    'connect once manually and compare the fingerprint: ssh unknown',
  ],
  [
    'keyless',
    'tunnel cut: the host accepts none of your keys (deploy@keyless: Permission denied (publickey).)',
    'load the key into the agent (ssh-add -l lists loaded keys), or set IdentityFile in ssh_config. Try: ssh keyless',
  ],
  [
    'nowhere',
    'tunnel cut: the host name does not resolve: check the name, or HostName in ssh_config (ssh: Could not resolve hostname nowhere: Name or service not known)',
    undefined,
  ],
  [
    'closed',
    'tunnel cut: the SSH server of closed does not allow port forwarding',
    'set AllowTcpForwarding yes in sshd_config on that host',
  ],
  ['silent', 'tunnel cut: ssh failed without a message: run the same ssh command by hand', undefined],
])('a host that is %s is a tunnel failure with a precise message', async (host, message, remedy) => {
  await expect(dial(host)).rejects.toMatchObject({ name: 'TunnelError', message, remedy });
});

test('a connection lost during a read is a tunnel failure', async () => {
  await using server = await localServer(() => {});
  const wire = await dial('breaks', server.port);
  const broken = new Promise((resolve) => wire.once('error', resolve));
  expect(await broken).toMatchObject({
    name: 'TunnelError',
    message: 'tunnel cut: connection lost (client_loop: send disconnect: Broken pipe)',
  });
});

test('a connection lost during a write is a tunnel failure as well, not a socket error', async () => {
  await using server = await localServer(() => {});
  const wire = await dial('breaks', server.port);
  const broken = new Promise((resolve) => wire.once('error', resolve));
  const writing = (): void => {
    if (wire.destroyed) return;
    wire.write('x'.repeat(60_000));
    setImmediate(writing);
  };
  writing();
  expect(await broken).toMatchObject({ name: 'TunnelError' });
});

test('an endpoint that closes is an end, not a failure', async () => {
  await using server = await localServer((_, response) => response.end('bye'));
  const wire = await dial('box', server.port);
  wire.end('GET / HTTP/1.0\r\n\r\n');
  let text = '';
  for await (const chunk of wire) text += String(chunk);
  expect(text).toMatch(/bye$/);
});

test('a hanging client ends with the signal', async () => {
  const stop = new AbortController();
  const dialled = dial('hangs', 1, stop.signal);
  stop.abort(new DOMException('no answer in 3s', 'TimeoutError'));
  await expect(dialled).rejects.toMatchObject({ kind: 'timeout' });
  await expect(dial('box', 1, stop.signal)).rejects.toMatchObject({ kind: 'timeout' });
});

test('ssh never prompts, accepts no new host key, shares no connection, and takes no host for an option', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-ssh-'));
  const file = join(dir, 'argv.json');
  const script = 'require("fs").writeFileSync(process.argv[1], JSON.stringify(process.argv.slice(2)))';
  const host = { ssh: 'deploy@box', config: 'ssh/config', dir: '/etc/opsdeck' };
  const client = [process.execPath, '-e', script, file];
  await expect(dialSsh({ ...host, client }, { host: '::1', port: 5432 }, never)).rejects.toThrow(
    'tunnel cut',
  );
  const argv: unknown = JSON.parse(await readFile(file, 'utf8'));
  await rm(dir, { recursive: true });
  expect(argv).toEqual([
    ...['-F', '/etc/opsdeck/ssh/config'],
    ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5', '-o', 'StrictHostKeyChecking=yes'],
    ...['-o', 'ControlPath=none', '-o', 'ControlMaster=no'],
    ...['-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=3', '-o', 'LogLevel=DEBUG2'],
    ...['-a', '-x', '-W', '[::1]:5432', '--', 'deploy@box'],
  ]);
});

test('a missing ssh client is reported with a remedy', async () => {
  const gone = dialSsh({ ssh: 'box', client: ['no-such-ssh'] }, { host: 'localhost', port: 1 }, never);
  await expect(gone).rejects.toMatchObject({
    name: 'TunnelError',
    message: 'tunnel cut: program "no-such-ssh" not found in PATH',
    remedy: 'install the OpenSSH client on the machine where opsdeck runs',
  });
});

/** Dials a program that connects to a port of this machine, as `docker system dial-stdio` connects to its daemon. */
const connector = (port: number): readonly string[] => [
  process.execPath,
  '-e',
  'const wire = require("node:net").connect(Number(process.argv[1]), "127.0.0.1"); process.stdin.pipe(wire).pipe(process.stdout)',
  String(port),
];

longTest('a program on the host connects to the server, and its argv is no shell text', async () => {
  await using server = await saysHello();
  const io = openReadIo(systemClock(), {
    dial: (_, signal) => dialSshProgram({ ssh: 'box', client }, connector(server.port), signal),
  });
  expect((await io.get({ url: 'http://box:2375/' }, never)).text).toBe('hello');
  await io.close();
  await server.drained();
});

test('a program that the host lacks is named with what the host says, and the tunnel is cut', async () => {
  const io = openReadIo(systemClock(), {
    dial: (_, signal) => dialSshProgram({ ssh: 'box', client }, ['no-such-docker', 'system'], signal),
  });
  await expect(io.get({ url: 'http://box:2375/' }, never)).rejects.toMatchObject({
    message: expect.stringMatching(/no-such-docker system on box: .*not found/),
  });
  await io.close();
});

test('a host that refuses the login is reported as for a port', async () => {
  await expect(
    dialSshProgram({ ssh: 'keyless', client }, ['docker', 'system', 'dial-stdio'], never),
  ).rejects.toMatchObject({ name: 'TunnelError', message: expect.stringContaining('keyless') });
});
