import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Runbook } from '../../../src/domain/runbooks/runbook.ts';
import { type Acting, oneStep, openActing, proof, type Ran } from '../acting.ts';
import {
  type Cluster,
  dropNamespace,
  kubeconfigOf,
  makeNamespace,
  openCluster,
} from '../kubernetes/cluster.ts';
import { autoscaler, cronJob, daemonSet, deployment, image, statefulSet } from '../kubernetes/objects.ts';
import { type PodShape, podsOf, readyPods } from '../kubernetes/pods.ts';
import type { Person } from '../kubernetes/users.ts';
import { until } from '../machine/until.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const namespace = 'acting';
const shop = { name: 'shop', namespace };
const where = { apiVersion: 'apps/v1', kind: 'Deployment', ...shop };
const target = { deployment: shop.name };

interface Template {
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly image: string;
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

let cluster: Cluster;
let acting: Acting;
let dir: string;

const open = (person: Person = 'admin'): Promise<Acting> =>
  openActing('k8s', 'kubernetes', { kubeconfig: kubeconfigOf(server, person), namespace });

const step = (operation: string, params: Readonly<Record<string, unknown>>): Runbook => {
  const book = oneStep(`k8s.${operation}`, params, 'none');
  const [act] = book.act;
  return operation === 'job' && act !== undefined ? { ...book, act: [{ ...act, danger: 'safe' }] } : book;
};
const run = (operation: string, params: Readonly<Record<string, unknown>>): Promise<Ran> =>
  acting.run(step(operation, params));
const refusal = async (operation: string, params: Readonly<Record<string, unknown>>): Promise<unknown> =>
  (await acting.propose(step(operation, params))).refusal;
const shopNow = (): Promise<Template> => cluster.get<Template>(where);
const containerNow = async () => (await shopNow()).spec.template.spec.containers[0];
const uidsOf = (pods: readonly PodShape[]): readonly string[] => pods.map(({ metadata }) => metadata.uid);

beforeAll(async () => {
  cluster = await openCluster(server);
  await makeNamespace(cluster, namespace);
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-manifests-'));
});
afterAll(async () => {
  await dropNamespace(cluster, namespace);
  await cluster[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

describe('a deployment, through the executor', () => {
  beforeEach(async () => {
    await cluster.remove(where);
    await until('the pods are deleted', async () => (await podsOf(cluster, shop)).length === 0);
    await cluster.apply(deployment({ ...shop, replicas: 2, env: { GOGC: '100' } }));
    await readyPods(cluster, shop, 2);
    acting = await open();
  });
  afterEach(() => acting[Symbol.asyncDispose]());

  test('restart replaces all pods, verified. The dry run before replaced none', async () => {
    const before = uidsOf(await podsOf(cluster, shop));
    const book = oneStep('k8s.restart', { ...target, wait: '1m' }, [
      proof('all(workloads[kind = pod and owner = "deploy shop"] | new)'),
    ]);
    const proposal = await acting.propose(book);
    expect(proposal.steps[0]?.plan).toMatchObject({
      targets: [{ name: 'shop', where: expect.stringContaining(`namespace ${namespace}`) }],
      objects: expect.arrayContaining([
        expect.stringMatching(/^2 pods of deployment\/shop, 2 ready/),
        'allowed: patch deployments in acting',
      ]),
    });
    expect(uidsOf(await podsOf(cluster, shop))).toEqual(before);

    const { ended, events } = await acting.run(book);
    expect(ended.ending).toBe('recovered');
    expect(events.find(({ event }) => event === 'acted')).toMatchObject({
      ok: true,
      result: expect.stringMatching(/200 OK; waiting for deployment\/shop → complete after \d+s$/),
    });
    const after = uidsOf(await readyPods(cluster, shop, 2));
    expect(after.filter((uid) => before.includes(uid))).toEqual([]);
    expect(await acting.ledgerHolds()).toBe(true);
  });

  test('evict respects a PodDisruptionBudget, and replaces the pod when the budget has room', async () => {
    const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', name: 'shop', namespace };
    const { spec } = await cluster.get<{ readonly spec: { readonly selector: object } }>(where);
    await cluster.apply({
      apiVersion: budget.apiVersion,
      kind: budget.kind,
      metadata: { name: budget.name, namespace },
      spec: { minAvailable: 2, selector: spec.selector },
    });
    const before = await readyPods(cluster, shop, 2);
    const pod = before[0]?.metadata.name ?? '';
    const isObserved = async (allowed: number): Promise<boolean> => {
      const { status } = await cluster.get<{ readonly status?: { readonly disruptionsAllowed?: number } }>(
        budget,
      );
      return status?.disruptionsAllowed === allowed;
    };
    await until('the budget counts both pods', async () => isObserved(0));
    expect(await refusal('evict', { pod })).toMatchObject({
      why: expect.stringContaining('disruption budget'),
    });
    expect(uidsOf(await podsOf(cluster, shop))).toEqual(uidsOf(before));

    await cluster.patch(budget, { spec: { minAvailable: 1 } });
    await until('the budget has room', async () => isObserved(1));
    expect((await run('evict', { pod })).ended.ending).toBe('recovered');
    await until('the pod is replaced', async () =>
      (await readyPods(cluster, shop, 2)).every(({ metadata }) => metadata.name !== pod),
    );
    await cluster.remove(budget);
  });

  test('cordon and uncordon the node of a pod. The plan of a drain lists its eviction', async () => {
    const [first] = await readyPods(cluster, shop, 2);
    const node = first?.spec.nodeName ?? '';
    const onNode = { apiVersion: 'v1', kind: 'Node', name: node };
    const isCordoned = async (): Promise<boolean> => {
      const { spec } = await cluster.get<{ readonly spec: { readonly unschedulable?: boolean } }>(onNode);
      return spec.unschedulable === true;
    };
    const cordoned = await run('cordon', { node });
    expect(cordoned.ended.ending).toBe('recovered');
    expect(await isCordoned()).toBe(true);
    expect((await run('uncordon', { node })).ended.ending).toBe('recovered');
    expect(await isCordoned()).toBe(false);

    // Other suites use the node meanwhile, so the drain is only planned: every eviction passes the server's own checks.
    const { steps, refusal: none } = await acting.propose(step('drain', { node }));
    expect(none).toBeUndefined();
    expect(steps[0]?.plan?.calls.map(({ line }) => line)).toContainEqual(
      expect.stringContaining(`/pods/${first?.metadata.name}/eviction`),
    );
  });

  test('scale and its undo; rejects a deployment with an autoscaler, or already at that count', async () => {
    const ran = await run('scale', { ...target, replicas: 4, wait: '1m' });
    expect(ran.ended.ending).toBe('recovered');
    await readyPods(cluster, shop, 4);
    const undone = await acting.undo(ran);
    expect(undone.proposal.steps[0]?.plan?.targets[0]?.saw).toBe('4 replicas');
    await readyPods(cluster, shop, 2);

    expect(await refusal('scale', { ...target, replicas: 2 })).toMatchObject({
      ending: 'not-applicable',
      why: 'deployment/shop already has 2 replicas, so there is nothing to scale',
    });
    await cluster.apply(autoscaler(deployment(shop), 1, 3));
    expect(await refusal('scale', { ...target, replicas: 3 })).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringMatching(
        /^the autoscaler hpa\/shop manages the replicas of deployment\/shop \(allowed: 1 to 3\): /,
      ),
    });
    await cluster.remove({ ...shop, apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' });
  });

  test('only up: rejects a count that is lower after a concurrent scale', async () => {
    const up = { ...target, replicas: 3, only: 'up' };
    const book = step('scale', up);
    const proposal = await acting.propose(book);
    expect(proposal.refusal).toBeUndefined();
    await cluster.patch(where, { spec: { replicas: 4 } });
    expect(await refusal('scale', up)).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringContaining('3 is fewer, and only: up forbids scaling down'),
    });
    // The earlier plan is outdated by the other change.
    expect((await acting.carryOut(proposal, book)).ended).toMatchObject({ ending: 'forbidden', sent: [] });
    expect((await shopNow()).spec.replicas).toBe(4);
  });

  test('sets an image, rolls back, and undoes the rollback', async () => {
    await run('setImage', { ...target, image: 'localhost/shop:2', wait: '1m' });
    expect((await containerNow())?.image).toBe('localhost/shop:2');
    await readyPods(cluster, shop, 2);

    const ran = await run('rollback', { ...target, wait: '1m' });
    expect(ran.ended.ending).toBe('recovered');
    expect(ran.proposal.steps[0]?.plan?.objects).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^deployment\/shop goes from revision 2 to the template of revision 1/),
        `deployment/shop spec.template.spec.containers[shop].image: "localhost/shop:2" → "${image}"`,
      ]),
    );
    expect((await containerNow())?.image).toBe(image);

    await acting.undo(ran);
    expect((await containerNow())?.image).toBe('localhost/shop:2');
    expect(await refusal('rollback', { ...target, revision: 77 })).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringMatching(/^deployment\/shop has no revision 77. Available: \d/),
    });
  });

  test('sets variables, and undoes it: restores the old value, and removes a new variable', async () => {
    const ran = await run('setEnv', { ...target, env: { GOGC: 50, GOMAXPROCS: '4' } });
    expect(ran.ended.ending).toBe('recovered');
    expect((await containerNow())?.env).toEqual(
      expect.arrayContaining([
        { name: 'GOGC', value: '50' },
        { name: 'GOMAXPROCS', value: '4' },
      ]),
    );
    await acting.undo(ran);
    expect((await containerNow())?.env).toEqual([{ name: 'GOGC', value: '100' }]);
  });

  test('sets limits, and removes them again', async () => {
    const ran = await run('limits', { ...target, memory: '64Mi', cpu: 1 });
    expect(await containerNow()).toMatchObject({ resources: { limits: { memory: '64Mi', cpu: '1' } } });
    await acting.undo(ran);
    expect(await containerNow()).toMatchObject({ resources: {} });
    expect(JSON.stringify(await containerNow())).not.toContain('64Mi');
  });

  test('deletes a pod by its uid; its ReplicaSet creates another; planning deletes nothing', async () => {
    const [first] = await podsOf(cluster, shop);
    const name = first?.metadata.name ?? '';
    const proposal = await acting.propose(step('delete', { kind: 'pod', name }));
    expect(proposal).toMatchObject({ danger: 'destructive', names: [name], gate: { typed: true } });
    expect(proposal.steps[0]?.plan?.objects).toEqual(
      expect.arrayContaining([expect.stringMatching(/^replicaset\/shop-\S+ recreates it$/)]),
    );
    expect(uidsOf(await podsOf(cluster, shop))).toContain(first?.metadata.uid);
    expect((await podsOf(cluster, shop)).every((pod) => !('deletionTimestamp' in pod.metadata))).toBe(true);

    expect((await run('delete', { kind: 'pod', name })).ended.ending).toBe('recovered');
    await until('the deleted pod is replaced', async () => {
      const now = uidsOf(await podsOf(cluster, shop));
      return now.length === 2 && !now.includes(first?.metadata.uid ?? '');
    });
  });

  test('reports rejections by admission before confirmation: a quota, and an invalid object', async () => {
    expect(
      await refusal('patch', { kind: 'deployment', name: 'shop', patch: { spec: { replicas: -1 } } }),
    ).toMatchObject({
      ending: 'failed',
      why: expect.stringMatching(/the API server rejected the dry run: .*422.*spec\.replicas/),
    });
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none', namespace },
      spec: { hard: { 'count/jobs.batch': '0' } },
    });
    await cluster.apply(cronJob({ name: 'nightly', namespace }));
    await until('the quota has a status', async () => {
      const quota = await cluster.get<{ readonly status?: { readonly used?: object } }>({
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        name: 'none',
        namespace,
      });
      return quota.status?.used !== undefined;
    });
    expect(await refusal('job', { cronjob: 'nightly' })).toMatchObject({
      ending: 'failed',
      why: expect.stringMatching(/403.*exceeded quota: none/),
    });
    await cluster.remove({ apiVersion: 'v1', kind: 'ResourceQuota', name: 'none', namespace });
  });

  test('a viewer is denied, with the rule to request', async () => {
    const viewer = await open('viewer');
    expect((await viewer.propose(step('restart', target))).refusal).toEqual({
      ending: 'forbidden',
      why: expect.stringMatching(
        /may not patch deployments in acting.*: request a Role in acting with \{ apiGroups: \["apps"\], resources: \["deployments"\], verbs: \[patch\] \}$/,
      ),
    });
    await viewer[Symbol.asyncDispose]();
  });

  test('does not touch a deployment that was replaced since the plan', async () => {
    const book = step('setImage', { ...target, image: 'localhost/shop:3' });
    const proposal = await acting.propose(book);
    await cluster.patch(where, {
      spec: { template: { spec: { containers: [{ name: 'shop', image: 'other:1' }] } } },
    });
    const { ended } = await acting.carryOut(proposal, book);
    expect(ended).toMatchObject({
      ending: 'forbidden',
      why: `shop has changed since planning: planned for shop ${image}, now shop other:1. Plan the run again`,
    });
  });
});

