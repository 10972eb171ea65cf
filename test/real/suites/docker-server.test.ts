import { afterEach, describe, expect, test } from 'vitest';
import { execIn, inspect, runContainer } from '../docker/containers.ts';
import { askEngine, callEngine } from '../docker/engine.ts';
import { until } from '../machine/until.ts';
import { detailOf, underTest } from '../setting.ts';

const socket = detailOf(underTest(), 'socket');
let stack = new AsyncDisposableStack();

const run = async (wanted: Parameters<typeof runContainer>[1]) =>
  stack.use(await runContainer(socket, wanted));
const logsOf = async (id: string): Promise<Buffer> =>
  (await callEngine(socket, 'GET', `/containers/${id}/logs?stdout=true&stderr=true`)).body;

describe('behavior of Docker itself', () => {
  afterEach(async () => {
    await stack.disposeAsync();
    stack = new AsyncDisposableStack();
  });

  test('without a terminal, logs arrive in frames that name the stream', async () => {
    const { id } = await run({ name: 'framed', script: 'echo out; sleep 0.2; echo err >&2; sleep 60' });
    await until('both lines are logged', async () => (await logsOf(id)).includes('err'));
    expect((await logsOf(id)).toString('latin1')).toBe('\x01\0\0\0\0\0\0\x04out\n\x02\0\0\0\0\0\0\x04err\n');
  });

  test('with a terminal there are no frames, and lines end in CR LF', async () => {
    const { id } = await run({ name: 'terminal', script: 'echo out; echo err >&2; sleep 60', tty: true });
    await until('both lines are logged', async () => (await logsOf(id)).includes('err'));
    expect((await logsOf(id)).toString('utf8')).toBe('out\r\nerr\r\n');
  });

  test('a health check turns healthy, then unhealthy', async () => {
    const { id } = await run({
      name: 'checked',
      script: 'touch /tmp/well; sleep 60',
      health: 'test -e /tmp/well',
    });
    const is = async (status: string) => (await inspect(socket, id)).State.Health?.Status === status;
    await until('the container is healthy', () => is('healthy'));
    await execIn(socket, id, ['rm', '/tmp/well']);
    await until('the container is unhealthy', () => is('unhealthy'));
  });

  test('keeps the exit status; 137 after a kill', async () => {
    const failed = await run({ name: 'failed', script: 'exit 3' });
    await until(
      'the container has exited',
      async () => (await inspect(socket, failed.id)).State.Status === 'exited',
    );
    expect((await inspect(socket, failed.id)).State.ExitCode).toBe(3);
    const killed = await run({ name: 'killed', script: 'sleep 60' });
    await askEngine(socket, 'POST', `/containers/${killed.id}/kill`);
    await until(
      'the container has exited',
      async () => (await inspect(socket, killed.id)).State.Status === 'exited',
    );
    expect((await inspect(socket, killed.id)).State).toMatchObject({ ExitCode: 137, OOMKilled: false });
  });

  test('statistics have `networks` only with a network', async () => {
    const alone = await run({ name: 'alone', script: 'sleep 60', network: 'none' });
    const wired = await run({ name: 'wired', script: 'sleep 60' });
    const stats = (id: string) =>
      askEngine<Record<string, unknown>>(socket, 'GET', `/containers/${id}/stats?stream=false`);
    expect(await stats(alone.id)).not.toHaveProperty('networks');
    expect(await stats(wired.id)).toHaveProperty('networks.eth0.rx_bytes');
  });

  test('the statistics of an exited container are empty and dated year 1', async () => {
    const { id } = await run({ name: 'over', script: 'exit 0' });
    await until(
      'the container has exited',
      async () => (await inspect(socket, id)).State.Status === 'exited',
    );
    expect(await askEngine(socket, 'GET', `/containers/${id}/stats?stream=false`)).toMatchObject({
      read: '0001-01-01T00:00:00Z',
      memory_stats: {},
      cpu_stats: { cpu_usage: { total_usage: 0 } },
    });
  });

  test('compose projects are labels', async () => {
    await run({ name: 'shop-web-1', script: 'sleep 60', service: ['shop', 'web'] });
    await run({ name: 'other', script: 'sleep 60' });
    const filters = encodeURIComponent(JSON.stringify({ label: ['com.docker.compose.project=shop'] }));
    const containers = await askEngine<readonly { Names: readonly string[] }[]>(
      socket,
      'GET',
      `/containers/json?filters=${filters}`,
    );
    expect(containers.map(({ Names }) => Names)).toEqual([['/shop-web-1']]);
  });

  test('a missing container is 404; an already stopped one is 304', async () => {
    expect((await callEngine(socket, 'POST', '/containers/absent/restart')).status).toBe(404);
    const { id } = await run({ name: 'ended', script: 'exit 0' });
    await until(
      'the container has exited',
      async () => (await inspect(socket, id)).State.Status === 'exited',
    );
    expect((await callEngine(socket, 'POST', `/containers/${id}/stop`)).status).toBe(304);
  });

  test('a pull without a registry fails at once', async () => {
    const { status, body } = await callEngine(socket, 'POST', '/images/create?fromImage=nothing&tag=1');
    expect(status).toBe(500);
    expect(body.toString('utf8')).toContain('registry-1.docker.io');
  });
});
