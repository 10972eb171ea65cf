import { expect, test } from 'vitest';
import { levelOf } from '../../../src/kinds/registry/registry.ts';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { openFixture } from './fixture.ts';
import { failure, listOf, meta, type Raw } from './objects.ts';

type Lists = Readonly<Record<string, readonly Raw[]>>;

const forbidden = { status: 403, body: failure(403, 'Forbidden', 'forbidden') };

const answered = (pathname: string, lists: Lists): Raw =>
  pathname === '/api/v1/namespaces/prod'
    ? (lists.namespaces?.[0] ?? { metadata: { name: 'prod' } })
    : listOf(lists[pathname.split('/').at(-1) ?? ''] ?? []);

const reading = async (lists: Lists, denied: readonly string[] = [], config = {}) => {
  await using fixture = await openFixture(({ pathname }) => {
    return denied.includes(pathname.split('/').at(-1) ?? '')
      ? forbidden
      : { body: answered(pathname, lists) };
  }, config);
  return await fixture.read('objects');
};

/** 'LEVEL STATUS: DETAIL' of each row, at 10:15:07 on 2026-03-04. */
const rowsOf = async (lists: Lists): Promise<Readonly<Record<string, string>>> => {
  const { items, faults } = await reading(lists);
  expect(faults).toEqual([]);
  return Object.fromEntries(
    (items as readonly Workload[]).map((row) => [
      `${row.kind}/${row.name}`,
      `${levelOf('workloads', row, {})} ${row.status}: ${row.detail ?? ''}`,
    ]),
  );
};

const claim = (name: string, status: Raw, more: Raw = {}): Raw => ({
  metadata: meta(name, more),
  spec: { storageClassName: 'fast' },
  status,
});
const asked = { annotations: { 'volume.kubernetes.io/storage-provisioner': 'ebs.csi.aws.com' } };
const young = { creationTimestamp: '2026-03-04T10:13:07Z' };

test('a claim is a problem when it is lost, cannot be resized, or waits for far too long', async () => {
  expect(
    await rowsOf({
      persistentvolumeclaims: [
        claim('bound', { phase: 'Bound' }),
        claim('lost', { phase: 'Lost' }),
        claim('young', { phase: 'Pending' }, { ...asked, ...young }),
        claim('pending', { phase: 'Pending' }, asked),
        claim('unused-for-minutes', { phase: 'Pending' }, young),
        claim('unused', { phase: 'Pending' }, { creationTimestamp: '2026-03-01T09:15:07Z' }),
        claim('resize', {
          phase: 'Bound',
          allocatedResourceStatuses: { storage: 'ControllerResizeInfeasible' },
        }),
        claim(
          'deleted',
          { phase: 'Bound' },
          {
            deletionTimestamp: '2026-01-04T09:15:07Z',
            finalizers: ['kubernetes.io/pvc-protection'],
          },
        ),
      ],
    }),
  ).toEqual({
    'pvc/lost': 'crit Lost: the volume of the claim no longer exists',
    'pvc/pending':
      'warn Pending: for 1h; storage class fast; provisioner ebs.csi.aws.com has not created a volume',
    'pvc/unused':
      'warn Pending: for 3d; storage class fast; no pod uses the claim, or no volume or storage class matches the claim',
    'pvc/resize': 'warn resize failed: storage: ControllerResizeInfeasible',
    'pvc/deleted': 'warn Terminating: for 59d; the object waits for finalizers: kubernetes.io/pvc-protection',
  });
});

const service = (name: string, spec: Raw = {}, more: Raw = {}): Raw => ({
  metadata: meta(name, more),
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 80 }], ...spec },
});
const slice = (of: string, endpoints: readonly Raw[] | null, annotations: Raw = {}): Raw => ({
  metadata: meta(`${of}-x`, { labels: { 'kubernetes.io/service-name': of }, annotations }),
  endpoints,
});

