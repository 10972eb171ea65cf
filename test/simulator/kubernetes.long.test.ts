import { X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { valueAt } from './ask.ts';
import { closeSimulators, kubeStage, nameOf } from './kube-stage.ts';

afterEach(closeSimulators);

const itemsOf = (body: unknown): readonly unknown[] => [valueAt(body, 'items')].flat();

describe('lists', () => {
  test('a pod reflects its instance: age, readiness, address, node', async () => {
    const it = await kubeStage('event-bus');
    const { status, body } = await it.get(it.pods);
    expect(status).toBe(200);
    expect(body).toMatchObject({ kind: 'PodList', apiVersion: 'v1' });
    const [pod] = itemsOf(body);
    expect(pod).not.toHaveProperty('kind');
    expect(nameOf(pod)).toMatch(/^event-bus-service-[bcdf-hj-np-tv-xz2-9]{7,10}-[bcdf-hj-np-tv-xz2-9]{5}$/);
    expect(pod).toMatchObject({
      metadata: { labels: { app: 'event-bus-service' }, ownerReferences: [{ kind: 'ReplicaSet' }] },
      spec: { nodeName: expect.stringMatching(/^trademaster-production-node-/) },
      status: {
        phase: 'Running',
        podIP: expect.stringMatching(/^10\.244\./),
        containerStatuses: [{ name: 'event-bus-service', ready: true, restartCount: 0, lastState: {} }],
      },
    });
  });

  test('are returned in chunks that add up to the whole list', async () => {
    const it = await kubeStage('saga');
    const whole = itemsOf((await it.get('/api/v1/pods')).body).map(nameOf);
    const seen: string[] = [];
    let token = '';
    do {
      const { body } = await it.get(`/api/v1/pods?limit=4&continue=${encodeURIComponent(token)}`);
      seen.push(...itemsOf(body).map(nameOf));
      token = String(valueAt(body, 'metadata', 'continue') ?? '');
      const left = valueAt(body, 'metadata', 'remainingItemCount');
      expect(left).toBe(token === '' ? undefined : whole.length - seen.length);
    } while (token !== '');
    expect(whole.length).toBeGreaterThan(8);
    expect(seen).toEqual(whole);
  });

  test.each([
    ['labelSelector=app%3Dpayment-service', 2],
    ['labelSelector=app+in+(payment-service,inventory-service)', 4],
    ['labelSelector=app,app!%3Dsaga-orchestrator,app+notin+(kafka,postgres)', 5],
    ['labelSelector=!app', 0],
    ['fieldSelector=metadata.name%3Dkafka-0', 1],
    ['fieldSelector=status.phase!%3DRunning', 0],
  ])('with %s: %i pods', async (query, count) => {
    const it = await kubeStage('saga');
    expect(itemsOf((await it.get(`${it.pods}?${query}`)).body)).toHaveLength(count);
  });

  test.each([
    ['/apis/apps/v1/namespaces/microservices/deployments', 'DeploymentList', 4],
    ['/apis/apps/v1/namespaces/microservices/replicasets', 'ReplicaSetList', 4],
    ['/apis/apps/v1/statefulsets', 'StatefulSetList', 2],
    ['/apis/apps/v1/namespaces/logging/daemonsets', 'DaemonSetList', 1],
    ['/apis/batch/v1/cronjobs', 'CronJobList', 1],
    ['/apis/batch/v1/jobs', 'JobList', 0],
    ['/apis/autoscaling/v2/horizontalpodautoscalers', 'HorizontalPodAutoscalerList', 1],
    ['/apis/discovery.k8s.io/v1/endpointslices', 'EndpointSliceList', 6],
    ['/apis/networking.k8s.io/v1/networkpolicies', 'NetworkPolicyList', 2],
    ['/api/v1/nodes', 'NodeList', 3],
    ['/api/v1/namespaces', 'NamespaceList', 5],
    ['/apis/argoproj.io/v1alpha1/applications', 'ApplicationList', 2],
    ['/api/v1/services', 'ServiceList', 6],
    ['/api/v1/events', 'EventList', 0],
  ])('%s is a %s', async (path, kind, count) => {
    const it = await kubeStage('saga');
    const { body } = await it.get(path);
    expect(body).toMatchObject({ kind, metadata: { resourceVersion: expect.stringMatching(/^\d+$/) } });
    expect(itemsOf(body)).toHaveLength(count);
  });

  test('everything is healthy when the simulator starts', async () => {
    const it = await kubeStage('saga');
    for (const deployment of itemsOf((await it.get(it.deployments)).body)) {
      const replicas = valueAt(deployment, 'spec', 'replicas');
      expect(valueAt(deployment, 'status')).toMatchObject({
        observedGeneration: 1,
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
        conditions: [
          { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
          { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
        ],
      });
    }
  });

  test('the TLS secret contains a certificate of its own', async () => {
    const it = await kubeStage('saga');
    const { body } = await it.get('/api/v1/namespaces/microservices/secrets/microservices-tls');
    const pem = Buffer.from(String(valueAt(body, 'data', 'tls.crt')), 'base64').toString();
    const certificate = new X509Certificate(pem);
    expect(certificate.subjectAltName).toBe('DNS:api.saga.example, DNS:saga.example');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    const days = (certificate.validToDate.getTime() - it.clock.now()) / 86_400_000;
    expect(Math.round(days)).toBe(265);
  });
});

describe('authentication and authorization', () => {
  test('the kubeconfig is private to its owner, with a context per user', async () => {
    const it = await kubeStage('saga');
    const path = it.simulator.vars('production')['world.kubeconfig'] ?? '';
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(valueAt(it.kubeconfig, 'current-context')).toBe('production');
    expect([valueAt(it.kubeconfig, 'contexts')].flat().map((context) => valueAt(context, 'name'))).toEqual([
      'production',
      'production-viewer',
      'production-nolist',
      'production-expired',
    ]);
    await it.simulator.close();
    await expect(stat(path)).rejects.toThrow(/ENOENT/);
  });

  test.each([
    ['expired', '', 401, 'Unauthorized'],
    [
      'nolist',
      '',
      403,
      'pods is forbidden: User "nolist" cannot list resource "pods" in API group "" in the namespace "microservices"',
    ],
    [
      'nolist',
      '?watch=1',
      403,
      'pods is forbidden: User "nolist" cannot watch resource "pods" in API group "" in the namespace "microservices"',
    ],
  ])('%s is rejected%s with the real message', async (user, query, code, message) => {
    const it = await kubeStage('saga');
    const reason = code === 401 ? 'Unauthorized' : 'Forbidden';
    const refused = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code };
    expect(await it.get(`${it.pods}${query}`, user)).toMatchObject({ status: code, body: refused });
  });

  test('a viewer can only read; access reviews report it', async () => {
    const it = await kubeStage('saga');
    const path = `${it.deployments}/payment-service/scale`;
    expect((await it.get(it.pods, 'viewer')).status).toBe(200);
    const refused = await it.send(
      'PATCH',
      path,
      { spec: { replicas: 3 } },
      'application/merge-patch+json',
      'viewer',
    );
    expect(refused).toMatchObject({
      status: 403,
      body: {
        message:
          'deployments.apps "payment-service" is forbidden: User "viewer" cannot patch resource "deployments/scale" in API group "apps" in the namespace "microservices"',
        details: { name: 'payment-service', group: 'apps', kind: 'deployments' },
      },
    });
    const allowed = async (user: string, verb: string, resource: string, group = ''): Promise<unknown> => {
      const resourceAttributes = { namespace: it.namespace, verb, group, resource };
      const review = { spec: { resourceAttributes } };
      const { body } = await it.send(
        'POST',
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        review,
        'application/json',
        user,
      );
      return valueAt(body, 'status', 'allowed');
    };
    expect(await allowed('viewer', 'list', 'pods')).toBe(true);
    expect(await allowed('viewer', 'patch', 'deployments', 'apps')).toBe(false);
    expect(await allowed('viewer', 'get', 'secrets')).toBe(false);
    expect(await allowed('nolist', 'list', 'pods')).toBe(false);
    expect(await allowed('admin', 'patch', 'deployments', 'apps')).toBe(true);
  });
});

describe('missing objects', () => {
  test.each([
    ['/api/v1/namespaces/shop/pods/absent', 404, 'NotFound', 'pods "absent" not found'],
    [
      '/apis/apps/v1/namespaces/shop/deployments/absent',
      404,
      'NotFound',
      'deployments.apps "absent" not found',
    ],
    [
      '/apis/apps/v1/namespaces/shop/moons',
      404,
      'NotFound',
      'the server could not find the requested resource',
    ],
    [
      '/api/v1/pods?labelSelector=a%3D%3D%3Db,%25',
      400,
      'BadRequest',
      expect.stringContaining('unable to parse'),
    ],
    ['/api/v1/pods?fieldSelector=spec.moon%3D1', 400, 'BadRequest', 'field label not supported: spec.moon'],
  ])('%s is %i', async (path, code, reason, message) => {
    const it = await kubeStage('demo');
    expect(await it.get(path)).toMatchObject({
      status: code,
      body: { kind: 'Status', code, reason, message },
    });
  });

  test('metrics API: missing on a laptop; elsewhere reports usage of pods and nodes', async () => {
    const laptop = await kubeStage('demo', {}, 'local');
    const path = (namespace: string) => `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
    expect((await laptop.get(path(laptop.namespace))).status).toBe(404);
    const it = await kubeStage('event-bus');
    const { body } = await it.get(path(it.namespace));
    expect(body).toMatchObject({ kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1' });
    expect(itemsOf(body)).toHaveLength(3);
    expect(itemsOf(body)[0]).toMatchObject({
      window: '15s',
      containers: [
        {
          name: 'event-bus-service',
          usage: { cpu: expect.stringMatching(/^\d+n$/), memory: expect.stringMatching(/^\d+Ki$/) },
        },
      ],
    });
    const nodes = await it.get('/apis/metrics.k8s.io/v1beta1/nodes');
    expect(itemsOf(nodes.body)).toHaveLength(3);
  });

  test('reports the server version', async () => {
    const it = await kubeStage('demo');
    expect((await it.get('/version')).body).toMatchObject({ gitVersion: 'v1.33.4' });
    expect(await it.get('/readyz')).toEqual({ status: 200, body: 'ok' });
    expect((await it.get('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    expect((await it.get('/apis/apps/v1')).body).toMatchObject({
      kind: 'APIResourceList',
      resources: expect.arrayContaining([
        expect.objectContaining({ name: 'deployments', kind: 'Deployment' }),
      ]),
    });
  });
});

test("at speed 10, timestamps use the client's clock", async () => {
  const it = await kubeStage('event-bus', { speed: 10 });
  const [pod] = await it.podsOf('event-bus-service');
  await it.send('DELETE', `${it.pods}/${nameOf(pod)}`);
  await it.wait(1);
  const young = (await it.podsOf('event-bus-service')).find(
    (other) => Date.parse(String(valueAt(other, 'metadata', 'creationTimestamp'))) >= it.clock.now() - 2000,
  );
  expect(valueAt(young, 'status', 'containerStatuses', '0', 'ready')).toBe(true);
  expect(Date.parse(String(valueAt(young, 'metadata', 'creationTimestamp')))).toBeLessThanOrEqual(
    it.clock.now(),
  );
});
