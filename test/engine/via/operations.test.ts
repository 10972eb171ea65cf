import { expect, test } from 'vitest';
import type { Runbook } from '../../../src/domain/runbooks/runbook.ts';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { diagnoseStep } from '../../../src/engine/diagnose.ts';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import { createArming } from '../../../src/runs/context/arming.ts';
import { createExecutor } from '../../../src/runs/executor.ts';
import { actuator } from '../../../src/sources/actuator/index.ts';
import { http } from '../../../src/sources/http/index.ts';
import type { SourceModule } from '../../../src/sources/kit/contract/source.ts';
import { tempDir } from '../../persistence/ledger/entries.ts';
import { yes } from '../../runs/stage.ts';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';
import { type Environment, entry, openEnvironment, through } from './environment.ts';
import { tunnelTo } from './servers.ts';
import { end, type Tunnel } from './tunnel.ts';

const never = new AbortController().signal;
const spring = actuator as SourceModule;
const bus = entry(spring, 'bus', { service: 'bus', breakers: false, pools: false }, through);
const shop = entry(http as SourceModule, 'shop', { checks: [] }, through);

/** A service with loggers that can be set. */
const service = () =>
  localServer((request, response) => {
    if (request.method === 'POST') response.statusCode = 204;
    response.setHeader('content-type', 'application/json');
    response.end(request.method === 'POST' ? '' : '{"configuredLevel":"INFO","effectiveLevel":"INFO"}');
  });

const params = { name: 'ROOT', level: 'DEBUG' };

const planOf = async ({ engine }: Environment, given: Record<string, unknown> = params) => {
  const operation = engine.sources.get('bus')?.operations.find(({ name }) => name === 'logger');
  if (operation === undefined) throw new Error('no operation');
  return { operation, plan: await operation.plan(given, never) };
};

longTest('a plan looks up the pods and pins each target to its pod', async () => {
  await using server = await service();
  const tunnel = tunnelTo({ 'bus-0': server, 'bus-1': server });
  await using environment = await openEnvironment(tunnel, [bus]);
  const { operation, plan } = await planOf(environment);
  expect(plan.targets.map(({ uid, where }) => [uid, where])).toEqual([
    [
      'http://bus-0:8081/actuator/loggers/ROOT via bus-0 uid-of-bus-0',
      'bus-0 at http://bus-0:8081/actuator, through k8s deployment/shop',
    ],
    [
      'http://bus-1:8081/actuator/loggers/ROOT via bus-1 uid-of-bus-1',
      'bus-1 at http://bus-1:8081/actuator, through k8s deployment/shop',
    ],
  ]);
  expect(await operation.recheck(plan, never)).toBeUndefined();
});

test('the undo of a plan is no guess while its source is not open: it waits, or says so', async () => {
  await using server = await service();
  const tunnel = tunnelTo({ 'bus-0': server });
  await using before = await openEnvironment(tunnel, [bus]);
  const { plan } = await planOf(before);
  await using later = await openEnvironment(tunnel, [bus]);
  const source = later.engine.sources.get('bus');
  const operation = source?.operations.find(({ name }) => name === 'logger');
  expect(() => operation?.undo?.(plan)).toThrow('bus is not open through k8s deployment/shop');
  await source?.ready?.(never);
  expect(operation?.undo?.(plan)).toMatchObject({ use: 'bus.logger', with: { name: 'ROOT', level: 'INFO' } });
});

longTest('a restarted pod is not the planned one', async () => {
  await using server = await service();
  const tunnel = tunnelTo({ 'bus-0': server });
  await using environment = await openEnvironment(tunnel, [bus]);
  const { operation, plan } = await planOf(environment);
  tunnel.ends = [end('bus-0', 'another')];
  expect(await operation.recheck(plan, never)).toEqual({
    target: 'ROOT',
    planned: 'bus-0 uid-of-bus-0',
    found: 'bus-0 another',
  });
  tunnel.ends = [end('bus-9')];
  expect(await operation.recheck(plan, never)).toMatchObject({ found: 'the endpoint no longer exists' });
});

