import { z } from 'zod';
import { scramVerifier } from '../../clients/postgres/scram-verifier.ts';
import { count } from '../../domain/format.ts';
import type { Drift } from '../../domain/operation.ts';
import { PlanError } from '../../domain/operation.ts';
import { WireError } from '../../platform/failures.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { declareOperation, defineOperation } from '../define-operation.ts';
import { ownPath } from '../own-files.ts';
import type { PostgresParts } from './client.ts';
import { notApplicable, planned } from './client.ts';
import { readDumpOperation } from './dump-operation.ts';
import { execute } from './execute-operation.ts';
import { quoteIdentifier, quoteLiteral } from './identifiers.ts';
import { login } from './login-operation.ts';
import { reindex, vacuum } from './maintenance.ts';
import { numberOf, textOf } from './parse.ts';
import { query } from './query-operation.ts';
import { findRelation, relationNamed, relationOperation, zName, zTimeout } from './relation-operation.ts';
import { passwordIn, passwordPermit, roleNamed, zPasswordFile, zRole } from './role.ts';
import { setting } from './setting-operation.ts';
import { cancel, terminate } from './signal-operation.ts';
import { sendStatement } from './statement-call.ts';
import { changing } from './statements.ts';

/** Source: PostgreSQL docs, scram_iterations. */
const defaultRounds = 4096;

const passwordParams = z.strictObject({
  role: zRole,
  file: zPasswordFile,
  iterations: z
    .int()
    .min(defaultRounds)
    .max(1_000_000)
    .meta({ description: `how hard it is to guess; default: ${defaultRounds}` })
    .exactOptional(),
});

const shown = (role: string): string => `ALTER ROLE ${quoteIdentifier(role)} PASSWORD 'SCRAM-SHA-256…'`;

const declared = declareOperation({ name: 'password', danger: 'disruptive', params: passwordParams });

/** `password`: gives a role another password. What is sent is what the server keeps of it, never the password itself. */
const password = defineOperation(declared, ({ client, files, dir }: PostgresParts) => ({
  plan: async ({ role, file }, signal) => {
    const path = ownPath(file, dir);
    await planned(client, 'password', () => passwordIn(files, path, signal));
    const row = await roleNamed(client, role, signal);
    const connections = numberOf(row, 'connections');
    const sessions = textOf(row, 'sessions');
    return {
      targets: [
        {
          name: role,
          uid: `${client.where} role ${textOf(row, 'oid')}`,
          saw: 'may log in',
          where: client.where,
        },
      ],
      calls: [{ line: shown(role), target: 0 }],
      objects: [
        `the password comes from ${path}`,
        connections === undefined || connections === 0
          ? `nobody is logged in as ${role} now`
          : `${count(connections)} sessions of ${role} go on, and log in with the new one from then on: ${sessions}`,
      ],
      ...(connections === undefined ? {} : { reach: { connections } }),
      lost: 'the old password: what is kept of it is not written down, so keep it elsewhere before',
    };
  },

  permits: async (plan, signal) => {
    const { role } = plan.params;
    return passwordPermit(await roleNamed(client, role, signal), role);
  },

  recheck: async (plan, signal): Promise<Drift | undefined> => {
    const { role } = plan.params;
    const [target] = plan.targets;
    const found = `${client.where} role ${textOf(await roleNamed(client, role, signal), 'oid')}`;
    if (target === undefined || target.uid === found) return undefined;
    return { target: role, planned: target.uid, found };
  },

  act: async function* (plan, change, signal) {
    const { role, file, iterations = defaultRounds } = plan.params;
    let verifier: string;
    try {
      verifier = await scramVerifier(await passwordIn(files, ownPath(file, dir), signal), iterations);
    } catch (error) {
      if (!(error instanceof WireError || error instanceof PlanError)) throw error;
      yield { is: 'answered', line: shown(role), status: error.message, ok: false };
      return;
    }
    masker.add(verifier);
    const text = changing(
      'password',
      `ALTER ROLE ${quoteIdentifier(role)} PASSWORD ${quoteLiteral(verifier)}`,
    );
    yield* sendStatement(client, change, { text }, () => ({ status: 'changed' }), signal);
  },
}));