describe('rollback of sets, through the executor', () => {
  const store = { name: 'store', namespace };
  const agent = { name: 'agent', namespace };
  interface Set {
    readonly spec: Template['spec'];
  }
  const imageOf = async (kind: string, name: string): Promise<string | undefined> =>
    (await cluster.get<Set>({ apiVersion: 'apps/v1', kind, name, namespace })).spec.template.spec
      .containers[0]?.image;

  beforeEach(async () => {
    acting = await open();
  });
  afterEach(() => acting[Symbol.asyncDispose]());

  test('a StatefulSet returns to the template of its ControllerRevision, and undo to the newer one', async () => {
    await cluster.apply(statefulSet({ ...store, replicas: 2 }));
    await readyPods(cluster, store, 2);
    expect(await refusal('rollback', { statefulset: 'store' })).toMatchObject({
      ending: 'not-applicable',
      why: 'statefulset/store has no revision before 1 with another template',
    });
    await run('setImage', { statefulset: 'store', image: 'localhost/store:2', wait: '1m' });
    const ran = await run('rollback', { statefulset: 'store', wait: '1m' });
    expect(ran.ended.ending).toBe('recovered');
    expect(ran.proposal.steps[0]?.plan?.changes).toEqual([`store image: localhost/store:2 → ${image}`]);
    expect(await imageOf('StatefulSet', 'store')).toBe(image);
    await acting.undo(ran);
    expect(await imageOf('StatefulSet', 'store')).toBe('localhost/store:2');
    await cluster.remove({ apiVersion: 'apps/v1', kind: 'StatefulSet', ...store });
  });

  test('a DaemonSet returns to the requested revision. The same template is refused', async () => {
    await cluster.apply(daemonSet(agent));
    await run('setImage', { daemonset: 'agent', image: 'localhost/agent:2', wait: '2m' });
    const ran = await run('rollback', { daemonset: 'agent', revision: 1, wait: '2m' });
    expect(ran.ended.ending).toBe('recovered');
    expect(await imageOf('DaemonSet', 'agent')).toBe(image);
    expect(await refusal('rollback', { daemonset: 'agent', revision: 77 })).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringContaining('has no revision 77. Available: 2'),
    });
    await cluster.remove({ apiVersion: 'apps/v1', kind: 'DaemonSet', ...agent });
  });
});

