import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import type { LogEvent } from '../../../src/logs/reading/tail.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { promises } from '../../contract/promises.ts';
import { oneStep, openActing, proof } from '../acting.ts';
import { runContainer, type Wanted } from '../docker/containers.ts';
import { askEngine, callEngine } from '../docker/engine.ts';
import { shopImage } from '../docker/image.ts';
import { openDockerSource } from '../docker/source.ts';
import { until } from '../machine/until.ts';
import { dockerStage } from '../rigs/docker.ts';
import { detailOf, underTest } from '../setting.ts';

const socket = detailOf(underTest(), 'socket');
const never = new AbortController().signal;
let stack = new AsyncDisposableStack();

afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

const run = async (wanted: Wanted) => stack.use(await runContainer(socket, wanted));
const stoppable = 'trap "exit 0" TERM; while :; do sleep 0.1; done';

/** Of a service, which is not meant to end. */
const restart = 'unless-stopped';

const open = async (
  entry: Readonly<Record<string, unknown>> = { project: 'shop' },
  options: Parameters<typeof openDockerSource>[1] = {},
) => stack.use(await openDockerSource({ socket, ...entry }, options));

describe('contract', () => promises(dockerStage(socket)));

describe('operations', () => {
  test('stop, start, restart, kill, exec, logs, and a pull without a registry', async () => {
    await run({ name: 'shop-web-1', script: `echo hello; ${stoppable}`, service: ['shop', 'web'], restart });
    await run({ name: 'green-web-1', script: stoppable, service: ['green', 'web'] });
    const { do: act, rows } = await open();
    expect(await act('stop', { service: 'web' })).toEqual(['ok 204 No Content']);
    expect(await rows()).toEqual(['container shop-web-1 exited 0/1', 'service web degraded 0/1']);
    expect(await act('start', { service: 'web' })).toEqual(['ok 204 No Content']);
    expect(await act('start', { service: 'web' })).toEqual(['ok 304 Not Modified']);
    expect(await act('restart', { container: 'shop-web-1' })).toEqual(['ok 204 No Content']);
    const argv = ['sh', '-c', 'echo out; echo err >&2; exit 4'];
    // The order between the two outputs is undefined.
    expect((await act('exec', { container: 'shop-web-1', argv })).toSorted()).toEqual([
      'err',
      'failed exited with status 4',
      'out',
    ]);
    expect((await act('exec', { container: 'shop-web-1', argv: ['nope'] })).at(-1)).toMatch(
      /^failed exited with status 12[67]$/,
    );
    await until(
      'the container has logged hello three times',
      async () => (await act('logs', { service: 'web' })).filter((line) => line === 'hello').length === 3,
    );
    expect(await act('kill', { service: 'web' })).toEqual(['ok 204 No Content']);
    expect(await rows()).toEqual(['container shop-web-1 failed 0/1', 'service web degraded 0/1']);
    expect((await act('pull', { image: 'nothing:1' })).at(-1)).toMatch(
      /^failed 500 Internal Server Error: Get "https:/,
    );
    // The service of the same name in another project is unchanged.
    const [green] = await askEngine<readonly { State: string; Status: string }[]>(
      socket,
      'GET',
      '/containers/json?all=1&filters=%7B%22name%22%3A%5B%22green-web-1%22%5D%7D',
    );
    expect(green?.State).toBe('running');
    const everywhere = await open({});
    await expect(everywhere.operation('stop').plan({ service: 'web' }, never)).rejects.toThrow(
      'exists in the projects',
    );
  });

  test('stdout is saved to a file, and a file is fed to stdin', async () => {
    await run({ name: 'shop-web-1', script: stoppable, service: ['shop', 'web'] });
    const dir = await mkdtemp(join(tmpdir(), 'opsdeck-exec-'));
    stack.defer(() => rm(dir, { recursive: true, force: true }));
    const { do: act } = await open({ project: 'shop' }, { dir });
    const container = 'shop-web-1';
    const megabytes = 48;
    const sized = `dd if=/dev/urandom of=/tmp/data bs=1048576 count=${megabytes} 2>/dev/null; sha256sum /tmp/data`;
    const [sum = ''] = await act('exec', { container, argv: ['sh', '-c', sized] });
    const saved = await act('exec', {
      container,
      argv: ['cat', '/tmp/data'],
      save: 'data',
      sumOf: '/tmp/data',
    });
    expect(saved.at(-1)).toBe(
      `ok exited with status 0; ${join(dir, 'data')}: ${megabytes} MiB, sha256 ${sum.split(' ')[0]}`,
    );
    const path = join(dir, 'data');
    expect(await stat(path)).toMatchObject({ size: megabytes * 1024 * 1024, mode: 0o100600 });
    // A slow reader: the file waits in this process, not in the daemon.
    const reader = 'dd of=/tmp/back bs=65536 2>/dev/null; sleep 1; sha256sum </tmp/back';
    expect((await act('exec', { container, argv: ['sh', '-c', reader], feed: 'data' })).slice(1)).toEqual([
      `${sum.split(' ')[0]}  -`,
      `ok exited with status 0; ${megabytes} MiB written to stdin`,
    ]);
    // The server may also close the connection first.
    // A program that does not read its whole input has not done its work.
    expect((await act('exec', { container, argv: ['head', '-c', '1'], feed: 'data' })).at(-1)).toMatch(
      /^failed (?:exited with status 0; .* written to stdin \(incomplete\)$|POST .*: the server closed the connection while opsdeck was sending the request)/,
    );
    expect((await act('exec', { container, argv: ['sh', '-c', 'cat; exit 3'], save: 'none' })).at(-1)).toBe(
      'failed exited with status 3. The output was discarded',
    );
    expect((await readdir(dir)).toSorted()).toEqual(['data']);
  });

  test('a program runs in a new container, which is removed whatever happens', async () => {
    await run({ name: 'shop-web-1', script: stoppable, service: ['shop', 'web'] });
    const { do: act } = await open();
    const left = async () =>
      (
        await askEngine<readonly { Names: readonly string[] }[]>(socket, 'GET', '/containers/json?all=1')
      ).filter(({ Names: [name = ''] }) => name.startsWith('/opsdeck-run-'));
    const script = 'echo out; echo err >&2; ls /sys/class/net | tr "\\n" " "; echo "$SHOP_PASSWORD"; exit 4';
    expect((await act('run', { image: shopImage, argv: ['sh', '-c', script] })).toSorted()).toEqual([
      'err',
      'failed exited with status 4. The container was removed',
      'lo ',
      'out',
    ]);
    expect((await act('run', { service: 'web', argv: ['sh', '-c', script] })).toSorted()).toEqual([
      'err',
      // Its environment contains secrets, which are not shown.
      'eth0 lo …masked',
      'failed exited with status 4. The container was removed',
      'out',
    ]);
    expect((await act('run', { image: shopImage, argv: ['nope'] })).at(-1)).toMatch(
      /^failed 400 Bad Request: .*"nope": executable file not found in \$PATH.*. The container was removed$/,
    );
    expect((await act('run', { service: 'web', argv: ['sleep', '600'], timeout: '2s' })).at(-1)).toBe(
      'failed the program had not finished after 2s. If the program needs longer, raise timeout. The container was removed. Whatever the program has done until then remains',
    );
    await until('no container is left', async () => (await left()).length === 0);
  });

  test('a canceled restore is ended in its container', async () => {
    await run({ name: 'shop-web-1', script: stoppable, service: ['shop', 'web'] });
    const dir = await mkdtemp(join(tmpdir(), 'opsdeck-exec-'));
    stack.defer(() => rm(dir, { recursive: true, force: true }));
    await writeFile(join(dir, 'in'), Buffer.alloc(32 * 1024 * 1024));
    const { operation, do: act } = await open({ project: 'shop' }, { dir });
    const exec = operation('exec');
    const argv = ['sh', '-c', 'echo begun; exec sleep 7005'];
    const plan = await exec.plan({ container: 'shop-web-1', argv, feed: 'in' }, never);
    const change = openChangeIo(systemClock());
    stack.defer(() => change.close());
    const stop = new AbortController();
    const events: ActEvent[] = [];
    for await (const event of exec.act(plan, change, stop.signal)) {
      events.push(event);
      if (event.is === 'output' && event.text === 'begun')
        stop.abort(new DOMException('no longer needed', 'AbortError'));
    }
    expect(events.at(-1)).toMatchObject({
      ok: false,
      status: expect.stringContaining('The program was killed there, with all child processes'),
    });
    const remaining = await act('exec', { container: 'shop-web-1', argv: ['ps'] });
    expect(remaining.filter((line) => line.includes('sleep 7005'))).toEqual([]);
  });

  test('a cancel kills the program in its container, with its child processes', async () => {
    await run({ name: 'shop-web-1', script: stoppable, service: ['shop', 'web'] });
    const { operation, do: act } = await open();
    const exec = operation('exec');
    // Ignores SIGTERM, as do its children; one of them has its own session.
    const script = 'trap "" TERM; sleep 7001 & setsid sleep 7002 & echo begun; sleep 7003; sleep 7004';
    const plan = await exec.plan({ container: 'shop-web-1', argv: ['sh', '-c', script] }, never);
    const change = openChangeIo(systemClock());
    stack.defer(() => change.close());
    const stop = new AbortController();
    const events: ActEvent[] = [];
    for await (const event of exec.act(plan, change, stop.signal)) {
      events.push(event);
      if (event.is === 'output') stop.abort(new DOMException('no longer needed', 'AbortError'));
    }
    expect(events.at(-1)).toMatchObject({
      ok: false,
      status: expect.stringContaining('The program was killed there, with all child processes'),
    });
    const remaining = await act('exec', { container: 'shop-web-1', argv: ['ps'] });
    expect(remaining.at(-1)).toBe('ok exited with status 0');
    expect(remaining.filter((line) => /sleep 700\d/.test(line))).toEqual([]);
  });

  test('restarts a container that keeps exiting', async () => {
    const body = {
      Image: shopImage,
      Cmd: ['/bin/sh', '-c', 'sleep 0.2; exit 3'],
      Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'loop' },
      HostConfig: { RestartPolicy: { Name: 'always' } },
    };
    const { Id } = await askEngine<{ Id: string }>(
      socket,
      'POST',
      '/containers/create?name=shop-loop-1',
      body,
    );
    stack.defer(async () => void (await callEngine(socket, 'DELETE', `/containers/${Id}?force=true`)));
    await askEngine(socket, 'POST', `/containers/${Id}/start`);
    const { source, operation, do: act } = await open();
    const restarts = async (): Promise<number> => {
      const [row] = (await source.feeds[0]?.read(never))?.items ?? [];
      return row !== undefined && 'restarts' in row ? (row.restarts ?? 0) : 0;
    };
    await until('the container has been restarted', async () => (await restarts()) > 0);
    const plan = await operation('restart').plan({ service: 'loop' }, never);
    expect(plan.targets[0]?.saw).toBe(`keeps restarting, ${shopImage}`);
    const before = await restarts();
    await until('the container has been restarted again', async () => (await restarts()) > before);
    expect(await operation('restart').recheck(plan, never)).toBeUndefined();
    expect((await act('restart', { service: 'loop' })).at(-1)).toBe('ok 204 No Content');
  });

  test('a run stops a service, verifies that it is down, and is undone', async () => {
    await run({ name: 'shop-web-1', script: stoppable, service: ['shop', 'web'], restart });
    await using acting = await openActing('d', 'docker', { socket, project: 'shop' });
    const down = 'all(workloads[kind = container] | status = exited)';
    const stopped = await acting.run(oneStep('d.stop', { service: 'web' }, [proof(down, 4000)]));
    expect(stopped.ended.ending).toBe('recovered');
    await acting.undo(stopped);
    const { rows } = await open();
    expect(await rows()).toContain('container shop-web-1 running 1/1');
    expect(await acting.ledgerHolds()).toBe(true);
  });
});

