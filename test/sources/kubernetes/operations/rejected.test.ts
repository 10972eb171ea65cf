import { expect, test } from 'vitest';
import type { ActEvent } from '../../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../../src/doors/change-io.ts';
import type { Operation } from '../../../../src/sources/kit/contract/source.ts';
import { type Fixture, type Handler, openFixture } from '../fixture.ts';
import { deployment, failure, listOf, podOf, type Raw } from '../objects.ts';

const container = { name: 'app', image: 'app:1' };
const billing = (image = 'app:1', meta: Raw = {}): Raw => {
  const raw = deployment('billing', { template: { spec: { containers: [{ ...container, image }] } } });
  return { ...raw, kind: 'Deployment', metadata: { ...Object(raw.metadata), ...meta } };
};

interface Responses {
  readonly allowed?: boolean;
  readonly dryRun?: { readonly status?: number; readonly body: Raw };
  readonly answer?: { readonly status?: number; readonly body: Raw };
  readonly budgets?: readonly Raw[] | 'denied';
}

/** An API server with one deployment, whose access reviews, dry runs and responses to changes are set by the test. */
const api =
  ({ allowed = true, dryRun, answer, budgets = [] }: Responses): Handler =>
  (url, _, { method }) => {
    if (url.pathname.endsWith('/selfsubjectaccessreviews'))
      return { status: 201, body: { status: { allowed, reason: 'RBAC: because' } } };
    if (method !== 'GET') {
      const isDryRun = url.searchParams.get('dryRun') === 'All';
      return (isDryRun ? dryRun : answer) ?? { body: billing('app:2') };
    }
    if (url.pathname.endsWith('/poddisruptionbudgets'))
      return budgets === 'denied'
        ? { status: 403, body: failure(403, 'Forbidden', 'poddisruptionbudgets is forbidden') }
        : { body: listOf(budgets) };
    if (url.pathname.endsWith('/pods'))
      return { body: listOf([podOf('billing', 'a'), podOf('billing', 'b')]) };
    if (url.pathname.endsWith('/billing')) return { body: billing() };
    return { status: 404, body: failure(404, 'NotFound', 'not found') };
  };

const setImage = { deployment: 'billing', image: 'app:2' };
const { signal } = new AbortController();

const operationOf = (fixture: Fixture, name: string): Operation => {
  const found = fixture.source.operations.find((operation) => operation.name === name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found;
};

const acted = async (fixture: Fixture, name: string, params: Raw): Promise<readonly ActEvent[]> => {
  const operation = operationOf(fixture, name);
  const plan = await operation.plan(params, signal);
  const change = openChangeIo(fixture.clock);
  const events: ActEvent[] = [];
  for await (const event of operation.act(plan, change, signal)) events.push(event);
  await change.close();
  return events;
};

test.each([
  [409, 'Conflict', 'the object has been modified', /409 Conflict: the object has been modified/],
  [422, 'Invalid', 'spec.replicas: Invalid value: -1', /422 .*: spec\.replicas: Invalid value: -1/],
  [403, 'Forbidden', 'exceeded quota: none', /403 Forbidden: exceeded quota: none/],
  [
    404,
    'NotFound',
    'deployments.apps "billing" not found',
    /404 Not Found: deployments\.apps "billing" not found/,
  ],
  [500, 'InternalError', 'failed calling webhook', /500 .*: failed calling webhook/],
])('%d for the change is not ok, with the message of the API', async (status, reason, message, words) => {
  await using fixture = await openFixture(
    api({ answer: { status, body: failure(status, reason, message) } }),
  );
  const last = (await acted(fixture, 'setImage', setImage)).at(-1);
  expect(last).toMatchObject({ is: 'answered', ok: false, status: expect.stringMatching(words) });
});

test.each([
  [422, 'Invalid', 'image: Invalid value', 'failed'],
  [403, 'Forbidden', 'admission webhook "no" denied the request', 'failed'],
  [404, 'NotFound', 'gone by now', 'not-applicable'],
])('%d for the dry run prevents the plan', async (status, reason, message, ending) => {
  await using fixture = await openFixture(
    api({ dryRun: { status, body: failure(status, reason, message) } }),
  );
  const plan = operationOf(fixture, 'setImage').plan(setImage, signal);
  await expect(plan).rejects.toMatchObject({ ending, message: expect.stringContaining(message) });
  expect(fixture.server.asked.filter((line) => /^PATCH/.test(line))).toEqual([
    'PATCH /apis/apps/v1/namespaces/prod/deployments/billing?dryRun=All',
  ]);
});

test('a change denied by the access review gets no dry run', async () => {
  await using fixture = await openFixture(api({ allowed: false }));
  await expect(operationOf(fixture, 'setImage').plan(setImage, signal)).rejects.toMatchObject({
    ending: 'forbidden',
    message:
      'ana of context prod may not patch deployments in prod (RBAC: because): request a Role in prod with { apiGroups: ["apps"], resources: ["deployments"], verbs: [patch] }',
  });
  expect(fixture.server.asked.filter((line) => /^PATCH/.test(line))).toEqual([]);
});

test('a disruption budget of its pods is in the preview; an unreadable one is omitted', async () => {
  const budget = {
    metadata: { name: 'billing', namespace: 'prod', uid: 'b' },
    spec: { minAvailable: 1, selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } },
    status: { disruptionsAllowed: 0 },
  };
  const other = { ...budget, spec: { selector: { matchLabels: { app: 'other' } } } };
  const objectsOf = async (budgets: Responses['budgets']): Promise<readonly string[]> => {
    await using fixture = await openFixture(api(budgets === undefined ? {} : { budgets }));
    const pod = { kind: 'pod', name: 'billing-6b7f-a' };
    fixture.answer = (url, ...rest) =>
      url.pathname.endsWith('/billing-6b7f-a')
        ? { body: { kind: 'Pod', ...podOf('billing', 'a') } }
        : api(budgets === undefined ? {} : { budgets })(url, ...rest);
    return (await operationOf(fixture, 'delete').plan(pod, signal)).objects;
  };
  expect(await objectsOf([budget, other])).toEqual([
    'pod/billing-6b7f-a in namespace prod of cluster local, context prod',
    'replicaset/billing-6b7f recreates it',
    'the pod runs on node node-a, and has a grace period of 30s',
    'PodDisruptionBudget billing (minAvailable 1): 0 disruptions allowed now. The budget applies only to evictions',
    'Background: dependents are deleted after the object',
    'allowed: delete pods in prod',
  ]);
  expect(await objectsOf('denied')).not.toContainEqual(expect.stringContaining('PodDisruptionBudget'));
});

test('with several containers, one must be specified', async () => {
  await using fixture = await openFixture((url, ...rest) =>
    url.pathname.endsWith('/billing')
      ? {
          body: deployment('billing', {
            template: { spec: { containers: [container, { ...container, name: 'side' }] } },
          }),
        }
      : api({})(url, ...rest),
  );
  await expect(operationOf(fixture, 'setImage').plan(setImage, signal)).rejects.toThrow(
    'deployment/billing has several containers. Set container: to one of app, side',
  );
  await expect(
    operationOf(fixture, 'setImage').plan({ ...setImage, container: 'none' }, signal),
  ).rejects.toThrow('deployment/billing has no container none. Available: app, side');
});
