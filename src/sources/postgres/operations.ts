import { z } from 'zod';
import { scramVerifier } from '../../clients/postgres/scram-verifier.ts';
import { formatCount } from '../../domain/format.ts';
import { notApplicable, PlanError, type TargetDrift } from '../../domain/operation.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { WireError } from '../../platform/wire-error.ts';
import { declareOperation, defineOperation, readForPlan } from '../define-operation.ts';
import { resolveLocalPath } from '../local-files.ts';
import type { PostgresContext } from './client.ts';
import { consoleOperation } from './console-operation.ts';
import { readDumpOperation } from './dump-operation.ts';
import { executeOperation } from './execute-operation.ts';
import { quoteIdentifier, quoteLiteral } from './identifiers.ts';
import { loginOperation } from './login-operation.ts';
import { reindexOperation, vacuumOperation } from './maintenance-operations.ts';
import { numberColumn, textColumn } from './parse.ts';
import { queryOperation } from './query-operation.ts';
import {
  findRelation,
  relationOperation,
  requireRelation,
  zRelationName,
  zStatementTimeout,
} from './relation-operation.ts';
import { passwordPermit, readRolePassword, requireLoginRole, zPasswordFile, zRole } from './role.ts';
import { sendStatement } from './send-statement.ts';
import { settingOperation } from './setting-operation.ts';
import { cancelOperation, terminateOperation } from './signal-operation.ts';
import { changeSql } from './statements.ts';

/** Source: PostgreSQL docs, scram_iterations. */
const defaultIterations = 4096;

const passwordParams = z.strictObject({
  role: zRole,
  file: zPasswordFile,
  iterations: z
    .int()
    .min(defaultIterations)
    .max(1_000_000)
    .meta({ description: `SCRAM iterations; default: ${defaultIterations}` })
    .exactOptional(),
});

const redactedStatement = (role: string): string =>
  `ALTER ROLE ${quoteIdentifier(role)} PASSWORD 'SCRAM-SHA-256…'`;

const passwordDeclaration = declareOperation({
  name: 'password',
  danger: 'disruptive',
  params: passwordParams,
});

/**
 * `password`: changes the password of a role. Sends the SCRAM verifier that the server stores, never the password
 * itself.
 */
const passwordOperation = defineOperation(passwordDeclaration, ({ client, files, dir }: PostgresContext) => ({
  plan: async ({ role, file }, signal) => {
    const path = resolveLocalPath(file, dir);
    await readForPlan(client, 'password', () => readRolePassword(files, path, signal));
    const row = await requireLoginRole(client, role, signal);
    const connections = numberColumn(row, 'connections');
    const sessions = textColumn(row, 'sessions');
    return {
      targets: [
        {
          name: role,
          uid: `${client.displayAddress} role ${textColumn(row, 'oid')}`,
          saw: 'may log in',
          where: client.displayAddress,
        },
      ],
      calls: [{ line: redactedStatement(role), target: 0 }],
      objects: [
        `password from ${path}`,
        connections === undefined || connections === 0
          ? `no open sessions of ${role}`
          : `${formatCount(connections)} sessions of ${role} stay open; new logins need the new password: ${sessions}`,
      ],
      ...(connections === undefined ? {} : { reach: { connections } }),
      lost: 'the old password: opsdeck does not store it, so back it up first',
    };
  },

  permits: async (plan, signal) => {
    const { role } = plan.params;
    return passwordPermit(await requireLoginRole(client, role, signal), role);
  },

  recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
    const { role } = plan.params;
    const [target] = plan.targets;
    const found = `${client.displayAddress} role ${textColumn(await requireLoginRole(client, role, signal), 'oid')}`;
    if (target === undefined || target.uid === found) return undefined;
    return { target: role, planned: target.uid, found };
  },

  act: async function* (plan, change, signal) {
    const { role, file, iterations = defaultIterations } = plan.params;
    let verifier: string;
    try {
      verifier = await scramVerifier(
        await readRolePassword(files, resolveLocalPath(file, dir), signal),
        iterations,
      );
    } catch (error) {
      if (!(error instanceof WireError || error instanceof PlanError)) throw error;
      yield { is: 'answered', line: redactedStatement(role), status: error.message, ok: false };
      return;
    }
    secretMasker.add(verifier);
    const text = changeSql(
      'password',
      `ALTER ROLE ${quoteIdentifier(role)} PASSWORD ${quoteLiteral(verifier)}`,
    );
    yield* sendStatement(client, change, { text }, () => ({ status: 'changed' }), signal);
  },
}));

