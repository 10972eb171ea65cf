import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Checked, type Checking, openChecking } from '../checked.ts';
import {
  type Cluster,
  dropNamespace,
  kubeconfigOf,
  makeNamespace,
  openCluster,
} from '../kubernetes/cluster.ts';
import { deployment, pod } from '../kubernetes/objects.ts';
import { containerThat, readyPods } from '../kubernetes/pods.ts';
import type { Person } from '../kubernetes/users.ts';
import { until } from '../machine/until.ts';
import { underTest } from '../setting.ts';

const server = underTest();
/** Both servers share one cluster, with separate namespaces. */
const namespace = `checked-${server.name}`;
const place = server.kind === 'kube-node' ? 'true' : 'fake';
const shop = { name: 'shop', namespace, place, replicas: 2 } as const;
let cluster: Cluster;
let checking: Checking;

const entry = (person: Person, more = ''): string =>
  `sources:
  k8s: { type: kubernetes, kubeconfig: "${kubeconfigOf(server, person)}", namespace: ${namespace}${more} }
signals:
  - { id: ready, title: Ready, source: k8s, read: { ready: deployment/shop, of: wanted }, unit: "%", crit: "<100" }
`;
const few = ', facts: [pods, deployments, top]';
const forbidden = (verb: string, what: string, user: string): RegExp =>
  new RegExp(`answered 403 Forbidden: .*User "${user}" cannot ${verb} resource "${what}"`);

beforeAll(async () => {
  checking = await openChecking();
  cluster = await openCluster(server);
  await makeNamespace(cluster, namespace);
  await cluster.apply(deployment(shop));
  await readyPods(cluster, shop, 2);
}, 60_000);
afterAll(async () => {
  await dropNamespace(cluster, namespace);
  await cluster[Symbol.asyncDispose]();
  await checking[Symbol.asyncDispose]();
});

