import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { ActStep } from '../../src/domain/runbooks/runbook.ts';
import { createAutomaticResets } from '../../src/engine/cockpit/runs/automatic-resets.ts';
import { formatLedgerHead, type LedgerRecord } from '../../src/persistence/ledger/ledger-record.ts';
import type { OwnRuns } from '../../src/runs/records/own-runs.ts';
import { isKept } from '../../src/runs/records/unattended.ts';
import { createCockpitStore } from '../../src/store/cockpit.ts';
import { openStage, type Stage } from '../runs/stage.ts';
import { family } from './support/attack.ts';
import { chained } from './support/chained-records.ts';
import { type FieldPath, fieldPaths, hostileValue, type Json, withField } from './support/forged-fields.ts';

const param = (name: string): string => `\${param.${name}}`;
const temporarily: ActStep = {
  id: 'a1',
  title: `Close ${param('name')}`,
  use: 'bus.move',
  with: { name: param('name'), to: 'closed', forMs: 60_000 },
};

/** What a process on the state directory remembers of the runs that it finds there. */
type Memory = (stage: Stage) => Promise<OwnRuns | undefined>;

/** A process remembers what it has run itself. */
const remembersOwn: Memory = async () => undefined;

const linesOf = async (stage: Stage, name: string): Promise<readonly string[]> =>
  (await readFile(join(stage.stateDir, name), 'utf8')).split('\n').filter((line) => line !== '');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** A process believes the files: whatever they say of a run, it has done. */
const believesFiles: Memory = async (stage) => {
  const records = (await linesOf(stage, 'audit.jsonl')).map((line): unknown => JSON.parse(line));
  const resets: unknown = JSON.parse(await readFile(join(stage.stateDir, 'resets.json'), 'utf8'));
  const dueAt = new Map<string, number>();
  for (const reset of isObject(resets) && Array.isArray(resets.resets) ? resets.resets : [])
    dueAt.set(String(reset.step), Number(reset.dueAt));
  const events = records.flatMap((record) =>
    isObject(record) ? [record.entry] : [],
  ) as LedgerRecord['entry'][];
  const kept = events.filter((event) => isObject(event) && isKept(event));
  const run = {
    ...{ events: kept, dueAt, isAdmitted: true },
    seal: { proofOf: () => 'x', isOwn: () => true },
  };
  return { find: () => run, begin: () => run };
};

/** Writes the ledger anew with these records, in an unbroken chain. */
const rewriteLedger = async (stage: Stage, records: readonly LedgerRecord[]): Promise<void> => {
  const { lines, link } = chained(records);
  const text = lines.map((line) => `${line}\n`).join('');
  await writeFile(join(stage.stateDir, 'audit.jsonl'), text);
  await writeFile(
    join(stage.stateDir, 'audit.head'),
    formatLedgerHead({ ...link, bytes: Buffer.byteLength(text) }),
  );
};

/** One field of a file, and how to forge it. */
interface Field {
  readonly name: string;
  forge(value: Json | undefined): Promise<void>;
}

/** Every field of every file that a process reads back about temporary changes. */
const fieldsOf = async (stage: Stage): Promise<readonly Field[]> => {
  const lines = await linesOf(stage, 'audit.jsonl');
  const records = lines.map((line): Json => JSON.parse(line));
  const files = await Promise.all(
    ['resets.json', 'audit.head'].map(
      async (name) => [name, JSON.parse((await linesOf(stage, name)).join(''))] as const,
    ),
  );
  const original = async (): Promise<void> => {
    for (const [name, value] of files)
      await writeFile(join(stage.stateDir, name), `${JSON.stringify(value)}\n`);
    await writeFile(join(stage.stateDir, 'audit.jsonl'), `${lines.join('\n')}\n`);
  };
  const ofFile = (name: string, value: Json, path: FieldPath): Field => ({
    name: `${name} ${path.join('.')}`,
    forge: async (forged) => {
      await original();
      await writeFile(join(stage.stateDir, name), `${JSON.stringify(withField(value, path, forged))}\n`);
    },
  });
  const ofRecord = (nth: number, path: FieldPath): Field => ({
    name: `audit.jsonl ${nth} ${path.join('.')}`,
    forge: async (forged) => {
      await original();
      const changed = records.map((record, index) =>
        index === nth ? withField(record, path, forged) : record,
      );
      await rewriteLedger(stage, changed as unknown as readonly LedgerRecord[]);
    },
  });
  return [
    ...files.flatMap(([name, value]) => fieldPaths(value).map((path) => ofFile(name, value, path))),
    ...records.flatMap((record, nth) => fieldPaths(record).map((path) => ofRecord(nth, path))),
  ];
};

/** Waits for some work while simulated time passes, a second at a time. */
const whileTimePasses = async (stage: Stage, work: Promise<unknown>): Promise<void> => {
  let isOver = false;
  const done = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await stage.quiet();
    if (!isOver) await stage.clock.advance(1000);
  }
  await done;
};

/** Lets ten minutes pass in a cockpit that carries out resets, half of them armed. Each is also asked for directly. */
const tenMinutes = async (stage: Stage, ownRuns: OwnRuns | undefined): Promise<void> => {
  const executor = stage.restarted(ownRuns === undefined ? {} : { ownRuns });
  const read = Promise.withResolvers<void>();
  const cockpit = createCockpitStore();
  cockpit.subscribe(({ resets }) => resets !== undefined && read.resolve());
  const automatic = createAutomaticResets({
    ...{ cockpit, clock: stage.clock, executor, isDrill: false },
    // The list cannot be read.
    say: () => read.resolve(),
  });
  automatic.reload();
  await whileTimePasses(stage, read.promise);
  for (const phase of ['unarmed', 'armed']) {
    if (phase === 'armed') stage.arming.arm('INC-7');
    for (const { run, step } of cockpit.getState().resets ?? [])
      await whileTimePasses(
        stage,
        executor.reset({ run, step }, new AbortController().signal).catch(() => {}),
      );
    for (let minute = 0; minute < 5; minute++) {
      automatic.everySecond();
      await stage.quiet();
      await stage.clock.advance(60_000);
    }
  }
  stage.arming.disarm();
  await whileTimePasses(stage, automatic.close());
};

/** Fields are forged in steps of this size, from another one in each round: every field is reached over the rounds. */
const stride = 29;

family('forged records', ({ attack }) => {
  attack(
    'whatever a field of the ledger or of the pending resets says, no changing request leaves in ten minutes',
    {
      rounds: 1,
      inputs: fc.record({
        from: fc.nat({ max: 200 }),
        values: fc.array(hostileValue, { minLength: 7, maxLength: 7 }),
      }),
      defense: remembersOwn,
      sabotaged: believesFiles,
      notices: /expected \[ 'POST /,
      holds: async ({ from, values }, memory) => {
        await using stage = await openStage({ tier: 'production', act: [temporarily], verify: 'none' });
        stage.arming.arm('INC-7');
        expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
        stage.arming.disarm();
        const sent = stage.server.changes.length;
        const fields = await fieldsOf(stage);
        let tried = 0;
        // Every field in turn, over the rounds.
        for (let index = from % stride; index < fields.length; index += stride) {
          await fields[index]?.forge(values[index % values.length]);
          await tenMinutes(stage, await memory(stage).catch(() => undefined));
          expect(stage.server.changes.slice(sent), fields[index]?.name ?? '').toEqual([]);
          tried++;
        }
        return tried;
      },
      cpuLimitMs: 600_000,
    },
  );
});
