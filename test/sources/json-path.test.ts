import { expect, test } from 'vitest';
import { jsonValueAt, parseJsonPath } from '../../src/sources/kit/values/json.ts';

const body = {
  a: { b: [{ c: 1 }, { c: null }], 'd.e': 'dotted' },
  '': 'empty',
  list: [[1, 2], [3]],
  __proto__: 5,
};
const found: readonly (readonly [string, unknown])[] = [
  ['a.b[0].c', 1],
  ['a.b[1].c', null],
  ['a.b[2].c', undefined],
  ['a.["d.e"]', 'dotted'],
  ['a["d.e"]', 'dotted'],
  ['list[0][1]', 2],
  ['list.0', undefined],
  ['a.b.length', undefined],
  ['constructor', undefined],
  ['toString.name', undefined],
  ['[0]', undefined],
];
test.each(found)('%s', (path, value) => expect(jsonValueAt(body, path)).toEqual(value));

test.each(['', '.', 'a..b', 'a.', 'a[', 'a[x]', 'a]b', 'a"b'])('%j is not a path', (path) => {
  expect(parseJsonPath(path)).toBeUndefined();
  expect(jsonValueAt(body, path)).toBeUndefined();
});