test('a service without any endpoint is a problem, unless a person has stopped its pods', async () => {
  expect(
    await rowsOf({
      services: [
        service('api'),
        service('typo'),
        service('stopped'),
        service('between-pods'),
        service('manual', { selector: undefined }),
        service('elsewhere', { type: 'ExternalName', externalName: 'db.example.com' }),
        service('balanced', { type: 'LoadBalancer' }),
      ],
      endpointslices: [
        slice('api', [{ conditions: { ready: false } }]),
        slice('balanced', [{}]),
        slice('between-pods', null, {
          'endpoints.kubernetes.io/last-change-trigger-time': '2026-03-04T10:14:40Z',
        }),
      ],
      deployments: [
        {
          metadata: meta('stopped'),
          spec: { replicas: 0, template: { metadata: { labels: { app: 'stopped', tier: 'web' } } } },
        },
      ],
    }),
  ).toEqual({
    'service/typo': 'warn no endpoints: no pod matches app=typo',
    'service/balanced': 'warn no address: has no load balancer after 1h',
  });
});

const ingress = (name: string, backend: Raw, { of = 'nginx', address = true } = {}): Raw => ({
  metadata: meta(name),
  spec: { ingressClassName: of, rules: [{ http: { paths: [{ backend: { service: backend } }] } }] },
  status: { loadBalancer: address ? { ingress: [{ ip: '192.0.2.1' }] } : {} },
});

test('an ingress is a problem without its service, and without an address where its controller writes them', async () => {
  const api = { name: 'api', port: { number: 80 } };
  const rows = await rowsOf({
    services: [service('api')],
    endpointslices: [slice('api', [{}])],
    ingresses: [
      ingress('fine', api),
      ingress('no-service', { name: 'apii', port: { number: 80 } }),
      ingress('no-port', { name: 'api', port: { name: 'https' } }),
      ingress('redirect', { name: 'ssl-redirect', port: { name: 'use-annotation' } }),
      ingress('waiting', api, { address: false }),
      ingress('alone', api, { of: 'gone', address: false }),
      ingress('unpublished-a', api, { of: 'traefik', address: false }),
      ingress('unpublished-b', api, { of: 'traefik', address: false }),
    ],
  });
  expect(rows).toEqual({
    'ingress/no-service': 'warn backend missing: the Service apii does not exist',
    'ingress/no-port': 'warn backend missing: Service api has no port https',
    'ingress/waiting': 'warn no address: for 1h; check that a controller of class nginx is running',
    'ingress/alone': 'warn no address: for 1h; check that a controller of class gone is running',
  });
});

const cron = (name: string, spec: Raw, status: Raw = {}): Raw => ({
  metadata: meta(name, { creationTimestamp: '2026-01-01T00:00:00Z' }),
  spec: { schedule: '*/5 * * * *', ...spec },
  status,
});

test('a cron job that did not start when it was due is a problem, in whatever zone its controller is', async () => {
  const ran = (lastScheduleTime: string, more: Raw = {}): Raw => ({ lastScheduleTime, ...more });
  expect(
    await rowsOf({
      cronjobs: [
        cron('on-time', {}, ran('2026-03-04T10:15:00Z')),
        cron('late', {}, ran('2026-03-04T09:15:00Z')),
        cron('suspended', { suspend: true }, ran('2026-03-01T09:15:00Z')),
        cron('still-running', { concurrencyPolicy: 'Forbid' }, ran('2026-03-04T09:15:00Z', { active: [{}] })),
        cron('never', {}),
        // 17:00 in a zone five hours behind UTC: the next run is at 9:00 there.
        cron('office-hours', { schedule: '0 9-17 * * MON-FRI' }, ran('2026-03-03T22:00:00Z')),
        cron('daily', { schedule: '@daily' }, ran('2026-03-04T00:00:00Z')),
        cron('zoned', { schedule: '0 9 * * *', timeZone: 'Europe/Berlin' }, ran('2026-03-03T08:00:00Z')),
        cron('monthly', { schedule: '30 4 1 * ?' }, ran('2026-02-01T04:30:00Z')),
        cron('unknown-syntax', { schedule: '@every 5m' }, ran('2026-03-01T09:15:00Z')),
        cron('failed', { failedJobsHistoryLimit: 0, schedule: '@daily' }, ran('2026-03-04T00:00:00Z')),
      ],
    }),
  ).toEqual({
    'cronjob/late': 'warn missed schedule: */5 * * * *: a run was due 55m ago; last run 1h ago',
    'cronjob/never': 'warn missed schedule: */5 * * * *: a run was due 62d ago; the cron job has never run',
    'cronjob/zoned': 'warn missed schedule: 0 9 * * *: a run was due 2h ago; last run 26h ago',
    'cronjob/monthly': 'warn missed schedule: 30 4 1 * ?: a run was due 3d ago; last run 31d ago',
    'cronjob/failed': 'warn last run failed: 10h ago, and failedJobsHistoryLimit: 0 keeps no failed job',
  });
});