/** Maximum length of names in PostgreSQL, in bytes. */
const maxNameBytes = 63;

const zColumn = z.string().regex(/^[^"\p{Cc}]+?(?: (?:asc|desc))?$/iu, {
  error: 'not a column with an optional order: use created_at desc',
});

const createIndexParams = z.strictObject({
  table: zRelationName,
  columns: z
    .array(zColumn)
    .min(1)
    .meta({ examples: [['user_id', 'created_at desc']] }),
  name: z
    .string()
    .regex(/^[^.\p{Cc}]+$/u, {
      error: 'index name without a schema; the index is created in the schema of the table',
    })
    .refine((name) => Buffer.byteLength(name) <= maxNameBytes, { error: `longer than ${maxNameBytes} bytes` })
    .meta({ description: 'index name; default: derived from the table and its columns' })
    .exactOptional(),
  unique: z.boolean().default(false),
  concurrently: z
    .boolean()
    .meta({ description: 'false: faster, but blocks writes to the table' })
    .default(true),
  timeout: zStatementTimeout.exactOptional(),
});

const indexColumnSql = (written: string): string => {
  const [, name = '', order] = /^(.+?)(?: (asc|desc))?$/i.exec(written) ?? [];
  return order === undefined ? quoteIdentifier(name) : `${quoteIdentifier(name)} ${order.toUpperCase()}`;
};

/** Truncates a name as PostgreSQL does, without splitting a character. */
const truncateName = (name: string): string =>
  Buffer.byteLength(name) <= maxNameBytes ? name : truncateName(name.slice(0, -1));

const defaultIndexName = (table: string, columns: readonly string[]): string =>
  truncateName(
    [table, ...columns.map((column) => column.replace(/ (?:asc|desc)$/i, '')), 'idx']
      .join('_')
      .replaceAll('.', '_'),
  );

/** `createIndex`: creates an index. Its undo drops it. */
const createIndexOperation = relationOperation(
  { name: 'createIndex', danger: 'disruptive', params: createIndexParams },
  async (client, { table, columns, name, unique, concurrently }, signal) => {
    const relation = await requireRelation(client, 'table', table, signal);
    const index = name ?? defaultIndexName(relation.name, columns);
    // An index has the schema of its table.
    const of = `${relation.schema}.${index}`;
    if ((await findRelation(client, of, signal)) !== undefined) throw notApplicable(`${of} already exists`);
    const kind = unique ? 'UNIQUE INDEX' : 'INDEX';
    const how = concurrently ? ' CONCURRENTLY' : '';
    const list = columns.map(indexColumnSql).join(', ');
    return {
      statement: `CREATE ${kind}${how} ${quoteIdentifier(index)} ON ${relation.quoted} (${list})`,
      relationName: of,
      parentTable: relation,
      objects: [
        ...relation.summary,
        concurrently
          ? 'reads and writes continue; waits for open transactions, and leaves an INVALID index if it fails'
          : 'writes to the table are blocked meanwhile',
      ],
      undo: { use: `${client.source}.dropIndex`, with: { index: of }, title: `Drop the index ${of}` },
    };
  },
);

const dropIndexParams = z.strictObject({ index: zRelationName, timeout: zStatementTimeout.exactOptional() });

/** `dropIndex`: drops an index without locking its table. The preview contains the statement to create it again. */
const dropIndexOperation = relationOperation(
  { name: 'dropIndex', danger: 'disruptive', params: dropIndexParams },
  async (client, { index }, signal) => {
    const relation = await requireRelation(client, 'index', index, signal);
    return {
      statement: `DROP INDEX CONCURRENTLY ${relation.quoted}`,
      relationName: index,
      relation: relation,
      objects: relation.summary,
      lost: 'the index; the preview shows the statement to recreate it',
    };
  },
);

/** All operations of this source. To add one, create its file and list it here. */
export const postgresOperations = [
  queryOperation,
  readDumpOperation,
  cancelOperation,
  terminateOperation,
  vacuumOperation,
  reindexOperation,
  createIndexOperation,
  dropIndexOperation,
  settingOperation,
  loginOperation,
  passwordOperation,
  executeOperation,
  consoleOperation,
];
