import { expect, test } from 'vitest';
import { postgres } from '../../src/sources/postgres/index.ts';
import { prometheus } from '../../src/sources/prometheus/index.ts';
import { longTest } from '../support/layer.ts';
import { saidOf as saidOfProfile } from './support/loading.ts';

const profile = (that: string, more = ''): string => `opsdeck: 1
system: shop
env: dev
tier: dev
sources:
  prom: { type: prometheus, url: http://localhost:9090 }
  pg: { type: postgres, host: localhost, database: shop, user: u, password: "\${env:PW}" }
signals:
  - { id: recorded, source: prom, read: { query: "sum(job:errors:rate5m)" } }
  - { id: many, source: prom, read: { query: "sum(e0) + sum(e1) + sum(e2) + sum(e3) + sum(e4) + sum(e5) + sum(e6) + sum(e7) + sum(e8)" } }
  - { id: errors, source: prom, read: { query: "sum(errors)" } }
  - { id: stuck, source: pg, read: { sql: "SELECT count(*) FROM orders WHERE stuck" } }
  - { id: each, source: pg, read: { sql: "SELECT id, age FROM orders", column: age, labels: [id] } }
runbooks:
  - id: r
    act: [{ id: a1, title: T, manual: true }]
    verify: [{ id: v1, title: V, that: "${that}", within: 1m${more} }]
`;

const reading = (sql: string, expected: string, more = ''): string =>
  profile('stuck >= 0').replace(
    'that: "stuck >= 0", within: 1m',
    `use: pg.query, with: { sql: "${sql}" }, expect: ${expected}, within: 1m${more}`,
  );

const warned = async (that: string, more = ''): Promise<readonly string[]> => {
  const said = await saidOfProfile(that.startsWith('opsdeck:') ? that : profile(that, more), {
    modules: [prometheus, postgres],
    files: {},
    dirs: ['p'],
  });
  return said.filter((line) => line.includes('computed by the server'));
};

test('a check that a count of the server passes with less is a warning', async () => {
  const todo = (way: string): string =>
    `Read the rows (${way}) and verify them, or mark the check as a guard`;
  const what = 'so opsdeck cannot see when a row is no longer counted';
  expect(await warned('stuck = 0')).toEqual([
    `p/dev.yaml:17:40: warning: r verify[0] that: stuck is computed by the server (count()), ${what}. ${todo('labels: in SQL')}`,
  ]);
  expect(await warned('many < 5')).toEqual([
    `p/dev.yaml:17:40: warning: r verify[0] that: many is computed by the server (9 selectors), ${what}. ${todo('the series themselves in PromQL')}`,
  ]);
});

longTest('no warning where parts are read, more is demanded, or nothing is to be proved', async () => {
  // The rule behind a recorded series is followed where the server lists it.
  for (const that of ['errors < 5', 'recorded < 5', 'each < 5', 'stuck >= 1'])
    expect(await warned(that)).toEqual([]);
  expect(await warned('stuck = 0', ', guard: true')).toEqual([]);
});

test('a result that a count makes is a warning, its rows are not', async () => {
  const counted = 'SELECT count(*) AS n FROM orders WHERE stuck';
  expect(await warned(reading(counted, '{ column: n, value: "= 0" }'))).toEqual([
    'p/dev.yaml:17:120: warning: r verify[0] expect: the result is computed by the server (count()), so opsdeck cannot see when a row is no longer counted. Read the rows with what names them (SELECT id, state …, worst first) and compare the value of the first, or mark the check as a guard',
  ]);
  for (const [sql, expected, more] of [
    [counted, '{ column: n, value: "> 0" }', ''],
    [counted, '{ column: n, value: "= 0" }', ', guard: true'],
    ['SELECT id, tries FROM orders ORDER BY tries DESC', '{ column: tries, value: "= 0" }', ''],
  ] as const)
    expect(await warned(reading(sql, expected, more))).toEqual([]);
});