test('other pods may come and go after the plan', async () => {
  await using server = await service();
  const tunnel = tunnelTo({ 'bus-0': server, 'bus-1': server });
  await using environment = await openEnvironment(tunnel, [bus]);
  const { operation, plan } = await planOf(environment, { ...params, instance: 'bus-0' });
  tunnel.ends = [end('bus-0'), end('bus-2')];
  expect(await operation.recheck(plan, never)).toBeUndefined();
});

test('the target of an HTTP request is pinned to the pod behind the URL of its source', async () => {
  await using server = await service();
  const tunnel = tunnelTo({ 'shop-0': server });
  await using environment = await openEnvironment(tunnel, [shop]);
  const [request] = environment.engine.sources.get('shop')?.operations ?? [];
  expect(request?.danger({ method: 'GET', path: '/' })).toBe('read');
  expect(request?.danger({ method: 'POST', path: '/' })).toBe('as-step');
  const plan = await request?.plan({ method: 'POST', path: '/orders' }, never);
  expect(plan?.targets[0]?.uid).toBe('POST http://shop-0:8081/orders via shop-0 uid-of-shop-0');
});

test('a plan without a tunnel fails with the reason', async () => {
  const tunnel = tunnelTo({});
  await using environment = await openEnvironment(tunnel, [bus]);
  await expect(planOf(environment)).rejects.toThrow(
    'tunnel cut: k8s deployment/shop: no pod or container of the target is running: start one, or correct the target',
  );
});

const runbook: Runbook = {
  id: 'louder',
  title: 'Louder',
  covers: [],
  params: [],
  diagnose: [],
  act: [{ id: 'a1', title: 'Louder', use: 'bus.logger', with: params }],
  verify: 'none',
  position: { file: 'toys.yaml', line: 1, col: 1 },
};

/** An executor that uses the engine's tunnels for calls of a source. */
const openExecutor = async ({ engine, clock, profile, counted }: Environment) => {
  const dir = await tempDir();
  const ledger = await openLedger(dir.path);
  const straight = openChangeIo(clock);
  const opened = [straight];
  const executor = createExecutor({
    engine,
    change: straight,
    changeOf: (source) => {
      const io = openChangeIo(clock, engine.routeTo(source));
      opened.push(io);
      return { ...io, send: (request, signal) => counted(io.send(request, signal)) };
    },
    ledger: { path: ledger.path, append: (entry) => counted(ledger.append(entry)) },
    arming: createArming(profile.guard, profile.tier, clock),
    clock,
    who: { user: 'ana', host: 'vm-1', pid: 4711 },
    newId: () => 'run-1',
    mask: (text) => text,
    modules: [spring],
  });
  return {
    run: async (between: () => void = () => {}, what = runbook): Promise<readonly RunEvent[]> => {
      const proposal = await executor.propose({ runbook: what, params: {} }, never);
      between();
      const events: RunEvent[] = [];
      for await (const event of executor.execute(proposal, yes(proposal), never)) events.push(event);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((io) => io.close()));
      await dir[Symbol.asyncDispose]();
    },
  };
};

const withTunnel = async (
  work: (tunnel: Tunnel, run: Awaited<ReturnType<typeof openExecutor>>['run']) => Promise<void>,
): Promise<readonly string[]> => {
  await using server = await service();
  const tunnel = tunnelTo({ 'bus-0': server });
  await using environment = await openEnvironment(tunnel, [bus]);
  await using executor = await openExecutor(environment);
  await work(tunnel, executor.run);
  return server.asked.filter((line) => line.startsWith('POST'));
};

longTest('an action and its undo use the tunnel of their source', async () => {
  const sent = await withTunnel(async (_, run) => {
    const events = await run();
    expect(events.at(-1)).toMatchObject({ event: 'ended', ending: 'recovered' });
    expect(events.at(-1)).toHaveProperty('undo.0.with', { name: 'ROOT', level: 'INFO', instance: ['bus-0'] });
  });
  expect(sent).toEqual(['POST /actuator/loggers/ROOT']);
});

test('nothing is sent to a pod that was restarted between preview and confirmation', async () => {
  const sent = await withTunnel(async (tunnel, run) => {
    const events = await run(() => {
      tunnel.ends = [end('bus-0', 'another')];
    });
    expect(events.at(-1)).toMatchObject({
      ending: 'forbidden',
      why: 'ROOT has changed since planning: planned for bus-0 uid-of-bus-0, now bus-0 another. Plan the run again',
    });
  });
  expect(sent).toEqual([]);
});

