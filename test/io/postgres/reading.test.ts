import { expect, test } from 'vitest';
import { assertRead, whyNoRead } from '../../../src/io/postgres-reading.ts';

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
])('%s is a read', (text) => {
  expect(whyNoRead(text)).toBeUndefined();
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
  ['SELECT PG_TERMINATE_BACKEND(7)', 'PG_TERMINATE_BACKEND()'],
  ["SELECT set_config('transaction_read_only', 'off', false)", 'set_config()'],
  ['SELECT pg_advisory_lock(1)', 'pg_advisory_lock()'],
  ["SELECT dblink_exec('x', 'DELETE FROM y')", 'dblink_exec()'],
  ['SELECT pg_stat_statements_reset()', 'pg_stat_statements_reset()'],
  ["EXPLAIN ANALYZE SELECT lo_export(1, '/tmp/x')", 'lo_export()'],
  ["/* /* */ SELECT */ COPY (SELECT 1) TO PROGRAM 'true'", 'begins with'],
  ['/* never closed SELECT 1', 'begins with'],
  ['SELECT pg_reload_conf/* /* */ */()', 'pg_reload_conf()'],
  ['SELECT U&"pg_reload\\005fconf"()', 'spell any name'],
  ["SELECT '--', pg_reload_conf()", 'pg_reload_conf()'],
  // A backslash does not end a plain literal: what follows it is code.
  ["SELECT '\\', pg_reload_conf(), '\\'", 'pg_reload_conf()'],
  ["SELECT $$it's$$, pg_reload_conf(), $$'$$", 'pg_reload_conf()'],
])('%s is none', (text, why) => {
  expect(whyNoRead(text)).toContain(why);
  expect(() => assertRead(text)).toThrow(
    expect.objectContaining({ kind: 'denied', remedy: expect.any(String) }),
  );
});
