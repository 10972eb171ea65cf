import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ActEvent } from '../../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../../src/doors/change-io.ts';
import type { ChangeIo } from '../../../../src/doors/io.ts';
import { parseReleaseContent } from '../../../../src/sources/kubernetes/delivery/release-content.ts';
import { applicationDocument } from '../../../../src/sources/kubernetes/operations/delivery/delivery-status.ts';
import { valueAt } from '../../../simulator/ask.ts';
import { patchTypes } from '../../../simulator/kube-stage.ts';
import { longTest } from '../../../support/layer.ts';
import { type ActingStage, openStage, planOf } from './stage.ts';

let stage: ActingStage;
const namespace = 'delivery';
const applications = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/applications`;
const kustomizations = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`;
const newCommit = '9e2c7f10a8d3b6541f0e9d8c7b6a594837261504';

const inventory = { application: 'inventory', namespace };
const orchestrator = { kustomization: 'orchestrator', namespace };

/** A change by another client. */
const patchExternally = async (path: string, patch: object): Promise<void> => {
  const { status } = await stage.send('PATCH', path, patch, patchTypes.merge);
  expect(status).toBe(200);
};

beforeEach(async () => {
  stage = await openStage('saga');
});
afterEach(() => stage[Symbol.asyncDispose]());

describe('sync', () => {
  test('the exact request, its target, what it rolls out and what is lost', async () => {
    const proposal = await stage.propose('sync', inventory);
    expect(proposal).toMatchObject({ danger: 'disruptive', names: ['inventory'] });
    expect(proposal.checks).toContainEqual({
      what: 'permission',
      ok: true,
      why: 'RBAC: patch applications in delivery',
    });
    const plan = planOf(proposal);
    expect(plan.calls).toEqual([
      {
        line: `PATCH ${stage.server}${applications}/inventory`,
        body: JSON.stringify({
          operation: {
            initiatedBy: { username: 'admin (opsdeck)' },
            sync: { revision: newCommit, syncStrategy: { hook: {} } },
          },
        }),
        target: 0,
      },
    ]);
    expect(plan.targets).toMatchObject([
      {
        saw: expect.stringMatching(/^revision 9e2c7f1, last sync Succeeded, started 2026-/),
        where: 'namespace delivery of cluster production, context production',
      },
    ]);
    expect(plan.objects).toEqual(
      expect.arrayContaining([
        'application/inventory: OutOfSync, Healthy; 1 of 1 objects differ: Deployment microservices/inventory-service',
        'the delivery rolls out the changes of deployment/inventory-service in microservices',
        'the sync does not prune: objects that are no longer in the repository stay',
        `application/inventory operation.sync.revision: none → "${newCommit}"`,
      ]),
    );
    expect(plan.effects).toEqual([
      {
        does: 'replaces',
        kind: 'workloads',
        where: { kind: 'pod', namespace: 'microservices', owner: 'deploy inventory-service' },
      },
    ]);
    expect(plan.lost).toMatch(/revert the repository and sync again/);
  });

  test('is recovered by the status of the new operation, and has no undo', async () => {
    const ran = await stage.passing(stage.runGeneric('sync-application', inventory));
    expect(ran.ended).toMatchObject({ ending: 'recovered' });
    expect(ran.ended.undo ?? []).toEqual([]);
    const { body } = await stage.get(`${applications}/inventory`);
    expect(valueAt(body, 'operation')).toBeUndefined();
    expect(valueAt(body, 'status', 'sync')).toEqual({ status: 'Synced', revision: newCommit });
  });

  // Synced with success, two hours ago; now every sync fails.
  const payments = { application: 'payments', namespace };

  longTest('is not recovered by the success of an earlier operation', async () => {
    const ran = await stage.passing(stage.runGeneric('sync-application', payments));
    expect(ran.ended.ending).not.toBe('recovered');
  });

  test('that `wait` follows to a failure has failed', async () => {
    const failed = await stage.passing(stage.run('sync', { ...payments, wait: '1m' }));
    expect(failed.ended).toMatchObject({ ending: 'failed' });
    expect(failed.ended.why).toMatch(/Failed: one or more objects failed to apply/);
  });

  test.each([
    ['Healthy', true],
    ['Progressing', false],
    ['Degraded', false],
    [undefined, false],
  ])('applied and %s is done: %s', (health, done) => {
    const operationState = { phase: 'Succeeded', startedAt: '2026-03-04T10:15:00Z' };
    const status = { sync: { status: 'Synced' }, health: { status: health }, operationState };
    expect(applicationDocument({ metadata: { name: 'inventory' }, status }).done).toBe(done);
  });

  longTest('`wait` follows the operation to its end', async () => {
    const ran = await stage.passing(stage.run('sync', { ...inventory, wait: '1m' }));
    expect(ran.ended.ending).toBe('recovered');
    expect(ran.output.at(-1)).toMatch(/^waiting for application\/inventory → complete after \d+s$/);
  });

  test('is refused while an operation is in progress', async () => {
    const running = { phase: 'Running', message: 'waiting for hooks', startedAt: '2026-03-04T10:15:00Z' };
    const { body } = await stage.get(`${applications}/inventory`);
    expect(valueAt(body, 'status', 'operationState', 'phase')).toBe('Succeeded');
    const cluster = stage.simulator.model.environmentAt('production', stage.clock.now()).parts.cluster;
    const app = cluster?.shelves.applications.get(namespace, 'inventory');
    if (app === undefined) throw new Error('no application');
    cluster?.shelves.applications.put({
      ...app,
      status: { ...app.status, operationState: { operation: {}, ...running, phase: 'Running' } },
    });
    const { refusal } = await stage.propose('sync', inventory);
    expect(refusal).toEqual({
      ending: 'not-applicable',
      why: 'application/inventory is not synced: an operation is in progress (Running: waiting for hooks): wait until the operation ends',
    });
  });

  longTest('is refused while its reconciliation is suspended', async () => {
    await patchExternally(`${applications}/inventory`, {
      metadata: { annotations: { 'argocd.argoproj.io/skip-reconcile': 'true' } },
    });
    const { refusal } = await stage.propose('sync', inventory);
    expect(refusal?.why).toBe(
      'application/inventory is not synced: the annotation argocd.argoproj.io/skip-reconcile suspends the application: remove the annotation first',
    );
  });

  test('nothing is sent if another sync has come between the preview and the action', async () => {
    const proposal = await stage.propose('sync', inventory);
    await patchExternally(`${applications}/inventory`, { operation: { sync: { revision: newCommit } } });
    await stage.wait(2);
    const { body } = await stage.get(`${applications}/inventory`);
    const before = valueAt(body, 'status', 'history');
    const ran = await stage.passing(stage.confirm(proposal));
    expect(ran.ended).toMatchObject({ sent: [] });
    expect(ran.ended.why).toMatch(
      /^inventory has changed since planning: .*, now .*started 2026-03-04T10:15:/,
    );
    const after = await stage.get(`${applications}/inventory`);
    expect(valueAt(after.body, 'status', 'history')).toEqual(before);
  });
});

