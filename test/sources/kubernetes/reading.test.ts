import { expect, test } from 'vitest';
import { PlanError } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { empty, type Fixture, type Handler, openFixture } from './fixture.ts';
import { deployment, failure, listOf, podOf, type Raw, running } from './objects.ts';

const { signal } = new AbortController();

const crashing = podOf('bus', 'b', {
  spec: {
    containers: [
      {
        name: 'app',
        image: 'app:2',
        resources: { limits: { memory: '64Mi' } },
        env: [
          { name: 'DB_MAX_OPEN_CONNS', value: '25' },
          { name: 'DB_PASSWORD', value: 's3cret' },
          { name: 'DB_URL', valueFrom: { secretKeyRef: { name: 'db', key: 'url' } } },
        ],
      },
    ],
  },
  containers: [
    running('app', { restartCount: 4, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }),
  ],
});
const event = (reason: string, lastTimestamp: string): Raw => ({
  metadata: { name: reason },
  involvedObject: { kind: 'Pod', name: 'bus' },
  type: reason === 'BackOff' ? 'Warning' : 'Normal',
  reason,
  message: 'with details',
  lastTimestamp: lastTimestamp,
});

const cluster: Handler = (url, response, request) => {
  const { pathname, searchParams } = url;
  if (pathname.endsWith('/log')) {
    if (searchParams.get('previous') === 'true')
      return {
        status: 400,
        body: failure(400, 'BadRequest', 'previous terminated container "app" not found'),
      };
    return void response.end('2026-03-04T10:15:01Z ok\n2026-03-04T10:15:02Z ERROR \u001b[2Jno\n');
  }
  if (pathname.endsWith('/deployments/bus')) return { body: deployment('bus') };
  if (pathname.endsWith('/events'))
    return {
      body: listOf([event('Pulled', '2026-03-04T10:00:00Z'), event('BackOff', '2026-03-04T10:10:00Z')]),
    };
  if (pathname.endsWith('/pods/bus-6b7f-b')) return { body: crashing };
  if (pathname.endsWith('/pods')) return { body: listOf([podOf('bus', 'a'), crashing]) };
  if (pathname.includes('gone')) return { status: 404, body: failure(404, 'NotFound', 'not found') };
  return empty(url, response, request);
};

const planOf = (fixture: Fixture, name: string, params: Raw) => {
  const operation = fixture.source.operations.find((candidate) => candidate.name === name);
  if (operation === undefined) throw new Error(`no operation ${name}`);
  expect(operation.danger(params)).toBe('read');
  return { operation, plan: operation.plan(params, signal) };
};

/** The output of an operation, and its requests during execution. */
const runOf = async (fixture: Fixture, name: string, params: Raw) => {
  const { operation, plan } = planOf(fixture, name, params);
  const made = await plan;
  const before = fixture.server.asked.length;
  const change = openChangeIo(fixture.clock);
  const [lines, ends, found]: [string[], boolean[], unknown[]] = [[], [], []];
  for await (const event of operation.act(made, change, signal)) {
    if (event.is === 'output') lines.push(event.text);
    if (event.is === 'found') found.push(event.found.json);
    if (event.is === 'answered') ends.push(event.ok);
  }
  await change.close();
  const questions = fixture.server.asked
    .slice(before)
    .map((line) => line.replace('GET ', `GET ${fixture.server.url}`));
  expect(questions).toEqual(made.calls.map(({ line }) => line));
  return { lines, ends, found, plan: made };
};

test('logs: the lines of every matching container, prefixed with the name of its pod', async () => {
  await using fixture = await openFixture(cluster);
  const { lines, plan } = await runOf(fixture, 'logs', { deployment: 'bus', include: 'ERROR', lines: 50 });
  expect(lines).toEqual(['bus-6b7f-a ERROR no', 'bus-6b7f-b ERROR no']);
  expect(plan.targets).toMatchObject([
    { name: 'bus-6b7f-a', uid: 'uid-bus-6b7f-a' },
    { name: 'bus-6b7f-b', saw: 'Running, 4 restarts' },
  ]);
  expect(plan.calls[0]?.line).toContain('tailLines=50');
});

