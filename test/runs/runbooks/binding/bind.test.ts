import { expect, test } from 'vitest';
import { bindParams, referencedParams } from '../../../../src/runs/runbooks/binding/bind.ts';

const values = { name: 'psp', n: 3, force: true, odd: '${param.name}', quoted: `x" or 1=1; $& '` };

test.each([
  ['${param.name}', 'psp'],
  ['${param.n}', 3],
  ['${param.force}', true],
  ['n=${param.n}, name=${param.name}', 'n=3, name=psp'],
  ['${param.odd}', '${param.name}'],
  ['is ${param.odd}', 'is ${param.name}'],
  ['${param.quoted}', `x" or 1=1; $& '`],
  ['<${param.quoted}>', `<x" or 1=1; $& '>`],
  ['nothing to bind', 'nothing to bind'],
  ['${env:HOME} ${other}', '${env:HOME} ${other}'],
  [7, 7],
  [null, null],
  [undefined, undefined],
  [
    ['a', '${param.name}', ['${param.n}']],
    ['a', 'psp', [3]],
  ],
  [{ body: { set: { replicas: '${param.n}' } } }, { body: { set: { replicas: 3 } } }],
  [{ '${param.name}': 1 }, { '${param.name}': 1 }],
])('%j becomes %j', (tree, bound) => {
  expect(bindParams<unknown>(tree, values)).toEqual(bound);
});

test('does not modify the tree', () => {
  const tree = { with: { name: '${param.name}' } };
  bindParams(tree, values);
  expect(tree).toEqual({ with: { name: '${param.name}' } });
});

test.each(['${param.none}', 'a ${param.none} b', '${param.toString}', '${param.}'])(
  '%s has no value, and nothing is partially bound',
  (text) => {
    expect(() => bindParams(text, values)).toThrow(/has no value\. Give the parameter a value/);
  },
);

test('lists the parameters that a tree refers to', () => {
  expect(referencedParams({ a: '${param.x} ${param.y}', b: ['${param.x}', 5, null] })).toEqual(['x', 'y']);
});
