import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { expect } from 'vitest';
import { openCockpitIn } from '../simulation/cockpit.ts';
import type { Workspace } from '../simulation/workspace.ts';
import { family } from './support/attack.ts';
import { fieldPaths, type Json, parsedJson, withField } from './support/forged-fields.ts';
import { type Forgery, sendsNothing } from './support/no-call.ts';
import type { Hands } from './support/temporary-change.ts';

const tables = ['series', 'points', 'means', 'places', 'keyframes', 'moments', 'journal'];

/** Forges one field of each line of a snapshot, or the text itself. */
const forgedText = (text: string, nth: number, value: Json | undefined): string =>
  text
    .split('\n')
    .map((line) => {
      const json = parsedJson(line);
      const paths = json === undefined ? [] : fieldPaths(json);
      const path = paths[nth % paths.length];
      return json === undefined || path === undefined ? line : JSON.stringify(withField(json, path, value));
    })
    .join('\n');

const forgedCell = (old: unknown, nth: number, value: Json | undefined): SQLInputValue => {
  if (old instanceof Uint8Array)
    return deflateRawSync(forgedText(inflateRawSync(old).toString('utf8'), nth, value));
  if (typeof old === 'string' && nth % 2 === 0) return forgedText(old, nth, value);
  return typeof value === 'number' || value === null ? value : (JSON.stringify(value) ?? null);
};

/** Forges one column of all rows of each table of history.db. Returns the number of columns. */
const forgeHistory = (workspace: Workspace, { nth, values }: Forgery): number => {
  using database = new DatabaseSync(join(workspace.stateDir, 'history.db'));
  let count = 0;
  for (const table of tables) {
    const rows = database.prepare(`SELECT * FROM ${table} LIMIT 50`).all();
    const columns = Object.keys(rows[0] ?? {});
    const column = columns[nth % columns.length];
    if (column === undefined) continue;
    for (const row of rows)
      try {
        const cell = forgedCell(row[column], nth, values[count % values.length]);
        database
          .prepare(`UPDATE ${table} SET ${column} = ? WHERE ${column} IS ?`)
          .run(cell, row[column] ?? null);
      } catch {
        // A type or a uniqueness that the table requires.
      }
    count++;
  }
  return count;
};

/** Goes back in time, and on again. */
const travels: Hands = async (cockpit) => {
  cockpit.pty.press('<');
  await cockpit.simulation.wait(2000);
  cockpit.pty.press('<');
  await cockpit.simulation.wait(2000);
  cockpit.pty.press('.');
  await cockpit.simulation.wait(2000);
};

family('forged history', ({ attack }) => {
  attack(
    'a cockpit sends no changing request in ten minutes, unarmed and armed, whatever its history says',
    sendsNothing((workspace) => ({
      look: travels,
      plant: async () => {
        await using earlier = await openCockpitIn(workspace, ['--env', 'shop/live']);
        await earlier.sees(/read-only/);
        await workspace.wait(3 * 60_000);
      },
      forge: (forgery) => {
        const count = forgeHistory(workspace, forgery);
        expect(count).toBeGreaterThan(3);
        return count;
      },
    })),
  );
});
