import { PostgresError } from '../../src/simulator/servers/postgres/protocol.ts';
import { readingHandlers } from './state-readings.ts';
import { type AnswerStatement, startStateWire } from './state-wire.ts';

type Cell = string | number | boolean | null;
type Row = Readonly<Record<string, Cell>>;

/** Tables of a state database that colleagues may write. */
export const tableNames = [
  ...(['ledger', 'file_change', 'target_lock', 'presence', 'screen_follower', 'screen_line'] as const),
];
type TableName = (typeof tableNames)[number];
type Tables = Record<TableName, Row[]> & {
  /** Shared readings: their rows are sealed, and are forged on their own. */
  readings: Row[];
  /** What the database answers instead of a reading. */
  shownReading?: (row: Row) => Row;
};

const hex = (value: Cell | undefined): string => Buffer.from(String(value ?? '')).toString('hex');
const number = (value: Cell | undefined): number => Number(value ?? 0);

/** Values of an array parameter: {a,b}, with optional quotes. */
const items = (text: Cell | undefined): readonly string[] =>
  String(text ?? '{}')
    .slice(1, -1)
    .split(',')
    .filter((part) => part !== '')
    .map((part) => part.replaceAll('"', ''));

/** Adds a row, and returns the rows of the statement: none. */
const stored = (table: Row[], row: Row): readonly Row[] => {
  table.push(row);
  return [];
};

/** A handler of one statement of opsdeck, which is recognized by its text. */
interface Handler {
  readonly of: RegExp;
  rows(values: readonly (string | null)[]): readonly Row[];
}

/** A state database in memory that answers the statements of opsdeck and has no rule of its own. */
export interface FakeStateDatabase extends AsyncDisposable {
  readonly url: string;
  readonly tables: Tables;
}

/** Tables of this version; the program refuses others. */
const schemaVersion = 4;

