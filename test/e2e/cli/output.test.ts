import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localServer } from '../../support/local-server.ts';
import { shopProfile } from '../../support/shop-profile.ts';
import { openSandbox, type Sandbox } from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
});
afterEach(() => sandbox[Symbol.asyncDispose]());

/** Runs a shell line with `opsdeck`; also resolves if the command fails. */
const shell = async (line: string): Promise<{ stdout: string; stderr: string }> => {
  const command = line.replaceAll('opsdeck', `"${process.execPath}" "${resolve('bin/opsdeck.js')}"`);
  return promisify(execFile)('bash', ['-c', command], {
    cwd: sandbox.dir,
    env: sandbox.env,
    maxBuffer: 64 * 1024 * 1024,
  });
};

/** A profile whose report is larger than a pipe buffer. */
const manyChecks = (url: string, count: number): string =>
  shopProfile(url).replace(
    'checks: [{ service: api, path: /healthz }]',
    `checks: [${Array.from({ length: count }, (_, i) => `{ service: service-${i}, path: /healthz }`).join(', ')}]`,
  );

test('a report larger than a pipe buffer is written completely', async () => {
  await using wire = await localServer((_request, response) => void response.end('{}'));
  await sandbox.put('profiles/dev.yaml', manyChecks(wire.url, 600));
  const { stdout } = await shell('opsdeck check --env dev --json --profiles profiles | (sleep 1; cat)');
  expect(stdout.length).toBeGreaterThan(100_000);
  expect(JSON.parse(stdout).health).toHaveLength(600);
});

test('a reader that closes the pipe is not an error', async () => {
  await using wire = await localServer((_request, response) => void response.end('{}'));
  await sandbox.put('profiles/dev.yaml', manyChecks(wire.url, 600));
  const { stdout, stderr } = await shell(
    'opsdeck check --env dev --json --profiles profiles | head -c 10; echo; echo ${PIPESTATUS[0]}',
  );
  expect(stdout).toBe('{"opsdeck"\n0\n');
  expect(stderr).toBe('opsdeck: profile profiles/dev.yaml\n');
});

test('a full disk is reported and exits 4', async () => {
  await using wire = await localServer((_request, response) => void response.end('{}'));
  await sandbox.put('profiles/dev.yaml', shopProfile(wire.url));
  const { stdout, stderr } = await shell(
    '{ opsdeck check --env dev --profiles profiles > /dev/full; echo $?; } ',
  );
  expect(stdout).toBe('4\n');
  expect(stderr).toContain('cannot write to stdout');
});

test('a run whose output cannot be written exits with the code of its ending, and reports both', async () => {
  let restarted = false;
  await using wire = await localServer((request, response) => {
    restarted ||= request.method === 'POST';
    response.writeHead(restarted ? 200 : 503).end('{}');
  });
  const runbooks = `runbooks:
  - id: restart
    title: Restart the service
    act:
      - { id: a1, title: Restart it, use: api.request, danger: disruptive, with: { method: POST, path: /restart } }
    verify:
      - { id: v1, title: It is up, that: all(health | status = up), within: 20s }
`;
  await sandbox.put('profiles/dev.yaml', shopProfile(wire.url, runbooks));
  const { stdout, stderr } = await shell(
    '{ opsdeck run restart --env dev --confirm api --profiles profiles > /dev/full; echo $?; } ',
  );
  expect(stdout).toBe('0\n');
  expect(stderr).toMatch(
    /cannot write to stdout: .*ENOSPC.*\. The run itself ended: recovered \(exit code 0\)\. See opsdeck audit show --run \S+/,
  );
});

test('--debug writes a log without secrets to the state directory', async () => {
  const { readFile } = await import('node:fs/promises');
  await using wire = await localServer((_request, response) => void response.end('{}'));
  await sandbox.put('profiles/dev.yaml', shopProfile(wire.url));
  expect((await sandbox.run(['check', '--env', 'dev', '--debug'])).code).toBe(0);
  expect(await readFile(`${sandbox.stateDir}/opsdeck.log`, 'utf8')).toMatch(
    / opsdeck \d\S+ node v\d+\S* check\n/,
  );
});
