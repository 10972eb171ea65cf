import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import {
  notApplicable,
  type OperationCall,
  type PermissionResult,
  type Target,
  type TargetDrift,
} from '../../domain/runbooks/operation.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { formatBytes, formatCount } from '../../domain/text/format.ts';
import { defineOperation, type OperationSpec } from '../kit/operations/define-operation.ts';
import type { PostgresClient, PostgresContext } from './client.ts';
import { rowsForPlan } from './client.ts';
import { parseQualifiedName, quoteIdentifier } from './identifiers.ts';
import { withMaintenanceProgress } from './maintenance-progress.ts';
import { booleanColumn, numberColumn, type QueryRow, textColumn } from './parse.ts';
import { completionStatus, displayStatement, sendStatement } from './send-statement.ts';
import { changeSql, relationSql, taggedSql } from './statements.ts';

/** Name of a table or an index. */
export const zRelationName = z.string().refine((name) => parseQualifiedName(name) !== undefined, {
  error: 'name of the table or index, optionally with the schema, such as orders or public.orders',
});

/** An existing table or index. */
interface Relation {
  readonly oid: string;
  readonly is: 'table' | 'index';
  readonly schema: string;
  readonly name: string;
  /** Quoted for SQL. */
  readonly quoted: string;
  /** For the preview: its size, rows and indexes. */
  readonly summary: readonly string[];
}

const relationKinds: Readonly<Record<string, Relation['is']>> = {
  r: 'table',
  p: 'table',
  m: 'table',
  i: 'index',
  I: 'index',
};

const parseRelation = (row: QueryRow): Relation | undefined => {
  const is = relationKinds[textColumn(row, 'kind')];
  if (is === undefined) return undefined;
  const schema = textColumn(row, 'schema');
  const name = textColumn(row, 'name');
  const dead = numberColumn(row, 'dead');
  return {
    oid: textColumn(row, 'oid'),
    is,
    schema,
    name,
    quoted: `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    summary: [
      `${is} ${schema}.${name}: ${formatBytes(numberColumn(row, 'bytes'))}${dead === undefined ? '' : `, ${formatCount(dead)} dead rows`}`,
      ...textColumn(row, 'indexes')
        .split('\n')
        .filter((line) => line !== ''),
    ],
  };
};

/** Returns the relation with that name; undefined when it does not exist. Throws PlanError. */
export const findRelation = async (
  client: PostgresClient,
  written: string,
  signal: AbortSignal,
): Promise<Relation | undefined> => {
  const named = parseQualifiedName(written);
  if (named === undefined) return undefined;
  const rows = await rowsForPlan(client, relationSql, signal, [named.name, named.schema ?? null]);
  return rows.map(parseRelation).find((relation) => relation !== undefined);
};

/** Returns the table or index with that name. Throws PlanError when it does not exist, or is of the other kind. */
export const requireRelation = async (
  client: PostgresClient,
  is: Relation['is'],
  written: string,
  signal: AbortSignal,
): Promise<Relation> => {
  const relation = await findRelation(client, written, signal);
  if (relation?.is === is) return relation;
  throw notApplicable(`${is} ${written} not found in ${client.database}: check the name and the schema`);
};

/** The database as the target, pinned by the relation in it. */
const relationTarget = (client: PostgresClient, relation: Relation | undefined): Target => ({
  name: client.database,
  uid:
    relation === undefined
      ? client.displayAddress
      : `${client.displayAddress} ${relation.is} ${relation.oid}`,
  saw: relationState(relation),
  where: client.displayAddress,
});

/** The pinned value of a relation. */
const relationState = (relation: Relation | undefined): string =>
  relation === undefined
    ? 'the index no longer exists'
    : `${relation.is} ${relation.schema}.${relation.name}, oid ${relation.oid}`;

/** Maintenance actions on a table or an index. */
export type RelationAction = 'vacuum' | 'reindex' | 'createIndex' | 'dropIndex';

/**
 * Maintaining an index requires the privilege on its table. The MAINTAIN privilege exists since PostgreSQL 17; older
 * servers reject its name.
 */
const relationPermitSql = taggedSql(
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
const isAllowed = (verb: RelationAction, row: QueryRow): boolean => {
  switch (verb) {
    case 'vacuum':
      return (
        booleanColumn(row, 'owns') || booleanColumn(row, 'owns_database') || booleanColumn(row, 'maintains')
      );
    case 'reindex':
      return booleanColumn(row, 'owns') || booleanColumn(row, 'maintains');
    case 'createIndex':
      return booleanColumn(row, 'owns') && booleanColumn(row, 'creates');
    case 'dropIndex':
      return booleanColumn(row, 'owns') || booleanColumn(row, 'owns_schema');
  }
};

const permitRemedy = (verb: RelationAction, row: QueryRow): string => {
  const [me, owner, schema, table] = ['me', 'owner', 'schema', 'table'].map((column) =>
    quoteIdentifier(textColumn(row, column)),
  );
  if (verb === 'createIndex' && booleanColumn(row, 'owns'))
    return `GRANT CREATE ON SCHEMA ${schema} TO ${me}`;
  if ((verb === 'vacuum' || verb === 'reindex') && booleanColumn(row, 'grants_maintain'))
    return `GRANT MAINTAIN ON ${schema}.${table} TO ${me}`;
  return `GRANT ${owner} TO ${me}, or log in as ${owner}`;
};

/** Checks whether our role may do that to the relation with this oid. Throws SqlError. */
export const relationPermit = async (
  client: PostgresClient,
  verb: RelationAction,
  oid: string,
  signal: AbortSignal,
): Promise<PermissionResult> => {
  const { rows } = await client.ask(relationPermitSql, signal, { values: [oid] });
  const [row] = rows;
  if (row === undefined) return { allowed: 'unknown', why: 'the relation no longer exists' };
  const [me, owner, schema, name] = ['me', 'owner', 'schema', 'name'].map((column) =>
    textColumn(row, column),
  );
  if (isAllowed(verb, row)) return { allowed: true, why: `${me} may ${verb} ${schema}.${name}` };
  const why =
    verb === 'createIndex' && booleanColumn(row, 'owns')
      ? `${me} may not create objects in the schema ${schema}`
      : `${me} may not ${verb} ${schema}.${name}, which is owned by ${owner}`;
  return { allowed: false, why, remedy: permitRemedy(verb, row) };
};

/** Below the step limit of five minutes, so that the server cancels the statement and reports it. */
const defaultTimeout = '4m30s';

export const zStatementTimeout = z
  .string()
  .refine((written) => parseDuration(written) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is not a duration: use 30s or 4m`,
  })
  .meta({
    description: `how long the statement may run (default: ${defaultTimeout}, at most 5m)`,
  });

