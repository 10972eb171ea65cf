import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Sample } from '../../../src/domain/facts/facts.ts';
import { certificateOf } from '../../support/certificate.ts';
import { longTest } from '../../support/layer.ts';
import { empty, type Handler, kubeconfigOf, openFixture } from './fixture.ts';
import { deployment, failure, listOf, meta, pod, podOf, type Raw, running } from './objects.ts';
import { names } from './watching.ts';

const { signal } = new AbortController();

/** Responses by the end of a path; an empty list by default. */
const answers =
  (responses: Readonly<Record<string, Raw>>): Handler =>
  (url, ...rest) => {
    const path = Object.keys(responses).find((end) => url.pathname.endsWith(end));
    return path === undefined ? empty(url, ...rest) : { body: responses[path] ?? {} };
  };
const refuses =
  (path: string, status: number, body: Raw): Handler =>
  (url, ...rest) =>
    url.pathname.endsWith(path) ? { status, body } : empty(url, ...rest);

const forbidden = (resource: string): Raw =>
  failure(
    403,
    'Forbidden',
    `${resource} is forbidden: User "ana" cannot list resource "${resource}" in API group "apps" in the namespace "prod"`,
  );

longTest('a rejected login is reported, and the next read uses the current kubeconfig', async () => {
  await using fixture = await openFixture((url, response, request) =>
    request.headers.authorization === 'Bearer renewed-token'
      ? empty(url, response, request)
      : { status: 401, body: failure(401, 'Unauthorized', 'Unauthorized') },
  );
  const { faults } = await fixture.read('deployments');
  expect(faults).toMatchObject([
    {
      kind: 'denied',
      message: expect.stringMatching(
        /^GET http:\S+\/deployments: answered 401 Unauthorized: the credentials have expired/,
      ),
      remedy: 'renew the login of user "ana" (context prod) in the kubeconfig',
    },
  ]);
  const config = {
    ...kubeconfigOf(fixture.server.url),
    users: [{ name: 'ana', user: { token: 'renewed-token' } }],
  };
  await writeFile(fixture.kubeconfig, JSON.stringify(config));
  expect((await fixture.read('deployments')).faults).toEqual([]);
});

test('a missing permission is reported as the role to request', async () => {
  await using fixture = await openFixture(refuses('/deployments', 403, forbidden('deployments')));
  expect((await fixture.read('deployments')).faults).toMatchObject([
    {
      kind: 'denied',
      message: expect.stringContaining('User "ana" cannot list resource "deployments"'),
      remedy:
        'request a Role in prod with { apiGroups: ["apps"], resources: ["deployments"], verbs: [list] }, bound to ana',
    },
  ]);
});

longTest('nodes without permission are not a fault, unless the profile requires them', async () => {
  const nodes = refuses('/nodes', 403, failure(403, 'Forbidden', 'nodes is forbidden'));
  await using quiet = await openFixture(nodes);
  expect(await quiet.read('nodes')).toMatchObject({ items: [], faults: [] });
  await using wantedFixture = await openFixture(nodes, { facts: ['nodes'] });
  expect((await wantedFixture.read('nodes')).faults).toMatchObject([{ kind: 'denied' }]);
});

test('a denied namespace hides no other', async () => {
  await using fixture = await openFixture(
    (url, ...rest) =>
      url.pathname.includes('/namespaces/closed/')
        ? { status: 403, body: forbidden('pods') }
        : answers({ '/namespaces/prod/pods': listOf([pod('a')]) })(url, ...rest),
    { namespaces: ['closed', 'prod'] },
  );
  const read = await fixture.read('pods');
  expect(names(read)).toEqual(['a']);
  expect(read.faults).toMatchObject([
    { kind: 'denied', message: expect.stringContaining('/namespaces/closed/pods') },
  ]);
});

test('all namespaces are one list', async () => {
  await using fixture = await openFixture(
    answers({ '/api/v1/pods': listOf([pod('a'), pod('b', { meta: { namespace: 'dev' } })]) }),
    { namespaces: ['*'] },
  );
  expect(names(await fixture.read('pods'))).toEqual(['a', 'b']);
});

