import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localServer } from '../../support/local-server.ts';
import { shopProfile } from '../../support/shop-profile.ts';
import { openSandbox, type Sandbox } from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox[Symbol.asyncDispose]());

const serverWith = (status: number) =>
  localServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"status":"up"}');
  });

describe('the exit status is print the worst level', () => {
  test.each([
    { status: 200, code: 0, level: 'ok' },
    { status: 503, code: 2, level: 'crit' },
  ])('$level: $code', async ({ status, code, level }) => {
    await using server = await serverWith(status);
    await sandbox.put('profiles/dev.yaml', shopProfile(server.url));
    const ended = await sandbox.run(['check', '--env', 'dev', '--json']);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({
      code,
      stderr: 'opsdeck: profile profiles/dev.yaml\n',
    });
    expect(JSON.parse(ended.stdout).level).toBe(level);
  });
});

test('a check over http loads no modules of Node for TLS, compression or programs', async () => {
  await using server = await serverWith(200);
  await sandbox.put('profiles/dev.yaml', shopProfile(server.url));
  const list = `process.on('exit', () => console.error(process.moduleLoadList.join()));`;
  await sandbox.put('list.cjs', list);
  const { code, stderr } = await sandbox.run(['check', '--env', 'dev'], {
    NODE_OPTIONS: '--require ./list.cjs',
  });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const loaded = stderr.split(/[,\n]/).map((line) => line.replace('NativeModule ', ''));
  expect(loaded).toContain('net');
  for (const name of ['http', 'tls', 'crypto', 'zlib', 'child_process', 'dgram'])
    expect(loaded).not.toContain(name);
});

test('a response with an impossible status is a fault of its server, not of opsdeck', async () => {
  await using server = await localServer((request) =>
    request.socket.end('HTTP/1.1 013 OK\r\ncontent-length: 0\r\n\r\n'),
  );
  await sandbox.put('profiles/dev.yaml', shopProfile(server.url));
  const { stdout } = await sandbox.run(['check', '--env', 'dev', '--json']);
  expect(JSON.parse(stdout).faults).toMatchObject([
    {
      source: 'api',
      kind: 'malformed',
      message: expect.stringMatching(
        /the response is not HTTP: check that the address is that of an HTTP server$/,
      ),
    },
  ]);
});

test('--watch exits with the last level at SIGINT', async () => {
  await using server = await serverWith(503);
  await sandbox.put('profiles/dev.yaml', shopProfile(server.url));
  const watching = sandbox.start(['check', '--env', 'dev', '--watch', '--json']);
  await watching.printed(/\n/);
  watching.child.kill('SIGINT');
  const ended = await watching.ended;
  expect(ended.code).toBe(2);
  for (const line of ended.stdout.trimEnd().split('\n')) expect(JSON.parse(line).level).toBe('crit');
});

test('a hanging program affects only its own source and does not delay the others', async () => {
  await using server = await serverWith(200);
  const other = `  other:\n    type: http\n    url: "${server.url}"\n    auth: { bearer: "\${exec:sleep 60}" }\n    checks: [{ service: other, path: / }]\n`;
  await sandbox.put('profiles/dev.yaml', shopProfile(server.url, other));
  // Waiting for the program would take a minute.
  const watching = sandbox.start(['check', '--env', 'dev', '--json', '--watch']);
  const [line] = await watching.printed(/^.*"service":"api"[^}]*"status":"up".*$/m);
  watching.child.kill('SIGINT');
  const report = JSON.parse(line);
  expect(report.health).toMatchObject([
    { service: 'api', status: 'up' },
    { service: 'other', status: 'unknown' },
  ]);
  expect(report.faults).toMatchObject([{ source: 'other', kind: 'unconfigured' }]);
});
