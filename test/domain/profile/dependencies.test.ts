import { describe, expect, test } from 'vitest';
import {
  createDependencyGraph,
  dependenciesOf,
  dependencyPairs,
} from '../../../src/domain/profile/dependencies.ts';
import type { SourceEntry } from '../../../src/domain/profile/profile.ts';

const graph = createDependencyGraph(
  dependencyPairs({
    shop: ['Orders', 'auth'],
    orders: ['db'],
    auth: ['db'],
    a: ['b'],
    b: ['c'],
    c: ['a', 'db'],
  }),
);

describe('createDependencyGraph', () => {
  test.each<[readonly string[], Readonly<Record<string, number>>]>([
    [['shop'], { orders: 1, auth: 1, db: 2 }],
    [['SHOP', 'orders'], { auth: 1, db: 1 }],
    [['db'], {}],
    [['unknown'], {}],
    [[], {}],
    // In the cycle a → b → c → a nothing is upstream of the others.
    [['a'], { db: 3 }],
  ])('upstream of %j: %j', (from, expected) =>
    expect(Object.fromEntries(graph.upstreamOf(from))).toEqual(expected),
  );

  test('names a cycle', () => {
    expect(graph.cycleThrough('b')).toEqual(['b', 'c', 'a', 'b']);
    expect(graph.cycleThrough('shop')).toBeUndefined();
    expect(createDependencyGraph([['x', 'X']]).cycleThrough('x')).toEqual(['x', 'x']);
  });
});

test('a source depends on its tunnel, the end of the tunnel, its service and what the profile declares', () => {
  const position = { file: 'p', line: 1, col: 1 };
  const sources: readonly SourceEntry[] = [
    { id: 'k8s', type: 'kubernetes', config: {}, position },
    {
      id: 'pg',
      type: 'postgres',
      config: { service: 'database' },
      via: { source: 'k8s', target: 'statefulset/postgres' },
      position,
    },
    { id: 'host', type: 'host', config: undefined, via: { ssh: 'jump' }, position },
  ];
  expect(dependenciesOf({ sources, dependencies: { shop: ['database'], pg: ['vpn'] } })).toEqual({
    shop: ['database'],
    pg: ['vpn'],
    'source k8s': ['k8s'],
    'source pg': ['pg', 'database', 'source k8s', 'postgres', 'vpn'],
    'source host': ['host'],
  });
});
