import { expect, test } from 'vitest';
import { presentValues } from '../../src/expressions/present-value.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import { sample, snapshotOfSignals, spec } from '../support/made-facts.ts';

const snapshot = snapshotOfSignals(
  [spec('pool.max', { unit: '' }), spec('pool.used', { unit: '' }), spec('pool.free', { unit: '' })],
  [sample('pool.max', 20), sample('pool.used', 7), sample('pool.free', undefined, { why: 'no such metric' })],
);

test.each([
  ['pool.max = ${param.size}', ['20']],
  ['pool.max = ${param.size} and pool.used < 9', ['20']],
  ['pool.max = ${param.size} and pool.used <= ${param.size}', ['20', '7']],
  ['pool.max = ${param.other}', []],
  ['pool.max = 20', []],
  ['pool.free = ${param.size}', []],
])('%s compares a parameter with %j', (text, values) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(parsed.message);
  expect(presentValues(parsed.expression, 'size', snapshot, {})).toEqual(values);
});