describe('opsdeck on a real cluster, the built program', () => {
  test('check: rows, signals and levels; a missing metrics server is reported with its remedy, without effect on other data', async () => {
    const result = await checking.check(entry('admin', few));
    const row = { source: 'k8s', namespace, level: 'ok', cpuCores: null, memoryBytes: null };
    expect(result.workloads.toSorted((a, b) => (String(a.kind) < String(b.kind) ? -1 : 1))).toMatchObject([
      { ...row, kind: 'deployment', name: 'shop', status: 'available', ready: 2, wanted: 2 },
      { ...row, kind: 'pod', owner: 'deploy shop', status: 'running', ready: 1, restarts: 0 },
      { ...row, kind: 'pod', owner: 'deploy shop', status: 'running', ready: 1, restarts: 0 },
    ]);
    expect(result.signals).toMatchObject([{ id: 'ready', value: 100, level: 'ok', fault: null }]);
    expect([result.code, result.level]).toEqual([0, 'ok']);
    expect(result.faults).toMatchObject([
      {
        source: 'k8s',
        kind: 'missing',
        message: expect.stringMatching(/metrics\.k8s\.io.*answered 404 .*unavailable without metrics-server/),
        remedy: expect.stringContaining('install metrics-server'),
      },
    ]);
  });

  test('doctor: the user, its permissions, and each missing permission with the rule to request', async () => {
    const admin = await checking.doctor(entry('admin'));
    expect([admin.code, admin.level]).toEqual([1, 'warn']);
    expect(admin.findings).toMatchObject([
      {
        ok: true,
        what: expect.stringMatching(/^Kubernetes v1\.\d+\.\d+ at https:.*, user admin, namespaces/),
      },
      {
        ok: true,
        what: expect.stringMatching(
          /^allowed in \S+: list\+watch pods.*list controllerrevisions.*create pods\/eviction, get\+create pods\/exec/,
        ),
      },
      {
        ok: true,
        what: 'allowed in all namespaces: list+watch nodes, patch nodes, list nodes.metrics.k8s.io, list+watch pods',
      },
      { ok: false, remedy: expect.stringContaining('install metrics-server') },
    ]);
    const getter = await checking.doctor(entry('getter'));
    expect(getter.code).toBe(1);
    expect(getter.findings).toContainEqual({
      source: 'k8s',
      ok: false,
      what: `not allowed to list or watch pods in ${namespace}: pods unavailable`,
      remedy: `request a Role in ${namespace} with { apiGroups: [""], resources: ["pods"], verbs: [list, watch] }`,
    });
  });

  test('validate accepts the profile, and rejects an invalid cluster entry', async () => {
    expect(await checking.validate(entry('admin'))).toBe('');
    expect(await checking.validate(entry('admin', ', facts: [pods, poods]'))).toMatch(
      /real\.yaml:7:\d+.*poods|facts/,
    );
  });

  test('without the permission to list, all data is unknown', async () => {
    const result = await checking.check(entry('getter', ', facts: [pods, deployments]'));
    expect([result.code, result.level, result.workloads]).toEqual([3, 'unknown', []]);
    expect(result.signals).toMatchObject([{ value: null, level: 'unknown' }]);
    expect(result.faults).toMatchObject([
      {
        kind: 'denied',
        message: expect.stringMatching(forbidden('list', 'pods', 'getter')),
        remedy: `request a Role in ${namespace} with { apiGroups: [""], resources: ["pods"], verbs: [list] }, bound to getter`,
      },
      { kind: 'denied', message: expect.stringMatching(forbidden('list', 'deployments', 'getter')) },
    ]);
  });

  test('both commands name the user whose token has expired', async () => {
    const expected = {
      message: expect.stringMatching(
        /answered 401 Unauthorized: the credentials have expired or are invalid/,
      ),
      remedy: expect.stringContaining('renew the login of user "expired"'),
    };
    const result = await checking.check(entry('expired', ', facts: [pods]'));
    expect([result.code, result.level]).toEqual([3, 'unknown']);
    expect(result.faults).toContainEqual(expect.objectContaining({ kind: 'denied', ...expected }));
    const { code, findings } = await checking.doctor(entry('expired'));
    expect(code).toBe(3);
    expect(findings).toMatchObject([{ ok: false, what: expected.message, remedy: expected.remedy }]);
  });

  test('an unknown context: lists the contexts of the kubeconfig', async () => {
    const result = await checking.check(entry('viewer', ', context: nowhere'));
    expect([result.code, result.level]).toEqual([3, 'unknown']);
    expect(result.faults).toMatchObject([
      {
        kind: 'missing',
        message: expect.stringMatching(/has no context "nowhere". Contexts: viewer@real$/),
      },
    ]);
  });

  test('provides no facts from a different cluster', async () => {
    const result = await checking.check(entry('viewer', ', identity: { uid: another-cluster }'));
    expect([result.code, result.level, result.workloads]).toEqual([3, 'unknown', []]);
    expect(result.faults).toContainEqual(
      expect.objectContaining({
        kind: 'wrong-system',
        message: expect.stringMatching(
          /the namespace kube-system has the UID [-0-9a-f]+, but the profile expects another-cluster/,
        ),
      }),
    );
  });
});

const failing = (): void => {
  test('a crashing container and an OOM-killed one are crit, each with its status', async () => {
    const crash = { name: 'crash', namespace, place, script: 'exit 7' } as const;
    const script = 'dd if=/dev/zero of=/dev/null bs=128M count=1; status=$?; sleep 1; exit $status';
    const greedy = { name: 'greedy', namespace, place, memory: '32Mi', script } as const;
    await cluster.apply(pod(crash), pod(greedy, 'Never'));
    await containerThat(cluster, greedy, 'has exited', ({ state }) => state.terminated !== undefined);
    let result: Checked | undefined;
    const named = (name: string) =>
      result?.workloads.find((workload) => workload.kind === 'pod' && workload.name === name);
    // It runs briefly in between; the kubelet reports the waiting state only at its next sync.
    const down = /^(crashloopbackoff|error)$/;
    await until('the container has crashed', async () => {
      result = await checking.check(entry('viewer', ', facts: [pods, deployments]'));
      return down.test(String(named('crash')?.status));
    });
    expect([result?.code, result?.level]).toEqual([2, 'crit']);
    expect(named('crash')).toMatchObject({ level: 'crit', ready: 0 });
    expect(named('greedy')).toMatchObject({ status: 'oomkilled', level: 'crit', ready: 0 });
  });
};

if (place === 'true') describe('failing containers', failing);
