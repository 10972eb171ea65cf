import type { TableIndex } from '../../model/database/table-catalog.ts';
import { fnv1a } from '../../model/spec/seeded-random.ts';
import { PostgresError } from './protocol.ts';
import {
  isoMicroseconds,
  resultOfObjects,
  type StatementHandler,
  type StatementRequest,
} from './statement-request.ts';

export const serverVersion = '15.8';
const versionNumber = 150_008;
/** A deterministic 18-digit number for a database of an environment. */
const identifierOf = ({ db }: StatementRequest): string =>
  db.env.identity === '' && db.spec.systemIdentifier !== undefined
    ? db.spec.systemIdentifier
    : `7${String(fnv1a(`${db.spec.name}/${db.env.spec.name}${db.env.identity}`)).padStart(17, '0')}`;

/** The statement that creates an index, as pg_get_indexdef returns it. */
export const definitionOf = ({ name, table: of, columns, unique }: TableIndex): string =>
  `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${name} ON public.${of} USING btree (${columns.join(', ')})`;

const relationColumns = ['oid', 'kind', 'schema', 'name', 'bytes', 'dead', 'indexes'];

const relation: StatementHandler = ({ tables, values: [name = '', schema] }) => {
  if (schema !== null && schema !== undefined && schema !== 'public')
    return resultOfObjects([], relationColumns);
  const table = tables.table(name ?? '');
  if (table !== undefined) {
    const indexes = tables.indexes.filter((index) => index.table === table.name).map(definitionOf);
    const { oid, bytes, dead } = table;
    return resultOfObjects(
      [{ oid, kind: 'r', schema: 'public', name, bytes, dead, indexes: indexes.join('\n') }],
      relationColumns,
    );
  }
  const index = tables.index(name ?? '');
  if (index === undefined) return resultOfObjects([], relationColumns);
  const { oid, bytes } = index;
  return resultOfObjects(
    [{ oid, kind: 'i', schema: 'public', name, bytes, dead: null, indexes: definitionOf(index) }],
    relationColumns,
  );
};

/** The client's role owns all objects. */
const relationPermit: StatementHandler = ({ tables, user: me, values: [oid] }) => {
  const relation = [...tables.tables, ...tables.indexes].find((entry) => String(entry.oid) === oid);
  const owned = { owns: true, owns_schema: true, owns_database: true, creates: true };
  const columns = [
    'me',
    'owner',
    'schema',
    'name',
    'table',
    ...Object.keys(owned),
    'grants_maintain',
    'maintains',
  ];
  if (relation === undefined) return resultOfObjects([], columns);
  const { name } = relation;
  const of = 'table' in relation ? relation.table : name;
  return resultOfObjects(
    [
      {
        me,
        owner: 'shop',
        schema: 'public',
        name,
        table: of,
        ...owned,
        grants_maintain: false,
        maintains: false,
      },
    ],
    columns,
  );
};

const limitOf = ({ values: [limit] }: StatementRequest): number => Number(limit ?? 10);

const statements: StatementHandler = (asking) => {
  if (!asking.db.extensions.has('pg_stat_statements'))
    throw new PostgresError('42P01', 'relation "pg_stat_statements" does not exist');
  return resultOfObjects(
    [...asking.db.sentStatements]
      .sort((a, b) => b.meanMs - a.meanMs)
      .slice(0, limitOf(asking))
      .map(({ query, calls, meanMs }) => ({
        query,
        calls,
        mean_ms: meanMs,
        total_ms: Math.round(calls * meanMs),
        rows: calls,
      })),
    ['query', 'calls', 'mean_ms', 'total_ms', 'rows'],
  );
};

const sizes: StatementHandler = (asking) => {
  const { tables } = asking.tables;
  const indexBytes = (name: string): number =>
    asking.tables.indexes.filter((index) => index.table === name).reduce((sum, { bytes }) => sum + bytes, 0);
  const all = tables.reduce((sum, { bytes }) => sum + bytes, 8 * 1024 * 1024);
  return resultOfObjects([
    { kind: 'database', name: asking.database, bytes: all, index_bytes: null },
    ...[...tables]
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, limitOf(asking))
      .map(({ name, bytes }) => ({
        kind: 'table',
        name: `public.${name}`,
        bytes,
        index_bytes: indexBytes(name),
      })),
  ]);
};

