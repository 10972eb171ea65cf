import { afterEach, describe, expect, test } from 'vitest';
import type { RunningSimulator, SimulatorOptions } from '../../src/simulator/simulator.ts';
import { rehearsalVariables, startSimulator } from '../../src/simulator/start.ts';
import { manualClock, withoutDelays } from '../support/manual-clock.ts';
import { ask, valueAt } from './ask.ts';

const start = 1_770_000_000_000;
const open: RunningSimulator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((simulator) => simulator.close()));
});

interface Stage {
  readonly simulator: RunningSimulator;
  /** Advances time by seconds. */
  wait(seconds: number): Promise<void>;
  at(name: string): string;
  stateOf(instance: string, breaker: string): Promise<unknown>;
  close(instance: string, breaker: string): Promise<number>;
}

const stage = async (system: string, options: Partial<SimulatorOptions> = {}): Promise<Stage> => {
  const clock = manualClock(start);
  const simulator = await startSimulator(system, { clock: withoutDelays(clock), ...options });
  open.push(simulator);
  const at = (name: string): string => simulator.vars('production')[`world.${name}`] ?? '';
  return {
    simulator,
    wait: (seconds) => clock.advance(seconds * 1000),
    at,
    stateOf: async (instance, breaker) =>
      valueAt((await ask(`${at(instance)}/circuitbreakers`)).body, 'circuitBreakers', breaker, 'state'),
    close: async (instance, breaker) =>
      (await ask(`${at(instance)}/circuitbreakers/${breaker}`, 'POST', { updateState: 'CLOSE' })).status,
  };
};

const callers = ['bus-0', 'bus-1', 'orders-0', 'orders-1'];

/** The visible state of the demo: the broker, the bus's health, the circuit breakers to the broker, the error rate. */
const sees = async ({ at, stateOf }: Stage) => ({
  broker: (await ask(`${at('broker')}/health`)).status,
  bus: (await ask(`${at('bus')}/health`)).status,
  orders: (await ask(`${at('orders')}/health`)).status,
  edge: valueAt((await ask(`${at('edge')}/healthz`)).body, 'status'),
  breakers: await Promise.all(callers.map((instance) => stateOf(instance, 'broker'))),
  failing: Number(valueAt((await ask(`${at('edge')}/healthz`)).body, 'errorRatePercent')) > 5,
});

const closed = ['CLOSED', 'CLOSED', 'CLOSED', 'CLOSED'];
const opened = ['OPEN', 'OPEN', 'OPEN', 'OPEN'];
const well = { broker: 200, bus: 200, orders: 200, edge: 'healthy', breakers: closed, failing: false };
const sick = { broker: 503, bus: 503, orders: 200, edge: 'degraded', breakers: opened, failing: true };

describe('dependency-down in the demo', () => {
  test('opens the circuit breakers of every caller within seconds, only in that environment', async () => {
    const it = await stage('demo');
    expect(await sees(it)).toEqual(well);
    it.simulator.rehearse('dependency-down');
    await it.wait(5);
    expect(await sees(it)).toEqual(sick);
    expect(it.simulator.incident).toBe('dependency-down');
    expect(it.simulator.incidentIn('production')).toBe('dependency-down');
    expect(it.simulator.incidentIn('staging')).toBeUndefined();
    const staging = it.simulator.vars('staging')['world.bus'] ?? '';
    expect((await ask(`${staging}/health`)).status).toBe(200);
  });

  test('has developed when the simulator starts with it, and rejects more and more calls', async () => {
    const it = await stage('demo', { incident: 'dependency-down' });
    expect(await sees(it)).toEqual(sick);
    const rejected = async () =>
      Number(
        valueAt(
          (await ask(`${it.at('bus')}/circuitbreakers`)).body,
          'circuitBreakers',
          'broker',
          'notPermittedCalls',
        ),
      );
    const before = await rejected();
    expect(before).toBeGreaterThan(100);
    await it.wait(10);
    expect(await rejected()).toBeGreaterThan(before + 50);
  });

  test('recovers when the broker is restarted and then the circuit breakers are closed', async () => {
    const it = await stage('demo', { incident: 'dependency-down' });
    expect((await ask(`${it.at('broker')}/admin/restart`, 'POST')).status).toBe(200);
    await it.wait(30);
    expect(await sees(it), 'the broker alone heals nothing').toEqual({ ...sick, broker: 200 });
    expect(await Promise.all(callers.map((instance) => it.close(instance, 'broker')))).toEqual([
      200, 200, 200, 200,
    ]);
    await it.wait(15);
    expect(await sees(it)).toEqual(well);
    expect(it.simulator.incident).toBeUndefined();
  });

  test('returns within five seconds if the circuit breakers are closed first', async () => {
    const it = await stage('demo', { incident: 'dependency-down' });
    await Promise.all(callers.map((instance) => it.close(instance, 'broker')));
    expect((await sees(it)).breakers).toEqual(closed);
    await it.wait(4);
    expect(await sees(it)).toEqual(sick);
    expect(it.simulator.incident).toBe('dependency-down');
  });

  test('the circuit breakers recover by themselves after ten minutes', async () => {
    const it = await stage('demo', { incident: 'dependency-down' });
    await ask(`${it.at('broker')}/admin/restart`, 'POST');
    await it.wait(500);
    expect((await sees(it)).breakers).toEqual(opened);
    await it.wait(120);
    expect(await sees(it)).toEqual(well);
  });

  test.each(['local', 'dev', 'staging', 'production'])(
    'a circuit breaker closed too early opens again in %s',
    async (env) => {
      const it = await stage('demo', { incident: 'dependency-down', incidentEnv: env });
      const bus = it.simulator.vars(env)['world.bus'] ?? '';
      const state = async () =>
        valueAt((await ask(`${bus}/circuitbreakers`)).body, 'circuitBreakers', 'broker', 'state');
      expect(await state()).toBe('OPEN');
      await ask(`${bus}/circuitbreakers/broker`, 'POST', { updateState: 'CLOSE' });
      await it.wait(4);
      expect(await state()).toBe('OPEN');
    },
  );

  test('heal ends it at once, and resets a mistyped circuit breaker', async () => {
    const it = await stage('demo', { incident: 'dependency-down' });
    expect(await it.close('bus-0', 'brocker')).toBe(200);
    expect(await it.stateOf('bus-0', 'brocker')).toBe('CLOSED');
    it.simulator.rehearse(undefined);
    expect(await it.stateOf('bus-0', 'brocker')).toBeUndefined();
    await it.wait(15);
    expect(await sees(it)).toEqual(well);
  });

  test('develops ten times as fast at speed 10', async () => {
    const it = await stage('demo', { speed: 10 });
    it.simulator.rehearse('dependency-down');
    await it.wait(0.5);
    expect((await sees(it)).breakers).toEqual(opened);
  });
});

