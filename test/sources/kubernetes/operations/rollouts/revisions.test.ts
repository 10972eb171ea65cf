import { describe, expect, test } from 'vitest';
import { sanitizeDeep } from '../../../../../src/platform/masking/sanitize.ts';
import { apiResources } from '../../../../../src/sources/kubernetes/api/api-resources.ts';
import {
  chooseRevision,
  currentRevision,
  revisionHistory,
  revisionsOf,
  revisionTemplate,
  templateChanges,
} from '../../../../../src/sources/kubernetes/operations/rollouts/revisions.ts';

const ofDeployments = revisionHistory(apiResources.deployment);
const templateOf = (image: string, annotations: object = {}) => ({
  metadata: { annotations },
  spec: { containers: [{ name: 'app', image }] },
});
const revisionOf = (number: number, image: string, annotations?: object) => ({
  number,
  template: templateOf(image, annotations),
});
const revisions = [7, 5, 4].map((number) => revisionOf(number, `shop:1.${number}`));
const currentOf = (number: number) => ({ number, template: templateOf(`shop:1.${number}`) });

test.each([
  { wanted: undefined, current: 7, found: 5 },
  { wanted: 4, current: 7, found: 4 },
  { wanted: 7, current: 5, found: 7 },
  { wanted: undefined, current: 5, found: 4 },
])('from $current, requested $wanted: $found', ({ wanted, current, found }) => {
  expect(chooseRevision(revisions, currentOf(current), wanted, 'deployment/x').number).toBe(found);
});

test.each([
  { wanted: undefined, current: 4, why: 'deployment/x has no revision before 4 with another template' },
  { wanted: 6, current: 7, why: 'deployment/x has no revision 6. Available: 5, 4' },
  { wanted: 7, current: 7, why: 'deployment/x is already at revision 7' },
])('from $current, requested $wanted: $why', ({ wanted, current, why }) => {
  expect(() => chooseRevision(revisions, currentOf(current), wanted, 'deployment/x')).toThrow(why);
});

const restarted = { 'kubectl.kubernetes.io/restartedAt': '2026-03-04T10:15:07Z' };
const restartedRevisions = [
  revisionOf(9, 'shop:1.9.0', restarted),
  revisionOf(8, 'shop:1.9.0'),
  revisionOf(7, 'shop:1.8.2'),
];
const afterRestart = { number: 9, template: templateOf('shop:1.9.0', restarted) };

test('a restart is not another template: the default is the newest earlier revision that differs', () => {
  expect(chooseRevision(restartedRevisions, afterRestart, undefined, 'deployment/x').number).toBe(7);
});

test('a rollback that would change nothing is refused', () => {
  expect(() => chooseRevision(restartedRevisions, afterRestart, 8, 'deployment/x')).toThrow(
    'revision 8 of deployment/x has the same template as the current one: a rollback would change nothing. Available: 7',
  );
});

test('changes name the image first, then the environment and resources, without secret values', () => {
  const template = (image: string, env: readonly object[], cpu: string) => ({
    spec: { containers: [{ name: 'app', image, env, resources: { limits: { cpu } } }] },
  });
  const before = template(
    'shop:1.9.0',
    [
      { name: 'POOL', value: '50' },
      { name: 'PASSWORD', value: 'a' },
    ],
    '1',
  );
  const after = template(
    'shop:1.8.2',
    [
      { name: 'POOL', value: '20' },
      { name: 'PASSWORD', value: 'b' },
    ],
    '2',
  );
  const changes = templateChanges(before, after);
  expect(changes[0]).toBe('app image: shop:1.9.0 → shop:1.8.2');
  expect(changes).toContain('app env[POOL].value: 50 → 20');
  expect(changes).toContain('app resources.limits.cpu: 1 → 2');
  expect(changes.join(' ')).not.toMatch(/→ b/);
});

test('a template is restored without the label added by its ReplicaSet', () => {
  const labels = { app: 'x', 'pod-template-hash': '6b7f' };
  const spec = { containers: [{ name: 'app' }] };
  expect(revisionTemplate(ofDeployments, { spec: { template: { metadata: { labels }, spec } } })).toEqual({
    metadata: { labels: { app: 'x' } },
    spec,
  });
});

test.each(['echo a\r\necho b', '\x1b[32mok', 'a\u202eb'])(
  'a template that contains %j is restored unchanged',
  (arg) => {
    const of = (args: readonly string[]) =>
      sanitizeDeep({ spec: { template: { spec: { containers: [{ name: 'app', args }] } } } });
    expect(() => revisionTemplate(ofDeployments, of(['sh', '-c', arg]))).toThrow('Use kubectl rollout undo');
    expect(revisionTemplate(ofDeployments, of(['sh', '-c', 'echo a\n\techo b']))).toMatchObject({ spec: {} });
  },
);

describe('a ControllerRevision', () => {
  const history = revisionHistory(apiResources.statefulset);
  const keeper = (revision: number, image: string, owner = 'uid-1') => ({
    metadata: {
      name: `store-${revision}`,
      ownerReferences: [{ kind: 'StatefulSet', name: 'store', uid: owner, controller: true }],
    },
    data: { spec: { template: { ...templateOf(image), $patch: 'replace' } } },
    revision,
  });
  const workload = (image: string) => ({
    kind: apiResources.statefulset,
    raw: { spec: { template: templateOf(image) } },
  });

  test('is restored without the directive of its patch', () => {
    expect(revisionTemplate(history, keeper(1, 'db:1'))).toEqual({
      metadata: { annotations: {}, labels: {} },
      spec: { containers: [{ name: 'app', image: 'db:1' }] },
    });
  });

  test('of another workload is ignored. The newest comes first, whatever its name', () => {
    const all = revisionsOf(
      history,
      [keeper(1, 'db:1'), keeper(3, 'db:3'), keeper(2, 'db:2', 'uid-2')],
      'uid-1',
    );
    expect(all.map(({ number }) => number)).toEqual([3, 1]);
    expect(currentRevision(workload('db:3'), all)).toMatchObject({ number: 3 });
    expect(
      chooseRevision(all, { number: 3, template: templateOf('db:3') }, undefined, 'statefulset/store').name,
    ).toBe('store-1');
  });

  test('a template that the controller has not recorded yet has no revision', () => {
    const all = revisionsOf(history, [keeper(1, 'db:1')], 'uid-1');
    expect(currentRevision(workload('db:2'), all)).toBeUndefined();
    expect(currentRevision(workload('db:1'), [])).toBeUndefined();
  });
});