/** What PostgreSQL cuts names to, in bytes. */
const maxNameBytes = 63;

const zColumn = z.string().regex(/^[^"\p{Cc}]+?(?: (?:asc|desc))?$/iu, {
  error: 'a column, with its order or without: created_at desc',
});

const createIndexParams = z.strictObject({
  table: zName,
  columns: z
    .array(zColumn)
    .min(1)
    .meta({ examples: [['user_id', 'created_at desc']] }),
  name: z
    .string()
    .regex(/^[^.\p{Cc}]+$/u, { error: 'a name without its schema, which is that of the table' })
    .refine((name) => Buffer.byteLength(name) <= maxNameBytes, { error: `longer than ${maxNameBytes} bytes` })
    .meta({ description: 'default: of the table and its columns' })
    .exactOptional(),
  unique: z.boolean().default(false),
  concurrently: z
    .boolean()
    .meta({ description: 'false: locks the table against writing, and is quicker' })
    .default(true),
  timeout: zTimeout.exactOptional(),
});

const columnOf = (written: string): string => {
  const [, name = '', order] = /^(.+?)(?: (asc|desc))?$/i.exec(written) ?? [];
  return order === undefined ? quoteIdentifier(name) : `${quoteIdentifier(name)} ${order.toUpperCase()}`;
};

/** Cut as PostgreSQL cuts names: no letter in the middle. */
const cutName = (name: string): string =>
  Buffer.byteLength(name) <= maxNameBytes ? name : cutName(name.slice(0, -1));

const nameFor = (table: string, columns: readonly string[]): string =>
  cutName(
    [table, ...columns.map((column) => column.replace(/ (?:asc|desc)$/i, '')), 'idx']
      .join('_')
      .replaceAll('.', '_'),
  );

/** `createIndex`: its undo drops it again. */
const createIndex = relationOperation(
  { name: 'createIndex', danger: 'disruptive', params: createIndexParams },
  async (client, { table, columns, name, unique, concurrently }, signal) => {
    const found = await relationNamed(client, 'table', table, signal);
    const index = name ?? nameFor(found.name, columns);
    // An index lives in its table's schema.
    const of = `${found.schema}.${index}`;
    if ((await findRelation(client, of, signal)) !== undefined)
      throw notApplicable(`there is something called ${of} already`);
    const kind = unique ? 'UNIQUE INDEX' : 'INDEX';
    const how = concurrently ? ' CONCURRENTLY' : '';
    const list = columns.map(columnOf).join(', ');
    return {
      statement: `CREATE ${kind}${how} ${quoteIdentifier(index)} ON ${found.quoted} (${list})`,
      of,
      on: found,
      objects: [
        ...found.words,
        concurrently
          ? 'reading and writing go on; it waits for transactions that are open now, and leaves an INVALID index when it fails'
          : 'the table cannot be written meanwhile',
      ],
      undo: { use: `${client.source}.dropIndex`, with: { index: of }, title: `Drop the index ${of}` },
    };
  },
);

const dropIndexParams = z.strictObject({ index: zName, timeout: zTimeout.exactOptional() });

/** `dropIndex`: takes an index away without locking its table; what is needed to make it again is in the preview. */
const dropIndex = relationOperation(
  { name: 'dropIndex', danger: 'disruptive', params: dropIndexParams },
  async (client, { index }, signal) => {
    const found = await relationNamed(client, 'index', index, signal);
    return {
      statement: `DROP INDEX CONCURRENTLY ${found.quoted}`,
      of: index,
      found,
      objects: found.words,
      lost: 'the index; the preview holds the statement that makes it again',
    };
  },
);

/** Every operation of this source; a new one is its file and a line here. */
export const postgresOperations = [
  query,
  readDumpOperation,
  cancel,
  terminate,
  vacuum,
  reindex,
  createIndex,
  dropIndex,
  setting,
  login,
  password,
  execute,
];