test('logs: of one container without a prefix; a missing previous container is reported', async () => {
  await using fixture = await openFixture(cluster);
  expect((await runOf(fixture, 'logs', { pod: 'bus-6b7f-b' })).lines).toEqual(['ok', 'ERROR no']);
  const { lines, ends } = await runOf(fixture, 'logs', { pod: 'bus-6b7f-b', previous: true });
  expect({ lines, ends }).toEqual({ lines: [], ends: [false] });
});

test('describe: a pod with its containers and environment, without secrets, and its events', async () => {
  await using fixture = await openFixture(cluster);
  const { lines } = await runOf(fixture, 'describe', { object: 'pod/bus-6b7f-b' });
  expect(lines).toEqual([
    'Running: previously: exit 137 (OOMKilled); 1 of 1 ready, 4 restarts, node node-a, owner deploy bus',
    'container app: Running: previously: exit 137 (OOMKilled), 4 restarts',
    'labels app=bus,pod-template-hash=6b7f',
    'Ready True',
    'container app: image app:2, limits memory 64Mi',
    '  app env DB_MAX_OPEN_CONNS=25',
    '  app env DB_PASSWORD=…',
    '  app env DB_URL from secretKey db/url',
    '! BackOff: 2026-03-04T10:10:00Z with details',
    'Pulled: 2026-03-04T10:00:00Z with details',
  ]);
});

test('rollout and events', async () => {
  await using fixture = await openFixture(cluster);
  expect((await runOf(fixture, 'rollout', { object: 'deployment/bus' })).lines[0]).toBe(
    'deployment/bus: complete, available; 2 of 2 updated, 2 ready, 2 available',
  );
  const { lines, plan } = await runOf(fixture, 'events', { object: 'pod/vanished' });
  expect(lines).toHaveLength(2);
  expect(plan.calls[0]?.line).toContain('involvedObject.kind%3DPod%2CinvolvedObject.name%3Dvanished');
});

const templated = deployment('bus', {
  template: {
    metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-03-04T10:15:00Z' } },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'app:2',
          resources: { limits: { memory: '2Gi', cpu: '500m' } },
          env: [
            { name: 'GOGC', value: '100' },
            { name: 'DB_PASSWORD', value: 's3cret' },
            { name: 'DB_URL', valueFrom: { secretKeyRef: { name: 'db', key: 'url' } } },
          ],
        },
      ],
    },
  },
});

test('rollout as JSON: the fields of the template, without secrets', async () => {
  await using fixture = await openFixture((url, response, request) =>
    url.pathname.endsWith('/deployments/bus') ? { body: templated } : cluster(url, response, request),
  );
  const { found } = await runOf(fixture, 'rollout', { object: 'deployment/bus' });
  expect(found).toEqual([
    expect.objectContaining({
      uid: expect.stringContaining('bus'),
      done: true,
      status: 'available',
      replicas: 2,
      restartedAt: '2026-03-04T10:15:00Z',
      containers: {
        app: { image: 'app:2', env: { GOGC: '100' }, limits: { memory: 2 ** 31, cpu: 0.5 }, requests: {} },
      },
    }),
  ]);
});

test.each<[string, string, Raw, string, RegExp]>([
  [
    'a missing object',
    'describe',
    { object: 'deployment/gone' },
    'not-applicable',
    /deployments\/gone: answered 404/,
  ],
  [
    'a kind without a rollout',
    'rollout',
    { object: 'pod/bus-6b7f-b' },
    'not-applicable',
    /a pod has no rollout/,
  ],
  [
    'missing pods',
    'logs',
    { deployment: 'gone' },
    'not-applicable',
    /no container of deployment\/gone in prod/,
  ],
  ['a missing container', 'logs', { deployment: 'bus', container: 'x' }, 'not-applicable', /no container/],
])('%s prevents a plan', async (_, name, params, ending, message) => {
  await using fixture = await openFixture(cluster);
  const failed = await planOf(fixture, name, params).plan.catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(PlanError);
  expect(failed).toMatchObject({ ending, message: expect.stringMatching(message) });
});

test('a source of all namespaces requires the namespace', async () => {
  await using fixture = await openFixture(cluster, { namespaces: ['*'] });
  await expect(planOf(fixture, 'describe', { object: 'pod/x' }).plan).rejects.toThrow('set namespace:');
});
