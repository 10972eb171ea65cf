import { readingRights, readingTables } from './reading-tables.ts';

/** The version of the tables that this program writes. */
const schemaVersion = 4;

/** The tables by version: each list of statements leads from the version before. Names are qualified: no search path. */
const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE opsdeck.ledger (
      seq bigint PRIMARY KEY CHECK (seq > 0),
      hash text NOT NULL UNIQUE,
      prev text NOT NULL UNIQUE,
      line text NOT NULL,
      run text NOT NULL,
      origin text UNIQUE,
      written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      written_by text NOT NULL DEFAULT session_user
    )`,
    'CREATE INDEX ledger_run ON opsdeck.ledger (run)',
    `CREATE TABLE opsdeck.file_change (
      seq bigint PRIMARY KEY CHECK (seq > 0),
      path text NOT NULL,
      is_append boolean NOT NULL,
      content text NOT NULL,
      written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      written_by text NOT NULL DEFAULT session_user
    )`,
    'CREATE SEQUENCE opsdeck.lock_token',
    `CREATE TABLE opsdeck.target_lock (
      key text PRIMARY KEY,
      token bigint NOT NULL UNIQUE,
      holder text NOT NULL,
      taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      expires_at timestamptz NOT NULL
    )`,
    `CREATE TABLE opsdeck.presence (
      id text PRIMARY KEY,
      holder text NOT NULL,
      pane text NOT NULL,
      seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )`,
  ],
  [
    // A cockpit that reports itself again keeps both: the time of its first report, and the user that made it.
    'ALTER TABLE opsdeck.presence ADD COLUMN since timestamptz NOT NULL DEFAULT clock_timestamp()',
    'ALTER TABLE opsdeck.presence ADD COLUMN written_by text NOT NULL DEFAULT session_user',
  ],
  [
    // A default can be overridden by whoever inserts; approvals depend on the user that wrote a record.
    `CREATE FUNCTION opsdeck.set_writer() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS
      'BEGIN NEW.written_by := session_user; NEW.written_at := clock_timestamp(); RETURN NEW; END'`,
    ...['ledger', 'file_change'].map(
      (table) =>
        `CREATE TRIGGER set_writer BEFORE INSERT ON opsdeck.${table} FOR EACH ROW EXECUTE FUNCTION opsdeck.set_writer()`,
    ),
  ],
  [
    'ALTER TABLE opsdeck.presence ADD COLUMN is_shared boolean NOT NULL DEFAULT false',
    'ALTER TABLE opsdeck.presence ADD COLUMN armed_until timestamptz',
    "ALTER TABLE opsdeck.presence ADD COLUMN armed_reason text NOT NULL DEFAULT ''",
    // A person who follows a cockpit, and the lines of its screen that were not read yet. Both are temporary.
    `CREATE TABLE opsdeck.screen_follower (
      id text PRIMARY KEY,
      cockpit text NOT NULL,
      follower text NOT NULL,
      seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      written_by text NOT NULL DEFAULT session_user
    )`,
    'CREATE INDEX screen_follower_cockpit ON opsdeck.screen_follower (cockpit)',
    `CREATE TABLE opsdeck.screen_line (
      follower text NOT NULL REFERENCES opsdeck.screen_follower (id) ON DELETE CASCADE,
      seq bigint NOT NULL CHECK (seq > 0),
      content text NOT NULL,
      PRIMARY KEY (follower, seq)
    )`,
  ],
];

/** Privileges that the role of the program needs, by object. None changes or removes a record. */
export const neededRights = [
  { object: 'opsdeck.schema_version', rights: ['SELECT'] },
  { object: 'opsdeck.ledger', rights: ['SELECT', 'INSERT'] },
  { object: 'opsdeck.file_change', rights: ['SELECT', 'INSERT'] },
  { object: 'opsdeck.target_lock', rights: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] },
  { object: 'opsdeck.presence', rights: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] },
  { object: 'opsdeck.screen_follower', rights: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] },
  { object: 'opsdeck.screen_line', rights: ['SELECT', 'INSERT', 'DELETE'] },
] as const;

/** Serializes migrations. */
const migrationLock = 'SELECT pg_advisory_xact_lock(1869640548, 0)';

type Ask = (
  text: string,
  values?: readonly (string | number)[],
) => Promise<readonly Readonly<Record<string, string | null>>[]>;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const grantsFor = (role: string): readonly string[] => [
  `GRANT USAGE ON SCHEMA opsdeck TO ${quoted(role)}`,
  ...[...neededRights, ...readingRights].map(
    ({ object, rights }) => `GRANT ${rights.join(', ')} ON ${object} TO ${quoted(role)}`,
  ),
  `GRANT USAGE ON SEQUENCE opsdeck.lock_token TO ${quoted(role)}`,
];

/**
 * Creates or upgrades the tables within one transaction of their owner, and grants a role what the program needs. A
 * repeated call changes nothing. Throws for tables of a newer program.
 */
export const migrateSchema = async (
  ask: Ask,
  role: string | undefined,
): Promise<{ readonly from: number; readonly to: number }> => {
  await ask('BEGIN');
  await ask(migrationLock);
  await ask('CREATE SCHEMA IF NOT EXISTS opsdeck');
  await ask(
    'CREATE TABLE IF NOT EXISTS opsdeck.schema_version (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())',
  );
  const [row] = await ask('SELECT coalesce(max(version), 0) AS version FROM opsdeck.schema_version');
  const from = Number(row?.version ?? 0);
  if (from > schemaVersion)
    throw new Error(
      `the tables have version ${from}, but this opsdeck knows version ${schemaVersion}. Update opsdeck.`,
    );
  for (const [index, statements] of migrations.entries()) {
    const version = index + 1;
    if (version <= from) continue;
    for (const statement of statements) await ask(statement);
    await ask('INSERT INTO opsdeck.schema_version (version) VALUES ($1)', [version]);
  }
  for (const statement of readingTables) await ask(statement);
  for (const statement of role === undefined ? [] : grantsFor(role)) await ask(statement);
  // Replaced texts are read only in their newest form.
  await ask(`DELETE FROM opsdeck.file_change AS old WHERE NOT is_append AND EXISTS (
    SELECT 1 FROM opsdeck.file_change AS newer
    WHERE newer.path = old.path AND NOT newer.is_append AND newer.seq > old.seq)`);
  await ask('COMMIT');
  return { from, to: schemaVersion };
};

/** Why the tables of this version cannot be written; undefined if they can. Version 0: there are none. */
export const schemaProblem = (version: number): string | undefined => {
  if (version === schemaVersion) return undefined;
  if (version === 0)
    return 'the database has no tables of opsdeck. To create them, run opsdeck state migrate';
  return version < schemaVersion
    ? `tables have version ${version}, and this program needs ${schemaVersion}. Run opsdeck state migrate`
    : `tables have version ${version}, and this program knows ${schemaVersion}. Update opsdeck`;
};
