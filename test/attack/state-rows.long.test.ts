import { rm } from 'node:fs/promises';
import { expect } from 'vitest';
import { parseLedgerRecord } from '../../src/persistence/ledger/ledger-record.ts';
import { type FakeStateDatabase, startStateDatabase, tableNames } from '../support/state-database.ts';
import { family } from './support/attack.ts';
import { chained } from './support/chained-records.ts';
import { fieldPaths, type Json, parsedJson, withField } from './support/forged-fields.ts';
import { sendsNothing } from './support/no-call.ts';
import { plantedFiles } from './support/planted-files.ts';

type Tables = FakeStateDatabase['tables'];

const holder = JSON.stringify(['ben', 'desk', 'shop', 'live']);

/** Rows that a colleague may write, as opsdeck would. The ledger and the resets have those of a real run already. */
const plant = (tables: Tables, now: number): void => {
  let seq = Math.max(0, ...tables.file_change.map((row) => Number(row.seq)));
  for (const [path, records] of Object.entries(plantedFiles)) {
    if (path === 'drills.json') continue;
    seq += 1;
    const content = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    tables.file_change.push({ seq, path, is_append: path.endsWith('.jsonl'), content, written_by: 'ben' });
  }
  const times = { seen_at: now, open_ms: 1000, silent_ms: 0 };
  tables.presence.push({
    ...{ id: 'p', holder, pane: 'Problems', written_by: 'ben', is_shared: true },
    ...{ armed_ms: 60_000, armed_reason: 'INC-1', ...times },
  });
  tables.target_lock.push({
    ...{ key: 'k', token: 99, holder: JSON.stringify(['ben', 'desk', 'r', 'debug']) },
    ...{ taken_at: now, expires_at: now + 3_600_000 },
  });
  tables.screen_follower.push({ id: 'f', cockpit: 'p', follower: 'ben', seen_at: now, written_by: 'ben' });
  tables.screen_line.push({ follower: 'f', seq: 1, content: 'x' });
};

/** Fields of a row: its columns, and the fields of the JSON in a column. */
type Field = readonly [column: string, ...inner: readonly (string | number)[]];

const fieldsOf = (row: Readonly<Record<string, Json>>): readonly Field[] =>
  Object.entries(row).flatMap(([column, value]): Field[] => {
    const inner = typeof value === 'string' ? parsedJson(value) : undefined;
    return [
      [column],
      ...(inner === undefined ? [] : fieldPaths(inner).map((path): Field => [column, ...path])),
    ];
  });

/** Forges one column of a row, or one field of the JSON in it. */
const forgedRow = (
  row: Readonly<Record<string, Json>>,
  [column, ...inner]: Field,
  value: Json | undefined,
): Readonly<Record<string, Json>> => {
  const old = row[column];
  if (inner.length === 0 || typeof old !== 'string') {
    const isText = typeof value === 'object' && value !== null;
    return { ...row, [column]: isText ? JSON.stringify(value) : (value ?? null) };
  }
  return { ...row, [column]: JSON.stringify(withField(parsedJson(old) ?? null, inner, value)) };
};

/** Chains the records of the ledger again, so that only their content is forged. */
const chainAgain = (tables: Tables): void => {
  const records = tables.ledger.map((row) => parseLedgerRecord(String(row.line)));
  if (records.some((record) => record === undefined)) return;
  const { lines, links } = chained(records.filter((record) => record !== undefined));
  tables.ledger = tables.ledger.map((row, index) => ({
    ...{ ...row, line: lines[index] ?? '', seq: links[index]?.count ?? 0, hash: links[index]?.hash ?? '' },
    prev: links[index - 1]?.hash ?? row.prev ?? '',
  }));
};

/** Forges one field of one row of each table. Returns their number. */
const forge = (tables: Tables, nth: number, values: readonly (Json | undefined)[]): number => {
  let count = 0;
  for (const name of tableNames) {
    const rows = tables[name];
    const fields = rows.flatMap((row, index) => fieldsOf(row).map((field) => ({ index, field })));
    const chosen = fields[nth % fields.length];
    if (chosen === undefined) continue;
    const value = values[count % values.length];
    const isOfRecord = name === 'ledger' && chosen.field[0] === 'line' && chosen.field.length > 1;
    tables[name] = rows.map((row, index) =>
      index === chosen.index ? (forgedRow(row, chosen.field, value) as (typeof rows)[number]) : row,
    );
    if (isOfRecord) chainAgain(tables);
    count++;
  }
  return count;
};

family('forged rows', ({ attack }) => {
  attack(
    'a cockpit sends no changing request in ten minutes, unarmed and armed, whatever a row of the state database says',
    sendsNothing(async (workspace, stack) => {
      const { url, tables } = stack.use(await startStateDatabase(() => workspace.clock.now()));
      return {
        profile: `state: "${url}"\n`,
        plant: () => {
          expect(tables.file_change.length).toBeGreaterThan(0);
          plant(tables, workspace.clock.now());
        },
        forge: async ({ nth, values }) => {
          const count = forge(tables, nth, values);
          // A machine that has a copy refuses whatever differs from it.
          if (nth % 2 === 0) await rm(workspace.stateDir, { recursive: true, force: true });
          return count;
        },
      };
    }),
  );
});
