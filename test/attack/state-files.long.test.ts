import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { openCockpitIn } from '../simulation/cockpit.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { family } from './support/attack.ts';
import { fieldPaths, hostileValue, withField } from './support/forged-fields.ts';
import { plantedFiles } from './support/planted-files.ts';
import {
  expectNothingSent,
  loggingProfile,
  loggingServer,
  makeTemporaryChange,
  noHands,
  sendsReset,
} from './support/temporary-change.ts';

type Json = Parameters<typeof fieldPaths>[0];

/** Records a real temporary change by another process, then plants the other files. */
const plant = async (workspace: Workspace): Promise<void> => {
  await makeTemporaryChange(workspace);
  for (const [name, records] of Object.entries(plantedFiles)) {
    await mkdir(dirname(join(workspace.stateDir, name)), { recursive: true, mode: 0o700 });
    await writeFile(
      join(workspace.stateDir, name),
      records.map((record) => `${JSON.stringify(record)}\n`).join(''),
    );
  }
};

/** Forges one field of each file. Returns their number. */
const forge = async (workspace: Workspace, nth: number, values: readonly (Json | undefined)[]) => {
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
  attack('a cockpit sends no changing request in ten minutes, unarmed and armed, whatever its files say', {
    rounds: 1,
    inputs: fc.record({
      nth: fc.nat({ max: 2000 }),
      values: fc.array(hostileValue, { minLength: 7, maxLength: 7 }),
    }),
    defense: { hands: noHands, forges: true },
    sabotaged: { hands: sendsReset, forges: false },
    notices: /expected \[ 'POST/,
    holds: async ({ nth, values }, { hands, forges }) => {
      await using server = await loggingServer();
      const { sent } = server;
      await using workspace = openWorkspace();
      await workspace.put('profiles/live.yaml', loggingProfile(server.url));
      await plant(workspace);
      sent.splice(0);
      const count = forges ? await forge(workspace, nth, values) : 0;
      await using cockpit = await openCockpitIn(workspace, ['--env', 'shop/live']);
      await expectNothingSent(cockpit, sent, hands);
      return count;
    },
    cpuLimitMs: 600_000,
  });
});
