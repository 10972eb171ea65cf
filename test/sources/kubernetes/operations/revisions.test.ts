import { expect, test } from 'vitest';
import { sanitizeDeep } from '../../../../src/platform/terminal/sanitize.ts';
import { chooseRevision, revisionTemplate } from '../../../../src/sources/kubernetes/operations/revisions.ts';

const revisions = [7, 5, 4].map((number) => ({ number, replicaSet: `x-${number}`, raw: {} }));

test.each([
  { wanted: undefined, current: 7, found: 5 },
  { wanted: 4, current: 7, found: 4 },
  { wanted: 7, current: 5, found: 7 },
  { wanted: undefined, current: 5, found: 4 },
])('from $current, requested $wanted: $found', ({ wanted, current, found }) => {
  expect(chooseRevision(revisions, current, wanted, 'deployment/x').number).toBe(found);
});

test.each([
  { wanted: undefined, current: 4, why: 'deployment/x has no revision before 4' },
  { wanted: 6, current: 7, why: 'deployment/x has no revision 6; available: 5, 4' },
  { wanted: 7, current: 7, why: 'deployment/x is already at revision 7' },
])('from $current, requested $wanted: $why', ({ wanted, current, why }) => {
  expect(() => chooseRevision(revisions, current, wanted, 'deployment/x')).toThrow(why);
});

test('a template is restored without the label added by its ReplicaSet', () => {
  const labels = { app: 'x', 'pod-template-hash': '6b7f' };
  const spec = { containers: [{ name: 'app' }] };
  expect(revisionTemplate({ spec: { template: { metadata: { labels }, spec } } })).toEqual({
    metadata: { labels: { app: 'x' } },
    spec,
  });
});

test.each(['echo a\r\necho b', '\x1b[32mok', 'a\u202eb'])(
  'a template that contains %j is restored unchanged',
  (arg) => {
    const of = (args: readonly string[]) =>
      sanitizeDeep({ spec: { template: { spec: { containers: [{ name: 'app', args }] } } } });
    expect(() => revisionTemplate(of(['sh', '-c', arg]))).toThrow('Use kubectl rollout undo');
    expect(revisionTemplate(of(['sh', '-c', 'echo a\n\techo b']))).toMatchObject({ spec: {} });
  },
);
