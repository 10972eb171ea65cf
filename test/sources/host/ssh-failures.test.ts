import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { processStart } from '../../../src/platform/processes/process-identity.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { host } from '../../../src/sources/host/index.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { never } from './hosts.ts';

const clock = manualClock();

/** A source whose ssh client is a shell script; `$text` is what the login shell would receive. */
const by = async (script: string, config: Readonly<Record<string, unknown>> = {}): Promise<Source> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-host-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const client = join(dir, 'ssh');
  await writeFile(client, `#!/bin/sh\nfor text; do :; done\n${script}\n`);
  await chmod(client, 0o755);
  const entry = { ssh: ['deploy@vm-1'], client: [client], ...config };
  return host.open(
    { id: 'hosts', env: 'test', config: host.config.parse(entry), signals: [] },
    openReadIo(clock),
  );
};

const health = async (source: Source) => {
  const batch = await source.feeds[0]?.read(never);
  await source.close();
  return { row: batch?.items[0], fault: batch?.faults[0] };
};

/** Messages of the OpenSSH client, and the resulting faults. */
describe('ssh fails', () => {
  test.each([
    ['deploy@vm-1: Permission denied (publickey).', 'denied', 'unknown', 'ssh-add'],
    ['deploy@vm-1: Permission denied (publickey,password).', 'denied', 'unknown', 'ssh-copy-id deploy@vm-1'],
    ['Host key verification failed.', 'denied', 'unknown', 'fingerprint'],
    ['ssh: Could not resolve hostname vm-1: Name or service not known', 'unreachable', 'down', undefined],
    ['ssh: connect to host vm-1 port 22: Connection timed out', 'timeout', 'down', undefined],
    ['ssh: connect to host vm-1 port 22: No route to host', 'unreachable', 'down', undefined],
    ['an unknown message', 'unreachable', 'down', undefined],
  ])('%s', async (words, kind, status, remedy) => {
    const { row, fault } = await health(await by(`echo '${words}' >&2; exit 255`));
    expect(fault).toMatchObject({ kind, message: expect.stringContaining(words) });
    if (remedy !== undefined) expect(fault?.remedy).toContain(remedy);
    expect(row).toMatchObject({ status, service: 'hosts', instance: 'vm-1' });
  });
});

test('never prompts: its standard input is closed', async () => {
  const { row } = await health(await by('read answer && exit 3; eval "$text"'));
  expect(row).toMatchObject({ status: 'up' });
});

test('a real shell interprets the text as intended', async () => {
  const source = await by('eval "$text"', { processes: ['ssh'] });
  const batches = await Promise.all(source.feeds.map((feed) => feed.read(never)));
  await source.close();
  expect(batches.flatMap(({ faults }) => faults)).toEqual([]);
  expect(batches[1]?.items).toMatchObject([{ kind: 'process', name: 'ssh', status: 'running' }]);
});

test.each([
  [
    'no login shell',
    'echo "This account is currently not available."; exit 1',
    'malformed',
    /the host started no shell, but printed "This account/,
  ],
  ['garbage output', 'head -c 20000 /dev/urandom', 'malformed', /the host started no shell/],
  [
    'the connection is lost during a response',
    'eval "$text" | head -n 1; exit 255',
    'unreachable',
    /lost while opsdeck was reading the output$/,
  ],
])('%s', async (_, script, kind, message) => {
  const { row, fault } = await health(await by(script));
  expect(fault).toMatchObject({ kind, message: expect.stringMatching(message) });
  expect(row).toMatchObject({ status: 'down' });
});

test('without an ssh client the host is unknown, with a local remedy', async () => {
  const { row, fault } = await health(await by('', { client: ['/no/such/ssh'] }));
  expect(fault).toMatchObject({
    kind: 'missing',
    remedy: expect.stringContaining('install the OpenSSH client'),
  });
  expect(row).toMatchObject({ status: 'unknown' });
});

const acted = async (source: Source, argv: readonly string[], signal = never) => {
  const operation = source.operations.find(({ name }) => name === 'exec');
  const plan = await operation?.plan({ argv }, never);
  if (operation === undefined || plan === undefined) throw new Error('no operation exec');
  const output: string[] = [];
  const change = openChangeIo(clock);
  for await (const event of operation.act(plan, change, signal))
    if (event.is === 'found') output.push(`found ${event.found.status}`);
    else output.push(event.is === 'answered' ? event.status : event.is === 'output' ? `| ${event.text}` : '');
  await change.close();
  await source.close();
  return output.slice(1);
};

