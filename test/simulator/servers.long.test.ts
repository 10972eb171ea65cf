import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import type { RunningServer } from '../../src/simulator/servers/http/http-server.ts';
import { startActuatorServer } from '../../src/simulator/servers/spring/actuator.ts';
import { startHttpServer } from '../../src/simulator/servers/spring/plain-http.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { type ManualClock, manualClock, withoutDelays } from '../support/manual-clock.ts';
import { ask } from './ask.ts';

const vendor = 'application/vnd.spring-boot.actuator.v3+json';
let clock: ManualClock;
let model: SystemModel;
let running: RunningServer[];

beforeEach(() => {
  clock = manualClock(1_770_000_000_000);
  model = new SystemModel(systemSpec('demo'), { startedAt: clock.now() });
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.close()));
});

const view = () => ({ model, clock: withoutDelays(clock), env: 'staging' });
const actuator = async (instance: string): Promise<string> => {
  const server = await startActuatorServer(view(), instance);
  running.push(server);
  return server.url;
};
const http = async (of: string): Promise<string> => {
  const server = await startHttpServer(view(), of);
  running.push(server);
  return server.url;
};
const strike = (incident: string): void => model.injectEarlier(incident, 'staging');

const statusOf = (url: string, method: string, headers: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(method === 'POST' ? '{"name":"dependency-down","env":"dev"}' : undefined);
  });

/** The whole response, without ports. */
const whole = (answer: unknown): string =>
  `${JSON.stringify(answer, null, 2).replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')}\n`;

describe('actuator reads', () => {
  const pages: readonly { name: string; path: string; incident?: string }[] = [
    { name: 'links', path: '' },
    { name: 'health', path: '/health' },
    { name: 'health-down', path: '/health', incident: 'dependency-down' },
    { name: 'health-liveness', path: '/health/liveness' },
    { name: 'health-component', path: '/health/circuitBreakers', incident: 'dependency-down' },
    { name: 'circuitbreakers', path: '/circuitbreakers' },
    { name: 'circuitbreakers-open', path: '/circuitbreakers', incident: 'dependency-down' },
    { name: 'metrics', path: '/metrics' },
    { name: 'metric-heap', path: '/metrics/jvm.memory.used?tag=area:heap' },
    { name: 'metric-requests', path: '/metrics/http.server.requests', incident: 'dependency-down' },
    {
      name: 'metric-requests-500',
      path: '/metrics/http.server.requests?tag=status:500',
      incident: 'dependency-down',
    },
    { name: 'metric-breaker-state', path: '/metrics/resilience4j.circuitbreaker.state?tag=state:open' },
    { name: 'info', path: '/info' },
    { name: 'loggers', path: '/loggers' },
    { name: 'logger', path: '/loggers/app.bus.api' },
  ];
  test.each(pages)('$name', async ({ name, path, incident }) => {
    if (incident !== undefined) strike(incident);
    await expect(whole(await ask(`${await actuator('bus-0')}${path}`))).toMatchFileSnapshot(
      `answers/${name}.txt`,
    );
  });

  test('the pool of a service that has one', async () => {
    const url = await actuator('orders-0');
    await expect(whole(await ask(`${url}/metrics/hikaricp.connections.active`))).toMatchFileSnapshot(
      'answers/metric-pool.txt',
    );
    expect((await ask(`${await actuator('bus-0')}/metrics/hikaricp.connections`)).status).toBe(404);
  });

  test('the last events, in the order and with the fields of the library', async () => {
    strike('dependency-down');
    const env = model.environmentAt('staging', clock.now() - 43_000);
    const breaker = env.instance('bus-0')?.breaker('broker');
    expect(breaker?.state).toBe('OPEN');
    const { body } = await ask(`${await actuator('bus-0')}/circuitbreakerevents/broker`);
    const events = JSON.parse(JSON.stringify(body)).circuitBreakerEvents.slice(-2);
    expect(events).toEqual([
      {
        circuitBreakerName: 'broker',
        type: 'NOT_PERMITTED',
        creationTime: expect.stringMatching(
          /^2026-02-02T02:40:00Z\[Etc\/UTC\]$|^2026-02-02T02:39:59(\.\d00)?Z\[Etc\/UTC\]$/,
        ),
        errorMessage: null,
        durationInMs: null,
        stateTransition: null,
      },
      expect.objectContaining({ type: 'NOT_PERMITTED' }),
    ]);
  });
});

