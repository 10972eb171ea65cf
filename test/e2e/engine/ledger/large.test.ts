import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chainRecord, chainStart } from '../../../../src/persistence/ledger/chain.ts';
import { formatLedgerHead } from '../../../../src/persistence/ledger/ledger-record.ts';
import { pastRuns } from '../../../../src/persistence/ledger/past-runs.ts';
import { ledgerRecords, newestRecords } from '../../../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../../../src/persistence/ledger/verify-ledger.ts';
import { entriesOf } from '../../../persistence/ledger/a-run.ts';
import { tempDir } from '../../../persistence/ledger/entries.ts';

const runs = 14_300;

/** Writes a ledger of several years: 100,100 records. */
const fillLarge = async (dir: string): Promise<number> => {
  let link = chainStart;
  const lines: string[] = [];
  for (let run = 1; run <= runs; run++)
    for (const entry of entriesOf(`r${run}`)) {
      const chained = chainRecord({ ...entry, who: { ...entry.who, pid: run } }, link);
      link = chained.link;
      lines.push(chained.line);
    }
  const text = `${lines.join('\n')}\n`;
  await writeFile(join(dir, 'audit.jsonl'), text);
  await writeFile(join(dir, 'audit.head'), formatLedgerHead({ ...link, bytes: Buffer.byteLength(text) }));
  return Buffer.byteLength(text);
};

const mib = 1024 * 1024;

test('a ledger of 100,000 records is read line by line, and its newest runs are read from the end', async () => {
  await using dir = await tempDir();
  const bytes = await fillLarge(dir.path);
  expect(bytes).toBeGreaterThan(30 * mib);
  global.gc?.();
  const before = process.memoryUsage().arrayBuffers;
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: runs * 7, setBackCount: 0 });

  let count = 0;
  let maxBytes = 0;
  for await (const record of ledgerRecords(dir.path)) {
    count += record.seq > 0 ? 1 : 0;
    if (count % 10_000 === 0) maxBytes = Math.max(maxBytes, process.memoryUsage().arrayBuffers - before);
  }
  expect(count).toBe(runs * 7);
  // Memory holds a chunk and uncollected garbage, never the whole file.
  expect(maxBytes).toBeLessThan(bytes / 2);

  let read = 0;
  const counted = async function* () {
    for await (const record of newestRecords(dir.path)) {
      read++;
      yield record;
    }
  };
  const newest = await pastRuns(counted(), 500, async () => false);
  expect(newest.map(({ run }) => run)).toEqual(Array.from({ length: 500 }, (_, n) => `r${runs - n}`));
  expect(read).toBe(500 * 7);
}, 120_000);

test('reading backwards returns the same records, regardless of chunk boundaries', async () => {
  await using dir = await tempDir();
  let link = chainStart;
  let text = '';
  for (let n = 0; n < 400; n++) {
    const [entry] = entriesOf(`r${n} ${'ü€🚀'.repeat((n * 53) % 331)}`);
    if (entry === undefined) throw new Error('no entry');
    const chained = chainRecord(entry, link);
    link = chained.link;
    text += `${chained.line}\n`;
  }
  for (const ending of ['', '\n', '{"half', '\n\n']) {
    await writeFile(join(dir.path, 'audit.jsonl'), `${text}${ending}`);
    const forwards: number[] = [];
    for await (const { seq } of ledgerRecords(dir.path)) forwards.push(seq);
    const backwards: number[] = [];
    for await (const { seq } of newestRecords(dir.path)) backwards.unshift(seq);
    expect(forwards).toHaveLength(400);
    expect(backwards).toEqual(forwards);
  }
});