describe('readings', () => {
  test('CPU needs two readings, memory one; both work without a network', async () => {
    await run({
      name: 'shop-busy-1',
      script: 'while :; do :; done',
      service: ['shop', 'busy'],
      network: 'none',
    });
    const { source } = await open({ project: 'shop' }, { signals: [{ id: 'cpu', read: { cpu: 'busy' } }] });
    const read = async () => (await source.feeds[0]?.read(never))?.samples?.[0]?.value;
    expect(await read()).toBeUndefined();
    await until('a core is in use', async () => Number((await read()) ?? 0) > 0.2);
    const [row] = (await source.feeds[0]?.read(never))?.items ?? [];
    expect(row).toMatchObject({ memoryBytes: expect.any(Number), status: 'running' });
  });

  test('a change triggers a reading at once; health checks do not', async () => {
    await run({ name: 'shop-web-1', script: stoppable, service: ['shop', 'web'], health: 'true' });
    const { source, rows, do: act } = await open();
    await until('the container is healthy', async () =>
      (await rows()).includes('container shop-web-1 running 1/1'),
    );
    let notifications = 0;
    const stop = source.feeds[0]?.watch?.(() => {
      notifications += 1;
    });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(notifications).toBe(0);
    await act('kill', { service: 'web' });
    await until('the feed is notified', async () => notifications > 0);
    stop?.();
  });

  test('long lines, binary lines and terminals', async () => {
    const long =
      'head -c 100000 /dev/zero | tr "\\0" x; echo; printf "a\\000b\\033[2Jc\\n"; echo error >&2; sleep 60';
    await run({ name: 'shop-long-1', script: long, service: ['shop', 'long'] });
    await run({
      name: 'shop-tty-1',
      script: 'echo hello; echo bye; sleep 60',
      service: ['shop', 'tty'],
      tty: true,
    });
    const { source } = await open();
    const all = async (of: string, after?: string): Promise<readonly LogEvent[]> => {
      const [tail] = (await source.tails?.(of, never)) ?? [];
      const events: LogEvent[] = [];
      const from = { follow: false, ...(after === undefined ? {} : { after }) };
      for await (const event of tail?.open(from, never) ?? []) events.push(event);
      return events;
    };
    await until(
      'all lines are logged',
      async () => (await all('long')).length === 3 && (await all('tty')).length === 2,
    );
    const lines = (await all('long')).map((event) => (event.is === 'line' ? event.text : event.is));
    expect(lines.filter((line) => !line.startsWith('x')).sort()).toEqual(['abc', 'error']);
    expect(lines.find((line) => line.startsWith('x'))).toBe('x'.repeat(100_000));
    const terminal = await all('tty');
    expect(terminal).toMatchObject([{ text: 'hello' }, { text: 'bye' }]);
    const [first] = terminal;
    expect(await all('tty', first?.is === 'line' ? first.mark : '')).toEqual(terminal.slice(1));
  });

  test.runIf(process.geteuid?.() === 0)('a socket without permission is denied', async () => {
    const { source } = await open();
    await source.feeds[0]?.read(never);
    const { source: other } = await open();
    process.seteuid?.(65_534);
    const read = await other.feeds[0]?.read(never).finally(() => process.seteuid?.(0));
    expect(read?.faults[0]).toMatchObject({
      kind: 'denied',
      remedy: expect.stringContaining('add this user to the group that owns the socket'),
    });
  });
});