describe('a sync that another one overtakes after the last check', () => {
  /** Acts on a plan of before, as if the other one had come after `recheck`. */
  const actOn = async (meddle: () => Promise<void>, beforeSending: () => Promise<void> = async () => {}) => {
    const operation = stage.engine.sources.get('k8s')?.operations.find(({ name }) => name === 'sync');
    const { signal } = new AbortController();
    const plan = await operation?.plan(inventory, signal);
    if (operation === undefined || plan === undefined) throw new Error('no operation');
    await meddle();
    const change = openChangeIo(stage.clock);
    const bodies: unknown[] = [];
    const watched: ChangeIo = {
      ...change,
      send: async (request, stop) => {
        bodies.push(JSON.parse(String(request.body)));
        await beforeSending();
        return change.send(request, stop);
      },
    };
    const events: ActEvent[] = [];
    for await (const event of operation.act(plan, watched, signal)) events.push(event);
    await change.close();
    return { bodies, last: events.at(-1) };
  };
  const overtake = (): Promise<void> =>
    patchExternally(`${applications}/inventory`, { operation: { sync: { revision: newCommit } } });

  longTest('is not sent while that one is in progress', async () => {
    expect(await actOn(overtake)).toEqual({
      bodies: [],
      last: expect.objectContaining({
        ok: false,
        status: expect.stringContaining('opsdeck did not start the sync: an operation is in progress'),
      }),
    });
  });

  test('names the version that it has read, so that the API refuses it', async () => {
    const { bodies, last } = await actOn(async () => {}, overtake);
    expect(bodies).toMatchObject([{ metadata: { resourceVersion: expect.stringMatching(/^\d+$/) } }]);
    expect(last).toMatchObject({ ok: false, status: expect.stringMatching(/^answered 409/) });
  });
});

