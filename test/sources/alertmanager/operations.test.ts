import { expect, test } from 'vitest';
import { expireOperation } from '../../../src/sources/alertmanager/expire-operation.ts';
import { silenceOperation } from '../../../src/sources/alertmanager/silence-operation.ts';
import { openFixture, type Replies, wireAlert, wireSilence } from './fixture.ts';

const never = new AbortController().signal;
const wantedParams = {
  alert: 'Slow',
  matchers: { service: '~a|b', job: '!x' },
  for: '2h',
  reason: 'moving it',
};
const alertsAre =
  (...alerts: readonly unknown[]): Replies =>
  (call) =>
    call === 'GET /api/v2/alerts' ? { body: alerts } : undefined;

test('a plan reads the affected alerts, and shows the exact call', async () => {
  const questions: (readonly string[])[] = [];
  await using fixture = await openFixture((_, filters) => {
    questions.push(filters);
    return { body: [wireAlert('Slow', { service: 'a' }), wireAlert('Slow', { service: 'b' })] };
  });
  const plan = await fixture.operation('silence').plan(wantedParams, never);
  expect(questions).toEqual([['alertname="Slow"', 'service=~"a|b"', 'job!="x"']]);
  expect(plan).toMatchObject({
    use: 'am.silence',
    danger: 'safe',
    targets: [{ name: 'Slow', saw: 'matches Slow', where: fixture.server.url }],
    objects: [
      '2 alerts match alertname="Slow", service=~"a|b", job!="x" now',
      'Slow (firing) service=a',
      'Slow (firing) service=b',
    ],
  });
  expect(plan.calls).toEqual([
    {
      line: `POST ${fixture.server.url}/api/v2/silences`,
      target: 0,
      body: JSON.stringify({
        matchers: [
          { name: 'alertname', value: 'Slow', isRegex: false, isEqual: true },
          { name: 'service', value: 'a|b', isRegex: true, isEqual: true },
          { name: 'job', value: 'x', isRegex: false, isEqual: false },
        ],
        startsAt: '2026-03-04T10:14:07.000Z',
        endsAt: '2026-03-04T12:15:07.000Z',
        createdBy: 'opsdeck',
        comment: 'moving it',
      }),
    },
  ]);
  expect(fixture.sent).toEqual([]);
});

test('its target is named after the alert, else the alert in its matchers, else the matchers', async () => {
  await using fixture = await openFixture(alertsAre(wireAlert('Slow'), wireAlert('Full'), wireAlert('Slow')));
  const named = async (matchers: Record<string, string>) =>
    (await fixture.operation('silence').plan({ matchers, for: '1h', reason: 'x' }, never)).targets[0];
  expect(await named({ alertname: 'Slow' })).toMatchObject({ name: 'Slow', saw: 'matches Full, Slow' });
  expect(await named({ team: 'ops' })).toMatchObject({ name: 'team="ops"' });
  expect(await named({ alertname: '~Sl.*' })).toMatchObject({ name: 'alertname=~"Sl.*"' });
});

test('without affected alerts it is refused, unless future alerts are intended', async () => {
  await using fixture = await openFixture(alertsAre());
  const { plan } = fixture.operation('silence');
  await expect(plan(wantedParams, never)).rejects.toMatchObject({
    ending: 'not-applicable',
    message: expect.stringContaining('no alert matches alertname="Slow"'),
  });
  expect((await plan({ ...wantedParams, anyway: true }, never)).targets).toMatchObject([
    { saw: 'no alert that fires now matches this silence' },
  ]);
});

test('a matcher for everything is refused before any request', async () => {
  await using fixture = await openFixture(alertsAre(wireAlert('Slow')));
  const params = { matchers: { alertname: '~.+', job: '!x' }, for: '1h', reason: 'peace', anyway: true };
  await expect(fixture.operation('silence').plan(params, never)).rejects.toMatchObject({
    ending: 'not-applicable',
    message: expect.stringContaining('may silence every alert'),
  });
  expect(fixture.server.asked).toEqual([]);
});

test('unreadable alerts, or a pattern that Alertmanager rejects, prevent a plan', async () => {
  await using fixture = await openFixture(() => ({ status: 400, body: 'bad regexp' }));
  await expect(fixture.operation('silence').plan(wantedParams, never)).rejects.toMatchObject({
    ending: 'failed',
    message: expect.stringContaining('answered 400 Bad Request: bad regexp'),
  });
});