/** A planned maintenance statement, based on current data. */
interface MaintenanceWork {
  readonly statement: string;
  /** Name that is looked up again just before the action; absent: the whole database. */
  readonly relationName?: string;
  /** The relation with that name; absent: it must not exist. */
  readonly relation?: Relation;
  /** For a relation that is still to be created: its table, whose privileges count. */
  readonly parentTable?: Relation;
  readonly objects: readonly string[];
  readonly lost?: string;
  readonly undo?: OperationCall;
}

type Params = Readonly<Record<string, unknown>> & { readonly timeout?: string };

/** Plans the work from current data. */
type PlanMaintenance<P> = (
  client: PostgresClient,
  params: P,
  signal: AbortSignal,
) => Promise<MaintenanceWork>;

interface PlannedStatement {
  readonly statement: string;
  readonly of?: string;
  /** The oid for the permission check; absent: no object to check. */
  readonly oid?: string;
  readonly undo?: OperationCall;
}

const isPlannedStatement = (value: unknown): value is PlannedStatement =>
  typeof value === 'object' && value !== null && 'statement' in value && typeof value.statement === 'string';

/** Refusal for a role without the privilege, for a statement on the whole database. */
const wholeDatabaseNote: Readonly<Partial<Record<RelationAction, string>>> = {
  vacuum: 'tables that this role may not vacuum are skipped',
  reindex: 'only the owner may reindex the whole database',
};

/** Defines one statement on a table or an index, outside a transaction. The relation is pinned by its oid. */
export const relationOperation = <P extends Params>(
  declared: OperationSpec<P> & { readonly name: RelationAction },
  workOf: PlanMaintenance<P>,
) =>
  defineOperation(declared, ({ client }: PostgresContext) => ({
    plan: async (params, signal) => {
      const {
        statement,
        relationName: of,
        relation,
        parentTable: on,
        objects,
        lost,
        undo,
      } = await workOf(client, params, signal);
      const oid = (relation ?? on)?.oid;
      const earlier: PlannedStatement = {
        statement,
        ...defined({ of, oid, undo }),
      };
      return {
        targets: [
          of === undefined
            ? { ...relationTarget(client, undefined), saw: 'the database' }
            : relationTarget(client, relation),
        ],
        calls: [{ line: displayStatement(statement), target: 0 }],
        objects,
        ...defined({ lost }),
        earlier,
      };
    },

    permits: async ({ earlier }, signal): Promise<PermissionResult> =>
      isPlannedStatement(earlier) && earlier.oid !== undefined
        ? relationPermit(client, declared.name, earlier.oid, signal)
        : { allowed: 'unknown', why: wholeDatabaseNote[declared.name] ?? '' },

    recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
      const [target] = plan.targets;
      if (!isPlannedStatement(plan.earlier) || plan.earlier.of === undefined || target === undefined)
        return undefined;
      const found = relationState(await findRelation(client, plan.earlier.of, signal));
      return found === target.saw ? undefined : { target: plan.earlier.of, planned: target.saw, found };
    },

    act: async function* (plan, change, signal) {
      if (!isPlannedStatement(plan.earlier))
        throw new Error(`internal error: ${declared.name} was planned without a statement`);
      const timeoutMs = parseDuration(plan.params.timeout ?? defaultTimeout) ?? 0;
      const text = changeSql(declared.name, plan.earlier.statement);
      const sent = sendStatement(client, change, { text, timeoutMs }, completionStatus, signal);
      const of = declared.name === 'vacuum' ? 'vacuum' : 'index';
      yield* declared.name === 'dropIndex' ? sent : withMaintenanceProgress(sent, of, client, change, signal);
    },

    undo: ({ earlier }) => (isPlannedStatement(earlier) ? earlier.undo : undefined),
  }));
