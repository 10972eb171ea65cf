import { hash } from '../../model/chance.ts';
import type { DatabaseSpec } from '../../model/database/spec.ts';
import type { Index } from '../../model/database/tables.ts';
import { type Answerer, type Asking, table } from './asking.ts';

export const serverVersion = '15.8';
const versionNumber = 150_008;
/** Eighteen digits, the same for the same database of the same environment. */
const identifierOf = ({ db }: Asking): string =>
  db.spec.systemIdentifier ?? `7${String(hash(`${db.spec.name}/${db.env.spec.name}`)).padStart(17, '0')}`;

const definitionOf = ({ name, table: of, columns, unique }: Index): string =>
  `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${name} ON public.${of} USING btree (${columns.join(', ')})`;

const relationColumns = ['oid', 'kind', 'schema', 'name', 'bytes', 'dead', 'indexes'];

const relation: Answerer = ({ tables, values: [name = '', schema] }) => {
  if (schema !== null && schema !== undefined && schema !== 'public') return table([], relationColumns);
  const found = tables.table(name ?? '');
  if (found !== undefined) {
    const indexes = tables.indexes.filter((index) => index.table === found.name).map(definitionOf);
    const { oid, bytes, dead } = found;
    return table(
      [{ oid, kind: 'r', schema: 'public', name, bytes, dead, indexes: indexes.join('\n') }],
      relationColumns,
    );
  }
  const index = tables.index(name ?? '');
  if (index === undefined) return table([], relationColumns);
  const { oid, bytes } = index;
  return table(
    [{ oid, kind: 'i', schema: 'public', name, bytes, dead: null, indexes: definitionOf(index) }],
    relationColumns,
  );
};

/** Whoever asks is of the role that owns everything here. */
const relationPermit: Answerer = ({ tables, user: me, values: [oid] }) => {
  const found = [...tables.tables, ...tables.indexes].find((one) => String(one.oid) === oid);
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
  if (found === undefined) return table([], columns);
  const { name } = found;
  const of = 'table' in found ? found.table : name;
  return table(
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

const limitOf = ({ values: [limit] }: Asking): number => Number(limit ?? 10);

/** What the applications send again and again, as slow as it is now; what waits for a lost index came later. */
export const sentStatements = ({ db }: Asking): DatabaseSpec['statements'] => {
  const { missed } = db.missingIndex;
  const slow = missed && { query: missed.query, calls: 4210, meanMs: missed.waitMs };
  return [...db.spec.statements.filter(({ query }) => query !== slow?.query), ...(slow ? [slow] : [])];
};

const statements: Answerer = (asking) =>
  table(
    [...sentStatements(asking)]
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

const sizes: Answerer = (asking) => {
  const { tables } = asking.tables;
  const indexBytes = (name: string): number =>
    asking.tables.indexes.filter((one) => one.table === name).reduce((sum, { bytes }) => sum + bytes, 0);
  const all = tables.reduce((sum, { bytes }) => sum + bytes, 8 * 1024 * 1024);
  return table([
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

const settings: Answerer = ({ db, values: [names, withPending] }) => {
  const wanted = new Set(
    (names ?? '{}')
      .replace(/^\{|\}$/g, '')
      .split(',')
      .map((name) => name.replaceAll('"', '')),
  );
  const rows = db.settings.all
    .filter(({ name, isPending }) => wanted.has(name) || (withPending === 'true' && isPending))
    .map(({ name, value, unit, context, isPending, isAltered }) => ({
      name,
      setting: value,
      unit: unit === '' ? null : unit,
      context,
      pending_restart: isPending,
      sourcefile: isAltered ? '/var/lib/postgresql/data/postgresql.auto.conf' : null,
    }));
  return table(rows, ['name', 'setting', 'unit', 'context', 'pending_restart', 'sourcefile']);
};

const tuples: Answerer = (asking) => {
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
  return table(rows, ['name', 'live', 'dead', 'seq_scan', 'idx_scan', 'vacuumed_ms', 'analyzed_ms']);
};

const settingOf = ({ db }: Asking, name: string): string =>
  db.settings.all.find((one) => one.name === name)?.value ?? '0';

/** What is asked about the server and what is in it, by tag. It is never a standby, and nobody follows it. */
export const catalogueAnswers: Readonly<Record<string, Answerer>> = {
  health: () => table([{ recovering: false, version: serverVersion }]),
  identity: (asking) => table([{ database: asking.database, system_identifier: identifierOf(asking) }]),
  version: () => table([{ number: versionNumber }]),
  statements,
  sizes,
  replication: () =>
    table([
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
  serverPermit: ({ user }) => table([{ me: user, super: false, grants: true, reloads: true, closed: false }]),
  parameterPermit: () => table([{ allowed: true }]),
  doctor: (asking) =>
    table([
      {
        user: asking.user,
        version: serverVersion,
        recovering: false,
        superuser: false,
        monitor: true,
        signal_backend: true,
        statements: true,
        max: asking.db.settings.number('max_connections'),
        usable: asking.db.usable,
        client: asking.db.backends.length,
        statement_timeout: settingOf(asking, 'statement_timeout'),
        idle_timeout: settingOf(asking, 'idle_in_transaction_session_timeout'),
      },
    ]),
};