test('other alert names than planned are a drift; more alerts of the same name are not', async () => {
  const alerts = [wireAlert('Slow')];
  await using fixture = await openFixture((call) => alertsAre(...alerts)(call, []));
  const { plan, recheck } = fixture.operation('silence');
  const planned = await plan(wantedParams, never);
  alerts.push(wireAlert('Slow', { service: 'b' }));
  expect(await recheck(planned, never)).toBeUndefined();
  alerts.push(wireAlert('Full'));
  expect(await recheck(planned, never)).toEqual({
    target: 'Slow',
    planned: 'matches Slow',
    found: 'matches Full, Slow',
  });
});

test.each([
  ['active', 'active until 2026-03-04T12:15:07.000Z · by ana · moving it · id s1'],
  ['pending', expect.stringContaining('the clock of Alertmanager is behind the local clock')],
])('the result contains the new id and the state %s', async (state, text) => {
  await using fixture = await openFixture((call) => {
    if (call === 'GET /api/v2/alerts') return { body: [wireAlert('Slow')] };
    if (call === 'POST /api/v2/silences') return { body: { silenceID: 's1' } };
    return { body: wireSilence('s1', [['alertname', 'Slow']], { status: { state } }) };
  });
  const operation = fixture.operation('silence');
  const plan = await operation.plan(wantedParams, never);
  const line = `POST ${fixture.server.url}/api/v2/silences`;
  expect(await fixture.act(plan)).toEqual([
    { is: 'call', line },
    { is: 'answered', line, status: '200 OK', ok: true },
    { is: 'made', key: 'silence', value: 's1' },
    { is: 'output', text },
  ]);
  expect(fixture.sent).toEqual([plan.calls[0]?.body]);
  expect(operation.undo?.(plan)).toEqual({
    use: 'am.expire',
    with: { id: '${made.silence}' },
    pins: 'gone',
    title: 'Expire the silence of Slow',
  });
});

test('a rejected request has created nothing; a response without an id has no undo', async () => {
  let refuse = true;
  await using fixture = await openFixture((call) => {
    if (call === 'GET /api/v2/alerts') return { body: [wireAlert('Slow')] };
    return refuse ? { status: 400, body: "end time can't be in the past" } : { body: 'not an object' };
  });
  const plan = await fixture.operation('silence').plan(wantedParams, never);
  const events = await fixture.act(plan);
  expect(events.map(({ is }) => is)).toEqual(['call', 'answered']);
  expect(events[1]).toMatchObject({
    ok: false,
    status: "answered 400 Bad Request: end time can't be in the past",
  });
  refuse = false;
  expect(await fixture.act(plan)).toMatchObject([
    { is: 'call' },
    { is: 'answered', ok: true },
    { is: 'output', text: expect.stringContaining('the response has no id') },
  ]);
});

const silences = [
  wireSilence('s1', [
    ['alertname', 'Slow'],
    ['service', 'a|b', true],
    ['job', '~x', false, false],
  ]),
  wireSilence('s2', [['alertname', 'Slow']], { status: { state: 'pending' } }),
  wireSilence('s3', [['alertname', 'Slow']], { status: { state: 'expired' } }),
  wireSilence('s4', [['alertname', 'Slo.*', true]]),
  wireSilence('s5', [['team', 'ops']], { comment: '', createdBy: '' }),
  wireSilence('s6', [
    ['team', 'ops'],
    ['team', 'x', true, false],
  ]),
];
const known: Replies = (call) => {
  if (call === 'GET /api/v2/silences') return { body: silences };
  const index = /^(GET|DELETE) \/api\/v2\/silence\/s(\d)$/.exec(call);
  return index === null ? undefined : { body: silences[Number(index[2]) - 1] };
};

