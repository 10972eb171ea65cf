import { expect, test } from 'vitest';
import { unitOfReading, unitsByName } from '../../src/profile/build/reading-units.ts';
import { readProfileTree } from '../../src/profile/document/read.ts';
import { childOf } from '../../src/profile/document/tree.ts';
import { sourceModules } from '../support/source-modules.ts';
import { head, saidOf } from './support/loading.ts';
import { memoryFiles } from './support/memory-files.ts';

const readOf = async (read: string) => {
  const { tree } = await readProfileTree(
    'p/dev.yaml',
    memoryFiles({ 'p/dev.yaml': `${head}read: ${read}\n` }),
  );
  const node = childOf(tree, 'read');
  if (node?.is !== 'map') throw new Error('no map');
  return node;
};

test.each([
  ['{ latency: api }', 'ms'],
  ['{ tls: "a:443" }', 'd'],
  ['{ longest: query }', 's'],
  ['{ age: /var/a }', 's'],
  ['{ status: api }', undefined],
  ['{ of: { a: x }, calc: "a / 1000" }', undefined],
])('the reading %s is in %s', async (read, unit) => {
  expect(unitOfReading(await readOf(read))).toBe(unit);
});

test.each([
  ['{ metric: request_duration_seconds_max }', 'request_duration_seconds_max s'],
  [
    '{ query: "max by (job) (process_resident_memory_bytes{job=\'a\'})" }',
    'process_resident_memory_bytes bytes',
  ],
  ['{ query: "histogram_quantile(0.9, sum by (le) (rate(a_seconds_bucket[5m])))" }', 'a_seconds_bucket s'],
  ['{ query: "a_seconds * 1000" }', undefined],
  ['{ query: "rate(a_seconds_sum[5m])" }', undefined],
  ['{ query: "rate(a_seconds_bucket[5m])" }', undefined],
  ['{ query: "count(a_seconds)" }', undefined],
  ['{ query: "a_seconds and b_seconds" }', undefined],
])('the names in %s state %s', async (read, said) => {
  expect(unitsByName(await readOf(read)).map(({ metric, unit }) => `${metric} ${unit}`)[0]).toBe(said);
});

test('a unit that the name of the metric contradicts is warned of, in any spelling', async () => {
  const of = (query: string, unit: string) =>
    saidOf(
      `${head}sources: { p: { type: prometheus, url: "http://p" } }\nsignals:\n  - { id: a, source: p, read: { query: "${query}" }, unit: ${unit}, crit: ">5" }\n`,
      { modules: sourceModules },
    );
  expect(await of('max(a_seconds)', 'milliseconds')).toEqual([
    'p/dev.yaml:7:66: warning: a unit: milliseconds, but a_seconds is in s by name. Write unit: s and limits in that unit, or convert the value',
  ]);
  expect(await of('max(a_seconds)', 'seconds')).toEqual([]);
  expect(await of('a_seconds * 1000', 'ms')).toEqual([]);
});
