import { z } from 'zod';
import type { PostgresReader } from '../../../src/clients/postgres/reader.ts';
import { postgresReads } from '../../../src/clients/postgres/reading.ts';
import { SqlError, type SqlQuery, type SqlResult } from '../../../src/clients/postgres/sql-types.ts';
import { PlanError } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import type { ChangeIo, ReadIo } from '../../../src/doors/io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { postgres } from '../../../src/sources/postgres/index.ts';
import { blockedDatabase } from '../../contract/rigs/postgres-simulator.ts';
import { secret } from '../../contract/wired.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** A statement sent to a server, and the login that it uses. */
export interface SentSql {
  readonly text: string;
  readonly url: string;
}

/** Recorded in pg_stat_statements, unless an attack gives another one. */
const listed = 'SELECT * FROM orders WHERE id = $1';

/**
 * The statements that an operation sends for these parameters; 'refused' if the parameters are rejected. `recorded`: the
 * statement in pg_stat_statements.
 */
export type StatementsOf = (
  operation: string,
  params: Readonly<Record<string, unknown>>,
  recorded?: string,
) => Promise<readonly SentSql[] | 'refused'>;

const sqlTarget = z.looseObject({ url: z.string() });

const { signal: never } = new AbortController();

const oneRow = (row: Readonly<Record<string, string | null>>): SqlResult => ({
  columns: Object.keys(row),
  rows: [row],
  rowCount: 1,
  notices: [],
  latencyMs: 1,
});

/** A server where every requested name is a role and a table, or an index for index operations. */
const answerFor = (
  operation: string,
  recorded: string,
  { text, values = [] }: SqlQuery,
): SqlResult | undefined => {
  const name = String(values[0]);
  if (text.includes('opsdeck:statementText')) return oneRow({ query: recorded });
  if (text.includes('opsdeck:role'))
    return oneRow({ oid: '10', login: 't', me: 'opsdeck', allowed: 'own', connections: '0', sessions: null });
  if (!text.includes('opsdeck:relation')) return undefined;
  // The index to create does not exist yet.
  if (operation === 'createIndex' && name.startsWith('made')) return { ...oneRow({}), rows: [], rowCount: 0 };
  return oneRow({
    oid: '16400',
    kind: /reindex|dropIndex/.test(operation) ? 'i' : 'r',
    schema: String(values[1] ?? 'public'),
    name,
    bytes: '8192',
    dead: null,
    indexes: `CREATE INDEX x ON t (${name})`,
  });
};

/** An embedded server that records all statements sent to it. */
export const openSqlRecorder = async (): Promise<
  AsyncDisposable & { readonly statementsOf: StatementsOf }
> => {
  const clock = manualClock();
  const server = await blockedDatabase(clock, '7300000000000000001');
  const url = `postgres://opsdeck@127.0.0.1:${server.port}/shop`;
  const config = postgres.config.parse({ url, password: secret });
  const read = openReadIo(clock);
  const change = openChangeIo(clock);
  let sent: SentSql[] = [];
  let currentOperation = '';
  let currentRecorded = listed;
  const recording: ReadIo = {
    ...read,
    open: (protocol, target) => {
      const client = read.open(protocol, target);
      const { ask } = read.open(postgresReads, sqlTarget.parse(target));
      const recordingAsk: PostgresReader['ask'] = (query, signal) => {
        sent.push({ text: query.text, url: sqlTarget.parse(target).url });
        const answer = answerFor(currentOperation, currentRecorded, query);
        return answer === undefined ? ask(query, signal) : Promise.resolve(answer);
      };
      return new Proxy(client, {
        get: (own, name) => (name === 'ask' ? recordingAsk : Reflect.get(own, name)),
      });
    },
  };
  const changing: ChangeIo = {
    ...change,
    call: async (_, target, request) => {
      const { text } = z.looseObject({ text: z.string() }).parse(request);
      sent.push({ text, url: sqlTarget.parse(target).url });
      throw new SqlError('denied', 'this server rejects changes');
    },
  };
  const source = await postgres.open({ id: 'pg', env: 'test', config, signals: [] }, recording);
  return {
    statementsOf: async (name, params, recorded = listed) => {
      sent = [];
      currentOperation = name;
      currentRecorded = recorded;
      const operation = source.operations.find((candidate) => candidate.name === name);
      const parsed = postgres.operations[name]?.params.safeParse(params);
      if (operation === undefined || parsed?.success !== true) return 'refused';
      try {
        const plan = await operation.plan(parsed.data, never);
        for await (const _ of operation.act(plan, changing, never));
      } catch (error) {
        if (!(error instanceof PlanError)) throw error;
      }
      return sent;
    },
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await Promise.all([read.close(), change.close()]);
      await server.close();
    },
  };
};
