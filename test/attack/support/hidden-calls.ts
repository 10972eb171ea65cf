import fc from 'fast-check';

/** Functions with side effects, and some that are not built in. */
export const bad = [
  ...[
    'pg_terminate_backend',
    'pg_cancel_backend',
    'pg_reload_conf',
    'pg_rotate_logfile',
    'pg_promote',
    'set_config',
  ],
  ...[
    'query_to_xml',
    'query_to_xmlschema',
    'cursor_to_xml',
    'ts_stat',
    'ts_rewrite',
    'dblink',
    'dblink_exec',
    'crosstab',
  ],
  ...[
    'lo_export',
    'lo_import',
    'lo_unlink',
    'lo_from_bytea',
    'pg_read_file',
    'pg_ls_dir',
    'nextval',
    'setval',
  ],
  ...[
    'pg_advisory_lock',
    'pg_stat_reset',
    'pg_logical_emit_message',
    'pg_create_restore_point',
    'clean_up',
    'public.count',
  ],
];

/** A call of one of them in one of many spellings that PostgreSQL accepts. */
export const called = fc
  .tuple(
    fc.constantFrom(...bad),
    fc.constantFrom<(name: string) => string>(
      (name) => name,
      (name) => name.toUpperCase(),
      (name) => name.replaceAll(/[^.]+/g, '"$&"'),
      (name) => (name.includes('.') ? name : `pg_catalog.${name}`),
      (name) => (name.includes('.') ? name : `"pg_catalog" . "${name}"`),
    ),
    fc.constantFrom('', ' ', '\n', '/* x */', '/* /* a */ ( */', '-- (\n', '\t\f', "/* ' */", '/*"*/'),
  )
  .map(([name, spelled, between]) => `${spelled(name)}${between}(1)`);

/** A statement around a call: after literals and comments with ambiguous ends, and inside all kinds of clauses. */
export const wrapped = fc.constantFrom<(call: string) => string>(
  (call) => `SELECT ${call}`,
  (call) => `SELECT '--', ${call}`,
  (call) => `SELECT '/*', ${call}, '*/'`,
  (call) => `SELECT $$it's$$, ${call}, $$'$$`,
  (call) => `SELECT $a$ $$ $a$, ${call}, $a$ $a$`,
  (call) => `SELECT E'it\\'s', ${call}, '\\'`,
  (call) => `SELECT '\\', ${call}, '\\'`,
  (call) => `SELECT "a""b", ${call} FROM "c--d"`,
  (call) => `SELECT 1 -- '\n, ${call} -- '`,
  (call) => `SELECT 1 /* ' */, ${call} /* ' */`,
  (call) => `WITH x AS (SELECT ${call} AS a) SELECT a FROM x`,
  (call) => `SELECT 1 UNION ALL SELECT ${call}`,
  (call) => `SELECT CASE WHEN true THEN ${call} END`,
  (call) => `SELECT * FROM ${call} AS t(a)`,
  (call) => `SELECT count(*) FROM t WHERE a IN (SELECT ${call})`,
  (call) => `SELECT count(${call}) FROM t`,
  (call) => `SELECT a FROM t ORDER BY ${call}`,
  (call) => `SELECT a FROM t LIMIT (${call})`,
  (call) => `EXPLAIN ANALYZE SELECT ${call}`,
  (call) => `VALUES (${call})`,
  (call) => `TABLE x; SELECT ${call}`,
  (call) => `SELECT x.a FROM t AS x, LATERAL ${call}`,
  (call) => `SELECT ARRAY[${call}], ROW(${call})`,
);
