type Cell = string | number | boolean | null;
type Row = Readonly<Record<string, Cell>>;

const number = (value: Cell | undefined): number => Number(value ?? 0);
const hex = (value: Cell | undefined): string => Buffer.from(String(value ?? '')).toString('hex');
/** PostgreSQL's microseconds of a time in ms. */
const micros = (ms: Cell | undefined): number | null =>
  ms === undefined || ms === null ? null : Math.round(number(ms) * 1000);

interface ReadingTables {
  readings: Row[];
  /** What the database answers instead of a row: that of a colleague who may change it. */
  shownReading?: (row: Row) => Row;
}

/** Handlers of the statements about shared readings. `items`: the values of an array parameter. */
export const readingHandlers = (
  tables: ReadingTables,
  now: () => number,
  items: (text: Cell | undefined) => readonly string[],
) => {
  /** The rows that were answered, by their keys: their texts are asked for afterwards. */
  const answered = new Map<unknown, Row>();
  const shown = (row: Row): Row => {
    const answer = tables.shownReading?.(row) ?? row;
    answered.set(row.key, answer);
    return answer;
  };
  const rowOf = (key: Cell | undefined): Row | undefined => tables.readings.find((row) => row.key === key);
  const isHeld = (key: Cell | undefined, claim: Cell | undefined): boolean => {
    const row = rowOf(key);
    return row !== undefined && row.claim === claim && number(row.claimed_until) > now();
  };
  const put = (key: Cell, columns: Row): void => {
    const known = rowOf(key);
    tables.readings = [...tables.readings.filter((row) => row !== known), { ...known, key, ...columns }];
  };
  const publish = (key: Cell, columns: Row): void =>
    put(key, { ...columns, began_at: rowOf(key)?.claimed_at ?? null, claimed_until: now() });
  type Values = readonly (string | null)[];
  return [
    { of: /to_regclass\('opsdeck\.reading_salt'/, rows: () => [{ found: 't' }] },
    { of: /^SELECT salt FROM opsdeck\.reading_salt/, rows: () => [{ salt: 'salt' }] },
    { of: /^SELECT extract\(epoch FROM clock_timestamp\(\)\) \* 1000 AS now/, rows: () => [{ now: now() }] },
    {
      of: /^SELECT key,.*FROM opsdeck\.reading WHERE/s,
      rows: ([keys = null]: Values) =>
        tables.readings
          .filter(({ key, began_at }) => items(keys).includes(String(key)) && typeof began_at === 'number')
          .map(shown)
          .map((row) => ({
            ...{ key: row.key ?? null, began: micros(row.began_at), took_ms: row.took_ms ?? null },
            ...{ digest: row.digest ?? null, stamp: row.stamp ?? null, reader: hex(row.reader) },
            age_ms: Math.floor(now() - number(row.began_at)),
          })),
    },
    {
      of: /^INSERT INTO opsdeck\.reading AS known/,
      rows: ([keys = null, claim = null, forMs = null, freshMs = null]: Values) =>
        items(keys).flatMap((key, nth) => {
          const known = rowOf(key);
          const fresh = number(items(freshMs)[nth]);
          const isDue = typeof known?.began_at !== 'number' || known.began_at <= now() - fresh;
          if (known !== undefined && (number(known.claimed_until) > now() || !isDue)) return [];
          const until = now() + number(items(forMs)[nth]);
          put(key, { claim, claimed_at: now(), claimed_until: until, fresh_ms: fresh });
          return [{ key, claimed: micros(now()) }];
        }),
    },
    {
      of: /^UPDATE opsdeck\.reading SET began_at.*RETURNING key$/s,
      rows: ([key = null, claim = null, reader = null, took = null, stamp = null, digest = null]: Values) => {
        if (!isHeld(key, claim) || rowOf(key)?.digest !== digest) return [];
        publish(key, { reader, took_ms: number(took), stamp });
        return [{ key }];
      },
    },
    {
      of: /^UPDATE opsdeck\.reading SET began_at/,
      rows: ([key = null, claim = null, reader = null, took = null, ...rest]: Values) => {
        const [stamp = null, digest = null, sealed = null] = rest;
        if (isHeld(key, claim)) publish(key, { reader, took_ms: number(took), stamp, digest, sealed });
        return [];
      },
    },
    {
      of: /^SELECT sealed FROM opsdeck\.reading/,
      rows: ([key = null, stamp = null]: Values) =>
        tables.readings
          .filter((row) => row.key === key)
          .map((row) => answered.get(key) ?? row)
          .filter((row) => row.stamp === stamp)
          .map(({ sealed = null }) => ({ sealed })),
    },
    {
      of: /^UPDATE opsdeck\.reading SET claimed_until/,
      rows: ([key = null, claim = null]: Values) => {
        if (rowOf(key)?.claim === claim) put(key, { claimed_until: now() });
        return [];
      },
    },
    { of: /^DELETE FROM opsdeck\.reading/, rows: () => [] },
  ];
};
