import { expect, test } from 'vitest';
import type { Operator } from '../../../scripts/mutants/operators.ts';
import { drawSample, type Group, type Mutant, shares } from '../../../scripts/mutants/sample.ts';

const mutant = (id: number, line: number, operator: Operator): Mutant => ({
  id,
  file: 'src/runs/a.ts',
  line,
  operator,
  start: id,
  end: id + 1,
  code: '',
  probe: { by: 'reach', start: id, end: id + 1 },
});

const group = (name: string, lines: number, first: number, operator: Operator = 'equality'): Group => ({
  name,
  lines,
  mutants: Array.from({ length: 100 }, (_, index) => mutant(first + index, index, operator)),
});

const groups = [group('runs', 300, 0), group('store', 100, 100)];

test('shares are in proportion and add up', () => {
  expect(shares(10, [300, 100])).toEqual([8, 2]);
  expect(shares(10, [1, 1, 1])).toEqual([4, 3, 3]);
  expect(shares(10, [])).toEqual([]);
});

test('a group has its share of the sample by its lines', () => {
  const drawn = drawSample(groups, 20, '1');
  expect(drawn.filter(({ id }) => id < 100)).toHaveLength(15);
  expect(drawn.filter(({ id }) => id >= 100)).toHaveLength(5);
  expect(new Set(drawn).size).toBe(20);
});

test('a seed draws the same mutants again, another seed others, and a larger sample contains a smaller one', () => {
  const ids = (count: number, seed: string) => drawSample(groups, count, seed).map(({ id }) => id);
  expect(ids(20, '1')).toEqual(ids(20, '1'));
  expect(ids(20, '1')).not.toEqual(ids(20, '2'));
  expect(ids(40, '1')).toEqual(expect.arrayContaining(ids(20, '1')));
});

test('one mutant is drawn per line, and one of ten is an emptied text', () => {
  const oneLine = { name: 'runs', lines: 10, mutants: [mutant(1, 7, 'equality'), mutant(2, 7, 'logical')] };
  expect(drawSample([oneLine], 2, '1')).toHaveLength(1);
  const texts = drawSample([group('runs', 10, 0, 'string')], 20, '1');
  expect(texts).toHaveLength(2);
});
