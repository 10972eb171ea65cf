import { expect, test } from 'vitest';
import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { type Handler, serve } from '../../../src/simulator/servers/http/http-server.ts';
import { pagerdutyHandler } from '../../../src/simulator/servers/pagerduty/api.ts';
import { pagerduty } from '../../../src/sources/pagerduty/index.ts';
import { incidentsForTests } from '../../contract/rigs/pagerduty.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';

const { signal } = new AbortController();

const acting = { from: 'ana@example.com', events: { routingKey: 'a-routing-key-of-the-test' } };

/** An account of the test, and a function that plans and carries out an operation on it. */
const opened = async (
  more: Readonly<Record<string, unknown>> = acting,
  wrap: (handler: Handler) => Handler = (handler) => handler,
) => {
  const clock = manualClock();
  const store = incidentsForTests(clock);
  const questions: string[] = [];
  const handler = wrap(pagerdutyHandler(store));
  const server = await serve((ask) => {
    questions.push(`${ask.method} ${ask.rawPath}`);
    return handler(ask);
  }, clock);
  const config = pagerduty.config.parse({
    url: server.url,
    token: 'a-token-of-the-test',
    ...withEventsAt(server.url, more),
  });
  const source = await pagerduty.open({ id: 'pd', env: 'test', signals: [], config }, openReadIo(clock));
  const change = openChangeIo(clock);
  const operation = (name: string) => {
    const found = source.operations.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no operation ${name}`);
    return found;
  };
  const plan = (name: string, params: Readonly<Record<string, unknown>>) =>
    operation(name).plan(params, signal);
  return {
    store,
    asked: questions,
    source,
    operation,
    plan,
    run: async (name: string, params: Readonly<Record<string, unknown>>): Promise<readonly ActEvent[]> => {
      const planned = await plan(name, params);
      expect(await operation(name).recheck(planned, signal)).toBeUndefined();
      const events: ActEvent[] = [];
      for await (const event of operation(name).act(planned, change, signal)) events.push(event);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await change.close();
      await source.close();
      await server.close();
    },
  };
};

/** Events go to the server of the test. */
const withEventsAt = (url: string, { events, ...more }: Readonly<Record<string, unknown>>) => ({
  ...more,
  ...(typeof events === 'object' ? { events: { ...events, url } } : {}),
});

const statuses = ({ store }: Awaited<ReturnType<typeof opened>>) =>
  store.incidents.map(({ status }) => status);

test('acknowledge changes the triggered ones of a list, and reads them again', async () => {
  await using it = await opened();
  const plan = await it.plan('acknowledge', { incident: ['1001', '#1002', 1003] });
  expect(plan).toMatchObject({
    danger: 'safe',
    changes: ['#1001: triggered → acknowledged', '#1003: triggered → acknowledged'],
  });
  const events = await it.run('acknowledge', { incident: ['1001', '#1002', 1003] });
  expect(statuses(it)).toEqual(['acknowledged', 'acknowledged', 'acknowledged', 'resolved']);
  expect(events.flatMap((event) => (event.is === 'output' ? [event.text] : []))).toEqual([
    expect.stringContaining('#1001 Payments fail · acknowledged'),
    expect.stringContaining('#1003 Report is late · acknowledged'),
  ]);
});

test('what is acknowledged or resolved already needs no operation', async () => {
  await using it = await opened();
  await expect(it.plan('acknowledge', { incident: 1002 })).rejects.toThrow('#1002 is acknowledged already');
  await expect(it.plan('resolve', { incident: 1004 })).rejects.toThrow('#1004 is resolved already');
  await expect(it.plan('resolve', { incident: 4711 })).rejects.toThrow('answered 404 Not Found: Not Found');
});

test('an incident that another person has resolved since the plan is drift', async () => {
  await using it = await opened();
  const plan = await it.plan('acknowledge', { incident: 1001 });
  const first = it.store.find('1001');
  if (first !== undefined) it.store.setStatus(first, 'resolved', { id: 'P', summary: 'Ben', email: '' });
  expect(await it.operation('acknowledge').recheck(plan, signal)).toEqual({
    target: '#1001',
    planned: 'triggered',
    found: 'resolved',
  });
});

test('resolve ends incidents; a note is added and read back by its count', async () => {
  await using it = await opened();
  await it.run('note', { incident: 1001, text: 'The provider has been called.' });
  const events = await it.run('notes', { incident: 1001 });
  expect(events).toContainEqual({
    is: 'found',
    found: {
      json: { count: 1, last: 'The provider has been called.' },
      text: 'The provider has been called.',
    },
  });
  await it.run('resolve', { incident: [1001, 1002] });
  expect(statuses(it)).toEqual(['resolved', 'resolved', 'triggered', 'resolved']);
});

test('trigger creates one incident for its key; undo resolves it by the key that PagerDuty returned', async () => {
  await using it = await opened();
  const event = { key: 'checkout-down', summary: 'Checkout is down', affected: 'checkout' };
  const plan = await it.plan('trigger', event);
  expect(plan.danger).toBe('disruptive');
  expect(JSON.stringify(plan)).not.toContain('a-routing-key-of-the-test');
  const events = await it.run('trigger', event);
  expect(JSON.stringify(events)).not.toContain('a-routing-key-of-the-test');
  expect(events).toContainEqual({ is: 'made', key: 'event', value: 'checkout-down' });
  expect(it.store.incidents.at(-1)).toMatchObject({ title: 'Checkout is down', status: 'triggered' });
  await expect(it.plan('trigger', event)).rejects.toThrow(
    '#1005 triggered is open for the key checkout-down',
  );
  expect(it.operation('trigger').undo?.(plan)).toMatchObject({ use: 'pd.resolveEvent' });
  expect(await it.run('incidentsOf', { key: 'checkout-down' })).toContainEqual({
    is: 'found',
    found: { json: { open: 1, triggered: 1 }, text: '#1005 triggered' },
  });
  await it.run('resolveEvent', { key: 'checkout-down' });
  expect(it.store.incidents.at(-1)?.status).toBe('resolved');
  await expect(it.plan('resolveEvent', { key: 'checkout-down' })).rejects.toThrow(
    'no incident is open for the key checkout-down',
  );
});

test('without from or an integration the operations do not apply, and doctor says so', async () => {
  await using it = await opened({});
  await expect(it.plan('acknowledge', { incident: 1001 })).rejects.toThrow(
    'PagerDuty acts in the name of a user: set from of pd to the email address of a user',
  );
  await expect(it.plan('trigger', { key: 'k', summary: 's', affected: 'a' })).rejects.toThrow(
    'set events: { routingKey } of pd',
  );
  const findings = (await it.source.doctor?.(signal)) ?? [];
  expect(findings.filter(({ ok }) => !ok).map(({ what }) => what)).toEqual([
    'the operations acknowledge, resolve and note are off, because PagerDuty needs a user who acts',
  ]);
});

test('a refused change says why and that nothing happened; a lost response, that it may have', async () => {
  const answering =
    (answer: ReturnType<Handler>) =>
    (handler: Handler): Handler =>
    (ask) =>
      ask.method === 'PUT' ? answer : handler(ask);
  const refusal = {
    status: 400,
    json: { error: { message: 'Invalid Input Provided', code: 2001, errors: ['Requester User Not Found'] } },
  };
  await using refused = await opened(acting, answering(refusal));
  const [, answer] = await refused.run('acknowledge', { incident: 1001 });
  expect(answer).toMatchObject({
    ok: false,
    status: expect.stringMatching(/Invalid Input Provided: Requester User Not Found$/),
  });
  await using lost = await opened(acting, answering('cut'));
  const [, unknown] = await lost.run('acknowledge', { incident: 1001 });
  expect(unknown).toMatchObject({
    ok: false,
    status: expect.stringContaining('may have taken effect anyway'),
  });
});

test('requests carry the token, the version and the user. The rate limit of the API is honored', async () => {
  const clock = manualClock();
  await using server = await localServer((_, response) => {
    response.writeHead(429, { 'content-type': 'application/json', 'ratelimit-reset': '42' });
    response.end('{"error":{"message":"Rate Limit Exceeded","code":2020}}');
  });
  const config = pagerduty.config.parse({
    url: server.url,
    token: 'a-token-of-the-test',
    from: 'ana@example.com',
  });
  const source = await pagerduty.open({ id: 'pd', env: 'test', signals: [], config }, openReadIo(clock));
  const reading = await source.feeds[0]?.read(signal);
  expect(reading?.faults).toMatchObject([{ kind: 'throttled', retryAfterMs: 42_000 }]);
  expect(server.headers[0]).toMatchObject({
    authorization: 'Token token=a-token-of-the-test',
    accept: 'application/vnd.pagerduty+json;version=2',
    from: 'ana@example.com',
  });
  expect(server.asked[0]).toBe(
    'GET /incidents?statuses[]=triggered&statuses[]=acknowledged&limit=100&offset=0',
  );
  await source.close();
});

test('a list longer than a page is read to its end', async () => {
  await using it = await opened();
  const { service, urgency } = it.store.incidents[0] ?? {};
  if (service === undefined || urgency === undefined) throw new Error('no incident');
  for (let index = 0; index < 150; index += 1)
    it.store.create({ title: `Incident ${index}`, service, urgency });
  const reading = await it.source.feeds[0]?.read(signal);
  expect(reading?.items).toHaveLength(153);
  expect(it.asked.filter((line) => line === 'GET /incidents')).toHaveLength(2);
});

test('a key without a right: doctor names the scope of each list, and a refused change that of the change', async () => {
  const denied: Handler = () => ({
    status: 403,
    json: { error: { message: 'Access Denied', code: 2010 } },
  });
  await using reader = await opened(
    acting,
    (handler) => (ask) =>
      ask.path[0] === 'oncalls' || ask.path[0] === 'services' ? denied(ask) : handler(ask),
  );
  const findings = (await reader.source.doctor?.(signal)) ?? [];
  expect(findings.filter(({ ok }) => !ok)).toMatchObject([
    {
      what: expect.stringContaining('Access Denied'),
      remedy: expect.stringMatching(/the scope oncalls\.read$/),
    },
    {
      what: expect.stringContaining('Access Denied'),
      remedy: expect.stringMatching(/the scope services\.read$/),
    },
  ]);
  await using changer = await opened(
    acting,
    (handler) => (ask) => (ask.method === 'GET' ? handler(ask) : denied(ask)),
  );
  const events = await changer.run('acknowledge', { incident: 1001 });
  expect(events).toContainEqual(
    expect.objectContaining({
      is: 'answered',
      ok: false,
      status: expect.stringMatching(/Access Denied.*not read-only, or the scope incidents\.write/),
    }),
  );
  expect(statuses(changer)[0]).toBe('triggered');
});
