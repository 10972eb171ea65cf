import { expect, test } from 'vitest';
import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { startActuatorServer } from '../../../src/simulator/servers/spring/actuator.ts';
import { actuator } from '../../../src/sources/actuator/index.ts';
import type { Operation } from '../../../src/sources/kit/contract/source.ts';
import { contractView } from '../../contract/rigs/simulator.ts';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { never, openSource } from '../open-source.ts';

/** Two instances, each a small simulated service, behind one source. */
const twoInstances = async () => {
  const views = [contractView(manualClock()), contractView(manualClock())] as const;
  const servers = await Promise.all(views.map((view) => startActuatorServer(view, 'bus-0')));
  const [a = '', b = ''] = servers.map((server) => server.url);
  const opened = await openSource(actuator, { service: 'bus', instances: { a, b } });
  const registries = views.map((view) => view.model.layout('test').instances[0]);
  return {
    urls: [a, b],
    breaker: opened.operation('breaker'),
    logger: opened.operation('logger'),
    setState: (index: number, state: 'CLOSED' | 'FORCED_OPEN' | 'DISABLED', name = 'broker') =>
      registries[index]?.breaker(name).forceState(state, 0),
    states: (name = 'broker') =>
      registries.map((registry) => (registry?.hasBreaker(name) ? registry.breaker(name).state : 'absent')),
    level: (index: number, name: string) => registries[index]?.loggers.read(name).configured,
    [Symbol.asyncDispose]: async () => {
      await opened.source.close();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
};

const acted = async (operation: Operation, plan: Plan): Promise<readonly ActEvent[]> => {
  const change = openChangeIo(manualClock());
  const events: ActEvent[] = [];
  for await (const event of operation.act(plan, change, never)) events.push(event);
  await change.close();
  return events;
};

longTest(
  'a circuit breaker is closed on every instance that has it, with one call each in the preview',
  async () => {
    await using fixture = await twoInstances();
    fixture.setState(0, 'FORCED_OPEN');
    fixture.setState(1, 'FORCED_OPEN');
    const plan = await fixture.breaker.plan({ name: 'broker', to: 'close' }, never);
    const lines = fixture.urls.map((url) => `POST ${url}/circuitbreakers/broker`);
    expect(plan).toMatchObject({
      use: 's.breaker',
      danger: 'disruptive',
      lost: expect.stringContaining('recorded calls'),
    });
    expect(plan.targets).toEqual(
      ['a', 'b'].map((name, index) => ({
        name: 'broker',
        uid: `${fixture.urls[index]}/circuitbreakers/broker`,
        saw: 'FORCED_OPEN',
        where: `${name} at ${fixture.urls[index]}`,
      })),
    );
    expect(plan.calls).toEqual(
      lines.map((line, target) => ({ line, target, body: '{"updateState":"CLOSE"}' })),
    );
    expect(await fixture.breaker.recheck(plan, never)).toBeUndefined();
    const events = await acted(fixture.breaker, plan);
    expect(events.filter((event) => event.is === 'answered')).toEqual(
      lines.map((line) => ({ is: 'answered', line, status: '200 OK', ok: true })),
    );
    expect(fixture.states()).toEqual(['CLOSED', 'CLOSED']);
    expect(fixture.breaker.undo?.(plan)).toEqual({
      use: 's.breaker',
      with: { name: 'broker', to: 'force-open', instance: ['a', 'b'] },
      title: 'Force open circuit breaker broker of a, b',
      pins: 'value',
    });
  },
);

longTest('an unknown circuit breaker is not applicable, and the request does not create it', async () => {
  await using fixture = await twoInstances();
  await expect(fixture.breaker.plan({ name: 'brocker', to: 'close' }, never)).rejects.toMatchObject({
    ending: 'not-applicable',
    message: 'no instance has a circuit breaker "brocker". Available: broker, spare',
  });
  expect(fixture.states('brocker')).toEqual(['absent', 'absent']);
});

test('a circuit breaker with control characters in its name is shown, but never addressed by the sanitized name', async () => {
  let body = '{"circuitBreakers":{"bro\\u001b[31mker":{"state":"OPEN"}}}';
  await using server = await localServer((_, response) => response.end(body));
  await using opened = await openSource(actuator, { service: 'bus', instances: { a: server.url } });
  const breaker = opened.operation('breaker');
  expect((await opened.read('breakers@a')).items).toMatchObject([{ name: 'broker', state: 'open' }]);
  const wantedParams = { name: 'broker', to: 'close' };
  await expect(breaker.plan(wantedParams, never)).rejects.toMatchObject({ ending: 'not-applicable' });

  const disguised = body;
  body = '{"circuitBreakers":{"broker":{"state":"OPEN"}}}';
  const plan = await breaker.plan(wantedParams, never);
  body = disguised;
  expect(await breaker.recheck(plan, never)).toMatchObject({ found: 'not found' });
});

test('only the instances that have it are called', async () => {
  await using fixture = await twoInstances();
  fixture.setState(1, 'FORCED_OPEN', 'odd/one name');
  const plan = await fixture.breaker.plan({ name: 'odd/one name', to: 'disable' }, never);
  expect(plan.calls.map((call) => call.line)).toEqual([
    `POST ${fixture.urls[1]}/circuitbreakers/odd%2Fone%20name`,
  ]);
  await acted(fixture.breaker, plan);
  expect(fixture.states('odd/one name')).toEqual(['absent', 'DISABLED']);
});

test('an instance may be selected; an unknown one is not applicable', async () => {
  await using fixture = await twoInstances();
  const plan = await fixture.breaker.plan({ name: 'broker', to: 'force-open', instance: 'b' }, never);
  expect(plan.reach?.share).toMatchObject({ part: 1, whole: 2 });
  await acted(fixture.breaker, plan);
  expect(fixture.states()).toEqual(['CLOSED', 'FORCED_OPEN']);
  await expect(
    fixture.breaker.plan({ name: 'broker', to: 'close', instance: 'c' }, never),
  ).rejects.toMatchObject({
    ending: 'not-applicable',
    message: 'no instance "c". Available: a, b',
  });
});

test('a state changed since the plan is a drift', async () => {
  await using fixture = await twoInstances();
  const plan = await fixture.breaker.plan({ name: 'broker', to: 'force-open' }, never);
  fixture.setState(1, 'DISABLED');
  expect(await fixture.breaker.recheck(plan, never)).toEqual({
    target: `broker of b at ${fixture.urls[1]}`,
    planned: 'CLOSED',
    found: 'DISABLED',
  });
});

const undos: readonly (readonly [string, readonly [string, string], string, object | undefined])[] = [
  ['back to closed', ['CLOSED', 'CLOSED'], 'force-open', { to: 'close', instance: ['a', 'b'] }],
  ['back to disabled', ['DISABLED', 'DISABLED'], 'close', { to: 'disable', instance: ['a', 'b'] }],
  ['only the changed one', ['CLOSED', 'DISABLED'], 'close', { to: 'disable', instance: ['b'] }],
  ['an open one can only be forced open', ['OPEN', 'CLOSED'], 'close', { to: 'force-open', instance: ['a'] }],
  ['not to half-open', ['HALF_OPEN', 'HALF_OPEN'], 'close', undefined],
  ['each to its own state', ['DISABLED', 'FORCED_OPEN'], 'close', { to: 'disable', instance: ['a'] }],
  ['not one that was open and is now forced open', ['OPEN', 'OPEN'], 'force-open', undefined],
  ['not if nothing was changed', ['CLOSED', 'CLOSED'], 'close', undefined],
];
test.each(undos)('undo: %s', async (_, [a, b], to, expected) => {
  await using opened = await openSource(actuator, {
    service: 'bus',
    instances: { a: 'http://a', b: 'http://b' },
  });
  const plan: Plan = {
    use: 's.breaker',
    danger: 'disruptive',
    targets: [],
    calls: [],
    objects: [],
    params: { name: 'broker', to },
    earlier: [
      { instance: 'a', word: a },
      { instance: 'b', word: b },
    ],
  };
  const undo = opened.operation('breaker').undo?.(plan);
  expect(undo?.with).toEqual(expected && { name: 'broker', ...expected });
  expect(undo?.and?.map((call) => call.with)).toEqual(
    a === 'DISABLED' && b === 'FORCED_OPEN'
      ? [{ name: 'broker', to: 'force-open', instance: ['b'] }]
      : undefined,
  );
  if (undo !== undefined && a === 'OPEN')
    expect(undo.title).toContain('was OPEN. Undo sets FORCED_OPEN, which a person must close');
});

test('when an instance cannot be read there is no plan, and the message says how to exclude it', async () => {
  const server = await startActuatorServer(contractView(manualClock()), 'bus-0');
  const instances = { a: server.url, b: 'http://127.0.0.1:1/actuator' };
  await using opened = await openSource(actuator, { service: 'bus', instances });
  const breaker = opened.operation('breaker');
  await expect(breaker.plan({ name: 'broker', to: 'close' }, never)).rejects.toMatchObject({
    ending: 'failed',
    message:
      'cannot read every instance: GET http://127.0.0.1:1/actuator/circuitbreakers: connection refused. To act on the reachable instances only, set instance: a',
  });
  const plan = await breaker.plan({ name: 'broker', to: 'close', instance: ['a'] }, never);
  expect(plan.targets).toHaveLength(1);
  await server.close();
  expect(await breaker.recheck(plan, never)).toMatchObject({
    found: expect.stringContaining('connection refused'),
  });
});

test('a failed call does not stop the others, and its unknown effect is reported', async () => {
  await using broken = await localServer((request, response) => {
    if (request.method === 'POST') request.socket.resetAndDestroy();
    else response.end('{"circuitBreakers":{"broker":{"state":"OPEN"}}}');
  });
  const server = await startActuatorServer(contractView(manualClock()), 'bus-0');
  await using opened = await openSource(actuator, {
    service: 'bus',
    instances: { a: broken.url, b: server.url },
  });
  const breaker = opened.operation('breaker');
  const plan = await breaker.plan({ name: 'broker', to: 'force-open' }, never);
  const answers = (await acted(breaker, plan)).filter((event) => event.is === 'answered');
  expect(answers).toMatchObject([
    {
      ok: false,
      status: expect.stringMatching(/connection reset. The request may have taken effect anyway$/),
    },
    { ok: true, status: '200 OK' },
  ]);
  await server.close();
});

test('a logger level is set and restored', async () => {
  await using fixture = await twoInstances();
  const { logger } = fixture;
  const plan = await logger.plan({ name: 'app.bus', level: 'DEBUG' }, never);
  expect(plan).toMatchObject({
    danger: 'safe',
    targets: [{ name: 'app.bus', saw: 'INFO (inherited)' }, { saw: 'INFO (inherited)' }],
    calls: [{ body: '{"configuredLevel":"DEBUG"}' }, {}],
  });
  expect(await logger.recheck(plan, never)).toBeUndefined();
  expect((await acted(logger, plan)).filter((event) => event.is === 'answered')).toMatchObject([
    { ok: true, status: '204 No Content' },
    { ok: true },
  ]);
  expect(fixture.level(0, 'app.bus')).toBe('DEBUG');
  expect(await logger.recheck(plan, never)).toMatchObject({ planned: 'INFO (inherited)', found: 'DEBUG' });

  const undo = logger.undo?.(plan);
  expect(undo).toEqual({
    use: 's.logger',
    with: { name: 'app.bus', level: null, instance: ['a', 'b'] },
    pins: 'value',
    title: 'Reset logger app.bus to the inherited level',
  });
  await acted(logger, await logger.plan(undo?.with ?? {}, never));
  expect(fixture.level(0, 'app.bus')).toBeUndefined();
  await expect(logger.plan({ name: 'no.such', level: 'INFO' }, never)).rejects.toMatchObject({
    ending: 'not-applicable',
    message: 'no instance has a logger "no.such": check the name in the log configuration of the service',
  });
});

test('with an identity mismatch at an address, nothing is planned there', async () => {
  const server = await startActuatorServer(contractView(manualClock()), 'bus-0');
  const identity = { path: '/info', json: { build: { name: 'orders' } } };
  await using opened = await openSource(actuator, { service: 'bus', url: server.url, identity });
  await expect(
    opened.operation('breaker').plan({ name: 'broker', to: 'close' }, never),
  ).rejects.toMatchObject({
    ending: 'failed',
    message: expect.stringContaining('build.name is "bus", expected "orders"'),
  });
  await server.close();
});

test('a temporary logger level plans its reset, whose undo leaves out instances that are gone', async () => {
  await using fixture = await twoInstances();
  const { logger } = fixture;
  const plan = await logger.plan({ name: 'app.bus', level: 'DEBUG', for: '15m' }, never);
  expect(plan.reset).toEqual({ afterMs: 900_000, leaves: 'DEBUG' });
  const undo = logger.undo?.(plan);
  expect(undo).toMatchObject({ with: { name: 'app.bus', level: null, skipMissing: true } });
  const whole = await logger.plan(undo?.with ?? {}, never);
  const gone = await logger.plan({ ...undo?.with, instance: ['a', 'z'] }, never);
  expect(gone.targets).toEqual(whole.targets.slice(0, 1));
  await expect(logger.plan({ name: 'app.bus', level: 'DEBUG', instance: ['a', 'z'] }, never)).rejects.toThrow(
    'no instance "z"',
  );
});

test.each([
  [{ level: 'DEBUG', for: '5s' }, 'not a duration between 10s and 1'],
  [{ level: 'DEBUG', for: '2d' }, 'not a duration between 10s and 1'],
  [
    { level: null, for: '15m' },
    'for: opsdeck cannot reset a level of null or FATAL automatically: choose another level, or remove for:',
  ],
  [
    { level: 'FATAL', for: '15m' },
    'for: opsdeck cannot reset a level of null or FATAL automatically: choose another level, or remove for:',
  ],
])('an automatic reset is refused for %j', async (values, why) => {
  await using fixture = await twoInstances();
  await expect(fixture.logger.plan({ name: 'app.bus', ...values }, never)).rejects.toThrow(why);
});
