import { expect, test } from 'vitest';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { empty, type Handler, openFixture } from './fixture.ts';
import { failure, listOf, podOf, type Raw, running } from './objects.ts';

const { signal } = new AbortController();

const pod = podOf('bus', 'b', {
  spec: {
    containers: [
      {
        name: 'app',
        image: 'app:2',
        args: ['--db-password', 's3cret', '--port', '80'],
        env: [{ name: 'DB_PASSWORD', value: 's3cret' }],
      },
    ],
  },
  containers: [running('app')],
});
const kept: Raw = {
  ...pod,
  metadata: {
    ...(pod.metadata as Raw),
    managedFields: [{ manager: 'kubectl' }],
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '{"password":"s3cret"}',
      team: 'payments',
      dsn: 'postgres://ana:s3cret@db/shop',
    },
  },
};

const answering =
  (events: 'seen' | 'denied'): Handler =>
  (url, response, request) => {
    if (url.pathname.endsWith('/pods/bus-6b7f-b')) return { body: kept };
    if (url.pathname.endsWith('/events'))
      return events === 'denied'
        ? { status: 403, body: failure(403, 'Forbidden', 'events is forbidden') }
        : {
            body: listOf([
              {
                metadata: { name: 'e' },
                involvedObject: { kind: 'Pod', name: 'bus' },
                type: 'Warning',
                reason: 'BackOff',
                message: 'again',
                lastTimestamp: '2026-03-04T10:10:00Z',
              },
            ]),
          };
    if (url.pathname.includes('gone'))
      return { status: 404, body: failure(404, 'NotFound', 'pods "gone" not found') };
    return empty(url, response, request);
  };

const row = (more: Partial<Workload>): Workload => ({
  source: 'k8s',
  at: 0,
  kind: 'pod',
  namespace: 'prod',
  name: 'bus-6b7f-b',
  owner: '',
  node: '',
  status: 'Running',
  ...more,
});

test('the YAML has no managed fields, no last-applied annotation and no secret', async () => {
  await using fixture = await openFixture(answering('seen'));
  const { lines } = (await fixture.source.describe?.(row({}), 'yaml', signal)) ?? { lines: [] };
  const text = lines.join('\n');
  expect(text).toContain('team: payments');
  expect(text).toContain('image: app:2');
  expect(text).toContain('postgres://ana:…@db/shop');
  expect(text.replace(lines[0] ?? '', '')).not.toMatch(/managedFields|last-applied|s3cret/);
});

test('a description ends with the events, a container is described with its pod', async () => {
  await using fixture = await openFixture(answering('seen'));
  const container = row({ kind: 'container', name: 'app', owner: 'bus-6b7f-b' });
  const description = await fixture.source.describe?.(container, 'describe', signal);
  expect(description?.title).toBe('pod/bus-6b7f-b');
  expect(description?.lines.at(-1)).toBe('  ! BackOff: 2026-03-04T10:10:00Z again');
  expect(description?.lines.join('\n')).not.toContain('s3cret');
});

test('denied events hide nothing else', async () => {
  await using fixture = await openFixture(answering('denied'));
  const description = await fixture.source.describe?.(row({}), 'describe', signal);
  expect(description?.lines.at(-1)).toContain('opsdeck cannot read this part:');
  expect(description?.lines.join('\n')).toContain('image app:2');
});

test('a deleted pod is missing', async () => {
  await using fixture = await openFixture(answering('seen'));
  await expect(fixture.source.describe?.(row({ name: 'gone' }), 'yaml', signal)).rejects.toMatchObject({
    kind: 'missing',
  });
});
