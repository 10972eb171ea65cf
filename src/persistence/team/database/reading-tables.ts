/**
 * A table that no version of the state depends on: older programs ignore it, and without it every process reads by itself.
 * Unlogged: readings are worthless after a crash, and a promoted standby has none, so that no reading is judged by the clock
 * of another server.
 */
export const readingTables: readonly string[] = [
  `CREATE UNLOGGED TABLE IF NOT EXISTS opsdeck.reading (
    key text PRIMARY KEY,
    claim text NOT NULL,
    claimed_at timestamptz NOT NULL,
    claimed_until timestamptz NOT NULL,
    fresh_ms bigint NOT NULL,
    began_at timestamptz,
    took_ms bigint,
    reader text,
    digest text,
    stamp text,
    sealed text CHECK (length(sealed) < 1000000)
  )`,
  'CREATE TABLE IF NOT EXISTS opsdeck.reading_salt (salt text NOT NULL, is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only))',
  // Random bytes of the server: only that no other database has the same salt matters.
  'INSERT INTO opsdeck.reading_salt (salt) SELECT gen_random_uuid()::text || gen_random_uuid()::text ON CONFLICT DO NOTHING',
];

/** Privileges that the role of the program needs for shared readings. */
export const readingRights = [
  { object: 'opsdeck.reading', rights: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] },
  { object: 'opsdeck.reading_salt', rights: ['SELECT'] },
] as const;
