import { expect, test } from 'vitest';
import { withPresentKeys } from '../../../src/profile/document/former-keys.ts';
import { plainValue } from '../../../src/profile/document/tree.ts';
import { parseYaml } from '../../../src/profile/document/yaml-tree.ts';

const layersOf = (...texts: readonly string[]) =>
  withPresentKeys(
    texts.map((text) => {
      const { tree } = parseYaml(text, 'a.yaml');
      if (tree?.is !== 'map') throw new Error('not a map');
      return tree;
    }),
  ).map((layer) => plainValue(layer));

test('former names are read as the present ones, also where only the base has the type', () => {
  expect(
    layersOf(
      'sources: { logs: { most: 5 } }',
      'sources: { logs: { type: loki, back: 6h }, lag: { type: kafka, most: 1 } }\nguard: { blast: { most: 3 } }',
    ),
  ).toEqual([
    { sources: { logs: { limit: 5 } } },
    {
      sources: { logs: { type: 'loki', lookback: '6h' }, lag: { type: 'kafka', most: 1 } },
      guard: { blast: { limit: 3 } },
    },
  ]);
});

test('a map with both names keeps them, so that its schema refuses the former one', () => {
  expect(layersOf('guard: { blast: { most: 3, limit: 4 } }')).toEqual([
    { guard: { blast: { most: 3, limit: 4 } } },
  ]);
});