test('a selector of the profile filters pods and their controllers, and nothing else', async () => {
  await using fixture = await openFixture(empty, { selector: 'tier=web' });
  for (const feed of ['pods', 'deployments', 'nodes', 'warnings']) await fixture.read(feed);
  const questions = fixture.server.asked.filter((text) => text.includes('labelSelector'));
  expect(questions.map((text) => text.replace(/\?.*/, ''))).toEqual([
    'GET /api/v1/namespaces/prod/pods',
    'GET /apis/apps/v1/namespaces/prod/deployments',
  ]);
});

test('an expired continuation restarts the list once', async () => {
  let expired = 0;
  await using fixture = await openFixture((url, ...rest) => {
    if (!url.pathname.endsWith('/deployments')) return empty(url, ...rest);
    if (url.searchParams.get('continue') === null)
      return { body: listOf([deployment(`first-${expired}`)], expired < 2 ? { continue: 'x' } : {}) };
    expired++;
    return { status: 410, body: failure(410, 'Expired', 'The provided continue parameter is too old') };
  });
  expect((await fixture.read('deployments')).faults).toMatchObject([
    { kind: 'missing', message: expect.stringContaining('continue parameter is too old') },
  ]);
  const { items, faults } = await fixture.read('deployments');
  expect(faults).toEqual([]);
  expect(items).toMatchObject([{ name: 'first-2' }]);
});

longTest('objects too large for a chunk of 500 are read in smaller chunks', async () => {
  await using fixture = await openFixture((url, ...rest) => {
    if (!url.pathname.endsWith('/deployments')) return empty(url, ...rest);
    const note = url.searchParams.get('limit') === '500' ? 'x'.repeat(9 * 1024 * 1024) : '';
    return { body: listOf([{ ...deployment('big'), note }]) };
  });
  expect(await fixture.read('deployments')).toMatchObject({ items: [{ name: 'big' }], faults: [] });
});

test('an invalid list is malformed', async () => {
  await using fixture = await openFixture(answers({ '/deployments': { kind: 'List' } }));
  expect((await fixture.read('deployments')).faults).toMatchObject([
    { kind: 'malformed', message: expect.stringContaining('the JSON has no items') },
  ]);
});

test('a missing context is reported without a request', async () => {
  await using fixture = await openFixture(empty, { context: 'prd' });
  expect((await fixture.read('pods')).faults).toMatchObject([
    {
      kind: 'missing',
      message: expect.stringMatching(/^kubernetes context prd: \S+ has no context "prd". Contexts: prod$/),
    },
  ]);
});

test('pod usage is read from the metrics server; without one there is no usage, reported once', async () => {
  const usage = (cpu: string, memory: string): Raw => ({
    items: [{ metadata: meta('a'), containers: [{ name: 'app', usage: { cpu, memory } }] }],
    metadata: {},
  });
  const pods = { '/api/v1/namespaces/prod/pods': listOf([pod('a')]) };
  await using measured = await openFixture(
    answers({ '/v1beta1/namespaces/prod/pods': usage('250m', '64Mi'), ...pods }),
  );
  expect((await measured.read('pods')).items).toMatchObject([{ cpuCores: 0.25, memoryBytes: 2 ** 26 }]);
  await using blind = await openFixture(answers(pods));
  const { items, faults } = await blind.read('pods');
  expect(items[0]).not.toHaveProperty('cpuCores');
  expect(faults).toEqual([]);
  expect((await blind.read('top')).faults).toMatchObject([
    { kind: 'missing', remedy: expect.stringContaining('install metrics-server') },
  ]);
});

const valuesOf = (samples: readonly Sample[] = []) =>
  Object.fromEntries(samples.map(({ signal: id, value, why }) => [id, value ?? why]));