describe('reconcile', () => {
  test('a Kustomization is recovered when its controller has handled this request', async () => {
    const proposal = await stage.propose('reconcile', orchestrator);
    expect(planOf(proposal)).toMatchObject({
      calls: [
        {
          body: '{"metadata":{"annotations":{"reconcile.fluxcd.io/requestedAt":"2026-03-04T10:15:07.000Z"}}}',
        },
      ],
      effects: [{ where: { kind: 'pod', namespace: 'microservices', owner: 'deploy saga-orchestrator' } }],
    });
    const ran = await stage.passing(stage.runGeneric('reconcile-kustomization', orchestrator));
    expect(ran.ended).toMatchObject({ ending: 'recovered' });
    expect(ran.ended.undo ?? []).toEqual([]);
    const { body } = await stage.get(`${kustomizations}/orchestrator`);
    expect(valueAt(body, 'status', 'lastHandledReconcileAt')).toMatch(/^2026-03-04T10:15:/);
  });

  longTest('one that was Ready before and fails now is not recovered, and says why', async () => {
    const fluentd = { helmrelease: 'fluentd', namespace };
    const ran = await stage.passing(stage.run('reconcile', { ...fluentd, wait: '1m' }));
    expect(ran.ended).toMatchObject({ ending: 'failed' });
    expect(ran.ended.why).toMatch(
      /ReconciliationFailed: Helm upgrade failed: timed out waiting for the condition/,
    );
    const again = await stage.passing(stage.runGeneric('reconcile-helmrelease', fluentd));
    expect(again.ended.ending).not.toBe('recovered');
  });

  longTest('is refused while suspended', async () => {
    const { refusal } = await stage.propose('reconcile', { kustomization: 'notifications', namespace });
    expect(refusal).toEqual({
      ending: 'not-applicable',
      why: 'kustomization/notifications is suspended: nothing reconciles until spec.suspend is removed (flux resume kustomization notifications)',
    });
  });
});

test('an account that may not patch is refused, with the rule to request', async () => {
  await using viewer = await openStage('saga', 'production-viewer');
  const { refusal } = await viewer.propose('sync', inventory);
  expect(refusal?.why).toContain(
    'may not patch applications in delivery: request a Role in delivery with { apiGroups: ["argoproj.io"], resources: ["applications"], verbs: [patch] }',
  );
});

longTest('no other operation deletes or patches an application', async () => {
  const { refusal } = await stage.propose('delete', { kind: 'application', name: 'inventory', namespace });
  expect(refusal?.why).toContain('unknown kind "application"');
});

test('`releaseHistory` lists the revisions without the content of their Secrets', async () => {
  const ran = await stage.run('releaseHistory', { release: 'ingress' });
  expect(ran.output.filter((line) => line.startsWith('revision'))).toEqual([
    expect.stringMatching(/^revision 2 · deployed · 2026-/),
    expect.stringMatching(/^revision 1 · superseded · 2026-/),
  ]);
  const { refusal } = await stage.propose('releaseHistory', { release: 'none' });
  expect(refusal?.why).toBe(
    'Helm release none not found in namespace microservices of cluster production, context production: check the name and the namespace',
  );
});

describe('`releaseDiff`', () => {
  const diffed = async (params: object): Promise<readonly string[]> =>
    (await stage.run('releaseDiff', { release: 'ingress', ...params })).output;

  test('compares the charts and the given values of two revisions, without those with the name of a secret', async () => {
    const output = await diffed({});
    expect(output.filter((line) => /^(?:chart|appVersion|values)\b/.test(line))).toEqual([
      'chart: "ingress 4.11.2" → "ingress 4.11.3"',
      'appVersion: "4.11.2" → "4.11.3"',
      'values.controller.replicaCount: 2 → 3',
      'values.tls.password: … → …',
    ]);
    expect(output.join('\n')).not.toContain('changeit');
  });

  test('the revisions can be chosen, in any order', async () => {
    expect(await diffed({ from: 2, to: 1 })).toContain('values.controller.replicaCount: 3 → 2');
    expect(await diffed({ from: 2, to: 2 })).toContain(
      'both revisions have the same chart and the same given values',
    );
  });

  test.each([
    [{ from: 7 }, 'Helm release ingress has no revision 7: there are 2, 1'],
    [{ to: 1 }, 'Helm release ingress has no revision before 1: there are 2, 1'],
    [{ release: 'none' }, /^Helm release none not found in namespace microservices/],
  ])('%o: %s', async (params, why) => {
    const { refusal } = await stage.propose('releaseDiff', { release: 'ingress', ...params });
    expect(refusal?.why).toMatch(why);
  });
});

describe('the Secret of a release', () => {
  const secret = (release: string | Buffer): object => ({
    data: { release: Buffer.from(release.toString('base64')).toString('base64') },
  });
  const json = JSON.stringify({ chart: { metadata: { name: 'shop', version: '1.2.3' } }, config: { a: 1 } });

  test('of an early version of Helm is not compressed', async () => {
    expect(await parseReleaseContent(secret(Buffer.from(json)))).toEqual({
      ...{ chart: 'shop 1.2.3', appVersion: '', values: { a: 1 }, manifest: '', description: '' },
    });
  });

  test.each([
    ['no content', {}, 'no key named release'],
    ['another content', secret(Buffer.from('text')), 'a content that is not JSON'],
    ['a cut content', secret(gzipSync(json).subarray(0, 30)), 'a content that cannot be unpacked'],
    // 64 MiB of zeros in 64 kB.
    ['a bomb', secret(gzipSync(Buffer.alloc(64 * 1024 * 1024))), 'a content that cannot be unpacked'],
  ])('with %s is a malformed answer', async (_, raw, why) => {
    await expect(parseReleaseContent(raw)).rejects.toThrow(why);
  });
});