describe('other scenarios of the demo', () => {
  test('slow-service: catalog responds slowly, its pool is exhausted, no circuit breaker opens', async () => {
    const it = await stage('demo', { incident: 'slow-service' });
    const pending = await ask(`${it.at('catalog')}/metrics/hikaricp.connections.pending`);
    expect(JSON.stringify(valueAt(pending.body, 'measurements'))).toMatch(/"value":[1-9]/);
    expect(Number(valueAt((await ask(`${it.at('edge')}/healthz`)).body, 'p95Ms'))).toBeGreaterThan(1000);
    expect((await sees(it)).breakers).toEqual(closed);
  });

  test('service-down: connections to billing are cut, the edge reports it', async () => {
    const it = await stage('demo', { incident: 'service-down' });
    await expect(ask(`${it.at('billing')}/health`)).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(await ask(`${it.at('edge')}/billing/healthz`)).toMatchObject({ status: 502 });
    it.simulator.rehearse(undefined);
    expect((await ask(`${it.at('billing')}/health`)).status).toBe(200);
  });
});

describe('dependency-down in the event bus', () => {
  test('opens the database circuit breaker in every pod. The application resets it once the database is available', async () => {
    const it = await stage('event-bus', { incident: 'dependency-down' });
    const pods = ['event-bus-service-0', 'event-bus-service-1', 'event-bus-service-2'];
    const states = () => Promise.all(pods.map((pod) => it.stateOf(pod, 'database')));
    expect(await states()).toEqual(['OPEN', 'OPEN', 'OPEN']);
    expect((await ask(`${it.at('event-bus-service')}/health`)).status).toBe(503);
    await ask(`${it.at('database')}/admin/restart`, 'POST');
    for (const pod of pods) {
      const reset = `${it.at(`${pod}-app`)}/api/v1/event-bus/circuit-breaker/database/reset`;
      expect((await ask(reset, 'POST')).status).toBe(200);
    }
    await it.wait(15);
    expect(await states()).toEqual(['CLOSED', 'CLOSED', 'CLOSED']);
    expect((await ask(`${it.at('event-bus-service')}/health`)).status).toBe(200);
    expect(it.simulator.incident).toBeUndefined();
  });

  test('gives every var of the shipped profiles an address', async () => {
    const it = await stage('event-bus');
    expect(Object.keys(it.simulator.rehearsalVars('production')).sort()).toEqual([
      'alertmanager',
      'artifacts',
      'backups',
      'ci-every',
      'closes',
      'db-password',
      'downstream',
      'downstream-restart',
      'full',
      'github-api',
      'github-token',
      'gone',
      'heed',
      'holds',
      'ingress',
      'kubeconfig',
      'manifests',
      'patience',
      'pause',
      'prometheus',
      'repository',
      'rollout',
      'staging-ingress',
      'stats-errors',
      'stats-p95',
      'stats-sla',
      'steady',
      'sustained',
      'token',
      'window',
    ]);
  });
});

test('a drill sets no var that its environment lacks', () => {
  const addresses = { first: 'bus-0', second: 'bus-1' };
  expect(
    rehearsalVariables({ addresses, texts: { holds: '10s' } }, { 'world.bus-0': 'http://127.0.0.1:1' }),
  ).toEqual({ first: 'http://127.0.0.1:1', holds: '10s' });
});

test('close frees every port', async () => {
  const it = await stage('demo');
  const addresses = Object.values(it.simulator.vars('production'));
  await it.simulator.close();
  const refused = await Promise.all(
    addresses.map((url) =>
      ask(url).then(
        () => 'answers',
        () => 'refused',
      ),
    ),
  );
  expect(new Set(refused)).toEqual(new Set(['refused']));
});
