import type { ValueOrigin } from '../../domain/facts/facts.ts';
import type { PostgresClient } from './client.ts';
import { type QueryRow, textColumn } from './parse.ts';
import { taggedSql } from './statements.ts';

/** With more tables than this, they are not compared. */
const maxRelations = 500;

/**
 * The tables and views of names, the tables behind those views, and partitions. A table is another one with another OID, and was truncated or
 * written again with another file; a view is another one with another definition. Source: PostgreSQL docs, pg_relation_filenode, pg_rewrite.
 */
const relationsSql = taggedSql(
  'relations',
  `WITH RECURSIVE used(oid) AS (
  SELECT to_regclass(n)::oid FROM unnest($1::text[]) n WHERE to_regclass(n) IS NOT NULL
  UNION
  SELECT below.oid FROM used u CROSS JOIN LATERAL (
    SELECT d.refobjid AS oid FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass
      AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass WHERE r.ev_class = u.oid
    UNION ALL
    SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = u.oid
  ) below
)
SELECT CASE WHEN c.relkind IN ('v', 'm') THEN 'view ' ELSE 'table ' END || s.nspname || '.' || c.relname AS name,
  c.oid || ' ' || coalesce(CASE WHEN c.relkind IN ('v', 'm') THEN md5(pg_get_viewdef(c.oid))
    WHEN c.relkind = 'r' THEN pg_relation_filenode(c.oid)::text END, '') AS state
FROM used JOIN pg_class c USING (oid) JOIN pg_namespace s ON s.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND s.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1`,
);

/** The last reset of the statistics of statements. Source: PostgreSQL docs, pg_stat_statements_info (14 or later). */
const statementsResetSql = taggedSql(
  'statementsreset',
  `SELECT 'statistics of pg_stat_statements' AS name, coalesce(stats_reset::text, '') AS state FROM pg_stat_statements_info`,
);

/** Comments and texts of a statement, in which no table is named. */
const asides = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g;
const name = String.raw`(?:"[^"]+"|[a-z_]\w*)(?:\.(?:"[^"]+"|[a-z_]\w*))?`;
const sources = new RegExp(
  String.raw`\b(?:from|join)\s+(?:only\s+)?(${name}(?:(?:\s+(?:as\s+)?[a-z_]\w*)?\s*,\s*${name})*)`,
  'gi',
);
const firstName = new RegExp(String.raw`^\s*(${name})`, 'i');

/** Returns the names in a statement that may be those of tables: also of functions and of common table expressions. */
const namesInSql = (sql: string): readonly string[] => {
  const lists = [...sql.replaceAll(asides, ' ').matchAll(sources)].map(([, list = '']) => list);
  const names = lists.flatMap((list) => list.split(',').flatMap((part) => firstName.exec(part)?.[1] ?? []));
  return [...new Set(names)];
};

/** Reads which tables and views a statement of the profile reads. Undefined: it reads none, or the server does not tell. */
export type RelationReader = (signal: AbortSignal) => Promise<ValueOrigin | undefined>;

const statementsReset = async (client: PostgresClient, signal: AbortSignal): Promise<readonly QueryRow[]> => {
  try {
    return (await client.ask(statementsResetSql, signal)).rows;
  } catch {
    // An older server does not tell.
    return [];
  }
};

/** Creates the reader of one statement. It is called after each reading of the values. */
export const relationReader = (client: PostgresClient, sql: string): RelationReader => {
  const names = namesInSql(sql);
  const readsStatements = names.some((name) => /\bpg_stat_statements$/i.test(name));
  let last: Readonly<Record<string, string>> | undefined;
  return async (signal) => {
    if (names.length === 0) return undefined;
    try {
      const { rows: relations } = await client.ask(relationsSql, signal, {
        ...{ values: [names], maxRows: maxRelations + 1 },
      });
      const rows = [...relations, ...(readsStatements ? await statementsReset(client, signal) : [])];
      if (rows.length === 0 || rows.length > maxRelations) return undefined;
      const objects = Object.fromEntries(
        rows.map((row) => [textColumn(row, 'name'), textColumn(row, 'state')] as const),
      );
      const had = last;
      last = objects;
      if (had === undefined) return { objects };
      // The value was read before: it may be that of the former object.
      const states = Object.entries(objects).map(([key, state]) => [
        key,
        had[key] === undefined || had[key] === state ? state : `${had[key]} → ${state}`,
      ]);
      return { objects: Object.fromEntries(states) };
    } catch {
      // The values count without it.
      return undefined;
    }
  };
};
