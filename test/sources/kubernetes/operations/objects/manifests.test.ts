import { expect, test } from 'vitest';
import { parseManifests } from '../../../../../src/sources/kubernetes/operations/objects/manifests.ts';

const object = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

test('each document is an object, with its original text', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: { name: b, namespace: prod }\nspec:\n  mode: 0640 # octal\n';
  const found = parseManifests(
    'a.yaml',
    `# first\n---\n${object('a')}---\n\n# nothing\n---\n${pod}---\n{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "c"}}\n`,
  );
  expect(found.map(({ kind, name, namespace, nth }) => [kind, name, namespace, nth])).toEqual([
    ['ConfigMap', 'a', undefined, 1],
    ['Pod', 'b', 'prod', 3],
    ['Pod', 'c', undefined, 4],
  ]);
  expect(found[1]?.text).toContain('mode: 0640');
  expect(found[0]?.text.trim()).toBe(object('a').trim());
});

test('an indented document, or one that starts after its dashes, keeps its format', () => {
  const [indented] = parseManifests(
    'a.yaml',
    '---\n  apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n',
  );
  expect(indented?.text).toMatch(/^ {2}apiVersion: v1\n {2}kind: Pod\n/);
  const [flow] = parseManifests('a.yaml', '--- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n');
  expect(flow?.text).toBe('{apiVersion: v1, kind: Pod, metadata: {name: a}}');
});

test('another text has another fingerprint, and a Secret is shown without its values', () => {
  const [manifest] = parseManifests('a.yaml', object('a'));
  const [other] = parseManifests('a.yaml', `${object('a')}data: {}\n`);
  expect(manifest?.print).not.toBe(other?.print);
  const [secret] = parseManifests(
    's.yaml',
    `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { p: geheim }\n`,
  );
  expect(secret?.text).toContain('geheim');
  expect(secret?.shown).not.toContain('geheim');
});

test.each([
  ['a: [', /^a\.yaml, document 1: /],
  ['name: x', /apiVersion or kind of the object is missing/],
  ['apiVersion: v1\nkind: Pod', /the Pod has no name/],
  ['apiVersion: v1\nkind: List\nitems: []', /a List cannot be applied: use one document per object/],
])('%s is refused', (text, why) => {
  expect(() => parseManifests('a.yaml', text)).toThrow(why);
});

test('an empty file has no objects', () => {
  expect(parseManifests('a.yaml', '# nothing\n')).toEqual([]);
  expect(parseManifests('a.yaml', '')).toEqual([]);
});

test.each(['..', '.', 'a/../b', 'a%2fb'])(
  'an object named %s would change the path, and is refused',
  (name) => {
    expect(() => parseManifests('a.yaml', object(JSON.stringify(name)))).toThrow(
      'is not an object name: use a-z, 0-9, - and .',
    );
    const placed = `${object('a')}  namespace: ${JSON.stringify(name)}\n`;
    expect(() => parseManifests('a.yaml', placed)).toThrow('is not an object name: use a-z, 0-9, - and .');
  },
);
