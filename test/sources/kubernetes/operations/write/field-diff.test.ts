import { expect, test } from 'vitest';
import { textDiff } from '../../../../../src/sources/kubernetes/operations/data/values.ts';
import { fieldDiff } from '../../../../../src/sources/kubernetes/operations/write/field-diff.ts';
import { redactObject } from '../../../../../src/sources/kubernetes/operations/write/redact-object.ts';

const template = (containers: readonly object[]) => ({ spec: { template: { spec: { containers } } } });
const app = { name: 'app', image: 'app:1' };

test.each([
  ['a value', { spec: { replicas: 2 } }, { spec: { replicas: 3 } }, ['spec.replicas: 2 → 3']],
  ['an added field', { spec: {} }, { spec: { paused: true } }, ['spec.paused: none → true']],
  [
    'a container by its name, at any position',
    template([app, { name: 'side', image: 's:1' }]),
    template([
      { name: 'side', image: 's:1' },
      { ...app, image: 'app:2' },
    ]),
    ['spec.template.spec.containers[app].image: "app:1" → "app:2"'],
  ],
  [
    'an added variable',
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
    'the keys of a Secret',
    { kind: 'Secret', data: { any: 'b2xk' } },
    { kind: 'Secret', data: { any: 'bmV3' } },
    ['data.any: … → …'],
  ],
  ['an added empty map', { v: { name: 'v' } }, { v: { name: 'v', emptyDir: {} } }, ['v.emptyDir: none → {}']],
  ['arguments by index', { args: ['a', 'b'] }, { args: ['a', 'c'] }, ['args[1]: "b" → "c"']],
  [
    'no server-managed fields',
    { metadata: { name: 'x', resourceVersion: '1', generation: 1, managedFields: [] }, status: { a: 1 } },
    { metadata: { name: 'x', resourceVersion: '2', generation: 2, managedFields: [1] }, status: { a: 2 } },
    [],
  ],
  [
    'no last-applied annotation',
    { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', mine: 'a' } } },
    { metadata: { annotations: { mine: 'a' } } },
    [],
  ],
] as const)('reports %s', (_, before, after, lines) => {
  expect(fieldDiff(before, after)).toEqual(lines);
});

test('a long diff is truncated, with the number of omitted lines; a long value as well', () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, 'x'.repeat(200)]));
  const lines = fieldDiff({}, { data: many });
  expect(lines).toHaveLength(25);
  expect(lines.at(-1)).toBe('and 16 more fields');
  expect(lines[0]?.length).toBeLessThan(120);
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'x']));
  expect(fieldDiff({}, { data: fields(25) }).at(-1)).toBe('and 1 more field');
});

test('a diff of text is truncated, with the number of omitted lines', () => {
  const text = (lines: number): string => Array.from({ length: lines }, (_, index) => `${index}\n`).join('');
  expect(textDiff('a.txt', '', text(62)).at(-1)).toBe('a.txt: and 2 more lines');
  expect(textDiff('a.txt', '', text(61)).at(-1)).toBe('a.txt: and 1 more line');
});

test('an object is shown without secret values, and is otherwise unchanged', () => {
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
