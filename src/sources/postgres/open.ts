import type { SqlAnswer } from '../../clients/postgres/sql.ts';
import type { Note, Sample } from '../../domain/facts.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { Pool } from '../../kinds/pools/fact.ts';
import { WireError } from '../../platform/failures.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import type { Feed, Opening, Source, WantedSignal } from '../source.ts';
import { numberIn } from '../table.ts';
import type { PostgresClient } from './client.ts';
import { openClient, type PostgresParts } from './client.ts';
import type { ActivityRead, PostgresConfig, SqlRead } from './config.ts';
import { postgresReads } from './config.ts';
import { examine } from './doctor.ts';
import { identityFault } from './identity.ts';
import {
  type Line,
  lockLine,
  locks,
  replication,
  replicationLines,
  settingLine,
  settings,
  sizeLine,
  sizes,
  slowStatements,
  statementLine,
  tupleLine,
  tuples,
  version,
} from './notes.ts';
import { postgresOperations } from './operations.ts';
import { type Activity, numberOf, onlyRow, parseActivity, type Row } from './parse.ts';
import { healthFeed, questionFeed, sessionsFeed } from './sessions-feed.ts';
import { activity, own } from './statements.ts';

interface Wanted<R> {
  readonly id: string;
  readonly read: R;
}

/** The signals that the activity question answers. */
const activitySignals = (signals: readonly WantedSignal[]): readonly Wanted<ActivityRead>[] =>
  signals.flatMap(({ id, read }) => {
    const parsed = postgresReads.parse(read);
    return 'sql' in parsed ? [] : [{ id, read: parsed }];
  });

/** The signals that have a statement of their own, those of one and the same together. */
const sqlSignals = (signals: readonly WantedSignal[]): readonly (readonly Wanted<SqlRead>[])[] => {
  const groups = new Map<string, Wanted<SqlRead>[]>();
  for (const { id, read } of signals) {
    const parsed = postgresReads.parse(read);
    if (!('sql' in parsed)) continue;
    const key = JSON.stringify([parsed.sql, parsed.params ?? []]);
    groups.set(key, [...(groups.get(key) ?? []), { id, read: parsed }]);
  }
  return [...groups.values()];
};

/** More series than that are no signal. */
const maxSeries = 500;

/** A feed per statement of the profile, with a sample for every signal that reads it. */
const sqlFeeds = (client: PostgresClient, signals: readonly WantedSignal[]): readonly Feed[] =>
  sqlSignals(signals).map((wanted) => {
    const [first] = wanted;
    const { sql = '', params = [] } = first?.read ?? {};
    return questionFeed(client, {
      name: 'sql',
      of: first?.id ?? '',
      kind: 'samples',
      signals: wanted.map(({ id }) => id),
      read: async (signal) => {
        const answer = await client.ask(own(sql), signal, { values: params, maxRows: maxSeries });
        const stamp = { source: client.source, at: client.now() };
        const brought = wanted.map(({ id, read }) => {
          try {
            return {
              samples: seriesOf(answer, read).map((one): Sample => ({ ...stamp, signal: id, ...one })),
            };
          } catch (error) {
            return { samples: [], fault: client.fault(`sql:${id}`, error) };
          }
        });
        return {
          items: brought.flatMap(({ samples }) => samples),
          faults: brought.flatMap(({ fault }) => (fault === undefined ? [] : [fault])),
        };
      },
    });
  });

type Series = Pick<Sample, 'labels' | 'value' | 'why'>;

const columnOf = ({ columns }: SqlAnswer, name: string): string => {
  if (columns.includes(name)) return name;
  throw new WireError('missing', `the answer has no column ${name}; it has ${oneLine(columns.join(', '))}`);
};

/** NULL is no value; a number is one, any other text is a word. */
const cellOf = (row: Row, column: string): Pick<Sample, 'value' | 'why'> => {
  const cell = row[column] ?? null;
  if (cell === null) return { why: `${column} is NULL` };
  return { value: numberIn(cell) ?? oneLine(cell) };
};

/** The value of the first row; with `labels`, one of every row. */
const seriesOf = (answer: SqlAnswer, { column, labels }: SqlRead): readonly Series[] => {
  const name = columnOf(answer, column ?? answer.columns[0] ?? '');
  const [row] = answer.rows;
  if (labels === undefined)
    return [{ labels: {}, ...(row === undefined ? { why: 'it has no rows' } : cellOf(row, name)) }];
  const named = labels.map((label) => columnOf(answer, label));
  return answer.rows.map((each) => ({
    labels: Object.fromEntries(named.map((label) => [label, oneLine(each[label] ?? '')])),
    ...cellOf(each, name),
  }));
};