test('signals: values of pods, deployments and autoscalers', async () => {
  const ended = (reason: string, finishedAt: string) => ({
    restartCount: 3,
    lastState: { terminated: { exitCode: 137, reason, finishedAt } },
  });
  const pods = [
    podOf('bus', 'a', {
      containers: [running('app', ended('OOMKilled', '2026-03-04T10:12:07Z'))],
      spec: { containers: [{ name: 'app', resources: { limits: { memory: '128Mi' } } }] },
    }),
    podOf('bus', 'b', {
      containers: [running('app', ended('Error', '2026-03-04T07:12:07Z'))],
      status: { conditions: [] },
    }),
  ];
  const hpa = {
    metadata: meta('bus'),
    spec: { minReplicas: 1, maxReplicas: 4, scaleTargetRef: { kind: 'Deployment', name: 'bus' } },
    status: {
      currentReplicas: 4,
      desiredReplicas: 6,
      conditions: [{ type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' }],
    },
  };
  const used = {
    items: [
      { metadata: meta('bus-6b7f-a'), containers: [{ name: 'app', usage: { cpu: '1', memory: '96Mi' } }] },
    ],
    metadata: {},
  };
  const reads: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    ready: { ready: 'app=bus' },
    readyShare: { ready: 'app=bus', of: 'wanted' },
    replicas: { ready: 'deployment/bus' },
    replicaShare: { ready: 'deployment/bus', of: 'wanted' },
    restarts: { restarts: 'deployment/bus' },
    recent: { restarts: 'app=bus', per: '10m' },
    oom: { oom: 'app in (bus, other)', within: '1h' },
    oomJustNow: { oom: 'app=bus', within: '1m' },
    memory: { memory: 'app=bus', of: 'limit', fold: 'max' },
    cpu: { cpu: 'pod/bus-6b7f-a', fold: 'sum' },
    none: { restarts: 'app=gone' },
    available: { condition: 'deployment/bus', type: 'available' },
    strange: { condition: 'deployment/bus', type: 'Strange' },
    scaler: { hpa: 'bus', value: 'ratio' },
    wanted: { hpa: 'bus', value: 'desired' },
    scales: { condition: 'hpa/bus', type: 'ScalingActive' },
    scalesNot: { condition: 'hpa/gone', type: 'ScalingActive' },
    elsewhere: { ready: 'deployment/bus', namespace: 'dev' },
  };
  await using fixture = await openFixture(
    answers({
      '/v1beta1/namespaces/prod/pods': used,
      '/namespaces/prod/pods': listOf(pods),
      '/deployments': listOf([deployment('bus', { replicas: 4 }, { readyReplicas: 3 })]),
      '/horizontalpodautoscalers': listOf([hpa]),
    }),
    {},
    Object.entries(reads).map(([id, read]) => ({ id, read })),
  );
  const { samples: podSamples } = await fixture.read('pods');
  expect(valuesOf(podSamples)).toEqual({
    ready: 1,
    readyShare: 50,
    restarts: 6,
    recent: 1,
    oom: 1,
    oomJustNow: 0,
    memory: 75,
    cpu: 1,
    none: 'no pod matches app=gone: check the selector',
  });
  expect(valuesOf((await fixture.read('deployments')).samples)).toEqual({
    replicas: 3,
    replicaShare: 75,
    available: 'True',
    strange: 'the object has no condition Strange',
    elsewhere: 'deployment/bus not found: check the name and the namespace',
  });
  const hpas = await fixture.read('hpas');
  expect(valuesOf(hpas.samples)).toEqual({
    scaler: 100,
    wanted: 6,
    scales: 'True',
    scalesNot: 'the autoscaler hpa/gone was not found: check the name and the namespace',
  });
  expect(hpas.items).toMatchObject([
    { text: 'deployment/bus has 4 replicas (allowed: 1 to 4), wants 6, and cannot grow beyond the maximum' },
  ]);
});

test('without a watch, the usage of a replaced pod is not shown for its successor', async () => {
  const usedBy = (name: string) => ({
    items: [{ metadata: meta(name), containers: [{ name: 'app', usage: { cpu: '1', memory: '96Mi' } }] }],
    metadata: {},
  });
  const answersFor = (name: string) =>
    answers({ '/v1beta1/namespaces/prod/pods': usedBy(name), '/namespaces/prod/pods': listOf([pod(name)]) });
  await using fixture = await openFixture(answersFor('bus-1'), { watch: false });
  const used = async () =>
    (await fixture.read('pods')).items.map((row) => ('cpuCores' in row ? row.cpuCores : undefined));
  expect(await used()).toEqual([1]);
  fixture.answer = answersFor('bus-2');
  expect(await used()).toEqual([undefined]);
  await fixture.clock.advance(5000);
  expect(await used()).toEqual([1]);
});

test('every restart since the start is counted', async () => {
  let restarts = 1;
  await using fixture = await openFixture(
    (url, ...rest) =>
      answers({
        '/api/v1/namespaces/prod/pods': listOf([
          podOf('bus', 'a', { containers: [running('app', { restartCount: restarts })] }),
        ]),
      })(url, ...rest),
    {},
    [{ id: 'recent', read: { restarts: 'app=bus', per: '10m' } }],
  );
  const read = async () => valuesOf((await fixture.read('pods')).samples).recent;
  expect(await read()).toBe(0);
  restarts = 4;
  expect(await read()).toBe(3);
  await fixture.clock.advance(601_000);
  expect(await read()).toBe(0);
});

test('a value over pods has the part of each of them, so that one that is gone is missed', async () => {
  const pods = ['a', 'b'].map((nth, index) =>
    podOf('bus', nth, { containers: [running('app', { restartCount: 3 * index })] }),
  );
  await using fixture = await openFixture(answers({ '/api/v1/namespaces/prod/pods': listOf(pods) }), {}, [
    { id: 'restarts', read: { restarts: 'app=bus' } },
    { id: 'oom', read: { oom: 'app=bus', within: '1h' } },
  ]);
  const [restarts, oom] = (await fixture.read('pods')).samples ?? [];
  const partsOf = (values: readonly number[]) =>
    Object.fromEntries(
      values.map((value, index) => [
        JSON.stringify({ namespace: 'prod', pod: `bus-6b7f-${'ab'[index]}` }),
        value,
      ]),
    );
  expect(restarts).toMatchObject({ value: 3, fold: 'sum', parts: partsOf([0, 3]) });
  expect(oom).toMatchObject({ value: 0, fold: 'sum', parts: partsOf([0, 0]) });
});

test('the certificate of a Secret has its days to expiry, and nothing else of the Secret is read', async () => {
  const { cert } = certificateOf('bus', new Date('2026-03-14T10:15:07Z'));
  const data = {
    'tls.crt': Buffer.from(cert).toString('base64'),
    'tls.key': Buffer.from('s3cret').toString('base64'),
    odd: 'bm9uZQ==',
  };
  const secret = { metadata: meta('bus-tls'), data };
  await using fixture = await openFixture(answers({ '/secrets/bus-tls': secret }), {}, [
    { id: 'days', read: { secretExpiry: 'bus-tls' } },
    { id: 'odd', read: { secretExpiry: 'bus-tls', key: 'odd' } },
    { id: 'none', read: { secretExpiry: 'bus-tls', key: 'ca.crt' } },
  ]);
  const read = await fixture.read('secrets');
  expect(read.items).toMatchObject([{ signal: 'days', value: 10 }]);
  expect(read.faults.map(({ kind, message }) => [kind, message.replace(/^.*: /, '')])).toEqual([
    ['malformed', 'odd is not a PEM certificate. Name another key with key:'],
    ['missing', 'check key of the signal'],
  ]);
  expect(JSON.stringify(read)).not.toContain(data['tls.key']);
});

test('the cluster is identified by kube-system', async () => {
  const handler = answers({
    '/namespaces/kube-system': { metadata: { ...meta('kube-system'), uid: 'u-1' } },
  });
  await using right = await openFixture(handler, { identity: { uid: 'u-1' } });
  expect(await right.source.identify?.(signal)).toBeUndefined();
  await using wrong = await openFixture(handler, { identity: { uid: 'u-2' } });
  expect(await wrong.source.identify?.(signal)).toMatchObject({
    kind: 'wrong-system',
    message: expect.stringContaining(
      'the namespace kube-system has the UID u-1, but the profile expects u-2',
    ),
  });
  await using untrusted = await openFixture(handler, { identity: { ca: 'AB:CD' } });
  expect(await untrusted.source.identify?.(signal)).toMatchObject({ kind: 'wrong-system' });
});

test('doctor: granted permissions, missing ones with their role, and missing metrics', async () => {
  await using fixture = await openFixture(
    async (url, response, request) => {
      if (url.pathname === '/version') return { body: { gitVersion: 'v1.33.4' } };
      if (!url.pathname.endsWith('/selfsubjectaccessreviews')) return empty(url, response, request);
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const { verb, resource, subresource } = JSON.parse(text).spec.resourceAttributes;
      const isDenied =
        ['exec', 'attach', 'eviction'].includes(subresource) || ['jobs', 'replicasets'].includes(resource);
      const allowed = verb !== 'watch' && !isDenied;
      return { status: 201, body: { status: { allowed } } };
    },
    { facts: ['pods', 'jobs', 'top'] },
  );
  const found = await fixture.source.doctor?.(signal);
  expect(found?.map(({ ok, what }) => `${ok} ${what.replace(fixture.server.url, 'URL')}`)).toEqual([
    'true Kubernetes v1.33.4 at URL, context prod, user ana, namespaces prod',
    expect.stringMatching(
      /^true allowed in prod: .*patch deployments\/scale, patch pods\/ephemeralcontainers, get pods\/log, get pods\/portforward$/,
    ),
    'false not allowed to watch pods in prod: pods require repeated lists',
    'false not allowed to list or watch jobs in prod: jobs unavailable',
    'true not allowed to get pods/attach in prod: debug unavailable',
    'true not allowed to create pods/eviction in prod: evict and drain unavailable',
    'true not allowed to get pods/exec in prod: exec, shell, heapRoom and listeners unavailable',
    'true not allowed to list replicasets in prod: rollback, revisions and the rollouts of Deployments in Changes unavailable',
    'false GET URL/apis/metrics.k8s.io/v1beta1/namespaces/prod/pods: answered 404 Not Found: the server could not find the requested resource: pod usage is unavailable without metrics-server',
  ]);
  expect(found?.[3]?.remedy).toBe(
    'request a Role in prod with { apiGroups: ["batch"], resources: ["jobs"], verbs: [list, watch] }',
  );
  expect([5, 7].map((index) => found?.[index]?.remedy)).toEqual([
    'request a Role in prod with { apiGroups: [""], resources: ["pods/eviction"], verbs: [create] }',
    'request a Role in prod with { apiGroups: ["apps"], resources: ["replicasets"], verbs: [list] }',
  ]);
});

test.each([
  [
    'v1.34.9',
    'get pods/attach, patch pods/ephemeralcontainers, create pods/eviction, get pods/exec, get pods/log, get pods/portforward',
  ],
  [
    'v1.36.3',
    'get+create pods/attach, patch pods/ephemeralcontainers, create pods/eviction, get+create pods/exec, get pods/log, get+create pods/portforward',
  ],
])('doctor: permissions required for a tunnel with %s', async (gitVersion, rights) => {
  await using fixture = await openFixture(
    (url, response, request) => {
      if (url.pathname === '/version') return { body: { gitVersion } };
      return url.pathname.endsWith('/selfsubjectaccessreviews')
        ? { status: 201, body: { status: { allowed: true } } }
        : empty(url, response, request);
    },
    { facts: ['pods'] },
  );
  const [, may] = (await fixture.source.doctor?.(signal)) ?? [];
  expect(may?.what).toContain(rights);
});

test('a missing context is not reported as a missing metrics server', async () => {
  await using fixture = await openFixture(empty, { context: 'nowhere', namespace: 'prod' });
  const pods = await fixture.read('pods');
  const top = await fixture.read('top');
  expect(top.faults).toMatchObject([
    {
      kind: 'missing',
      message: expect.stringMatching(/has no context "nowhere". Contexts: prod$/),
      remedy: expect.stringMatching(/^correct context:/),
    },
  ]);
  expect(top.faults.map(({ message }) => message)).toEqual(pods.faults.map(({ message }) => message));
});
