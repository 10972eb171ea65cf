import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { runEventLines } from '../../src/cli/run/run-lines.ts';
import { createLedgerJournal } from '../../src/engine/journal/ledger-journal.ts';
import { readIncidentRuns } from '../../src/persistence/incidents/incident-runs.ts';
import {
  type LedgerRecord,
  parseLedgerRecord,
  readableRecord,
} from '../../src/persistence/ledger/ledger-record.ts';
import { pastRuns, toPastRun } from '../../src/persistence/ledger/past-runs.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { renderTimeline } from '../../src/persistence/ledger/timeline.ts';
import { verifyLedger } from '../../src/persistence/ledger/verify-ledger.ts';
import { createSecretMasker } from '../../src/platform/masking/secrets.ts';
import { createOutputSink } from '../../src/platform/terminal/sink.ts';
import { tempDir } from '../persistence/ledger/entries.ts';
import { manualClock } from '../support/manual-clock.ts';
import { family } from './support/attack.ts';
import { everyEvent } from './support/every-event.ts';
import { fieldPaths, hostileValue, type Json, withField } from './support/forged-fields.ts';

const head = { seq: 1, prev: '', hash: '', at: '2026-03-04T10:15:07.000Z', who: 'ben', host: 'vm-2', pid: 1 };
const records = everyEvent.map(
  (entry, nth): Json =>
    JSON.parse(JSON.stringify({ ...head, seq: nth + 1, system: 'shop', env: 'live', entry })),
);

/** Every field of every kind of record. */
const fields = records.flatMap((record, nth) => fieldPaths(record).map((path) => ({ nth, path })));

/** A value with more levels than any stack, as text: no value of this process can have it. */
const deepText = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
const deepMark = 'deep';

const lineOf = (record: Json): string => JSON.stringify(record).replaceAll(`"${deepMark}"`, deepText);

const same = (record: LedgerRecord): LedgerRecord => record;

/** Fields are forged in steps of this size, from another one in each round. */
const stride = 7;

family('records of another form', ({ attack }) => {
  attack('no field of a record that another person wrote ends a reader of the ledger', {
    rounds: 70,
    inputs: fc.record({
      from: fc.nat({ max: stride - 1 }),
      values: fc.array(fc.oneof(hostileValue, fc.constant(deepMark)), { minLength: 11, maxLength: 11 }),
    }),
    defense: readableRecord,
    sabotaged: same,
    notices: /TypeError|RangeError|is not a function|undefined/,
    holds: async ({ from, values }, readable) => {
      const sink = createOutputSink(createSecretMasker());
      let tried = 0;
      for (let index = from; index < fields.length; index += stride) {
        const { nth, path } = fields[index] ?? { nth: 0, path: [] };
        const forged = records.map((record, other) =>
          other === nth ? withField(record, path, values[index % values.length]) : record,
        );
        const read = forged.flatMap((record) => parseLedgerRecord(lineOf(record)) ?? []).map(readable);
        const of = async function* () {
          yield* read.toReversed();
        };
        expect(renderTimeline(read)).toMatch(/^# Timeline/);
        for (const { entry } of read)
          for (const line of runEventLines(entry)) expect(sink.row(line)).toBeTypeOf('string');
        expect(sink.json(read)).toBeTypeOf('string');
        for (const run of await pastRuns(of(), 10, async () => false)) expect(run.title).toBeTypeOf('string');
        await toPastRun(read);
        tried++;
      }
      return tried;
    },
    cpuLimitMs: 120_000,
  });

  attack('nor does a file of them', {
    rounds: 10,
    inputs: fc.record({
      nth: fc.nat({ max: fields.length - 1 }),
      value: fc.oneof(hostileValue, fc.constant(deepMark)),
    }),
    corpus: [{ nth: 0, value: deepMark }],
    defense: lineOf,
    // A line that is no JSON text at all is none that a reader may trip over.
    sabotaged: (): string => {
      throw new TypeError('not written');
    },
    holds: async ({ nth, value }, format) => {
      await using dir = await tempDir();
      const field = fields[nth];
      const lines = records.map((record, other) =>
        format(field !== undefined && other === field.nth ? withField(record, field.path, value) : record),
      );
      await writeFile(join(dir.path, 'audit.jsonl'), `${lines.join('\n')}\n`);
      expect((await verifyLedger(dir.path)).ok).toBe(false);
      await readLedger(dir.path);
      await readIncidentRuns(dir.path, 0, () => true);
      const place = { system: 'shop', env: 'live', isSimulated: false };
      await createLedgerJournal(dir.path, place, manualClock()).read();
      return 4;
    },
  });
});