/** The server's slots as a pool: its maximum is what every role may use, and idle sessions take slots, too. There is no queue: a full server refuses. */
const poolsFeed = (client: PostgresClient, signals: readonly WantedSignal[]): Feed => {
  const wanted = activitySignals(signals);
  return questionFeed(client, {
    name: 'pools',
    kind: 'pools',
    signals: wanted.map(({ id }) => id),
    read: async (signal) => {
      const found = parseActivity(onlyRow((await client.ask(activity, signal)).rows));
      const stamp = { source: client.source, at: client.now() };
      const pool: Pool = {
        ...stamp,
        service: client.config.service ?? client.source,
        instance: '',
        name: 'connections',
        kind: 'postgres',
        ...found.pool,
      };
      const samples = wanted.map(
        ({ id, read }): Sample => ({ ...stamp, signal: id, labels: {}, ...sampleOf(read, found) }),
      );
      return { items: [pool], samples };
    },
  });
};

const sampleOf = (read: ActivityRead, found: Activity): Pick<Sample, 'value' | 'why'> => {
  if ('connections' in read) return slots(read.connections, found);
  if ('blocked' in read) return { value: found.blocked };
  if (found.hidden > 0) return { why: 'what sessions do is hidden from our role: GRANT pg_monitor' };
  return { value: round(found.longest[read.longest]) };
};

const slots = (
  what: 'percent' | 'client' | 'usable',
  { client, usable }: Activity,
): Pick<Sample, 'value' | 'why'> => {
  if (what !== 'percent') return { value: what === 'client' ? client : usable };
  return usable > 0 ? { value: round((100 * client) / usable) } : { why: 'no slot is usable by everybody' };
};

const round = (value: number): number => Math.round(value * 1000) / 1000;

type Ask = (
  text: string,
  values?: readonly (number | boolean | readonly string[])[],
) => Promise<readonly Row[]>;

interface Table {
  readonly name: string;
  lines(ask: Ask, client: PostgresClient): Promise<readonly Line[]>;
}

/** The columns of pg_stat_statements depend on the server's version, which may change under us: it is asked each time. */
const statementLines: Table['lines'] = async (ask, { config }) => {
  const number = numberOf(onlyRow(await ask(version)), 'number') ?? 0;
  return (await ask(slowStatements(number), [config.slow.limit])).map(statementLine);
};

/** Tables of detail, each with one question. */
const tables: readonly Table[] = [
  { name: 'statements', lines: statementLines },
  { name: 'sizes', lines: async (ask, { config }) => (await ask(sizes, [config.slow.limit])).map(sizeLine) },
  { name: 'replication', lines: async (ask) => replicationLines(await ask(replication)) },
  { name: 'locks', lines: async (ask) => (await ask(locks)).map(lockLine) },
  {
    name: 'settings',
    lines: async (ask, { config }) => (await ask(settings, [config.settings, true])).map(settingLine),
  },
  {
    name: 'tuples',
    lines: async (ask, { config }) => (await ask(tuples, [config.slow.limit])).map(tupleLine),
  },
];

/** What a person looks at when something is wrong; read when asked, or every `slow.every`. */
const noteFeeds = (client: PostgresClient): readonly Feed[] =>
  tables.map(({ name, lines }) =>
    questionFeed(client, {
      name,
      kind: 'notes',
      everyMs: client.config.slow.every ?? 0,
      ...(name === 'statements' ? { requests: 2 } : {}),
      read: async (signal) => {
        const ask: Ask = async (text, values = []) => (await client.ask(text, signal, { values })).rows;
        const found = await lines(ask, client);
        const stamp = { source: client.source, at: client.now() };
        return { items: found.map((line): Note => ({ ...stamp, ...line })) };
      },
    }),
  );

/** Opens one source; contacts nothing yet. */
export const openPostgres = (opening: Opening<PostgresConfig>, io: ReadIo): Source => {
  const client = openClient(opening, io);
  const { identity } = opening.config;
  const { files, disk } = io;
  const parts: PostgresParts = { source: opening.id, client, files, disk, dir: opening.dir ?? process.cwd() };
  return {
    id: opening.id,
    feeds: [
      healthFeed(client),
      sessionsFeed(client),
      poolsFeed(client, opening.signals),
      ...sqlFeeds(client, opening.signals),
      ...noteFeeds(client),
    ],
    operations: postgresOperations.map((one) => one.open(parts)),
    ...(identity === undefined ? {} : { identify: (signal) => identityFault(client, identity, signal) }),
    doctor: (signal) => examine(client, signal),
    close: () => io.close(),
  };
};