test('expire by id: the silence is shown, and the undo recreates it for its remaining time', async () => {
  await using fixture = await openFixture(known);
  const operation = fixture.operation('expire');
  const plan = await operation.plan({ id: 's1' }, never);
  expect(plan).toMatchObject({
    targets: [{ name: 'Slow', saw: 'active until 2026-03-04T12:15:07.000Z' }],
    calls: [{ line: `DELETE ${fixture.server.url}/api/v2/silence/s1`, target: 0 }],
    objects: [
      expect.stringMatching(/^silence of alertname="Slow", service=~"a\|b", job!="~x": active until/),
    ],
  });
  const back = operation.undo?.(plan);
  expect(back).toEqual({
    use: 'am.silence',
    pins: 'nothing',
    title: 'Restore the silence of Slow until 2026-03-04T12:15:07.000Z',
    with: {
      matchers: { alertname: 'Slow', service: '~a|b', job: '!~x' },
      until: '2026-03-04T12:15:07.000Z',
      reason: 'moving it',
      by: 'ana',
      anyway: true,
    },
  });
  expect(silenceOperation.params.safeParse(back?.with).success).toBe(true);
});

test('expire by alert: every active or pending silence that names it, and no other', async () => {
  await using fixture = await openFixture(known);
  const operation = fixture.operation('expire');
  const plan = await operation.plan({ alert: 'Slow' }, never);
  expect(plan.calls.map(({ line }) => line.split('/').at(-1))).toEqual(['s1', 's2']);
  expect(operation.undo?.(plan)).toMatchObject({ with: { until: '2026-03-04T12:15:07.000Z' } });
  expect(operation.undo?.(plan), 'one that is still to come is not made again').not.toHaveProperty('and');
  expect(plan.lost).toBe('the silence of alertname="Slow", which opsdeck cannot recreate');
  const events = await fixture.act(plan);
  expect(events.filter(({ is }) => is === 'answered')).toHaveLength(2);
  await expect(operation.plan({ alert: 'Full' }, never)).rejects.toMatchObject({ ending: 'not-applicable' });
});

test.each([
  ['s3', 'silence s3 has already expired, so there is nothing to expire'],
  ['s9', 'silence s9 not found: choose another silence'],
])('an expired silence cannot be expired: %s', async (id, message) => {
  await using fixture = await openFixture((call, filters) =>
    call.endsWith('/s9') ? undefined : known(call, filters),
  );
  await expect(fixture.operation('expire').plan({ id }, never)).rejects.toMatchObject({
    ending: 'not-applicable',
    message,
  });
});

test('the undo of a silence without a comment adds one; two matchers of one label cannot be undone', async () => {
  await using fixture = await openFixture(known);
  const operation = fixture.operation('expire');
  expect(operation.undo?.(await operation.plan({ id: 's5' }, never))?.with).toMatchObject({
    reason: 'restored',
    by: 'opsdeck',
  });
  expect(operation.undo?.(await operation.plan({ id: 's6' }, never))).toBeUndefined();
});

test('a silence that expired or changed since the plan is a drift', async () => {
  let now: unknown = silences[0];
  await using fixture = await openFixture((call) =>
    call.startsWith('GET') && now !== undefined ? { body: now } : undefined,
  );
  const { plan, recheck } = fixture.operation('expire');
  const planned = await plan({ id: 's1' }, never);
  expect(await recheck(planned, never)).toBeUndefined();
  now = wireSilence('s1', [['alertname', 'Slow']], { status: { state: 'expired' } });
  expect(await recheck(planned, never)).toMatchObject({ target: 'Slow', found: 'expired' });
  now = undefined;
  expect(await recheck(planned, never)).toMatchObject({ found: 'not found' });
});

test.each([
  [silenceOperation.params, { for: '1h', reason: 'x' }],
  [silenceOperation.params, { alert: 'A', matchers: {}, for: '1h' }],
  [silenceOperation.params, { alert: 'A', for: '1h', reason: '  ' }],
  [silenceOperation.params, { alert: 'A', for: '0s', reason: 'x' }],
  [silenceOperation.params, { alert: 'A', for: 3600, reason: 'x' }],
  [silenceOperation.params, { matchers: {}, for: '1h', reason: 'x' }],
  [silenceOperation.params, { matchers: { '': 'x' }, for: '1h', reason: 'x' }],
  [expireOperation.params, {}],
  [expireOperation.params, { id: 'a', alert: 'b' }],
  [expireOperation.params, { id: [] }],
])('%#: %j is refused', (schema, params) => {
  expect(schema.safeParse(params).success).toBe(false);
});
