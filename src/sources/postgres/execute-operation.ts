import { z } from 'zod';
import type { Millis } from '../../domain/base/fault.ts';
import type { TargetDrift } from '../../domain/runbooks/operation.ts';
import { PlanError } from '../../domain/runbooks/operation.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { formatCount } from '../../domain/text/format.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { declareOperation, defineOperation } from '../kit/operations/define-operation.ts';
import { fileTimestamp } from '../kit/operations/local-files.ts';
import { findPasswords } from '../kit/values/secrets.ts';
import { field, list, number } from '../kit/values/wire-value.ts';
import { clientForDatabase, type PostgresClient, type PostgresContext } from './client.ts';
import { zDatabase, zValues } from './config.ts';
import { identifierProblem, substituteIdentifiers, zIdentifiers } from './identifiers.ts';
import type { QueryRow } from './parse.ts';
import { zStatementTimeout } from './relation-operation.ts';
import { completionStatus, displayStatement, sendStatement } from './send-statement.ts';
import { changeSql, profileSql } from './statements.ts';

const executeParams = z
  .strictObject({
    sql: z.string().min(1).meta({ description: 'one statement. Pass values in params, never in the text' }),
    params: zValues.exactOptional(),
    identifiers: zIdentifiers,
    database: zDatabase,
    transaction: z
      .boolean()
      .meta({
        description:
          'whether to run the statement in a transaction (default: true). Some statements require false',
      })
      .default(true),
    absent: zDatabase.meta({
      description:
        'name of a database that must not exist. If the database exists, the step is refused before anything is sent',
    }),
    undo: z
      .strictObject({
        sql: z
          .string()
          .min(1)
          .meta({ description: 'one statement, run in the same database outside a transaction' }),
        title: z.string().min(1).meta({ description: 'opsdeck offers the undo under this title' }),
      })
      .meta({ description: 'statement that undoes this one, which opsdeck offers after the run' })
      .exactOptional(),
    timeout: zStatementTimeout.exactOptional(),
  })
  .superRefine(({ sql, undo, identifiers }, context) => {
    const problem = identifierProblem([sql, ...(undo === undefined ? [] : [undo.sql])], identifiers);
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['sql'], message: problem });
  });

type ExecuteParams = z.infer<typeof executeParams>;

/**
 * Fills identifiers and `{time}` into the parameters, so that a name in the statement, its undo and `absent` is the
 * same. Identifiers go last: a time is put into the author's text, never into a given name.
 */
const fillPlaceholders = ({ undo, identifiers, ...params }: ExecuteParams, time: Millis): ExecuteParams => {
  const stamp = (text: string): string => text.replaceAll('{time}', fileTimestamp(time).toLowerCase());
  const fill = (text: string): string => substituteIdentifiers(stamp(text), identifiers);
  const { absent } = params;
  return {
    ...params,
    sql: fill(params.sql),
    ...(absent === undefined ? {} : { absent: stamp(absent) }),
    ...(undo === undefined ? {} : { undo: { sql: fill(undo.sql), title: stamp(undo.title) } }),
  };
};

const defaultTimeoutMs = 60_000;

const declaration = declareOperation({
  name: 'execute',
  danger: 'as-step',
  params: executeParams,
  bindingRules: { sql: 'statement', 'undo.sql': 'statement' },
});

/**
 * `execute`: runs one statement that changes data or schema. Its impact is the planner's estimate, where one exists.
 */