test('a program that exits with status 255 is distinguished from a failure of ssh', async () => {
  const own = ['sh', '-c', 'echo Connection refused; exit 255'];
  expect(await acted(await by('eval "$text"'), own)).toEqual([
    '| Connection refused',
    'found 255',
    'exited with status 255: Connection refused',
  ]);
  const lost = await by(
    `case "$text" in *opsdeck-pid*) echo 'ssh: connect to host vm-1 port 22: Connection refused' >&2; exit 255;; *) eval "$text";; esac`,
  );
  expect(await acted(lost, ['true'])).toEqual([
    '| ssh: connect to host vm-1 port 22: Connection refused',
    'connection refused (ssh: connect to host vm-1 port 22: Connection refused). The program was not started',
  ]);
});

const isGone = async (pid: number): Promise<boolean> => (await processStart(pid)) === undefined;

test('a cancel kills a remote program that ignores SIGTERM, including children that left its process group', async () => {
  // As with ssh: closing the connection ends no remote process.
  const source = await by('setsid env -u OPSDECK_RUN sh -c "$text" & wait');
  const stop = new AbortController();
  const operation = source.operations.find(({ name }) => name === 'exec');
  const plan = await operation?.plan({ argv: [resolve('test/fixtures/programs/has-a-family')] }, never);
  if (operation === undefined || plan === undefined) throw new Error('no operation exec');
  const change = openChangeIo(systemClock());
  const pids: number[] = [];
  let status = '';
  for await (const event of operation.act(plan, change, stop.signal)) {
    if (event.is === 'output' && pids.push(Number(event.text)) === 3)
      stop.abort(new DOMException('cancelled', 'AbortError'));
    if (event.is === 'answered') status = event.status;
  }
  await change.close();
  await source.close();
  expect(status).toBe(
    `canceled. Process ${pids[0]} was killed there, with all child processes. The effects so far remain`,
  );
  expect(await Promise.all(pids.map(isGone))).toEqual([true, true, true]);
});

test('remote processes that could not be killed are reported', async () => {
  const deaf = 'case "$text" in *kill*) exit 127;; esac; eval "$text"';
  const stop = new AbortController();
  const source = await by(deaf);
  const operation = source.operations.find(({ name }) => name === 'exec');
  const plan = await operation?.plan({ argv: ['sh', '-c', 'echo here; exec sleep 600'] }, never);
  if (operation === undefined || plan === undefined) throw new Error('no operation exec');
  const change = openChangeIo(systemClock());
  let status = '';
  for await (const event of operation.act(plan, change, stop.signal)) {
    if (event.is === 'output') stop.abort(new DOMException('cancelled', 'AbortError'));
    if (event.is === 'answered') status = event.status;
  }
  await change.close();
  await source.close();
  expect(status).toMatch(
    /^canceled. Process \d+ may still be running, because the remote system has no command to kill processes. The effects/,
  );
});

longTest('a log of many megabytes is followed to its last line', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-host-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, 'long.log');
  await writeFile(file, 'a line of forty letters, or nearly forty\n'.repeat(120_000));
  const source = await by('eval "$text"', { files: [file] });
  const [tail] = (await source.tails?.(undefined, never)) ?? [];
  let lines = 0;
  for await (const event of tail?.open({ lines: 120_000, follow: false }, never) ?? []) {
    expect(event.is).toBe('chunk');
    if (event.is === 'chunk') lines += Buffer.from(event.bytes).toString().split('\n').length - 1;
  }
  await source.close();
  expect(lines).toBe(120_000);
});

test.each([
  [{}, 'write local: true, or ssh'],
  [{ local: true, ssh: ['a'] }, 'write local: true, or ssh'],
  [{ ssh: ['-oProxyCommand=id'] }, 'this is not an SSH destination'],
  [{ ssh: ['deploy@-oProxyCommand=id'] }, 'this is not an SSH destination'],
  [{ ssh: ['a b'] }, 'this is not an SSH destination'],
  [{ ssh: ['a'], units: ['--user'] }, 'not a unit name'],
  [{ ssh: ['a'], files: ['relative.log'] }, 'an absolute path on the host'],
])('%o is refused', (entry, message) => {
  const parsed = host.config.safeParse(entry);
  expect(parsed.error?.issues.map((issue) => issue.message).join()).toContain(message);
});
