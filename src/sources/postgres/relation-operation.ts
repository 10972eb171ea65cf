import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { bytes, count } from '../../domain/format.ts';
import type { Drift, OperationCall, Permit, Target } from '../../domain/operation.ts';
import { type Declared, defineOperation } from '../define-operation.ts';
import type { PostgresClient, PostgresParts } from './client.ts';
import { asked, notApplicable } from './client.ts';
import { parseName, quoteIdentifier } from './identifiers.ts';
import { numberOf, type Row, textOf, truthOf } from './parse.ts';
import { callLine, doneWords, sendStatement } from './statement-call.ts';
import { changing, relation, tagged } from './statements.ts';

/** The name of a table or an index. */
export const zName = z.string().refine((name) => parseName(name) !== undefined, {
  error: 'a name, with its schema or without: orders, public.orders',
});

/** A table or an index that is there. */
interface Relation {
  readonly oid: string;
  readonly is: 'table' | 'index';
  readonly schema: string;
  readonly name: string;
  /** As SQL names it. */
  readonly quoted: string;
  /** For the preview: its size, its rows, its indexes. */
  readonly words: readonly string[];
}

const kinds: Readonly<Record<string, Relation['is']>> = {
  r: 'table',
  p: 'table',
  m: 'table',
  i: 'index',
  I: 'index',
};

const relationOf = (row: Row): Relation | undefined => {
  const is = kinds[textOf(row, 'kind')];
  if (is === undefined) return undefined;
  const [schema, name] = [textOf(row, 'schema'), textOf(row, 'name')];
  const dead = numberOf(row, 'dead');
  return {
    oid: textOf(row, 'oid'),
    is,
    schema,
    name,
    quoted: `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    words: [
      `${is} ${schema}.${name}: ${bytes(numberOf(row, 'bytes'))}${dead === undefined ? '' : `, ${count(dead)} dead rows`}`,
      ...textOf(row, 'indexes')
        .split('\n')
        .filter((one) => one !== ''),
    ],
  };
};

/** The relation of that name; undefined when there is none. Throws PlanError. */
export const findRelation = async (
  client: PostgresClient,
  written: string,
  signal: AbortSignal,
): Promise<Relation | undefined> => {
  const named = parseName(written);
  if (named === undefined) return undefined;
  const rows = await asked(client, relation, signal, [named.name, named.schema ?? null]);
  return rows.map(relationOf).find((one) => one !== undefined);
};

/** The table or index of that name. Throws PlanError when it is not there, or is the other. */
export const relationNamed = async (
  client: PostgresClient,
  is: Relation['is'],
  written: string,
  signal: AbortSignal,
): Promise<Relation> => {
  const found = await findRelation(client, written, signal);
  if (found?.is === is) return found;
  throw notApplicable(`there is no ${is} ${written} in ${client.database}`);
};

/** The database as the target, pinned by the object in it. */
const targetOf = (client: PostgresClient, found: Relation | undefined): Target => ({
  name: client.database,
  uid: found === undefined ? client.where : `${client.where} ${found.is} ${found.oid}`,
  saw: sawOf(found),
  where: client.where,
});

/** What must not have changed of it. */
const sawOf = (found: Relation | undefined): string =>
  found === undefined
    ? 'nothing of that name'
    : `${found.is} ${found.schema}.${found.name}, oid ${found.oid}`;

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

/** Under the five minutes that a step may take, so that the server ends it and says so. */
const defaultTimeout = '4m30s';

export const zTimeout = z
  .string()
  .refine((written) => parseDuration(written) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is no duration: 30s, 4m`,
  })
  .meta({
    description: `after how long the server ends it; default: ${defaultTimeout}; a step lasts 5m at most`,
  });

/** What a maintenance statement is to do, worked out from a fresh look. */
interface Work {
  readonly statement: string;
  /** The name that is looked up again just before acting; absent: the whole database. */
  readonly of?: string;
  /** What is there of that name; absent: nothing may be. */
  readonly found?: Relation;
  /** Where `found` is still to be made: what it belongs to, whose rights count. */
  readonly on?: Relation;
  readonly objects: readonly string[];
  readonly lost?: string;
  readonly undo?: OperationCall;
}

type Params = Readonly<Record<string, unknown>> & { readonly timeout?: string };

/** What is to be done, looked up afresh. */
type WorkOf<P> = (client: PostgresClient, params: P, signal: AbortSignal) => Promise<Work>;

interface Earlier {
  readonly statement: string;
  readonly of?: string;
  /** Of what our rights are asked; absent: of nothing by itself. */
  readonly oid?: string;
  readonly undo?: OperationCall;
}

const isEarlier = (value: unknown): value is Earlier =>
  typeof value === 'object' && value !== null && 'statement' in value && typeof value.statement === 'string';

/** One statement on a table or an index, outside a transaction. What it names is pinned by its oid. */
export const relationOperation = <P extends Params>(
  declared: Declared<P> & { readonly name: RelationVerb },
  workOf: WorkOf<P>,
) =>
  defineOperation(declared, ({ client }: PostgresParts) => ({
    plan: async (params, signal) => {
      const { statement, of, found, on, objects, lost, undo } = await workOf(client, params, signal);
      const oid = (found ?? on)?.oid;
      const earlier: Earlier = {
        statement,
        ...(of === undefined ? {} : { of }),
        ...(oid === undefined ? {} : { oid }),
        ...(undo === undefined ? {} : { undo }),
      };
      return {
        targets: [
          of === undefined
            ? { ...targetOf(client, undefined), saw: 'the database' }
            : targetOf(client, found),
        ],
        calls: [{ line: callLine(statement), target: 0 }],
        objects,
        ...(lost === undefined ? {} : { lost }),
        earlier,
      };
    },

    permits: async ({ earlier }, signal): Promise<Permit> =>
      isEarlier(earlier) && earlier.oid !== undefined
        ? relationPermit(client, declared.name, earlier.oid, signal)
        : { allowed: 'unknown', why: 'it passes over the tables that our role may not touch' },

    recheck: async (plan, signal): Promise<Drift | undefined> => {
      const [target] = plan.targets;
      if (!isEarlier(plan.earlier) || plan.earlier.of === undefined || target === undefined) return undefined;
      const found = sawOf(await findRelation(client, plan.earlier.of, signal));
      return found === target.saw ? undefined : { target: plan.earlier.of, planned: target.saw, found };
    },

    act: async function* (plan, change, signal) {
      if (!isEarlier(plan.earlier)) throw new Error(`${declared.name} was planned without a statement`);
      const timeoutMs = parseDuration(plan.params.timeout ?? defaultTimeout) ?? 0;
      const text = changing(declared.name, plan.earlier.statement);
      yield* sendStatement(client, change, { text, timeoutMs }, doneWords, signal);
    },

    undo: ({ earlier }) => (isEarlier(earlier) ? earlier.undo : undefined),
  }));
