import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Container, execIn, inspect, runContainer } from '../docker/containers.ts';
import { callEngine } from '../docker/engine.ts';
import { openSocketPort } from '../docker/socket-port.ts';
import { isNotRecovered, isRecovered, lever, patientMs, type Situation } from '../false-recovery/attempt.ts';
import { openWallClock } from '../false-recovery/clock.ts';
import { type Lever, openLever } from '../false-recovery/lever.ts';
import { until } from '../machine/until.ts';
import { openProxy } from '../proxy.ts';
import { detailOf, underTest } from '../setting.ts';

const socket = detailOf(underTest(), 'socket');
/** The answer of the daemon to a restart. */
const noContent = 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n';

let stack: AsyncDisposableStack;
let idle: Lever;
let port: number;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  idle = stack.use(await openLever());
  const forward = await openSocketPort(socket);
  stack.defer(() => forward.close());
  port = forward.port;
});
afterAll(() => stack.disposeAsync());

/** A container that is unhealthy until it is restarted. `service`: its Compose project and service. */
const openUnhealthy = async (
  name: string,
  service?: readonly [project: string, service: string],
): Promise<Container> => {
  await using opened = new AsyncDisposableStack();
  const script = 'rm -f /tmp/broken; while :; do sleep 0.2; done';
  const container = opened.use(
    await runContainer(socket, {
      ...{ name, script, health: 'test ! -e /tmp/broken' },
      ...(service === undefined ? {} : { service }),
    }),
  );
  await until('it is healthy', async () => (await healthOf(container)) === 'healthy');
  await execIn(socket, container.id, ['touch', '/tmp/broken']);
  await until('it is unhealthy', async () => (await healthOf(container)) === 'unhealthy');
  const resources = opened.move();
  return { ...container, [Symbol.asyncDispose]: () => resources.disposeAsync() };
};
const healthOf = async ({ id }: Container): Promise<string | undefined> =>
  (await inspect(socket, id)).State.Health?.Status;

const rowsOf = (name: string): string => `workloads[kind = container and name = ${name}]`;
const hasStartedAgain = (name: string): string => `all(${rowsOf(name)} | startedAt > \${before})`;
const about = (name: string, daemon: string, when: string, verify: Situation['verify']): Situation => ({
  sources: { [lever]: idle.source, docker: { type: 'docker', host: daemon } },
  signals: [
    { id: 'load', title: 'Load', source: lever, read: { json: lever, path: 'load' }, unit: '', crit: '>=80' },
  ],
  when,
  act: { use: 'docker.restart', with: { container: name, grace: '1s' } },
  confirm: name,
  verify,
});
const isUnhealthy = (name: string): string => `any(${rowsOf(name)} | status = unhealthy)`;

/** The daemon, whose restarts are answered with success and not done. */
const openIdleDaemon = async (): ReturnType<typeof openProxy> => {
  const proxy = await openProxy(port);
  proxy.swallow((received) => (/^POST \S+\/restart/.test(received) ? noContent : undefined));
  return proxy;
};

/** Ways in which an unhealthy container is no longer seen without being well. */
const disappearances: Readonly<Record<string, (name: string, container: Container) => Promise<unknown>>> = {
  'it is removed': (_, { id }) => callEngine(socket, 'DELETE', `/containers/${id}?force=true`),
  'it is paused': (_, { id }) => callEngine(socket, 'POST', `/containers/${id}/pause`),
  'it is stopped, as if that had been intended': (_, { id }) =>
    callEngine(socket, 'POST', `/containers/${id}/stop?t=0`),
  'it is renamed': (name, { id }) => callEngine(socket, 'POST', `/containers/${id}/rename?name=${name}-old`),
  'another one without a health check takes its name': async (name, { id }) => {
    await callEngine(socket, 'DELETE', `/containers/${id}?force=true`);
    const other = await runContainer(socket, { name, script: 'while :; do sleep 0.2; done' });
    stack.use(other);
  },
};
const words = (text: string): string => text.replaceAll(/\W+/g, '-');

