import type { Permit } from '../../domain/operation.ts';
import type { PostgresClient } from './client.ts';
import { type Row, textOf, truthOf } from './parse.ts';
import { quoteIdentifier } from './quote.ts';
import { tagged } from './statements.ts';

/** What is done to a table or an index. */
export type RelationVerb = 'vacuum' | 'reindex' | 'createIndex' | 'dropIndex';

/** An index is maintained by the right on its table. The privilege has a name since PostgreSQL 17; older ones refuse to hear it. */
const permits = tagged(
  'relationPermit',
  `
SELECT current_user AS me, o.rolname AS owner, n.nspname AS schema, c.relname AS name, t.relname AS "table",
  pg_has_role(current_user, c.relowner, 'USAGE') AS owns,
  pg_has_role(current_user, n.nspowner, 'USAGE') AS owns_schema,
  pg_has_role(current_user, d.datdba, 'USAGE') AS owns_database,
  has_schema_privilege(n.oid, 'CREATE') AS creates,
  current_setting('server_version_num')::int >= 170000 AS grants_maintain,
  CASE WHEN current_setting('server_version_num')::int >= 170000 THEN has_table_privilege(t.oid, 'MAINTAIN') ELSE false END AS maintains
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
  JOIN pg_database d ON d.datname = current_database()
  LEFT JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = coalesce(i.indrelid, c.oid)
WHERE c.oid = $1::oid`,
);

/**
 * Source: PostgreSQL, src/backend/commands/vacuum.c (vacuum_is_permitted_for_relation), indexcmds.c
 * (RangeVarCallbackForReindexIndex, DefineIndex), tablecmds.c (RangeVarCallbackForDropRelation, RangeVarCallbackOwnsRelation).
 */
const isAllowed = (verb: RelationVerb, row: Row): boolean => {
  switch (verb) {
    case 'vacuum':
      return truthOf(row, 'owns') || truthOf(row, 'owns_database') || truthOf(row, 'maintains');
    case 'reindex':
      return truthOf(row, 'owns') || truthOf(row, 'maintains');
    case 'createIndex':
      return truthOf(row, 'owns') && truthOf(row, 'creates');
    case 'dropIndex':
      return truthOf(row, 'owns') || truthOf(row, 'owns_schema');
  }
};

const remedyOf = (verb: RelationVerb, row: Row): string => {
  const [me, owner, schema, table] = ['me', 'owner', 'schema', 'table'].map((column) =>
    quoteIdentifier(textOf(row, column)),
  );
  if (verb === 'createIndex' && truthOf(row, 'owns')) return `GRANT CREATE ON SCHEMA ${schema} TO ${me}`;
  if ((verb === 'vacuum' || verb === 'reindex') && truthOf(row, 'grants_maintain'))
    return `GRANT MAINTAIN ON ${schema}.${table} TO ${me}`;
  return `GRANT ${owner} TO ${me}, or log in as ${owner}`;
};

/** Whether our role may do that to the relation with this oid. Throws SqlError. */
export const relationPermit = async (
  client: PostgresClient,
  verb: RelationVerb,
  oid: string,
  signal: AbortSignal,
): Promise<Permit> => {
  const { rows } = await client.ask(permits, signal, { values: [oid] });
  const [row] = rows;
  if (row === undefined) return { allowed: 'unknown', why: 'it is gone' };
  const [me, owner, schema, name] = ['me', 'owner', 'schema', 'name'].map((column) => textOf(row, column));
  if (isAllowed(verb, row)) return { allowed: true, why: `${me} may ${verb} ${schema}.${name}` };
  const why =
    verb === 'createIndex' && truthOf(row, 'owns')
      ? `${me} may create nothing in the schema ${schema}`
      : `${me} may not ${verb} ${schema}.${name}, which is ${owner}'s`;
  return { allowed: false, why, remedy: remedyOf(verb, row) };
};
