import { expect, test } from 'vitest';
import { SqlError, type SqlQuery, type SqlResult } from '../../../src/clients/postgres/sql-types.ts';
import { assertNoUserCode, callableNames } from '../../../src/clients/postgres/user-code.ts';

const namesOf = (text: string) => {
  const { attributes, functions, operators, prefixOperators, casts } = callableNames(text);
  return {
    attributes,
    functions,
    operators,
    prefixOperators,
    casts: casts === undefined ? 'any' : [...new Set(casts)],
  };
};

test.each<[string, Partial<ReturnType<typeof namesOf>>]>([
  ['SELECT count(o.archive) FROM orders o', { attributes: ['archive'], functions: ['count'] }],
  ['SELECT (o)./* x */"Archive" FROM a.orders AS o', { attributes: ['Archive', 'orders'] }],
  ['SELECT @!@ o', { operators: ['@', '@!', '@!@'], prefixOperators: ['!', '!@', '@'] }],
  ['SELECT a<-1', { operators: ['<', '<-'], prefixOperators: ['-'] }],
  ['SELECT a != 1', { operators: ['!', '!=', '=', '<>'] }],
  ["SELECT a LIKE 'x'", { operators: ['~~', '!~~'], casts: [] }],
  ["SELECT '--', a -- = b", { operators: [] }],
  ['SELECT o::text', { casts: ['text'], operators: [] }],
  ['SELECT o::pg_catalog.int4[]', { casts: ['int4'] }],
  ['SELECT o::public.int4', { casts: 'any' }],
  ['SELECT o::dom', { casts: 'any' }],
  ['SELECT CAST(f(a AS b) AS "numeric"(10, 2))', { casts: ['numeric'] }],
  ['SELECT CAST(o)', { casts: 'any' }],
  ["SELECT dom '1'", { casts: 'any' }],
  ["SELECT s.dom '1'", { casts: 'any' }],
  ["SELECT timestamp '2026-01-01', a AND 'x' IN ('y')", { casts: ['timestamp', 'timestamptz'] }],
  ['SELECT constructor, a.toString, valueOf(1)', { operators: [], casts: [] }],
  ['SELECT varchar(o)', { casts: ['varchar'] }],
  ["SELECT o || ''", { casts: ['text'] }],
  ['SELECT row_to_json(o)', { casts: ['json', 'jsonb'] }],
  ["SELECT * FROM json_to_record('{}') AS t(a dom)", { casts: 'any' }],
])('the names of %s', (text, names) => {
  expect(namesOf(text)).toMatchObject(names);
});

test('too many operator characters in a row are refused', () => {
  expect(() => callableNames(`SELECT ${'-+'.repeat(20)}1`)).toThrow('operator characters in a row');
});

const row = (how: string, name: string, called: string, builtin = 'false') => ({
  ...{ function: called, how, name },
  builtin,
});
const answering = (rows: SqlResult['rows'], sqlQueries: SqlQuery[] = []) => ({
  ask: async (query: SqlQuery): Promise<SqlResult> => {
    sqlQueries.push(query);
    return { columns: [], rows, rowCount: rows.length, notices: [], latencyMs: 0 };
  },
});

test.each([
  [row('attribute', 'archive', 'public.archive'), '.archive may call public.archive()'],
  [row('attribute', 'pg_new_effect', 'pg_new_effect', 'true'), '.pg_new_effect may call pg_new_effect()'],
  [row('attribute', 'count', 'public.count'), '.count may call public.count()'],
  [row('function', 'count', 'public.count'), 'count() has an overload public.count()'],
  [row('operator', '@!@', 'public.archive'), 'the operator @!@ may call public.archive()'],
  [row('cast', 'text', 'public.as_text'), 'a conversion to text may call public.as_text()'],
  [row('domain', 'dom', 'public.archive'), 'a conversion to the domain dom may call public.archive()'],
])('refuses what the server lists: %j', async (listed, why) => {
  await expect(assertNoUserCode(answering([listed]), { text: 'SELECT 1' })).rejects.toMatchObject({
    kind: 'denied',
    message: expect.stringContaining(`not sent: ${why}`),
    remedy: expect.stringContaining('view'),
  });
});

test('a built-in function on the list is allowed, and the names are bound', async () => {
  const sqlQueries: SqlQuery[] = [];
  const session = answering([row('attribute', 'pg_table_size', 'pg_table_size', 'true')], sqlQueries);
  await assertNoUserCode(session, { text: 'SELECT o.archive::dom = sum(1)', timeoutMs: 70 });
  expect(sqlQueries).toMatchObject([{ timeoutMs: 70, values: [['archive'], ['sum'], ['='], null, []] }]);
});

test('a catalog that cannot be read refuses the statement, with the reason', async () => {
  const failing = {
    ask: () => Promise.reject(new SqlError('denied', 'permission denied for table pg_proc', '42501')),
  };
  await expect(assertNoUserCode(failing, { text: 'SELECT 1' })).rejects.toMatchObject({
    kind: 'denied',
    message:
      'the query was not sent: cannot read from the catalog which functions the query calls: permission denied for table pg_proc',
  });
});
