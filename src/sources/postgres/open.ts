import type { SqlResult } from '../../clients/postgres/sql-types.ts';
import { defined } from '../../domain/base/defined.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { Pool } from '../../kinds/pools/fact.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { clientFeed, type DetailRow, detailFeed } from '../kit/contract/client-feed.ts';
import type { Feed, SignalRequest, Source, SourceOptions } from '../kit/contract/source.ts';
import { parseDecimal } from '../kit/values/data-table.ts';
import type { PostgresClient } from './client.ts';
import { openPostgresClient, type PostgresContext } from './client.ts';
import type { ActivityRead, PostgresConfig, SqlRead } from './config.ts';
import { postgresReadSchema } from './config.ts';
import {
  lockLine,
  locksSql,
  replicationLines,
  replicationSql,
  settingLine,
  settingsSql,
  sizeLine,
  sizesSql,
  slowStatementsSql,
  statementLine,
  tupleLine,
  tuplesSql,
  versionSql,
} from './detail-rows.ts';
import { diagnosePostgres } from './doctor.ts';
import { postgresHealthFeed, sessionsFeed } from './feeds.ts';
import { postgresFingerprint } from './fingerprint.ts';
import { databaseIdentityFault } from './identity.ts';
import { postgresOperations } from './operations.ts';
import { numberColumn, parseActivity, type QueryRow, type ServerActivity, singleRow } from './parse.ts';
import { relationReader } from './relations.ts';
import { activitySql, profileSql } from './statements.ts';

interface SignalRead<R> {
  readonly id: string;
  readonly read: R;
}

/** Signals that the activity query answers. */
const activitySignals = (signals: readonly SignalRequest[]): readonly SignalRead<ActivityRead>[] =>
  signals.flatMap(({ id, read }) => {
    const parsed = postgresReadSchema.parse(read);
    return 'sql' in parsed ? [] : [{ id, read: parsed }];
  });

/** Signals with a separate statement, grouped by statement. */
const signalsByStatement = (
  signals: readonly SignalRequest[],
): readonly (readonly SignalRead<SqlRead>[])[] => {
  const groups = new Map<string, SignalRead<SqlRead>[]>();
  for (const { id, read } of signals) {
    const parsed = postgresReadSchema.parse(read);
    if (!('sql' in parsed)) continue;
    const key = JSON.stringify([parsed.sql, parsed.params ?? []]);
    groups.set(key, [...(groups.get(key) ?? []), { id, read: parsed }]);
  }
  return [...groups.values()];
};

/** Maximum series of a signal. */
const maxSeries = 500;

/** One feed per statement of the profile, with a sample for every signal that reads it. */
const sqlFeeds = (client: PostgresClient, signals: readonly SignalRequest[]): readonly Feed[] =>
  signalsByStatement(signals).map((group) => {
    const [first] = group;
    const { sql = '', params = [] } = first?.read ?? {};
    const readRelations = relationReader(client, sql);
    return clientFeed(client, {
      name: 'sql',
      part: first?.id ?? '',
      kind: 'samples',
      signals: group.map(({ id }) => id),
      read: async (signal) => {
        const answer = await client.ask(profileSql(sql), signal, { values: params, maxRows: maxSeries });
        const stamp = { source: client.source, at: client.now() };
        const origin = await readRelations(signal);
        const results = group.map(({ id, read }) => {
          try {
            return {
              samples: sqlSamples(answer, read).map(
                (sqlSample): Sample => ({ ...stamp, signal: id, ...sqlSample, ...defined({ origin }) }),
              ),
            };
          } catch (error) {
            return { samples: [], fault: client.fault(`sql:${id}`, error) };
          }
        });
        return {
          items: results.flatMap(({ samples }) => samples),
          faults: results.flatMap(({ fault }) => (fault === undefined ? [] : [fault])),
        };
      },
    });
  });

type SqlSample = Pick<Sample, 'labels' | 'value' | 'why'>;

const requireColumn = ({ columns }: SqlResult, name: string): string => {
  if (columns.includes(name)) return name;
  throw new WireError(
    'missing',
    `the result has no column ${name}. Available: ${oneLine(columns.join(', '))}`,
  );
};

/** NULL has no value; a number is a value, any other text a word. */
const cellValue = (row: QueryRow, column: string): Pick<Sample, 'value' | 'why'> => {
  const cell = row[column] ?? null;
  if (cell === null) return { why: `${column} is NULL, not a number. Use coalesce() in the query` };
  return { value: parseDecimal(cell) ?? oneLine(cell) };
};

/** The value of the first row; with `labels`, one value per row. */
const sqlSamples = (answer: SqlResult, { column, labels }: SqlRead): readonly SqlSample[] => {
  const name = requireColumn(answer, column ?? answer.columns[0] ?? '');
  const [row] = answer.rows;
  if (labels === undefined)
    return [
      { labels: {}, ...(row === undefined ? { why: 'the query returned no rows' } : cellValue(row, name)) },
    ];
  const named = labels.map((label) => requireColumn(answer, label));
  return answer.rows.map((each) => ({
    labels: Object.fromEntries(named.map((label) => [label, oneLine(each[label] ?? '')])),
    ...cellValue(each, name),
  }));
};

