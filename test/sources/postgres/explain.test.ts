import { afterEach, beforeEach, expect, test } from 'vitest';
import { queryIdOf } from '../../../src/simulator/model/database/database.ts';
import { postgres } from '../../../src/sources/postgres/index.ts';
import { update } from '../../contract/rigs/postgres-simulator.ts';
import { type Fixture, openFixture, outputLines } from './fixture.ts';

const listed = 'SELECT * FROM orders WHERE id = $1';
const writing = 'WITH gone AS (DELETE FROM orders RETURNING id) SELECT * FROM gone';
const calling = 'SELECT pg_terminate_backend(pid) FROM orders WHERE id = $1';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture([], {}, [listed, writing, calling]);
});
afterEach(() => fixture[Symbol.asyncDispose]());

const plan = (name: string, params: Readonly<Record<string, unknown>>) => fixture.plan(name, params);

test('explain shows the plan of a recorded statement with bound values', async () => {
  const planned = await plan('explain', { queryid: queryIdOf(listed), values: "7'; --" });
  expect(planned).toMatchObject({ danger: 'read', objects: ['executes nothing'] });
  expect(planned.calls[0]?.line).toBe(`$1="7'; --": EXPLAIN ${listed}`);
  expect(outputLines(await fixture.act(planned))).toEqual([
    expect.stringMatching(/^Index Scan using orders_pkey on orders /),
    expect.stringMatching(/^ {2}Index Cond: /),
    expect.stringMatching(/^ok: done in \d+ ms$/),
  ]);
});

test('explainAnalyze executes it with a statement timeout, and says so', async () => {
  const planned = await plan('explainAnalyze', { queryid: queryIdOf(listed), values: '7' });
  expect(planned).toMatchObject({
    danger: 'safe',
    objects: [
      'opsdeck executes the statement in a read-only transaction, for at most 10s',
      'the rows of the result are discarded',
    ],
  });
  expect(planned.calls[0]?.line).toBe(`$1="7": EXPLAIN (ANALYZE, BUFFERS) ${listed}`);
  expect(outputLines(await fixture.act(planned))).toContainEqual(
    expect.stringMatching(/^Execution Time: [\d.]+ ms$/),
  );
});

test.each([
  [listed, '', 'the statement has 1 placeholders: give their values'],
  [listed, '1, 2', 'the statement has 1 placeholders, and 2 values were given'],
  [update, '1, 2', 'opsdeck explains only queries, and a read begins with SELECT'],
  [calling, '1', 'pg_terminate_backend() is not on the list of read-only functions'],
])('%s with the values "%s" is not applicable', async (query, values, why) => {
  for (const name of ['explain', 'explainAnalyze'])
    await expect(plan(name, { queryid: queryIdOf(query), values })).rejects.toMatchObject({
      ending: 'not-applicable',
      message: expect.stringContaining(why),
    });
});

test('an unknown statement is not applicable', async () => {
  await expect(plan('explain', { queryid: '42' })).rejects.toMatchObject({
    ending: 'not-applicable',
    message: 'pg_stat_statements no longer has statement 42: choose another statement',
  });
});

test.each([
  { queryid: '1; DROP TABLE orders' },
  { queryid: '' },
  { queryid: '1', timeout: '31s' },
  { queryid: '1', timeout: '0s' },
  { queryid: '1', timeout: 'soon' },
])('%j is not a valid parameter', (params) => {
  expect(postgres.operations.explainAnalyze?.params.safeParse(params).success).toBe(false);
});
