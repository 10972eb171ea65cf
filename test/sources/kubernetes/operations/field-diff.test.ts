import { expect, test } from 'vitest';
import { fieldDiff } from '../../../../src/sources/kubernetes/operations/field-diff.ts';
import { redactObject } from '../../../../src/sources/kubernetes/operations/redact-object.ts';

const template = (containers: readonly object[]) => ({ spec: { template: { spec: { containers } } } });
const app = { name: 'app', image: 'app:1' };

test.each([
  ['a value', { spec: { replicas: 2 } }, { spec: { replicas: 3 } }, ['spec.replicas: 2 → 3']],
  ['one that comes', { spec: {} }, { spec: { paused: true } }, ['spec.paused: none → true']],
  [
    'a container by its name, wherever it stands',
    template([app, { name: 'side', image: 's:1' }]),
    template([
      { name: 'side', image: 's:1' },
      { ...app, image: 'app:2' },
    ]),
    ['spec.template.spec.containers[app].image: "app:1" → "app:2"'],
  ],
  [
    'a variable that comes',
    template([{ ...app, env: [{ name: 'A', value: '1' }] }]),
    template([
      {
        ...app,
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
    ]),
    ['spec.template.spec.containers[app].env[B].value: none → "2"'],
  ],
  [
    'a secret variable, without its values',
    template([{ ...app, env: [{ name: 'DB_PASSWORD', value: 'old-one' }] }]),
    template([{ ...app, env: [{ name: 'DB_PASSWORD', value: 'new-one' }] }]),
    ['spec.template.spec.containers[app].env[DB_PASSWORD].value: … → …'],
  ],
  [
    'what a Secret holds',
    { kind: 'Secret', data: { any: 'b2xk' } },
    { kind: 'Secret', data: { any: 'bmV3' } },
    ['data.any: … → …'],
  ],
  [
    'an empty map that comes',
    { v: { name: 'v' } },
    { v: { name: 'v', emptyDir: {} } },
    ['v.emptyDir: none → {}'],
  ],
  ['arguments by their places', { args: ['a', 'b'] }, { args: ['a', 'c'] }, ['args[1]: "b" → "c"']],
  [
    'not what the server writes',
    { metadata: { name: 'x', resourceVersion: '1', generation: 1, managedFields: [] }, status: { a: 1 } },
    { metadata: { name: 'x', resourceVersion: '2', generation: 2, managedFields: [1] }, status: { a: 2 } },
    [],
  ],
  [
    'not what kubectl has once applied',
    { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', mine: 'a' } } },
    { metadata: { annotations: { mine: 'a' } } },
    [],
  ],
] as const)('tells %s', (_, before, after, lines) => {
  expect(fieldDiff(before, after)).toEqual(lines);
});

test('a long diff is cut, and says how much more there is; a long value too', () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, 'x'.repeat(200)]));
  const lines = fieldDiff({}, { data: many });
  expect(lines).toHaveLength(25);
  expect(lines.at(-1)).toBe('and 16 more fields');
  expect(lines[0]?.length).toBeLessThan(120);
});

test('an object is shown without secret values, and nothing else is changed', () => {
  const object = {
    kind: 'List',
    items: [
      { kind: 'Secret', data: { a: 'eA==' }, stringData: { b: 'x' } },
      { kind: 'ConfigMap', data: { mode: 'fast', API_KEY: 'k' } },
      template([
        {
          ...app,
          env: [
            { name: 'TOKEN', value: 't' },
            { name: 'MODE', value: 'm' },
          ],
        },
      ]),
    ],
  };
  expect(redactObject(object)).toEqual({
    kind: 'List',
    items: [
      { kind: 'Secret', data: { a: '…' }, stringData: { b: '…' } },
      { kind: 'ConfigMap', data: { mode: 'fast', API_KEY: '…' } },
      template([
        {
          ...app,
          env: [
            { name: 'TOKEN', value: '…' },
            { name: 'MODE', value: 'm' },
          ],
        },
      ]),
    ],
  });
});