describe('actuator changes', () => {
  const steps = [
    ['CLOSE', 'CLOSED'],
    ['FORCE_OPEN', 'FORCED_OPEN'],
    ['DISABLE', 'DISABLED'],
  ] as const;
  test.each(steps)('%s sets the circuit breaker to %s', async (updateState, currentState) => {
    const answer = await ask(`${await actuator('bus-0')}/circuitbreakers/broker`, 'POST', { updateState });
    const message = 'broker state has been changed successfully';
    expect(answer).toEqual({
      status: 200,
      type: vendor,
      body: { circuitBreakerName: 'broker', currentState, message },
    });
    expect(model.environmentAt('staging', clock.now()).instance('bus-0')?.breaker('broker').state).toBe(
      currentState,
    );
  });

  test('creates an unknown circuit breaker and reports success', async () => {
    const url = await actuator('bus-0');
    const names = async () =>
      Object.keys(JSON.parse(JSON.stringify((await ask(`${url}/circuitbreakers`)).body)).circuitBreakers);
    expect(await names()).toEqual(['broker']);
    expect((await ask(`${url}/circuitbreakers/brocker`, 'POST', { updateState: 'CLOSE' })).status).toBe(200);
    expect(await names()).toEqual(['brocker', 'broker']);
  });

  test('sets and resets a log level', async () => {
    const url = `${await actuator('bus-0')}/loggers/app.bus`;
    expect(await ask(url, 'POST', { configuredLevel: 'debug' })).toEqual({
      status: 204,
      type: '',
      body: undefined,
    });
    expect((await ask(url)).body).toEqual({ configuredLevel: 'DEBUG', effectiveLevel: 'DEBUG' });
    expect((await ask(`${url}.api`)).body).toEqual({ effectiveLevel: 'DEBUG' });
    await ask(url, 'POST', { configuredLevel: null });
    expect((await ask(url)).body).toEqual({ effectiveLevel: 'INFO' });
  });

  const refused: readonly {
    name: string;
    path: string;
    method?: string;
    body?: unknown;
    type?: string;
    status: number;
  }[] = [
    { name: 'an unknown endpoint', path: '/beans', status: 404 },
    { name: 'GET of a single circuit breaker', path: '/circuitbreakers/broker', status: 405 },
    {
      name: 'a write without a state',
      path: '/circuitbreakers/broker',
      method: 'POST',
      body: {},
      status: 400,
    },
    {
      name: 'an invalid state',
      path: '/circuitbreakers/broker',
      method: 'POST',
      body: { updateState: 'OPEN' },
      status: 400,
    },
    {
      name: 'a form',
      path: '/circuitbreakers/broker',
      method: 'POST',
      body: { updateState: 'CLOSE' },
      type: 'text/plain',
      status: 415,
    },
    {
      name: 'an invalid log level',
      path: '/loggers/ROOT',
      method: 'POST',
      body: { configuredLevel: 'LOUD' },
      status: 400,
    },
    { name: 'a write to health', path: '/health', method: 'POST', body: {}, status: 405 },
    { name: 'a tag without a value', path: '/metrics/jvm.memory.used?tag=area', status: 400 },
  ];
  test.each(refused)("rejects $name with Spring's message", async ({ path, method, body, type, status }) => {
    const url = await actuator('bus-0');
    expect(await ask(`${url}${path}`, method, body, type)).toEqual({
      status,
      type: 'application/json',
      body: {
        timestamp: '2026-02-02T02:40:00.000+00:00',
        status,
        error: {
          400: 'Bad Request',
          404: 'Not Found',
          405: 'Method Not Allowed',
          415: 'Unsupported Media Type',
        }[status],
        path: `/actuator${path.split('?')[0]}`,
      },
    });
    expect(model.environmentAt('staging', clock.now()).instance('bus-0')?.breaker('broker').state).toBe(
      'CLOSED',
    );
  });

  test.each([
    '/metrics/no.such',
    '/metrics/jvm.memory.used?tag=area:moon',
    '/health/moon',
    '/loggers/no.such',
  ])('returns 404 without a body for %s', async (path) => {
    expect(await ask(`${await actuator('bus-0')}${path}`)).toEqual({
      status: 404,
      type: '',
      body: undefined,
    });
  });

  test('cuts the connection of a stopped service', async () => {
    strike('service-down');
    await expect(ask(`${await actuator('billing-0')}/health`)).rejects.toThrow(/socket hang up|ECONNRESET/);
  });
});

