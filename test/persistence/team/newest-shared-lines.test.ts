import { expect, test } from 'vitest';
import { chainRecord, chainStart } from '../../../src/persistence/ledger/chain.ts';
import { receiveRecords } from '../../../src/persistence/ledger/ledger.ts';
import type { AskState } from '../../../src/persistence/team/database/database.ts';
import { newestSharedLines } from '../../../src/persistence/team/team-ledger.ts';
import { entry, tempDir } from '../ledger/entries.ts';

const chain = (count: number): readonly string[] => {
  let link = chainStart;
  return Array.from({ length: count }, (_, n) => {
    const record = chainRecord(entry('r1', `line ${n} ü`), link);
    link = record.link;
    return record.line;
  });
};

/** Answers the query for the newest records, of a database that has these lines. */
const databaseOf =
  (lines: readonly string[]): AskState =>
  async (_, [after, before, most] = []) =>
    lines
      .map((line, index) => ({ seq: String(index + 1), line: Buffer.from(line).toString('hex') }))
      .filter(({ seq }) => Number(seq) > Number(after) && (before === null || Number(seq) < Number(before)))
      .reverse()
      .slice(0, Number(most));

test.each([
  ['nothing', 0],
  ['some', 30],
  ['all', 130],
])('passes every record once, newest first, when the copy has %s', async (_, copied) => {
  await using dir = await tempDir();
  const lines = chain(130);
  await receiveRecords(dir.path, lines.slice(0, copied));
  const seen: string[] = [];
  expect(await newestSharedLines(databaseOf(lines), dir.path)((line) => seen.push(line) > 0)).toBe(true);
  expect(seen).toEqual([...lines].reverse());
});

test('reads no further than requested', async () => {
  await using dir = await tempDir();
  const lines = chain(130);
  await receiveRecords(dir.path, lines.slice(0, 30));
  const seen: string[] = [];
  await newestSharedLines(databaseOf(lines), dir.path)((line) => seen.push(line) < 110);
  expect(seen).toEqual([...lines].reverse().slice(0, 110));
});

test('a record that another process copies meanwhile is passed once', async () => {
  await using dir = await tempDir();
  const lines = chain(5);
  await receiveRecords(dir.path, lines.slice(0, 2));
  const seen: string[] = [];
  const ask: AskState = async (text, values) => {
    const records = await databaseOf(lines)(text, values);
    await receiveRecords(dir.path, lines);
    return records;
  };
  await newestSharedLines(ask, dir.path)((line) => seen.push(line) > 0);
  expect(seen).toEqual([...lines].reverse());
});
