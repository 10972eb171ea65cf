import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../src/simulator/servers/alertmanager/alerts.ts';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { type ManualClock, manualClock, withoutDelays } from '../support/manual-clock.ts';
import { valueAt } from './ask.ts';
import { differences, shapeOf } from './support-shape.ts';

let clock: ManualClock;
let simulator: RunningSimulator;
beforeEach(async () => {
  clock = manualClock();
  simulator = await startSimulator('trading', { clock: withoutDelays(clock), incident: 'high-latency' });
});
afterEach(() => simulator.close());

const call = async (path: string, method = 'GET', body?: unknown, type = 'application/json') => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const init = body === undefined ? { method } : { method, body: text, headers: { 'Content-Type': type } };
  const answer = await fetch(`${simulator.vars('production')['world.alertmanager']}${path}`, init);
  const responseText = await answer.text();
  return {
    status: answer.status,
    body: responseText === '' || !/^[[{"]/.test(responseText) ? responseText : JSON.parse(responseText),
  };
};
const recorded = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(`test/recordings/alertmanager-0.25/${name}.json`, 'utf8'));

const at = (minutes: number): string => new Date(clock.now() + minutes * 60_000).toISOString();
const silence = (more: Readonly<Record<string, unknown>> = {}) => ({
  matchers: [{ name: 'alertname', value: 'CriticalAPILatencyP99', isRegex: false }],
  startsAt: at(-1),
  endsAt: at(60),
  createdBy: 'opsdeck',
  comment: 'rehearsed',
  ...more,
});
const made = async (more = {}): Promise<string> =>
  String(valueAt((await call('/api/v2/silences', 'POST', silence(more))).body, 'silenceID'));

/** Every alert as `name state: silenced?, inhibited?`. */
const seen = async (query = ''): Promise<readonly string[]> => {
  const { body } = await call(`/api/v2/alerts${query}`);
  return [body]
    .flat()
    .map((alert) => {
      const count = (of: string): number => [valueAt(alert, 'status', of)].flat().length;
      const name = valueAt(alert, 'labels', 'alertname');
      return `${name} ${valueAt(alert, 'status', 'state')} ${count('silencedBy')} ${count('inhibitedBy')}`;
    })
    .sort();
};

const critical = 'CriticalAPILatencyP99 active 0 0';
const warning = 'HighAPILatencyP95 suppressed 0 1';
const pool = 'DatabaseConnectionPoolExhaustion suppressed 0 1';

describe('alerts', () => {
  test('lists firing alerts; a critical alert inhibits the warnings of its job', async () => {
    expect(await seen()).toEqual([critical, pool, warning]);
  });

  test.each([
    ['?inhibited=false', [critical]],
    ['?active=false', [pool, warning]],
    ['?active=maybe', [pool, warning]],
    ['?filter=alertname%3DHighAPILatencyP95', [warning]],
    ['?filter=severity%3D~%22warn.*%22&filter=alertname!%3D%22HighAPILatencyP95%22', [pool]],
    ['?receiver=absent', []],
  ])('are filtered by %s', async (query, found) => {
    expect(await seen(query)).toEqual(found);
  });

  test('have the fingerprint of the real server', async () => {
    const [first] = [await recorded('alerts-active')].flat();
    const labels = Object.entries(Object(valueAt(first, 'labels'))).map(([k, v]) => [k, String(v)] as const);
    expect(fingerprintOf(Object.fromEntries(labels))).toBe(valueAt(first, 'fingerprint'));
  });
});

describe('silences', () => {
  test('suppress matching alerts until they end', async () => {
    const id = await made();
    expect(await seen()).toContain('CriticalAPILatencyP99 suppressed 1 0');
    expect(await seen('?silenced=false&inhibited=false')).toEqual([]);
    expect((await call(`/api/v2/silence/${id}`, 'DELETE')).status).toBe(200);
    expect(await seen()).toEqual([critical, pool, warning]);
    expect(valueAt((await call(`/api/v2/silence/${id}`)).body, 'status', 'state')).toBe('expired');
    expect((await call(`/api/v2/silence/${id}`, 'DELETE')).status).toBe(200);
  });

  test('are pending before they start, and expire', async () => {
    const id = await made({ startsAt: at(1), endsAt: at(2) });
    const state = async () => valueAt((await call(`/api/v2/silence/${id}`)).body, 'status', 'state');
    expect(await state()).toBe('pending');
    await clock.advance(61_000);
    expect(await state()).toBe('active');
    await clock.advance(60_000);
    expect(await state()).toBe('expired');
  });

  test('keep their id while the matchers stay, and get a new one for other matchers', async () => {
    const id = await made();
    const startsAt = valueAt((await call(`/api/v2/silence/${id}`)).body, 'startsAt');
    expect(await made({ id, startsAt, endsAt: at(90) })).toBe(id);
    const other = await made({ id, matchers: [{ name: 'job', value: 'x', isRegex: false }] });
    expect(other).not.toBe(id);
    expect(valueAt((await call(`/api/v2/silence/${id}`)).body, 'status', 'state')).toBe('expired');
  });

  const unknownId = '11111111-1111-1111-1111-111111111111';
  const rejected: readonly (readonly [what: string, body: unknown, status: number, answer: unknown])[] = [
    ['an empty silence', {}, 422, { code: 602, message: 'comment in body is required' }],
    [
      'no author',
      silence0({ createdBy: undefined }),
      422,
      { code: 602, message: 'createdBy in body is required' },
    ],
    [
      'no matchers',
      silence0({ matchers: [] }),
      422,
      { code: 612, message: 'matchers in body should have at least 1 items' },
    ],
    [
      'an end before the start',
      silence0({ startsAt: '2027-01-02T00:00:00Z' }),
      400,
      'Failed to create silence: start time must be before end time',
    ],
    [
      'an invalid time',
      silence0({ startsAt: 'yesterday' }),
      400,
      {
        code: 400,
        message:
          'parsing silence body from "" failed, because parsing time "yesterday" as "2006-01-02 15:04:05": cannot parse "yesterday" as "2006"',
      },
    ],
    ['an unknown id', silence0({ id: unknownId }), 404, 'silence not found'],
    [
      'a matcher for everything',
      silence0({ matchers: [{ name: 'a', value: '', isRegex: false }] }),
      400,
      'silence invalid: at least one matcher must not match the empty string',
    ],
    [
      'an invalid pattern',
      silence0({ matchers: [{ name: 'a', value: '(', isRegex: true }] }),
      400,
      'silence invalid: invalid label matcher 0: invalid regular expression "(": error parsing regexp: missing closing ): `(`',
    ],
    [
      'an invalid label name',
      silence0({ matchers: [{ name: 'a b', value: 'x', isRegex: false }] }),
      400,
      'silence invalid: invalid label matcher 0: invalid label name "a b"',
    ],
    [
      'a matcher without a value',
      silence0({ matchers: [{ name: 'a', isRegex: false }] }),
      422,
      { code: 602, message: 'matchers.0.value in body is required' },
    ],
    [
      'an end in the past',
      silence0({ startsAt: '2020-01-01T00:00:00Z', endsAt: '2020-01-02T00:00:00Z' }),
      400,
      "Failed to create silence: end time can't be in the past",
    ],
  ];
  test.each(rejected)('rejects %s like the real server', async (_, body, status, answer) => {
    expect(await call('/api/v2/silences', 'POST', body)).toEqual({ status, body: answer });
    expect((await call('/api/v2/silences')).body).toEqual([]);
  });

  test('with an unknown id cannot be read or ended', async () => {
    expect((await call(`/api/v2/silence/${unknownId}`)).status).toBe(404);
    expect(await call(`/api/v2/silence/${unknownId}`, 'DELETE')).toEqual({
      status: 500,
      body: 'silence not found',
    });
    expect(await call('/api/v2/silence/nope')).toEqual({
      status: 422,
      body: await recorded('silence-bad-id'),
    });
  });
});

/** A silence with fixed times. */
function silence0(more: Readonly<Record<string, unknown>>): unknown {
  return {
    matchers: [{ name: 'a', value: 'b', isRegex: false }],
    startsAt: '2026-03-04T10:00:00Z',
    endsAt: '2026-03-05T10:00:00Z',
    createdBy: 'opsdeck',
    comment: 'rehearsed',
    ...more,
  };
}

const shapes: readonly (readonly [path: string, recording: string])[] = [
  ['/api/v2/alerts', 'alerts'],
  ['/api/v2/silences', 'silences'],
  ['/api/v2/status', 'status'],
];
test.each(shapes)('%s has the keys and types of the real response', async (path, recording) => {
  await made();
  const maps = ['[].labels', '[].annotations'];
  const mine = shapeOf((await call(path)).body, maps);
  expect(differences(mine, shapeOf(await recorded(recording), maps))).toEqual([]);
});

test('responds like the real server outside of its API', async () => {
  expect(await call('/-/healthy')).toEqual({ status: 200, body: 'OK' });
  expect(await call('/nope')).toEqual({ status: 404, body: '404 page not found\n' });
  expect(await call('/api/v2/nope')).toEqual({
    status: 404,
    body: { code: 404, message: 'path /api/v2/nope was not found' },
  });
  expect(await call('/api/v2/silences', 'PUT')).toMatchObject({ status: 405, body: { code: 405 } });
  expect(await call('/api/v2/silences', 'POST', '{}', 'text/plain')).toMatchObject({ status: 415 });
  expect(await call('/api/v2/alerts?filter=%3D')).toEqual({
    status: 400,
    body: await recorded('alerts-bad-filter'),
  });
});
