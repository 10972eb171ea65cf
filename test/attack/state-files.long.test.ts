import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Workspace } from '../simulation/workspace.ts';
import { family } from './support/attack.ts';
import { fieldPaths, type Json, withField } from './support/forged-fields.ts';
import { type Forgery, sendsNothing } from './support/no-call.ts';
import { plantedFiles } from './support/planted-files.ts';

/** Plants the files beside those of the temporary change. */
const plant = async (workspace: Workspace): Promise<void> => {
  for (const [name, records] of Object.entries(plantedFiles)) {
    await mkdir(dirname(join(workspace.stateDir, name)), { recursive: true, mode: 0o700 });
    await writeFile(
      join(workspace.stateDir, name),
      records.map((record) => `${JSON.stringify(record)}\n`).join(''),
    );
  }
};

/** Forges one field of each file. Returns their number. */
const forge = async (workspace: Workspace, { nth, values }: Forgery): Promise<number> => {
  let count = 0;
  for (const name of ['audit.jsonl', 'audit.head', 'resets.json', ...Object.keys(plantedFiles)]) {
    const path = join(workspace.stateDir, name);
    const text = await readFile(path, 'utf8');
    const isLines = name.endsWith('.jsonl');
    const records = (isLines ? text.trimEnd().split('\n') : [text]).map((line): Json => JSON.parse(line));
    const fields = records.flatMap((record, index) => fieldPaths(record).map((field) => ({ index, field })));
    const chosen = fields[nth % fields.length];
    if (chosen === undefined) continue;
    const value = values[count % values.length];
    const forged = records.map((record, index) =>
      index === chosen.index ? withField(record, chosen.field, value) : record,
    );
    await writeFile(path, forged.map((json) => `${JSON.stringify(json)}\n`).join(''));
    count++;
  }
  return count;
};

family('forged state files', ({ attack }) => {
  attack(
    'a cockpit sends no changing request in ten minutes, unarmed and armed, whatever its files say',
    sendsNothing((workspace) => ({
      plant: () => plant(workspace),
      forge: (forgery) => forge(workspace, forgery),
    })),
  );
});
