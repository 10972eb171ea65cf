import { stripControls } from '../../domain/controls.ts';
import type { Clock } from '../../platform/clock.ts';
import { type Client, Query } from './pg.ts';
import type { SqlAnswer, SqlQuestion } from './sql.ts';

/** A client that has logged in, and what is to be known of it while it asks. */
export interface Asking {
  readonly client: Client;
  readonly clock: Clock;
  /** Called before anything is sent. */
  asked(): void;
  /** What an error of the client is in our words. */
  told(error: unknown, timeoutMs?: number): unknown;
}

type Cells = readonly (string | null)[];

interface Result {
  readonly fields: readonly { readonly name: string }[];
  readonly rowCount: number | null;
}

const defaultMaxRows = 10_000;
/** Every value as the text that PostgreSQL writes. */
const asText = { getTypeParser: () => (text: string | Buffer) => text.toString() };

const run = (
  { client, asked, told }: Asking,
  query: Query<string[]>,
  onRow: (row: Cells) => void,
  timeoutMs?: number,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    query.on('row', onRow);
    query.on('error', (error) => reject(told(error, timeoutMs)));
    query.on('end', resolve);
    asked();
    client.query(query);
  });

/** A statement of ours, without values and without an answer. Throws SqlError. */
export const sayTo = async (asking: Asking, text: string): Promise<void> => {
  await run(asking, new Query(text), () => {});
};

/** One statement and its answer. Always by the extended protocol: it takes one, so that none hides behind another. Throws SqlError. */
export const askOf = async (
  asking: Asking,
  { text, values = [], maxRows = defaultMaxRows, timeoutMs }: SqlQuestion,
): Promise<Omit<SqlAnswer, 'notices'>> => {
  const rows: Cells[] = [];
  const began = asking.clock.now();
  const config = { text, values: [...values], rowMode: 'array', types: asText, queryMode: 'extended' };
  const keep = (row: Cells): void => {
    if (rows.length < maxRows) rows.push(row);
  };
  const result = await run(asking, new Query<string[]>(config), keep, timeoutMs);
  const columns = result.fields.map(({ name }) => stripControls(name));
  return {
    columns,
    rows: rows.map((row) => recordOf(columns, row)),
    rowCount: result.rowCount ?? 0,
    latencyMs: asking.clock.now() - began,
  };
};

const recordOf = (columns: readonly string[], row: Cells): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    columns.map((name, at) => {
      const value = row[at] ?? null;
      return [name, value === null ? null : stripControls(value)];
    }),
  );