describe.concurrent('an unhealthy container after a restart without effect', { timeout: patientMs }, () => {
  const forms: Readonly<Record<string, (name: string) => string>> = {
    'none is unhealthy': (name) => `not any(${rowsOf(name)} | status = unhealthy)`,
    'no unhealthy one is counted': (name) => `count(${rowsOf(name)} | status = unhealthy) = 0`,
    'all run': (name) => `all(${rowsOf(name)} | status = running)`,
  };
  const cases = Object.entries(disappearances).flatMap(([way, disappear], index) =>
    // All ways by one form, and each form by one way.
    Object.entries(forms)
      .filter((_, form) => index === 0 || form === index % 3)
      .map(([form, check]) => ({ way, disappear, form, check })),
  );
  test.for(cases)('$way: "$form" proves nothing', async ({ way, disappear, form, check }) => {
    const name = `orders-${words(way).slice(0, 24)}-${words(form)}`;
    await using container = await openUnhealthy(name);
    const proxy = await openIdleDaemon();
    await using opened = new AsyncDisposableStack();
    opened.defer(() => proxy.close());
    const situation = about(name, proxy.origin, isUnhealthy(name), [check(name)]);
    await isNotRecovered({ ...situation, afterwards: () => disappear(name, container) }, /./);
  });
});

describe.concurrent('a service of Compose with a healthy and an unhealthy container', {
  timeout: patientMs,
}, () => {
  const serviceRows = (project: string): string => `workloads[kind = container and namespace = ${project}]`;
  test.for(['healthy', 'count'])(
    'the unhealthy one is removed after a restart without effect (%s)',
    async (form) => {
      const project = `shop-${form}`;
      await using _ = await runContainer(socket, {
        ...{ name: `${project}-good`, script: 'while :; do sleep 0.2; done' },
        ...{ health: 'true', service: [project, 'web'] },
      });
      const name = `${project}-bad`;
      await using container = await openUnhealthy(name, [project, 'web']);
      const proxy = await openIdleDaemon();
      await using opened = new AsyncDisposableStack();
      opened.defer(() => proxy.close());
      const check =
        form === 'healthy'
          ? `not any(${serviceRows(project)} | status = unhealthy)`
          : `count(${serviceRows(project)} | status = unhealthy) = 0`;
      const situation = about(name, proxy.origin, `any(${serviceRows(project)} | status = unhealthy)`, [
        check,
      ]);
      await isNotRecovered(
        {
          ...situation,
          afterwards: () => callEngine(socket, 'DELETE', `/containers/${container.id}?force=true`),
        },
        // Another test of this daemon may remove a container while its usage is read.
        /gone|unhealthy|unavailable/i,
      );
    },
  );
});

describe.concurrent('a container', { timeout: patientMs }, () => {
  test('the clock is set back by 30 s after a restart without effect: not recovered', async () => {
    const name = 'orders-clock';
    await using _ = await openUnhealthy(name);
    await using opened = new AsyncDisposableStack();
    const clock = opened.use(await openWallClock());
    const proxy = await openProxy(port);
    opened.defer(() => proxy.close());
    proxy.swallow((received) => (/^POST \S+\/restart/.test(received) ? noContent : undefined));
    await isNotRecovered(
      {
        ...about(name, proxy.origin, isUnhealthy(name), [hasStartedAgain(name)]),
        env: clock.env,
        afterwards: () => clock.setBack(30),
      },
      /clock|same container|not restarted/i,
    );
  });

  test('it is restarted, but the symptom was not there: not recovered', async () => {
    const name = 'orders-unrelated';
    await using _ = await openUnhealthy(name);
    await isNotRecovered(
      about(name, `http://127.0.0.1:${port}`, 'load >= 80', ['load < 80', hasStartedAgain(name)]),
      /symptom/i,
    );
  });

  test('it is restarted and healthy again: recovered', async () => {
    const name = 'orders-healthy';
    await using _ = await openUnhealthy(name);
    const isHealthy = `all(${rowsOf(name)} | status = running)`;
    await isRecovered(
      about(name, `http://127.0.0.1:${port}`, isUnhealthy(name), [isHealthy, hasStartedAgain(name)]),
    );
  });
});