const conditionOf = (type: string, status: string, reason: string, since = '2026-03-04T09:15:07Z'): Raw => ({
  type,
  status,
  reason,
  message: 'why',
  lastTransitionTime: since,
});
const autoscaler = (name: string, ...conditions: readonly Raw[]): Raw => ({
  metadata: meta(name),
  spec: { scaleTargetRef: { kind: 'Deployment', name }, minReplicas: 1, maxReplicas: 4 },
  status: { currentReplicas: 4, desiredReplicas: 4, conditions },
});
const budget = (name: string, healthy: number, since?: string): Raw => ({
  metadata: meta(name),
  status: {
    expectedPods: 3,
    currentHealthy: healthy,
    desiredHealthy: 2,
    conditions: [conditionOf('DisruptionAllowed', 'False', 'InsufficientPods', since)],
  },
});

test('autoscalers, budgets and namespaces are problems after the time that they may take', async () => {
  const rows = await rowsOf({
    horizontalpodautoscalers: [
      autoscaler('fine', conditionOf('ScalingActive', 'True', 'ValidMetricFound')),
      autoscaler('blind', conditionOf('ScalingActive', 'False', 'FailedGetResourceMetric')),
      autoscaler(
        'new',
        conditionOf('ScalingActive', 'False', 'FailedGetResourceMetric', '2026-03-04T10:14:07Z'),
      ),
      autoscaler('off', conditionOf('ScalingActive', 'False', 'ScalingDisabled')),
      autoscaler('full', conditionOf('ScalingLimited', 'True', 'TooManyReplicas')),
    ],
    poddisruptionbudgets: [
      budget('few', 1),
      budget('few-now', 1, '2026-03-04T10:10:07Z'),
      budget('exact', 2),
    ],
    namespaces: [
      {
        metadata: { name: 'prod', uid: 'n', deletionTimestamp: '2026-03-04T08:15:07Z' },
        spec: { finalizers: ['kubernetes'] },
        status: {
          conditions: [
            {
              ...conditionOf('NamespaceContentRemaining', 'True', 'SomeResourcesRemain'),
              message: 'pods. has 1 resource instances',
            },
          ],
        },
      },
    ],
  });
  expect(rows).toEqual({
    'hpa/blind': 'warn cannot scale: FailedGetResourceMetric: why',
    'hpa/full': 'warn at max replicas: deployment/full has needed more than 4 replicas for 1h',
    'pdb/few':
      'warn too few healthy pods: only 1 of at least 2 pods have been healthy for 1h, so no pod may be evicted',
    'namespace/prod':
      'warn Terminating: for 2h; the object waits for finalizers: kubernetes; pods. has 1 resource instances',
  });
});

test('a volume is a problem when its reclamation failed or does not end', async () => {
  const volume = (name: string, phase: string, policy: string, namespace = 'prod'): Raw => ({
    metadata: { ...meta(name), namespace: undefined },
    spec: { persistentVolumeReclaimPolicy: policy, claimRef: { namespace, name: 'data' } },
    status: {
      phase,
      lastPhaseTransitionTime: '2026-03-04T08:15:07Z',
      ...(phase === 'Failed' ? { message: 'volume is attached' } : {}),
    },
  });
  const persistentvolumes = [
    volume('bound', 'Bound', 'Delete'),
    volume('failed', 'Failed', 'Delete'),
    volume('stuck', 'Released', 'Delete'),
    volume('kept', 'Released', 'Retain'),
    volume('elsewhere', 'Failed', 'Delete', 'other'),
  ];
  expect(await rowsOf({ persistentvolumes })).toEqual({
    'pv/failed': 'crit Failed: volume is attached; claim data',
    'pv/stuck': 'warn Released: for 2h; claim data; the reclaim policy of the volume is Delete',
  });
  const denied = await reading({ persistentvolumes }, ['persistentvolumes']);
  expect(denied).toMatchObject({ items: [], faults: [] });
  expect(denied).not.toHaveProperty('unavailable');
});