describe('plain HTTP', () => {
  const pages: readonly { name: string; of: string; path: string; incident?: string; method?: string }[] = [
    { name: 'edge-healthz', of: 'edge', path: '/healthz' },
    { name: 'edge-healthz-degraded', of: 'edge', path: '/healthz', incident: 'dependency-down' },
    { name: 'edge-stats', of: 'edge', path: '/stats' },
    { name: 'edge-version', of: 'edge', path: '/version' },
    { name: 'edge-bus', of: 'edge', path: '/bus/healthz' },
    { name: 'edge-bus-down', of: 'edge', path: '/bus/healthz', incident: 'dependency-down' },
    { name: 'edge-billing-gone', of: 'edge', path: '/billing/healthz', incident: 'service-down' },
    { name: 'service-healthz', of: 'orders-0', path: '/healthz' },
    { name: 'service-healthz-degraded', of: 'orders-0', path: '/healthz', incident: 'dependency-down' },
    { name: 'service-status', of: 'orders-0', path: '/api/v1/orders/status', incident: 'dependency-down' },
    { name: 'service-version', of: 'orders-0', path: '/version' },
    { name: 'service-stats', of: 'orders-0', path: '/api/v1/orders/performance/stats' },
    { name: 'broker-health', of: 'broker', path: '/health' },
    { name: 'broker-health-down', of: 'broker', path: '/health', incident: 'dependency-down' },
    {
      name: 'broker-restart',
      of: 'broker',
      path: '/admin/restart',
      incident: 'dependency-down',
      method: 'POST',
    },
  ];
  test.each(pages)('$name', async ({ name, of, path, incident, method }) => {
    if (incident !== undefined) strike(incident);
    await expect(whole(await ask(`${await http(of)}${path}`, method))).toMatchFileSnapshot(
      `answers/${name}.txt`,
    );
  });

  const refused = [
    ['edge', '/moon', 'GET', 404],
    ['edge', '/healthz', 'POST', 405],
    ['edge', '/moon/healthz', 'GET', 404],
    ['broker', '/admin/restart', 'GET', 405],
    ['broker', '/health', 'DELETE', 405],
    ['broker', '/moon', 'GET', 404],
    ['orders-0', '/healthz', 'POST', 405],
    ['orders-0', '/api/v1/orders/circuit-breaker/broker/reset', 'GET', 405],
    ['orders-0', '/api/v1/orders/circuit-breaker/brocker/reset', 'POST', 404],
    ['orders-0', '/%', 'GET', 404],
  ] as const;
  test.each(refused)('%s%s does not support %s', async (of, path, method, status) => {
    expect(await ask(`${await http(of)}${path}`, method)).toEqual({
      status,
      type: 'application/json',
      body: { error: status === 404 ? 'not found' : 'method not allowed' },
    });
  });
});

describe('control server', () => {
  test('shows the system, starts a scenario and ends it', async () => {
    const simulator = await startSimulator('demo', { clock: withoutDelays(clock) });
    running.push({ url: '', close: simulator.close });
    const control = simulator.vars('production')['world.control'] ?? '';
    await expect(whole(await ask(control)).replaceAll(/:PORT/g, '')).toMatchFileSnapshot(
      'answers/control.txt',
    );
    await ask(`${control}/incident`, 'POST', { name: 'dependency-down', env: 'dev' });
    await clock.advance(5000);
    const { body } = await ask(control);
    expect(body).toMatchObject({
      environments: {
        dev: {
          incident: 'dependency-down',
          dependencies: { broker: 'down' },
          breakers: { 'bus-0/broker': 'OPEN' },
        },
        production: { incident: null, dependencies: { broker: 'up' } },
      },
    });
    const healed = await ask(`${control}/incident`, 'DELETE');
    expect(healed.body).toMatchObject({
      environments: { dev: { incident: null, breakers: { 'bus-0/broker': 'CLOSED' } } },
    });
  });

  test.each([
    ['another site', { Origin: 'https://evil.example' }],
    ['a page with origin null', { Origin: 'null' }],
    ['another port of this machine', { Origin: 'http://127.0.0.1:1' }],
    ['an image of another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a host name that another site rebound to this address', { Host: 'rebound.example' }],
    ['a host name that starts with this address', { Host: '127.0.0.1.evil.example' }],
  ])('returns nothing to %s', async (_, headers) => {
    const simulator = await startSimulator('demo', { clock: withoutDelays(clock) });
    running.push({ url: '', close: simulator.close });
    const control = simulator.vars('production')['world.control'] ?? '';
    for (const [path, method] of [
      ['', 'GET'],
      ['/changes', 'GET'],
      ['/incident', 'POST'],
      ['/incident', 'DELETE'],
    ] as const)
      expect(await statusOf(`${control}${path}`, method, headers)).toBe(403);
    await clock.advance(5000);
    expect(await ask(control)).toMatchObject({ body: { environments: { dev: { incident: null } } } });
    expect(await statusOf(control, 'GET', { Origin: control, 'Sec-Fetch-Site': 'same-origin' })).toBe(200);
  });

  test('rejects invalid requests with a message', async () => {
    const simulator = await startSimulator('demo', { clock: withoutDelays(clock) });
    running.push({ url: '', close: simulator.close });
    const control = simulator.vars('production')['world.control'] ?? '';
    const wish = async (body: unknown) => await ask(`${control}/incident`, 'POST', body);
    expect(await wish({ name: 'earthquake' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('it knows dependency-down') },
    });
    expect(await wish({ name: 'dependency-down', env: 'moon' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('it has local, dev') },
    });
    expect(await wish({})).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('say which') },
    });
    expect(await wish(undefined)).toMatchObject({ status: 400 });
    expect((await ask(`${control}/incident`)).status).toBe(405);
    expect((await ask(`${control}/moon`)).status).toBe(404);
  });
});