describe('apply, through the executor', () => {
  const configMap = (name: string, value: string): string =>
    `# settings\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  mode: "${value}"\n`;

  beforeEach(async () => {
    acting = await open();
  });
  afterEach(() => acting[Symbol.asyncDispose]());

  test('creates a missing object, and deletes it again; applying it twice makes no changes', async () => {
    const file = join(dir, 'made.yaml');
    await writeFile(file, configMap('made', 'fast'));
    const ran = await run('apply', { files: [file] });
    expect(ran.ended.ending).toBe('recovered');
    const made = { apiVersion: 'v1', kind: 'ConfigMap', name: 'made', namespace };
    expect(await cluster.get(made)).toMatchObject({ data: { mode: 'fast' } });
    expect(await refusal('apply', { files: [file] })).toEqual({
      ending: 'not-applicable',
      why: 'configmap/made already has these values, so there is nothing to change',
    });
    await acting.undo(ran);
    await expect(cluster.get(made)).rejects.toThrow('404');
  });

  test('several documents, a directory, and YAML as the API server reads it', async () => {
    const many = await mkdtemp(join(dir, 'many-'));
    const sts = JSON.stringify(statefulSet({ name: 'store', namespace, replicas: 1 }));
    const volume =
      'volumes:\n    - name: v\n      configMap:\n        name: one\n        defaultMode: 0640\n';
    const pod = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: octal\nspec:\n  containers:\n    - name: c\n      image: ${image}\n  ${volume}`;
    await writeFile(join(many, 'a.yaml'), `---\n${configMap('one', 'x')}---\n# nothing\n---\n${pod}`);
    await writeFile(join(many, 'b.json'), sts);
    const ran = await run('apply', { files: [many], wait: '1m' });
    expect(ran.ended.ending).toBe('recovered');
    expect(ran.ended.undo).toBeUndefined();
    expect(ran.proposal.steps[0]?.plan?.targets.map(({ name }) => name)).toEqual(['one', 'octal', 'store']);
    expect(await cluster.get({ apiVersion: 'v1', kind: 'Pod', name: 'octal', namespace })).toMatchObject({
      spec: {
        volumes: expect.arrayContaining([
          expect.objectContaining({ configMap: { name: 'one', defaultMode: 0o640 } }),
        ]),
      },
    });
  });

  test('a field of another manager is a conflict that names it; force: true takes it over', async () => {
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'shared', namespace },
      data: { mode: 'slow' },
    });
    const file = join(dir, 'shared.yaml');
    await writeFile(file, configMap('shared', 'fast'));
    expect(await refusal('apply', { files: [file] })).toEqual({
      ending: 'failed',
      why: 'configmap/shared has fields that other managers own: .data.mode belongs to the field manager "suite". Set force: true to take them over',
    });
    const ran = await run('apply', { files: [file], force: true });
    expect(ran.ended.ending).toBe('recovered');
    expect(ran.proposal.steps[0]?.plan?.objects).toEqual(
      expect.arrayContaining([
        'configmap/shared .data.mode belongs to the field manager "suite": taken over',
        'configmap/shared data.mode: "slow" → "fast"',
      ]),
    );
  });
});

describe('a job of a cron job', () => {
  test('is created like by its controller, annotated as manual, and can be deleted', async () => {
    acting = await open();
    await cluster.apply(cronJob({ name: 'nightly', namespace }));
    const ran = await run('job', { cronjob: 'nightly' });
    expect(ran.ended.ending).toBe('recovered');
    const name = String(ran.ended.undo?.[0]?.with.name);
    const job = { apiVersion: 'batch/v1', kind: 'Job', name, namespace };
    expect(await cluster.get(job)).toMatchObject({
      metadata: {
        annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
        ownerReferences: [{ kind: 'CronJob', name: 'nightly', controller: true }],
      },
    });
    await acting.undo(ran);
    await until('the job is deleted', async () => {
      const all = await cluster.list<{ readonly metadata: { readonly name: string } }>({
        apiVersion: 'batch/v1',
        kind: 'Job',
        namespace,
      });
      return all.every(({ metadata }) => metadata.name !== name);
    });
    await acting[Symbol.asyncDispose]();
  });
});