const handlersOf = (tables: Tables, now: () => number): readonly Handler[] => {
  const bySeq = (rows: readonly Row[]): Row[] => [...rows].sort((a, b) => number(a.seq) - number(b.seq));
  const newest = (rows: readonly Row[]): Row | undefined => bySeq(rows).at(-1);
  const lineOf = (row: Row): Row => ({ seq: row.seq ?? null, line: hex(row.line) });
  const recordRow = (row: Row): Row => ({
    ...{ seq: row.seq ?? null, hash: row.hash ?? null, written_by: row.written_by ?? null },
    line: hex(row.line),
  });
  const held = (values: readonly (string | null)[]): readonly Row[] =>
    tables.target_lock.filter((row) => items(values[0]).includes(String(row.token)));
  const isFree = (row: Row): boolean => number(row.expires_at) <= now();
  let token = 0;
  return [
    ...readingHandlers(tables, now, items),
    { of: /to_regclass\('opsdeck\.schema_version'/, rows: () => [{ found: 't' }] },
    { of: /to_regclass/, rows: () => [{ found: 'f' }] },
    { of: /FROM opsdeck\.schema_version/, rows: () => [{ version: schemaVersion }] },
    { of: /pg_advisory_xact_lock|pg_notify|^SELECT 1$/, rows: () => [{ done: '' }] },
    {
      of: /^SELECT hash FROM opsdeck\.ledger/,
      rows: ([seq]) =>
        tables.ledger.filter((row) => String(row.seq) === seq).map(({ hash = null }) => ({ hash })),
    },
    {
      of: /FROM opsdeck\.ledger ORDER BY seq DESC LIMIT 2/,
      rows: () => bySeq(tables.ledger).slice(-2).reverse().map(recordRow),
    },
    {
      of: /FROM opsdeck\.ledger WHERE seq > \$1 ORDER BY seq LIMIT/,
      rows: ([seq, limit]) =>
        bySeq(tables.ledger)
          .filter((row) => number(row.seq) > number(seq))
          .slice(0, number(limit))
          .map(recordRow),
    },
    {
      of: /FROM opsdeck\.ledger WHERE seq > \$1 AND \(\$2/,
      rows: ([seq, before, limit]) =>
        bySeq(tables.ledger)
          .filter(
            (row) => number(row.seq) > number(seq) && (before === null || number(row.seq) < number(before)),
          )
          .reverse()
          .slice(0, number(limit))
          .map(lineOf),
    },
    {
      of: /FROM opsdeck\.ledger WHERE run = \$1 AND seq > \$2/,
      rows: ([run, seq]) =>
        bySeq(tables.ledger)
          .filter((row) => row.run === run && number(row.seq) > number(seq))
          .map((row) => ({
            ...{ seq: row.seq ?? null, hash: row.hash ?? null, prev: row.prev ?? null },
            ...{ line: hex(row.line), written_by: row.written_by ?? null },
          })),
    },
    { of: /FROM opsdeck\.ledger WHERE (?:origin|run) = \$1/, rows: () => [] },
    {
      of: /^INSERT INTO opsdeck\.ledger/,
      rows: ([seq, hash, prev, line, run, origin]) =>
        stored(tables.ledger, {
          ...{ seq: number(seq), hash: hash ?? '', prev: prev ?? '', line: line ?? '' },
          ...{ run: run ?? '', origin: origin ?? null, written_by: 'opsdeck' },
        }),
    },
    {
      of: /FROM opsdeck\.file_change WHERE seq > \$1/,
      rows: ([seq, limit]) =>
        bySeq(tables.file_change)
          .filter((row) => number(row.seq) > number(seq))
          .slice(0, number(limit))
          .map((row) => ({
            ...{ seq: row.seq ?? null, path: row.path ?? null, is_append: row.is_append ?? null },
            ...{ written_by: row.written_by ?? null, content: hex(row.content) },
          })),
    },
    {
      of: /^INSERT INTO opsdeck\.file_change/,
      rows: ([path, isAppend, content]) =>
        stored(tables.file_change, {
          ...{ seq: number(newest(tables.file_change)?.seq) + 1, path: path ?? '', content: content ?? '' },
          ...{ is_append: isAppend === 'true' || isAppend === 't', written_by: 'opsdeck' },
        }),
    },
    {
      of: /^INSERT INTO opsdeck\.target_lock/,
      rows: ([key, holder, lease]) => {
        const known = tables.target_lock.findIndex((row) => row.key === key);
        if (known >= 0 && !isFree(tables.target_lock[known] ?? {})) return [];
        if (known >= 0) tables.target_lock.splice(known, 1);
        token += 1;
        tables.target_lock.push({
          ...{ key: key ?? '', token, holder: holder ?? '' },
          ...{ taken_at: now(), expires_at: now() + number(lease) },
        });
        return [{ token }];
      },
    },
    {
      of: /FROM opsdeck\.target_lock WHERE key = ANY/,
      rows: ([keys]) =>
        tables.target_lock
          .filter((row) => items(keys).includes(String(row.key)) && !isFree(row))
          .slice(0, 1)
          .map((row) => ({
            ...{ key: row.key ?? null, holder: hex(row.holder) },
            age_ms: now() - number(row.taken_at),
          })),
    },
    {
      of: /^SELECT token FROM opsdeck\.target_lock/,
      rows: (values) =>
        held(values)
          .filter((row) => !isFree(row))
          .map((row) => ({ token: row.token ?? null })),
    },
    {
      of: /^UPDATE opsdeck\.target_lock/,
      rows: (values) => held(values).map((row) => ({ token: row.token ?? null })),
    },
    {
      of: /^DELETE FROM opsdeck\.target_lock/,
      rows: (values) => {
        const gone = held(values);
        tables.target_lock = tables.target_lock.filter((row) => !gone.includes(row));
        return [];
      },
    },
    {
      of: /FROM opsdeck\.target_lock WHERE expires_at/,
      rows: () =>
        tables.target_lock.filter((row) => !isFree(row)).map((row) => ({ holder: hex(row.holder) })),
    },
    {
      of: /^INSERT INTO opsdeck\.presence/,
      rows: ([id, holder, pane]) => {
        tables.presence = tables.presence.filter((row) => row.id !== id);
        return stored(tables.presence, {
          ...{ id: id ?? '', holder: holder ?? '', pane: pane ?? '' },
          written_by: 'opsdeck',
        });
      },
    },
    { of: /^(?:WITH gone|DELETE FROM opsdeck\.(?:presence|screen))/, rows: () => [] },
    {
      of: /FROM opsdeck\.presence WHERE seen_at/,
      rows: () =>
        tables.presence.map((row) => ({
          ...{ id: row.id ?? null, holder: hex(row.holder), pane: hex(row.pane) },
          ...{ written_by: row.written_by ?? null, is_shared: row.is_shared ?? false },
          ...{ armed_ms: row.armed_ms ?? null, armed_reason: hex(row.armed_reason) },
          followers: hex(JSON.stringify(tables.screen_follower.map(({ follower }) => follower))),
          ...{ open_ms: row.open_ms ?? 0, silent_ms: row.silent_ms ?? 0 },
        })),
    },
    {
      of: /FROM opsdeck\.screen_follower WHERE cockpit/,
      rows: () => tables.screen_follower.map((row) => ({ id: row.id ?? null, follower: hex(row.follower) })),
    },
    { of: /opsdeck\.screen_line/, rows: () => [] },
  ];
};

const cell = (value: Cell): string | null => {
  if (value === null) return null;
  return typeof value === 'boolean' ? (value ? 't' : 'f') : String(value);
};

/** Starts a state database. `now`: its clock. */
export const startStateDatabase = async (now: () => number): Promise<FakeStateDatabase> => {
  const tables = {
    ...(Object.fromEntries(tableNames.map((name) => [name, []])) as unknown as Record<TableName, Row[]>),
    readings: [],
  } as Tables;
  const handlers = handlersOf(tables, now);
  const answer: AnswerStatement = (text, values) => {
    const handler = handlers.find(({ of }) => of.test(text));
    if (handler === undefined) throw new PostgresError('0A000', `not answered here: ${text}`);
    const rows = handler.rows(values);
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, foundCell]) => [name, cell(foundCell)])),
    );
  };
  const wire = await startStateWire(answer);
  return {
    url: `postgres://opsdeck@127.0.0.1:${wire.port}/opsdeck`,
    tables,
    [Symbol.asyncDispose]: wire.close,
  };
};
