import { expect, test } from 'vitest';
import { assertReadOnly, readViolation } from '../../../src/clients/postgres/read-check.ts';

test.each([
  'SELECT 1',
  '/* opsdeck:sessions */ SELECT 1',
  '-- who\nselect 1',
  'WITH x AS (SELECT 1) TABLE x',
  '(SELECT 1) UNION (SELECT 2)',
  'SHOW max_connections',
  'VALUES (1)',
  'EXPLAIN (FORMAT JSON) DELETE FROM orders',
  '/* a /* nested */ comment */ -- and another\n SELECT 1',
  'SELECT pg_blocking_pids(1), pg_is_in_recovery()',
  'SELECT terminated FROM pg_cancel_backends',
  "SELECT 'pg_terminate_backend(7)', $$dblink('x')$$, \"lo_export (1)\" FROM t -- nextval('s')",
  'WITH RECURSIVE x(a, b) AS MATERIALIZED (SELECT 1, 2) SELECT count(*) FILTER (WHERE a IN (1)) OVER (PARTITION BY (a)) FROM x',
  'SELECT CAST(a AS numeric(10, 2)), pg_catalog.count(*) FROM generate_series(1, 3) AS g(a) GROUP BY ROLLUP (a), a',
  "SELECT extract(epoch FROM now())::varchar(20), E'it\\'s', 'C:\\d', a LIKE ('x') FROM (t JOIN (u) ON (true))",
  'SELECT pg_stat_get_live_tuples(1), x.relid::regclass FROM pg_stat_user_tables AS x LIMIT (10)',
  'EXPLAIN (FORMAT JSON) INSERT INTO shop.orders (id) VALUES ($1) ON CONFLICT (id) DO NOTHING',
])('%s is read-only', (text) => {
  expect(readViolation(text)).toBeUndefined();
});

test.each([
  ['DELETE FROM orders', 'begins with'],
  ['/* SELECT */ DROP TABLE orders', 'begins with'],
  ['-- SELECT\nTRUNCATE orders', 'begins with'],
  ['SET default_transaction_read_only = off', 'begins with'],
  ['COMMIT', 'begins with'],
  ['DO $$ BEGIN END $$', 'begins with'],
  ["COPY (SELECT 1) TO PROGRAM 'true'", 'begins with'],
  ['selection', 'begins with'],
  ['', 'begins with'],
  ['SELECT pg_terminate_backend(pid) FROM pg_stat_activity', 'pg_terminate_backend()'],
  ['SELECT pg_catalog.pg_cancel_backend (7)', 'pg_cancel_backend()'],
  ['SELECT "pg_reload_conf"()', 'pg_reload_conf()'],
  ['SELECT pg_reload_conf/* */()', 'pg_reload_conf()'],
  ['SELECT PG_TERMINATE_BACKEND(7)', 'pg_terminate_backend()'],
  ["SELECT set_config('transaction_read_only', 'off', false)", 'set_config()'],
  ['SELECT pg_advisory_lock(1)', 'pg_advisory_lock()'],
  ["SELECT dblink_exec('x', 'DELETE FROM y')", 'dblink_exec()'],
  ['SELECT pg_stat_statements_reset()', 'pg_stat_statements_reset()'],
  ["EXPLAIN ANALYZE SELECT lo_export(1, '/tmp/x')", 'lo_export()'],
  ["/* /* */ SELECT */ COPY (SELECT 1) TO PROGRAM 'true'", 'begins with'],
  ['/* never closed SELECT 1', 'unterminated'],
  ["SELECT 'never closed", 'unterminated'],
  ['SELECT $a$ never closed $b$', 'unterminated'],
  ['SELECT pg_reload_conf/* /* */ */()', 'pg_reload_conf()'],
  ['SELECT U&"pg_reload\\005fconf"()', 'spell any name'],
  ["SELECT '--', pg_reload_conf()", 'pg_reload_conf()'],
  // A backslash does not end a plain literal: the rest is code.
  ["SELECT '\\', pg_reload_conf(), '\\'", 'a backslash before a quote'],
  ["SELECT $$it's$$, pg_reload_conf(), $$'$$", 'pg_reload_conf()'],
  // Functions that execute a statement given as text, so that no function name appears anywhere.
  ["SELECT query_to_xml('select pg_termin' || 'ate_backend(7)', true, true, '')", 'query_to_xml()'],
  ["SELECT 1 UNION SELECT count(*) FROM ts_stat('select 1')", 'ts_stat()'],
  ["SELECT ts_rewrite('a'::tsquery, 'select 1')", 'ts_rewrite()'],
  ["SELECT * FROM dblink('dbname=x', 'select 1') AS t(a int)", 'dblink()'],
  ["SELECT * FROM crosstab('select 1')", 'crosstab()'],
  ["SELECT cursor_to_xml('c', 1, true, true, '')", 'cursor_to_xml()'],
  ['SELECT lo_unlink(1)', 'lo_unlink()'],
  ["SELECT lo_from_bytea(0, '')", 'lo_from_bytea()'],
  ["SELECT pg_read_file('/etc/passwd')", 'pg_read_file()'],
  ["SELECT nextval('s')", 'nextval()'],
  ['SELECT pg_current_xact_id()', 'pg_current_xact_id()'],
  // A function that is not built in, whatever its name.
  ['SELECT clean_up()', 'clean_up()'],
  ['SELECT public.count(1)', 'public.count()'],
  ['SELECT x.pg_catalog.count(1)', 'x.pg_catalog.count()'],
  ['SELECT "Count"(1)', 'Count()'],
  ['SELECT DISTINCT ON (a) pg_reload_conf() FROM t', 'pg_reload_conf()'],
  ['SELECT a, system(1), by(2) FROM t', 'system()'],
  ['SELECT filter(1)', 'filter()'],
  ['SELECT 1, join(1)', 'join()'],
  ['SELECT count\u00a0(1)', '()'],
  ['SELECT (a.pid).pg_terminate_backend FROM pg_stat_activity a', '.pg_terminate_backend calls'],
  ['SELECT a."pg_cancel_backend" FROM generate_series(1, 2) a', '.pg_cancel_backend calls'],
  ['SELECT OPERATOR(public.@!@) o FROM orders o', 'operator()'],
  // A continued literal keeps its escapes, and ends elsewhere than it seems to.
  ["SELECT E'a'\n'\\', pg_reload_conf(), '\\'", 'is continued'],
  ["SELECT E'a' -- x\n'\\', pg_reload_conf(), '\\'", 'is continued'],
  ["SELECT U&'\\0041'", 'U& escapes'],
  ['SELECT 1 FROM x WHERE a = $1$1 OR pg_reload_conf() IS NULL', 'pg_reload_conf()'],
])('%s is not read-only', (text, why) => {
  expect(readViolation(text)).toContain(why);
  expect(() => assertReadOnly(text)).toThrow(
    expect.objectContaining({ kind: 'denied', remedy: expect.any(String) }),
  );
});