/**
 * The connection slots of the server as a pool. Its maximum is what every role may use, and idle sessions take slots
 * too. It has no queue: a full server rejects connections.
 */
const poolsFeed = (client: PostgresClient, signals: readonly SignalRequest[]): Feed => {
  const activityReads = activitySignals(signals);
  return clientFeed(client, {
    name: 'pools',
    kind: 'pools',
    signals: activityReads.map(({ id }) => id),
    read: async (signal) => {
      const activity = parseActivity(singleRow((await client.ask(activitySql, signal)).rows));
      const stamp = { source: client.source, at: client.now() };
      const pool: Pool = {
        ...stamp,
        service: client.service,
        instance: '',
        name: 'connections',
        kind: 'postgres',
        ...activity.pool,
      };
      const samples = activityReads.map(
        ({ id, read }): Sample => ({ ...stamp, signal: id, labels: {}, ...activitySample(read, activity) }),
      );
      return { items: [pool], samples };
    },
  });
};

const activitySample = (read: ActivityRead, activity: ServerActivity): Pick<Sample, 'value' | 'why'> => {
  if ('connections' in read) return slotValue(read.connections, activity);
  if ('blocked' in read) return { value: activity.blocked };
  if (activity.hidden > 0) return { why: 'sessions are hidden from this role: GRANT pg_monitor to the role' };
  return { value: roundToThousandths(activity.longest[read.longest]) };
};

const slotValue = (
  what: 'percent' | 'client' | 'usable',
  { client, usable }: ServerActivity,
): Pick<Sample, 'value' | 'why'> => {
  if (what !== 'percent') return { value: what === 'client' ? client : usable };
  return usable > 0
    ? { value: roundToThousandths((100 * client) / usable) }
    : { why: 'max_connections leaves no connection for non-superusers: raise max_connections' };
};

const roundToThousandths = (value: number): number => Math.round(value * 1000) / 1000;

type RunQuery = (
  text: string,
  values?: readonly (number | boolean | readonly string[])[],
) => Promise<readonly QueryRow[]>;

interface DetailTable {
  readonly name: string;
  lines(ask: RunQuery, client: PostgresClient): Promise<readonly DetailRow[]>;
}

/**
 * The columns of pg_stat_statements depend on the server version. An upgrade may happen while we run, so the version is
 * read each time.
 */
const slowStatementLines: DetailTable['lines'] = async (ask, { config }) => {
  const number = numberColumn(singleRow(await ask(versionSql)), 'number') ?? 0;
  return (await ask(slowStatementsSql(number), [config.slow.limit])).map(statementLine);
};

/** Detail tables, each from one query. */
const detailTables: readonly DetailTable[] = [
  { name: 'statements', lines: slowStatementLines },
  {
    name: 'sizes',
    lines: async (ask, { config }) => (await ask(sizesSql, [config.slow.limit])).map(sizeLine),
  },
  { name: 'replication', lines: async (ask) => replicationLines(await ask(replicationSql)) },
  { name: 'locks', lines: async (ask) => (await ask(locksSql)).map(lockLine) },
  {
    name: 'settings',
    lines: async (ask, { config }) => (await ask(settingsSql, [config.settings, true])).map(settingLine),
  },
  {
    name: 'tuples',
    lines: async (ask, { config }) => (await ask(tuplesSql, [config.slow.limit])).map(tupleLine),
  },
];

/** Detail feeds for troubleshooting; read on demand, or every `slow.every`. */
const detailFeeds = (client: PostgresClient): readonly Feed[] =>
  detailTables.map(({ name, lines }) => {
    const readRows = (signal: AbortSignal): Promise<readonly DetailRow[]> =>
      lines(async (text, values = []) => (await client.ask(text, signal, { values })).rows, client);
    return detailFeed(client, name, readRows, name === 'statements' ? 2 : 1);
  });

/** Opens one source. Contacts nothing yet. */
export const openPostgres = (opening: SourceOptions<PostgresConfig>, io: ReadIo): Source => {
  const client = openPostgresClient(opening, io);
  const { identity } = opening.config;
  const { files, disk, findProgram } = io;
  const parts: PostgresContext = {
    source: opening.id,
    client,
    files,
    disk,
    findProgram,
    dir: opening.dir ?? process.cwd(),
  };
  return {
    id: opening.id,
    feeds: [
      postgresHealthFeed(client),
      sessionsFeed(client),
      poolsFeed(client, opening.signals),
      ...sqlFeeds(client, opening.signals),
      ...detailFeeds(client),
    ],
    operations: postgresOperations.map((postgresOperation) => postgresOperation.open(parts)),
    ...(identity === undefined
      ? {}
      : { identify: (signal) => databaseIdentityFault(client, identity, signal) }),
    fingerprint: (signal, since = client.now()) => postgresFingerprint(client, signal, since),
    doctor: (signal) => diagnosePostgres(client, signal),
    close: () => io.close(),
  };
};
