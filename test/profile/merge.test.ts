import fc from 'fast-check';
import { expect, test } from 'vitest';
import { merge } from '../../src/profile/document/read.ts';
import { plainValue, scalarsIn, type YamlNode } from '../../src/profile/document/tree.ts';
import { parseYaml } from '../../src/profile/document/yaml-tree.ts';
import { longTest } from '../support/layer.ts';

const tree = (text: string, file = 'a.yaml'): YamlNode => {
  const { tree: node, diagnostics } = parseYaml(text, file);
  if (node === undefined) throw new Error(JSON.stringify(diagnostics));
  return node;
};

const merged = (base: string, over: string): unknown => plainValue(merge(tree(base), tree(over)));

test.each([
  ['merges maps by key', '{ a: { b: 1, c: 2 } }', '{ a: { c: 3, d: 4 } }', { a: { b: 1, c: 3, d: 4 } }],
  [
    'merges lists with ids by item',
    '[{ id: a, x: 1 }, { id: b }]',
    '[{ id: b, y: 2 }, { id: c }]',
    [{ id: 'a', x: 1 }, { id: 'b', y: 2 }, { id: 'c' }],
  ],
  ['merges lists with names by item', '[{ name: a, x: 1 }]', '[{ name: a, x: 2 }]', [{ name: 'a', x: 2 }]],
  ['replaces lists without ids', '[{ service: a }, { service: b }]', '[{ service: c }]', [{ service: 'c' }]],
  [
    'replaces a list that has an item without id',
    '[{ id: a }]',
    '[{ id: b }, { x: 1 }]',
    [{ id: 'b' }, { x: 1 }],
  ],
  ['replaces scalars', '{ a: 1 }', '{ a: 2 }', { a: 2 }],
  ['replaces a list by a word', '{ verify: [{ id: v1 }] }', '{ verify: none }', { verify: 'none' }],
  [
    'an empty section changes nothing',
    '{ signals: [{ id: a }] }',
    '{ signals: }',
    { signals: [{ id: 'a' }] },
  ],
  ['null replaces a value', '{ a: 1 }', '{ a: null }', { a: null }],
  [
    'keeps a duplicate id',
    '[{ id: a }]',
    '[{ id: a, x: 1 }, { id: a, x: 2 }]',
    [
      { id: 'a', x: 1 },
      { id: 'a', x: 2 },
    ],
  ],
])('%s', (_, base, over, result) => {
  expect(merged(base, over)).toEqual(result);
});

const places = (node: YamlNode): readonly string[] =>
  [...scalarsIn(node)].map(({ value, position: { file, line, col } }) => `${value} ${file}:${line}:${col}`);

test('every value keeps its position', () => {
  const base = tree('sources:\n  api: { url: one, every: two }\n', 'base.yaml');
  const over = tree('sources:\n  api: { url: three }\n', 'dev.yaml');
  expect(places(merge(base, over))).toEqual(['three dev.yaml:2:15', 'two base.yaml:2:27']);
});

const key = fc.constantFrom('id', 'name', 'a', 'b', 'c');
const leaf = fc.oneof(fc.constantFrom('x', 'y', 'z'), fc.integer({ min: 0, max: 3 }), fc.boolean());
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.uniqueArray(
      fc.record({ id: fc.constantFrom('p', 'q', 'r'), x: tie('value') }, { requiredKeys: ['id'] }),
      { selector: (item) => item.id, maxLength: 3 },
    ),
  ),
}));
const map = fc.dictionary(key, json, { maxKeys: 5 });

const nodeOf = (value: unknown): YamlNode => tree(JSON.stringify(value));
const laid = (base: unknown, over: unknown): unknown => plainValue(merge(nodeOf(base), nodeOf(over)));

longTest('an empty layer changes nothing, above or below', () => {
  fc.assert(
    fc.property(map, (value) => {
      expect(laid(value, {})).toEqual(value);
      expect(laid({}, value)).toEqual(value);
    }),
  );
});

longTest('merging a value with itself changes nothing', () => {
  fc.assert(
    fc.property(map, (value) => {
      expect(laid(value, value)).toEqual(value);
    }),
  );
});

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

longTest('keeps every key of both layers. The upper layer wins', () => {
  fc.assert(
    fc.property(map, map, (base, over) => {
      const result = laid(base, over);
      if (!isMap(result)) throw new Error('a map laid over a map is a map');
      expect(new Set(Object.keys(result))).toEqual(new Set([...Object.keys(base), ...Object.keys(over)]));
      for (const [name, value] of Object.entries(over))
        if (!isMap(value) && !Array.isArray(value)) expect(result[name]).toEqual(value);
      for (const [name, value] of Object.entries(base))
        if (!(name in over)) expect(result[name]).toEqual(value);
    }),
  );
});

const item = fc.record({ id: fc.constantFrom('p', 'q', 'r', 's'), x: leaf }, { requiredKeys: ['id'] });
const items = fc.uniqueArray(item, { selector: ({ id }) => id, minLength: 1, maxLength: 4 });

longTest('keeps every item of two named lists, in the order of the base', () => {
  fc.assert(
    fc.property(items, items, (base, over) => {
      const ids = (laid(base, over) as readonly { readonly id: string }[]).map(({ id }) => id);
      const first = base.map(({ id }) => id);
      const rest = over.map(({ id }) => id).filter((id) => !first.includes(id));
      expect(ids).toEqual([...first, ...rest]);
    }),
  );
});
