import { expect, test } from 'vitest';
import type { DescribedObject } from '../../../src/domain/facts/object-description.ts';
import { empty, type Fixture, type Handler, openFixture } from './fixture.ts';
import { failure, listOf, type Raw } from './objects.ts';

const { signal } = new AbortController();

/** Now is 2026-03-04T10:15:07Z. */
const event = (reason: string, lastTimestamp: string | null, more: Raw = {}): Raw => ({
  metadata: { name: `e-${reason}`, namespace: 'prod' },
  involvedObject: { kind: 'Pod', name: 'bus-0' },
  type: 'Normal',
  reason,
  message: `${reason} message`,
  lastTimestamp,
  ...more,
});

const events = [
  event('Scheduled', '2026-03-04T09:15:07Z'),
  event('BackOff', '2026-03-04T10:14:07Z', {
    type: 'Warning',
    count: 14,
    firstTimestamp: '2026-03-04T09:42:07Z',
    message: 'Back-off restarting\u001b[2J failed container',
  }),
  // events.k8s.io: no lastTimestamp, but a series.
  event('Unhealthy', null, {
    type: 'Warning',
    eventTime: '2026-03-04T10:05:07.000000Z',
    series: { count: 3, lastObservedTime: '2026-03-04T10:10:07.000000Z' },
  }),
];

const serving =
  (body: Raw, status = 200): Handler =>
  (url, response, request) =>
    url.pathname.endsWith('/events') ? { status, body } : empty(url, response, request);

const object = (kind: string, name: string, more: Partial<DescribedObject> = {}): DescribedObject => ({
  ...{ source: 'k8s', kind, namespace: 'prod', name, owner: '', node: '' },
  ...more,
});

const eventsOf = async (fixture: Fixture, subject: DescribedObject): Promise<readonly string[]> =>
  (await fixture.source.describe?.(subject, 'events', signal))?.lines ?? [];

/** The query of the last request. */
const lastAsked = ({ server }: Fixture): string => decodeURIComponent(server.asked.at(-1) ?? '');

test('events of a pod: newest first, with age, count, reason and message', async () => {
  await using fixture = await openFixture(serving(listOf(events)));
  expect(await eventsOf(fixture, object('pod', 'bus-0'))).toEqual([
    'AGE  COUNT         TYPE     REASON     MESSAGE',
    '1m   ×14 over 32m  Warning  BackOff    Back-off restarting failed container',
    '5m   ×3 over 5m    Warning  Unhealthy  Unhealthy message',
    '1h                 Normal   Scheduled  Scheduled message',
  ]);
  expect(lastAsked(fixture)).toContain(
    '/api/v1/namespaces/prod/events?fieldSelector=involvedObject.kind=Pod,involvedObject.name=bus-0',
  );
});

test.each([
  ['deployment', 'bus', '/api/v1/namespaces/prod/events?fieldSelector=involvedObject.kind=Deployment'],
  // A node has no namespace; its events can be in any.
  ['node', 'n-1', '/api/v1/events?fieldSelector=involvedObject.kind=Node,involvedObject.name=n-1'],
])('events of a %s', async (kind, name, path) => {
  await using fixture = await openFixture(serving(listOf(events)));
  await eventsOf(fixture, object(kind, name));
  expect(lastAsked(fixture)).toContain(path);
});

test('events of a container are those of its pod', async () => {
  await using fixture = await openFixture(serving(listOf(events)));
  await eventsOf(fixture, object('container', 'app', { owner: 'bus-0' }));
  expect(lastAsked(fixture)).toContain('involvedObject.name=bus-0');
});

test('events of a namespace name their objects, and are read completely', async () => {
  const [first, ...rest] = events;
  await using fixture = await openFixture((url, response, request) => {
    if (url.pathname !== '/api/v1/namespaces/prod/events') return empty(url, response, request);
    return url.searchParams.get('continue') === null
      ? { body: listOf([first ?? {}], { continue: 'more' }) }
      : { body: listOf(rest) };
  });
  expect(await eventsOf(fixture, object('namespace', 'prod'))).toEqual([
    'AGE  COUNT         TYPE     REASON     OBJECT     MESSAGE',
    '1m   ×14 over 32m  Warning  BackOff    pod bus-0  Back-off restarting failed container',
    '5m   ×3 over 5m    Warning  Unhealthy  pod bus-0  Unhealthy message',
    '1h                 Normal   Scheduled  pod bus-0  Scheduled message',
  ]);
});

test('without a name, the namespace of the context; with "*", all of them with their names', async () => {
  await using fixture = await openFixture(serving(listOf(events.slice(0, 1))));
  await eventsOf(fixture, object('namespace', ''));
  expect(lastAsked(fixture)).toContain('/api/v1/namespaces/prod/events');
  expect((await eventsOf(fixture, object('namespace', '*')))[1]).toContain('  prod pod bus-0  ');
});

test('without events, it says so and why that can be', async () => {
  await using fixture = await openFixture(serving(listOf([])));
  expect(await eventsOf(fixture, object('pod', 'bus-0'))).toEqual([
    'the object has no events (by default Kubernetes keeps events for 1 h)',
  ]);
});

test('a missing permission is a denied fault with the rule to request', async () => {
  const why =
    'events is forbidden: User "ana" cannot list resource "events" in API group "" in the namespace "prod"';
  await using fixture = await openFixture(serving(failure(403, 'Forbidden', why), 403));
  await expect(eventsOf(fixture, object('pod', 'bus-0'))).rejects.toMatchObject({
    kind: 'denied',
    remedy: expect.stringContaining(
      'a Role in prod with { apiGroups: [""], resources: ["events"], verbs: [list] }',
    ),
  });
});