test('nothing is sent when the tunnel fails between preview and confirmation', async () => {
  const sent = await withTunnel(async (tunnel, run) => {
    const events = await run(tunnel.cut);
    expect(events.at(-1)).toMatchObject({ event: 'ended', ending: 'forbidden' });
    expect(JSON.stringify(events.at(-1))).toContain('tunnel cut');
  });
  expect(sent).toEqual([]);
});

longTest('a verification reads the pods that exist after the action, not those before it', async () => {
  const tunnel = tunnelTo({});
  await using server = await localServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"status":"UP"}');
    if (request.method === 'POST') tunnel.ends = [end('bus-1')];
  });
  tunnel.ends = [end('bus-0')];
  for (const name of ['bus-0', 'bus-1']) tunnel.leads.set(name, server.port);
  const checks = [{ service: 'shop', path: '/health' }];
  const checked = entry(http as SourceModule, 'shop', { checks }, through);
  await using environment = await openEnvironment(tunnel, [checked]);
  await using executor = await openExecutor(environment);
  const restart: Runbook = {
    ...runbook,
    act: [
      {
        id: 'a1',
        title: 'Restart',
        use: 'shop.request',
        danger: 'disruptive',
        with: { method: 'POST', path: '/restart' },
      },
    ],
    verify: [
      {
        id: 'v1',
        title: 'It is up',
        that: 'all(health[instance = "bus-1"] | status = up)',
        withinMs: 20_000,
        forMs: 1000,
      },
    ],
  };
  const running = executor.run(() => {}, restart);
  let over = false;
  void running.then(() => {
    over = true;
  });
  while (!over) await environment.pass(250);
  expect((await running).at(-1)).toMatchObject({ event: 'ended', ending: 'recovered' });
});

test('a diagnose step uses the tunnel as well', async () => {
  await using server = await service();
  const tunnel = tunnelTo({ 'bus-0': server });
  await using environment = await openEnvironment(tunnel, [shop, bus]);
  const { engine, clock } = environment;
  const openIo = (options?: Parameters<typeof openReadIo>[1]) => openReadIo(clock, options);
  const request = { id: 'd1', title: '', use: 'shop.request', with: { method: 'GET', path: '/orders' } };
  const stepDiagnosis = await diagnoseStep(request, {}, { engine, openIo, clock }, never);
  expect(stepDiagnosis.faults).toEqual([]);
  expect(stepDiagnosis.lines).toContain('GET http://bus-0:8081/orders → 200 OK');
  const feed = await diagnoseStep(
    { id: 'd2', title: '', use: 'bus.health' },
    {},
    { engine, openIo, clock },
    never,
  );
  expect(feed.lines).toHaveLength(1);
});

test('a permission check uses the tunnel as well, with the plan without its pins', async () => {
  await using server = await service();
  const questions: unknown[] = [];
  const asking = {
    ...spring,
    open: async (...given: Parameters<typeof spring.open>) => {
      const source = await spring.open(...given);
      return {
        ...source,
        operations: source.operations.map((operation) => ({
          ...operation,
          permits: async (plan: { readonly targets: readonly { readonly uid: string }[] }) => {
            questions.push(plan.targets.map(({ uid }) => uid));
            return { allowed: false as const, why: 'not with these rights' };
          },
        })),
      };
    },
  } as SourceModule;
  const guarded = entry(asking, 'bus', { service: 'bus', breakers: false, pools: false }, through);
  const tunnel = tunnelTo({ 'bus-0': server });
  await using environment = await openEnvironment(tunnel, [guarded], { modules: [tunnel.module, asking] });
  const { operation, plan } = await planOf(environment);
  expect(await operation.permits?.(plan, never)).toEqual({ allowed: false, why: 'not with these rights' });
  expect(questions).toEqual([['http://bus-0:8081/actuator/loggers/ROOT']]);
});

test('an operation without a permission check reports that through the tunnel', async () => {
  await using server = await service();
  await using environment = await openEnvironment(tunnelTo({ 'bus-0': server }), [bus]);
  const { operation, plan } = await planOf(environment);
  expect(await operation.permits?.(plan, never)).toEqual({
    allowed: 'unknown',
    why: `opsdeck cannot check in advance whether the login may run ${plan.use}`,
  });
});
