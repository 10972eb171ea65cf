import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { valueAt } from '../../../simulator/ask.ts';
import { nameOf, patchTypes } from '../../../simulator/kube-stage.ts';
import { longTest } from '../../../support/layer.ts';
import { type ActingStage, openStage, planOf } from './stage.ts';

const inventory = { deployment: 'inventory-service' };
/** Its replicas are not managed by an autoscaler. */
const orchestrator = { deployment: 'saga-orchestrator' };
let stage: ActingStage;

const at = (name: string): string => `${stage.deployments}/${name}`;
const containerOf = async (name = 'inventory-service'): Promise<unknown> =>
  valueAt((await stage.get(at(name))).body, 'spec', 'template', 'spec', 'containers', '0');
const replicasOf = async (name: string): Promise<unknown> =>
  valueAt((await stage.get(at(name))).body, 'spec', 'replicas');
/** A change by another client. */
const patchExternally = (patch: object, name = 'inventory-service') =>
  stage.send('PATCH', at(name), patch, patchTypes.strategic);

beforeEach(async () => {
  stage = await openStage('saga');
});
afterEach(() => stage[Symbol.asyncDispose]());

describe('changes of a pod template', () => {
  longTest(
    'restart: the exact call, its targets and location; `wait` follows the rollout to its end',
    async () => {
      const before = (await stage.podsOf('inventory-service')).map(nameOf);
      const proposal = await stage.propose('restart', inventory);
      expect(proposal).toMatchObject({ danger: 'disruptive', names: ['inventory-service'] });
      expect(proposal.blast).toMatchObject({
        objects: 1,
        share: { part: 2, whole: 2, of: 'replicas of deployment/inventory-service' },
      });
      expect(proposal.checks).toContainEqual({
        what: 'permission',
        ok: true,
        why: 'RBAC: patch deployments in microservices',
      });
      const plan = planOf(proposal);
      expect(plan.calls).toEqual([
        {
          line: `PATCH ${stage.server}${at('inventory-service')}`,
          body: '{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-03-04T10:15:07Z"}}}}}',
          target: 0,
        },
      ]);
      expect(plan.targets).toMatchObject([
        {
          saw: 'registry.saga.example/inventory-service:1.8.0, never restarted',
          where: 'namespace microservices of cluster production, context production',
        },
      ]);
      expect(plan.objects).toEqual([
        expect.stringMatching(/^2 pods of deployment\/inventory-service, 2 ready: inventory-service-/),
        'the rolling update makes at most 25% of the pods unavailable, and at most 25% more than desired',
        'deployment/inventory-service spec.template.metadata.annotations.kubectl.kubernetes.io/restartedAt: none → "2026-03-04T10:15:07Z"',
        'allowed: patch deployments in microservices',
      ]);

      const ran = await stage.passing(stage.run('restart', { ...inventory, wait: '5m' }));
      expect(ran.ended.ending).toBe('recovered');
      expect(ran.output.slice(2, 4)).toEqual([
        'deployment/inventory-service: the rollout has not started',
        'deployment/inventory-service: 1 of 2 pods updated, 2 available',
      ]);
      expect(ran.output.at(-1)).toMatch(
        /^waiting for deployment\/inventory-service → complete after \d+m?\d*s$/,
      );
      // Terminating pods have their grace period.
      await stage.wait(60);
      const after = (await stage.podsOf('inventory-service')).map(nameOf);
      expect(after.filter((name) => before.includes(name))).toEqual([]);
    },
  );

  test('a rollout that times out is reported, and fails the step', async () => {
    const ran = await stage.passing(
      stage.run('setImage', {
        ...inventory,
        image: 'registry.saga.example/inventory-service:gone',
        wait: '1s',
      }),
    );
    expect(ran.ended.ending).toBe('failed');
    expect(ran.ended.why).toMatch(
      /PATCH \S+ → 200 OK; waiting for deployment\/inventory-service → the rollout is not complete after 1s: \d of 2 pods updated/,
    );
  });

  const fromSecret = {
    name: 'DB_PASSWORD',
    valueFrom: { secretKeyRef: { name: 'postgres-secret', key: 'password' } },
  };

  longTest(
    'setEnv: the undo restores old values, removes added variables, and keeps references',
    async () => {
      const ran = await stage.run('setEnv', { ...inventory, env: { DB_MAX_OPEN_CONNS: 25, GOGC: '50' } });
      expect(planOf(ran.proposal).targets[0]?.saw).toBe('DB_MAX_OPEN_CONNS=10, GOGC not set');
      expect(valueAt(await containerOf(), 'env')).toEqual([
        { name: 'DB_MAX_OPEN_CONNS', value: '25' },
        fromSecret,
        { name: 'GOGC', value: '50' },
      ]);
      const undone = await stage.undo(ran);
      expect(undone.ended.ending).toBe('recovered');
      expect(valueAt(await containerOf(), 'env')).toEqual([
        { name: 'DB_MAX_OPEN_CONNS', value: '10' },
        fromSecret,
      ]);
    },
  );

  longTest('a variable from a Secret is not overwritten', async () => {
    const { refusal } = await stage.propose('setEnv', { ...inventory, env: { DB_PASSWORD: 'literal' } });
    expect(refusal).toEqual({
      ending: 'not-applicable',
      why: 'deployment/inventory-service reads DB_PASSWORD (from secretKeyRef postgres-secret/password) by reference: change the referenced object',
    });
  });

  test('a secret value is set but never shown, and its undo is the revision with the old value', async () => {
    await stage.run('setEnv', { ...inventory, env: { API_TOKEN: 'the-old-word' } });
    await stage.wait(2);
    const ran = await stage.run('setEnv', { ...inventory, env: { API_TOKEN: 'the-new-word' } });
    expect(valueAt(await containerOf(), 'env', '2', 'value')).toBe('the-new-word');
    expect(JSON.stringify([ran.proposal, ran.events])).not.toMatch(/the-(old|new)-word/);
    expect(await readFile(join(stage.dir, 'audit.jsonl'), 'utf8')).not.toMatch(/the-(old|new)-word/);
    expect(ran.ended.undo).toMatchObject([
      {
        use: 'k8s.rollback',
        with: { ...inventory, namespace: 'microservices', revision: 2 },
        title: 'Roll deployment/inventory-service back to revision 2',
      },
    ]);
    await stage.wait(2);
    await stage.undo(ran);
    expect(valueAt(await containerOf(), 'env', '2', 'value')).toBe('the-old-word');
  });

  test('a URL with a password is set, its password is never shown, and the undo does not contain it', async () => {
    const url = (word: string): string => `postgres://app:${word}@db:5432/shop`;
    await stage.run('setEnv', { ...inventory, env: { DATABASE_URL: url('the-old-word') } });
    await stage.wait(2);
    const ran = await stage.run('setEnv', { ...inventory, env: { DATABASE_URL: url('the-new-word') } });
    expect(valueAt(await containerOf(), 'env', '2', 'value')).toBe(url('the-new-word'));
    expect(await readFile(join(stage.dir, 'audit.jsonl'), 'utf8')).not.toMatch(/the-(old|new)-word/);
    expect(JSON.stringify([ran.proposal, ran.events])).not.toMatch(/the-(old|new)-word/);
    expect(ran.ended.undo).toMatchObject([{ use: 'k8s.rollback' }]);
  });

  test('limits and their undo; an unchanged value is not applicable', async () => {
    const ran = await stage.run('limits', { ...inventory, memory: '2Gi' });
    expect(valueAt(await containerOf(), 'resources', 'limits')).toEqual({ cpu: '1', memory: '2Gi' });
    await stage.undo(ran);
    expect(valueAt(await containerOf(), 'resources', 'limits')).toEqual({ cpu: '1', memory: '1Gi' });
    expect((await stage.propose('limits', { ...inventory, memory: '900Mi', only: 'up' })).refusal).toEqual({
      ending: 'not-applicable',
      why: 'deployment/inventory-service already has memory 1Gi: 900Mi is not higher, and only: up forbids lowering',
    });
    expect((await stage.propose('limits', { ...inventory, memory: '1Gi' })).refusal).toEqual({
      ending: 'not-applicable',
      why: 'deployment/inventory-service already has these values, so there is nothing to change',
    });
  });

  longTest(
    'rollback: the diff before, the template after, and its undo; a paused deployment is refused',
    async () => {
      const first = 'registry.saga.example/inventory-service:1.8.0';
      const second = 'registry.saga.example/inventory-service:1.9.0';
      expect((await stage.propose('rollback', inventory)).refusal?.why).toBe(
        'deployment/inventory-service has no revision before 1 with another template',
      );
      await stage.run('setImage', { ...inventory, image: second });
      await stage.wait(2);
      const ran = await stage.run('rollback', inventory);
      const plan = planOf(ran.proposal);
      expect(plan.targets[0]?.saw).toMatch(
        /^registry\.saga\.example\/inventory-service:1\.9\.0, template \w+$/,
      );
      expect(plan.objects).toContain(
        `deployment/inventory-service spec.template.spec.containers[inventory-service].image: "${second}" → "${first}"`,
      );
      expect(plan.calls[0]?.body).toMatch(/^\[\{"op":"test","path":"\/metadata\/resourceVersion"/);
      expect(valueAt(await containerOf(), 'image')).toBe(first);
      await stage.wait(2);
      await stage.undo(ran);
      expect(valueAt(await containerOf(), 'image')).toBe(second);

      await patchExternally({ spec: { paused: true } });
      for (const operation of ['rollback', 'restart'])
        expect((await stage.propose(operation, inventory)).refusal).toMatchObject({
          ending: 'not-applicable',
          why: expect.stringContaining('is paused'),
        });
    },
  );

  longTest('patch: any object, with an undo of its fields; there is no undo for lists', async () => {
    const hpa = { kind: 'hpa', name: 'inventory-service' };
    const path = '/apis/autoscaling/v2/namespaces/microservices/horizontalpodautoscalers/inventory-service';
    const least = async () => valueAt((await stage.get(path)).body, 'spec', 'minReplicas');
    const ran = await stage.run('patch', { ...hpa, patch: { spec: { minReplicas: 4 } } });
    expect(await least()).toBe(4);
    await stage.undo(ran);
    expect(await least()).toBe(2);
    const lists = await stage.propose('patch', { ...hpa, patch: { spec: { metrics: [] } } });
    expect(lists.steps[0]?.undo).toBeUndefined();
    expect(planOf(lists).lost).toMatch(/cannot undo a patch/);
    const secret = { kind: 'secret', name: 'microservices-tls', patch: { data: { a: 'eA==' } } };
    expect((await stage.propose('patch', secret)).refusal?.why).toMatch(/^a Secret cannot be patched/);
  });
});

describe('scale', () => {
  longTest(
    'up and back; an unchanged number, and replicas managed by an autoscaler, are refused',
    async () => {
      const ran = await stage.run('scale', { ...orchestrator, replicas: 4 });
      expect(planOf(ran.proposal).calls[0]).toEqual({
        line: `PATCH ${stage.server}${at('saga-orchestrator')}/scale`,
        body: '{"spec":{"replicas":4}}',
        target: 0,
      });
      expect(await replicasOf('saga-orchestrator')).toBe(4);
      await stage.undo(ran);
      expect(await replicasOf('saga-orchestrator')).toBe(2);
      expect((await stage.propose('scale', { ...orchestrator, replicas: 2 })).refusal).toEqual({
        ending: 'not-applicable',
        why: 'deployment/saga-orchestrator already has 2 replicas, so there is nothing to scale',
      });
      expect((await stage.propose('scale', { ...inventory, replicas: 5 })).refusal).toMatchObject({
        ending: 'not-applicable',
        why: expect.stringMatching(
          /^the autoscaler hpa\/inventory-service manages the replicas of deployment\/inventory-service \(allowed: \d+ to \d+\): the autoscaler would revert the change/,
        ),
      });
    },
  );

  longTest('upwards only: fewer replicas than at execution time are refused without any change', async () => {
    const up = (replicas: number) => stage.propose('scale', { ...orchestrator, replicas, only: 'up' });
    expect((await up(3)).refusal).toBeUndefined();
    await patchExternally({ spec: { replicas: 5 } }, 'saga-orchestrator');
    expect((await up(3)).refusal).toEqual({
      ending: 'not-applicable',
      why: 'deployment/saga-orchestrator has 5 replicas: 3 is fewer, and only: up forbids scaling down',
    });
    expect(await replicasOf('saga-orchestrator')).toBe(5);
  });

  longTest.each([
    [1, '2 → 1 replica: 1 pod is terminated'],
    [0, '2 → 0 replicas: 2 pods are terminated'],
  ])('to %i: the preview counts the pods that end', async (replicas, text) => {
    const plan = planOf(await stage.propose('scale', { ...orchestrator, replicas }));
    expect(plan.objects[0]).toBe(`deployment/saga-orchestrator: ${text}`);
  });

  test('to 0: an autoscaler becomes inactive. The step may raise the danger', async () => {
    const zero = { ...inventory, replicas: 0 };
    const plan = planOf(await stage.propose('scale', zero));
    expect(plan.danger).toBe('disruptive');
    expect(plan.objects).toEqual(
      expect.arrayContaining([
        expect.stringContaining('At 0 replicas the autoscaler does nothing'),
        expect.stringContaining('Consider danger: destructive for this step'),
      ]),
    );
    expect(await stage.propose('scale', zero, 'destructive')).toMatchObject({
      danger: 'destructive',
      gate: { typed: true },
    });
  });
});

describe('a change since the plan', () => {
  test.each([
    {
      what: 'of the value',
      change: () => patchExternally({ spec: { replicas: 3 } }, 'saga-orchestrator'),
      found: 'planned for 2 replicas, now 3 replicas',
    },
    {
      what: 'of the object',
      change: () => stage.send('DELETE', at('saga-orchestrator')),
      found: 'planned for 2 replicas, now the object no longer exists in the cluster',
    },
  ])('$what: nothing is sent', async ({ change, found }) => {
    const proposal = await stage.propose('scale', { ...orchestrator, replicas: 5 });
    await change();
    const { ended } = await stage.confirm(proposal);
    expect(ended).toMatchObject({
      ending: 'forbidden',
      why: `saga-orchestrator has changed since planning: ${found}. Plan the run again`,
      sent: [],
    });
  });

  longTest('a different object with the same name is another target', async () => {
    const proposal = await stage.propose('scale', { ...orchestrator, replicas: 5 });
    const { body } = await stage.get(at('saga-orchestrator'));
    await stage.send('DELETE', at('saga-orchestrator'));
    const made = await stage.send('POST', stage.deployments, {
      metadata: { name: 'saga-orchestrator' },
      spec: valueAt(body, 'spec'),
    });
    expect(made.status).toBe(201);
    expect((await stage.confirm(proposal)).ended.why).toContain('now a different object with the same name');
  });

  longTest('a status update is not a change', async () => {
    const proposal = await stage.propose('setImage', {
      ...inventory,
      image: 'registry.saga.example/inventory-service:1.9.0',
    });
    await patchExternally({ spec: { replicas: 4 } });
    await stage.wait(5);
    expect((await stage.confirm(proposal)).ended.ending).toBe('recovered');
  });
});

describe('apply', () => {
  const file = (name: string, text: string) => stage.put(name, text);
  const settings = (mode: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  mode: ${mode}\n`;
  const path = '/api/v1/namespaces/microservices/configmaps/settings';

  test('relative to the profile. The undo deletes what was created; applying it again changes nothing', async () => {
    await file('k8s/a.yaml', settings('fast'));
    const ran = await stage.run('apply', { files: ['k8s'] });
    expect(planOf(ran.proposal)).toMatchObject({
      targets: [{ name: 'settings', uid: 'none yet', saw: 'not found' }],
      calls: [
        { line: `PATCH ${stage.server}${path}?fieldManager=opsdeck&force=false`, body: settings('fast') },
      ],
    });
    expect(valueAt((await stage.get(path)).body, 'data', 'mode')).toBe('fast');
    expect((await stage.propose('apply', { files: ['k8s/*.yaml'] })).refusal).toEqual({
      ending: 'not-applicable',
      why: 'configmap/settings already has these values, so there is nothing to change',
    });
    await stage.undo(ran);
    expect((await stage.get(path)).status).toBe(404);
  });

  test('a field of another manager is a conflict; only `force: true` takes it over, and names the manager', async () => {
    await stage.send('PATCH', `${path}?fieldManager=kubectl`, settings('slow'), patchTypes.apply);
    await file('a.yaml', settings('fast'));
    expect((await stage.propose('apply', { files: ['a.yaml'] })).refusal).toEqual({
      ending: 'failed',
      why: 'configmap/settings has fields that other managers own: .data.mode belongs to the field manager "kubectl". Set force: true to take them over',
    });
    const ran = await stage.run('apply', { files: ['a.yaml'], force: true });
    expect(planOf(ran.proposal).objects).toEqual(
      expect.arrayContaining([
        'configmap/settings .data.mode belongs to the field manager "kubectl": taken over',
        'configmap/settings data.mode: "slow" → "fast"',
      ]),
    );
    expect(ran.ended.ending).toBe('recovered');
    expect(ran.ended.undo).toBeUndefined();
  });

  test('a file changed since the plan is not applied', async () => {
    await file('a.yaml', settings('fast'));
    const proposal = await stage.propose('apply', { files: ['a.yaml'] });
    await file('a.yaml', settings('evil'));
    const { ended } = await stage.confirm(proposal);
    expect(ended).toMatchObject({ ending: 'forbidden', why: expect.stringContaining('different content') });
    expect((await stage.get(path)).status).toBe(404);
  });

  longTest('a missing file, and an unknown kind', async () => {
    expect((await stage.propose('apply', { files: ['gone.yaml'] })).refusal).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringMatching(/^file not found: .*gone\.yaml$/),
    });
    await file(
      'crd.yaml',
      'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: { name: r }\n',
    );
    expect((await stage.propose('apply', { files: ['crd.yaml'] })).refusal).toEqual({
      ending: 'failed',
      why: 'the API server has no PrometheusRule in monitoring.coreos.com/v1: check the manifest, and whether the CRD is installed',
    });
  });
});

describe('delete, job', () => {
  longTest(
    'a pod: its controller is named, planning deletes nothing, and a replacement appears',
    async () => {
      const [pod] = await stage.podsOf('inventory-service');
      const name = nameOf(pod);
      const proposal = await stage.propose('delete', { kind: 'pod', name });
      expect(proposal).toMatchObject({ danger: 'destructive', names: [name], gate: { typed: true } });
      expect(planOf(proposal).objects).toContainEqual(
        expect.stringMatching(/^replicaset\/inventory-service-\S+ recreates it$/),
      );
      await stage.wait(2);
      expect((await stage.podsOf('inventory-service')).map(nameOf)).toContain(name);

      const { ended } = await stage.confirm(proposal);
      expect(ended.ending).toBe('recovered');
      expect(ended.undo).toBeUndefined();
      await stage.wait(60);
      const now = (await stage.podsOf('inventory-service')).map(nameOf);
      expect(now).toHaveLength(2);
      expect(now).not.toContain(name);
    },
  );

  test('a deployment: its dependents are listed', async () => {
    const plan = planOf(
      await stage.propose('delete', { kind: 'deploy', name: 'inventory-service', propagation: 'Orphan' }),
    );
    expect(plan.objects).toEqual([
      'deployment/inventory-service in namespace microservices of cluster production, context production',
      expect.stringMatching(/^owns replicasets \(1\): inventory-service-/),
      expect.stringMatching(/^pods \(2\): inventory-service-/),
      'Orphan: dependents are kept without an owner',
      'allowed: delete deployments in microservices',
    ]);
  });

  test('a job is created from a cron job, followed to its end, and deleted by its undo', async () => {
    const ran = await stage.passing(stage.run('job', { cronjob: 'saga-sweeper', wait: '5m' }, 'safe'));
    expect(ran.ended.ending).toBe('recovered');
    expect(ran.output.at(-1)).toMatch(/^waiting for job\/saga-sweeper-manual-\d+ → complete after/);
    const name = String(ran.ended.undo?.[0]?.with.name);
    const job = `/apis/batch/v1/namespaces/microservices/jobs/${name}`;
    expect((await stage.get(job)).body).toMatchObject({
      metadata: {
        annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
        ownerReferences: [{ kind: 'CronJob', name: 'saga-sweeper', controller: true }],
      },
    });
    await stage.undo(ran);
    expect((await stage.get(job)).status).toBe(404);
    expect((await stage.propose('job', { cronjob: 'saga-sweeper' })).refusal?.why).toMatch(
      /k8s\.job does not say how dangerous it is. Write danger: in the step/,
    );
  });
});

describe('exec', () => {
  const cat = { ...inventory, argv: ['cat', '/proc/1/status'] };

  longTest('in each pod, with the name of the pod before each line; a failing program ends it', async () => {
    const ran = await stage.run('exec', cat, 'safe');
    expect(ran.ended.ending).toBe('recovered');
    expect(ran.proposal.names).toHaveLength(2);
    for (const name of ran.proposal.names)
      expect(ran.output).toContainEqual(expect.stringMatching(new RegExp(`^${name} VmRSS:`)));

    const failed = await stage.run('exec', { ...inventory, argv: ['cat', '/no/such'] }, 'safe');
    expect(failed.ended).toMatchObject({
      ending: 'failed',
      why: expect.stringContaining('exited with status 1'),
    });
    expect(failed.ended.sent).toHaveLength(1);
  });

  test('a program that does not end is abandoned after its timeout, and its output is kept', async () => {
    const [pod] = await stage.podsOf('inventory-service');
    const tail = ['tail', '-n', '1', '-F', '/opt/saga/logs/application.log'];
    const going = stage.run('exec', { pod: nameOf(pod), argv: tail, timeout: '3s' }, 'safe');
    await stage.reported(/^(?!GET )/);
    await stage.clock.advance(3000);
    const ran = await going;
    expect(ran.ended.ending).toBe('failed');
    expect(ran.ended.why).toMatch(/not finished after 3s. The connection was closed/);
    expect(ran.output.length).toBeGreaterThan(2);
  });
});

test('without permission it is refused before any request, with the role to request', async () => {
  await using viewer = await openStage('saga', 'production-viewer');
  const refused = {
    restart: [inventory, 'patch deployments'],
    scale: [{ ...orchestrator, replicas: 3 }, 'patch deployments/scale'],
    delete: [{ kind: 'deployment', name: 'inventory-service' }, 'delete deployments'],
    job: [{ cronjob: 'saga-sweeper' }, 'create jobs'],
  } as const;
  for (const [operation, [params, right]] of Object.entries(refused))
    expect((await viewer.propose(operation, params, 'destructive')).refusal).toEqual({
      ending: 'forbidden',
      why: expect.stringMatching(
        new RegExp(
          `^viewer of context production-viewer may not ${right} in microservices: request a Role in`,
        ),
      ),
    });
});