export const executeOperation = defineOperation(declaration, ({ client: home }: PostgresContext) => ({
  plan: async (params, signal) => {
    const filled = fillPlaceholders(params, home.wallNow());
    const { sql, params: values, database, absent, undo } = filled;
    const client = clientForDatabase(home, database);
    if (absent !== undefined && (await databaseExists(client, absent, signal)))
      throw new PlanError(
        'not-applicable',
        `database ${absent} already exists: drop the database, or choose another name`,
      );
    for (const secret of findPasswords(sql)) secretMasker.add(secret);
    return {
      targets: [{ name: client.database, uid: client.displayAddress, saw: '', where: client.displayAddress }],
      calls: [{ line: displayStatement(sql, values), target: 0 }],
      objects: hasPlan(sql) ? [await estimateRows(client, sql, values ?? [], signal)] : [],
      ...(undo === undefined
        ? { lost: 'opsdeck does not know what this statement changes, and cannot undo the changes' }
        : {}),
      params: filled,
    };
  },

  recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
    const { absent, database } = plan.params;
    if (absent === undefined || !(await databaseExists(clientForDatabase(home, database), absent, signal)))
      return undefined;
    const target = plan.targets[0]?.name ?? '';
    return { target, planned: `no database ${absent}`, found: 'an existing one' };
  },

  undo: (plan) => {
    const { undo, database } = plan.params;
    if (undo === undefined) return undefined;
    const where = database === undefined ? {} : { database };
    const { sql, title } = undo;
    return { use: plan.use, with: { sql, ...where, transaction: false }, title, pins: 'nothing' };
  },

  act: async function* (plan, change, signal) {
    const { sql, params = [], transaction, timeout, database } = plan.params;
    const timeoutMs = timeout === undefined ? defaultTimeoutMs : (parseDuration(timeout) ?? 0);
    const statement = { text: changeSql('execute', sql), values: params, transaction, timeoutMs };
    const client = clientForDatabase(home, database);
    // Statements about a database (RENAME, DROP) run from another one and require that it has no sessions, ours
    // included.
    const resume = client === home ? undefined : await home.pause();
    try {
      yield* sendStatement(client, change, statement, completionStatus, signal);
    } finally {
      resume?.();
    }
  },
}));

/** True when the server has a database with that name. Throws SqlError. */
const databaseExists = async (
  client: PostgresClient,
  name: string,
  signal: AbortSignal,
): Promise<boolean> => {
  const { rows } = await client.ask(profileSql('SELECT oid FROM pg_database WHERE datname = $1'), signal, {
    values: [name],
  });
  return rows.length > 0;
};

type SqlValues = NonNullable<z.infer<typeof executeParams>['params']>;

/** True for the statements that EXPLAIN accepts and that stand alone. Source: PostgreSQL docs, EXPLAIN. */
const hasPlan = (sql: string): boolean =>
  /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:select|insert|update|delete|merge|with|values|table)\b/i.test(
    sql,
  );

/** EXPLAIN executes nothing. An invalid statement fails here. */
const estimateRows = async (
  client: PostgresClient,
  sql: string,
  values: SqlValues,
  signal: AbortSignal,
): Promise<string> => {
  try {
    const { rows } = await client.ask(`/* opsdeck:explain */ EXPLAIN (FORMAT JSON) ${sql}`, signal, {
      values,
    });
    const affectedRows = plannerRowEstimate(rows);
    if (affectedRows !== undefined) return `about ${formatCount(affectedRows)} rows (planner estimate)`;
    return 'the planner does not say how many rows are affected';
  } catch (error) {
    const { message } = client.fault('', error);
    return `number of affected rows unknown: ${message.replace(`${client.displayAddress} : `, '')}`;
  }
};

/** A statement that changes rows gets its row count from the plan node below it. Source: PostgreSQL docs, EXPLAIN. */
export const plannerRowEstimate = (rows: readonly QueryRow[]): number | undefined => {
  const text = rows[0]?.['QUERY PLAN'];
  if (text === undefined || text === null) return undefined;
  try {
    const plan = field(list(JSON.parse(text))[0], 'Plan');
    const below = field(plan, 'Node Type') === 'ModifyTable' ? list(field(plan, 'Plans'))[0] : plan;
    return number(field(below, 'Plan Rows'));
  } catch {
    return undefined;
  }
};
