import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Environment } from '../../src/simulator/model/environment.ts';
import type { HostMachine } from '../../src/simulator/model/hosts/host-machine.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { type Handler, type RunningServer, serve } from '../../src/simulator/servers/http/http-server.ts';
import { frontHandler } from '../../src/simulator/servers/spring/public-address.ts';
import { portHandler } from '../../src/simulator/servers/ssh/endpoint.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { type ManualClock, manualClock, withoutDelays } from '../support/manual-clock.ts';

let clock: ManualClock;
let model: SystemModel;
let running: RunningServer[];

beforeEach(() => {
  clock = manualClock();
  model = new SystemModel(systemSpec('eventmesh'), { startedAt: clock.now() });
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.close()));
});

const view = () => ({ model, clock: withoutDelays(clock), env: 'production' });
const now = (): Environment => model.environmentAt('production', clock.now());
const served = async (handler: Handler): Promise<string> => {
  const server = await serve(handler, withoutDelays(clock));
  running.push(server);
  return server.url;
};
const ask = async (url: string) => {
  const answer = await fetch(url);
  const text = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  return { status: answer.status, type, body: type.includes('json') ? JSON.parse(text) : text };
};
const machines = (): readonly HostMachine[] => now().parts.hosts?.machines ?? [];
const repair = (machine: HostMachine): void => {
  const stranger = machine.processes.listening(8080);
  if (stranger !== undefined) machine.kill(stranger.pid, 'TERM', now().now);
  machine.start(now().now, true);
};

test('the public address reports health, version and dependencies', async () => {
  const url = await served(frontHandler(view(), 'eventmesh-api'));
  expect(await ask(`${url}/healthz`)).toMatchObject({
    status: 200,
    body: { status: 'healthy', version: '0.1.0' },
  });
  expect((await ask(`${url}/api/v1/status`)).body).toEqual({
    status: 'healthy',
    version: '0.1.0',
    dependencies: { redis: 'available' },
  });
});

test('without a healthy host it returns 502; one repaired host serves all requests', async () => {
  const url = await served(frontHandler(view(), 'eventmesh-api'));
  model.injectEarlier('port-conflict', 'production');
  expect((await ask(`${url}/healthz`)).status).toBe(502);
  const [, second] = machines();
  if (second === undefined) throw new Error('no second machine');
  repair(second);
  await clock.advance(1000);
  expect(await ask(`${url}/healthz`)).toMatchObject({
    status: 200,
    body: { instance: second.instance.name },
  });
});

test("a machine's port is answered by the process that holds it", async () => {
  const [machine] = machines();
  if (machine === undefined) throw new Error('no machine');
  const url = await served(portHandler(view(), machine));
  expect((await ask(`${url}/healthz`)).status).toBe(200);
  model.injectEarlier('port-conflict', 'production');
  expect(await ask(`${url}/healthz`)).toMatchObject({
    status: 404,
    type: expect.stringContaining('text/html'),
  });
  repair(machine);
  await clock.advance(1000);
  expect((await ask(`${url}/healthz`)).status).toBe(200);
});