const settings: StatementHandler = ({ db, values: [names, withPending] }) => {
  const requested = new Set(
    (names ?? '{}')
      .replace(/^\{|\}$/g, '')
      .split(',')
      .map((name) => name.replaceAll('"', '')),
  );
  const rows = db.settings.all
    .filter(({ name, isPending }) => requested.has(name) || (withPending === 'true' && isPending))
    .map(({ name, value, unit, context, isPending, isAltered }) => ({
      name,
      setting: value,
      unit: unit === '' ? null : unit,
      context,
      pending_restart: isPending,
      sourcefile: isAltered ? '/var/lib/postgresql/data/postgresql.auto.conf' : null,
    }));
  return resultOfObjects(rows, ['name', 'setting', 'unit', 'context', 'pending_restart', 'sourcefile']);
};

const tuples: StatementHandler = (asking) => {
  const { now } = asking.db.env;
  const rows = [...asking.tables.tables]
    .sort((a, b) => b.dead - a.dead || (a.name < b.name ? -1 : 1))
    .slice(0, limitOf(asking))
    .map(({ name, rows: live, dead, vacuumedAt }) => ({
      name: `public.${name}`,
      live,
      dead,
      seq_scan: asking.db.missingIndex.missed?.table === name ? 4222 : 12,
      idx_scan: live * 3,
      vacuumed_ms: vacuumedAt === undefined ? null : Math.round(now - vacuumedAt),
      analyzed_ms: vacuumedAt === undefined ? null : Math.round(now - vacuumedAt),
    }));
  return resultOfObjects(rows, [
    'name',
    'live',
    'dead',
    'seq_scan',
    'idx_scan',
    'vacuumed_ms',
    'analyzed_ms',
  ]);
};

const settingOf = ({ db }: StatementRequest, name: string): string =>
  db.settings.all.find((serverSetting) => serverSetting.name === name)?.value ?? '0';

/** Responses to statements about the server and its contents by tag. It is never a standby and has none. */
export const catalogueAnswers: Readonly<Record<string, StatementHandler>> = {
  health: () => resultOfObjects([{ recovering: false, version: serverVersion }]),
  identity: (asking) =>
    resultOfObjects([{ database: asking.database, system_identifier: identifierOf(asking) }]),
  cluster: (asking) =>
    resultOfObjects([
      {
        system_identifier: identifierOf(asking),
        timeline: 1,
        // 0/3000000
        checkpoint: 50_331_648,
        recovering: false,
        reads_all: !asking.db.hidesSessions,
        reads_rows: true,
        statistics_reset: 0,
      },
    ]),
  server: ({ db, toClock }) =>
    resultOfObjects([
      {
        server: '10.96.0.20:5432',
        started: isoMicroseconds(toClock(db.startedAt)),
        age_ms: Math.round(toClock(db.env.now) - toClock(db.startedAt)),
        cluster_name: '',
        recovering: false,
        reads_all: !db.hidesSessions,
        reads_rows: true,
        statistics_reset: 0,
      },
    ]),
  version: () => resultOfObjects([{ number: versionNumber }]),
  statements,
  sizes,
  replication: () =>
    resultOfObjects([
      {
        recovering: false,
        replayed_seconds: null,
        unreplayed: null,
        name: null,
        client: '',
        state: null,
        sync_state: null,
        lag_seconds: null,
        lag_bytes: null,
      },
    ]),
  settings,
  tuples,
  relation,
  relationPermit: relationPermit,
  serverPermit: ({ user }) =>
    resultOfObjects([{ me: user, super: false, grants: true, reloads: true, closed: false }]),
  parameterPermit: () => resultOfObjects([{ allowed: true }]),
  doctor: (asking) =>
    resultOfObjects([
      {
        user: asking.user,
        version: serverVersion,
        recovering: false,
        superuser: false,
        monitor: true,
        signal_backend: true,
        statements: asking.db.extensions.has('pg_stat_statements'),
        max: asking.db.settings.number('max_connections'),
        usable: asking.db.usable,
        client: asking.db.backends.length,
        statement_timeout: settingOf(asking, 'statement_timeout'),
        idle_timeout: settingOf(asking, 'idle_in_transaction_session_timeout'),
      },
    ]),
};