test('one that has recovered keeps its row, so that the end of the problem is seen', async () => {
  await using fixture = await openFixture(({ pathname }) => ({
    body: answered(pathname, { persistentvolumeclaims: [claim('data', { phase: 'Lost' })] }),
  }));
  expect((await fixture.read('objects')).items).toMatchObject([{ status: 'Lost' }]);
  fixture.answer = ({ pathname }) => ({
    body: answered(pathname, { persistentvolumeclaims: [claim('data', { phase: 'Bound' })] }),
  });
  expect((await fixture.read('objects')).items).toMatchObject([{ status: 'Bound' }]);
});

test('where a list fails, the rows that need it stay as they were', async () => {
  const lists = {
    persistentvolumeclaims: [claim('data', { phase: 'Lost' })],
    services: [service('typo')],
    ingresses: [ingress('shop', { name: 'absent', port: { number: 80 } })],
  };
  const withFailed =
    (...failed: readonly string[]) =>
    ({ pathname }: { readonly pathname: string }) =>
      failed.includes(pathname.split('/').at(-1) ?? '')
        ? { status: 500, body: failure(500, 'InternalError', 'etcd is down') }
        : { body: answered(pathname, lists) };
  await using fixture = await openFixture(withFailed());
  const before = (await fixture.read('objects')).items;
  expect(before).toMatchObject([
    { kind: 'pvc', status: 'Lost' },
    { kind: 'service', status: 'no endpoints' },
    { kind: 'ingress', status: 'backend missing' },
  ]);
  for (const failed of ['persistentvolumeclaims', 'endpointslices', 'services', 'ingresses']) {
    fixture.answer = withFailed(failed);
    const { items, faults } = await fixture.read('objects');
    expect(faults, failed).toMatchObject([{ message: expect.stringContaining('etcd is down') }]);
    const states = (items as readonly Workload[]).map(({ kind, status }) => `${kind} ${status}`);
    expect(states.toSorted(), failed).toEqual([
      'ingress backend missing',
      'pvc Lost',
      'service no endpoints',
    ]);
  }
});

test('without the workloads, a service that nothing matches may have been stopped by a person', async () => {
  const { items } = await reading({ services: [service('typo')] }, ['deployments']);
  expect(items).toMatchObject([
    {
      detail: expect.stringMatching(
        /^no pod matches app=typo; the login may not list deployments or statefulsets, so the workload may also be scaled to 0/,
      ),
    },
  ]);
});

test('missing rights are said once, are no fault, and judge nothing by what was not listed', async () => {
  const lists = {
    services: [service('api')],
    ingresses: [ingress('fine', { name: 'api', port: { number: 80 } })],
  };
  const denied = await reading(lists, ['endpointslices', 'persistentvolumeclaims', 'cronjobs']);
  expect(denied).toMatchObject({
    items: [],
    faults: [],
    unavailable: [
      {
        kind: 'denied',
        message:
          'the login may not list persistentvolumeclaims, endpointslices, cronjobs, so opsdeck does not show the problems of these objects',
      },
    ],
  });
  expect((await reading(lists, ['services', 'endpointslices'])).items).toEqual([]);
  const required = await reading(lists, ['cronjobs'], { facts: ['objects'] });
  expect(required.faults).toMatchObject([{ kind: 'denied' }]);
});

test('facts without objects requests none of them', async () => {
  await using fixture = await openFixture(() => ({ body: listOf([]) }), { facts: ['pods'] });
  expect(fixture.source.feeds.map(({ name }) => name)).not.toContain('objects');
});
