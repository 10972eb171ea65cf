import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chainRecord, chainStart } from '../../../src/persistence/ledger/chain.ts';
import { ledgerPosition, openLedger, receiveRecords } from '../../../src/persistence/ledger/ledger.ts';
import { readLedger } from '../../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../../src/persistence/ledger/verify-ledger.ts';
import { entry, linesOf, tempDir } from './entries.ts';

/** The lines of a chain that another ledger has written. */
const chain = (count: number): readonly string[] => {
  const lines: string[] = [];
  let link = chainStart;
  for (let n = 1; n <= count; n++) {
    const next = chainRecord(entry('r1', `line ${n} \u2028`), link);
    lines.push(next.line);
    link = next.link;
  }
  return lines;
};

test('received records are stored byte for byte; known ones are skipped', async () => {
  await using dir = await tempDir();
  const lines = chain(5);
  await receiveRecords(dir.path, lines.slice(0, 3));
  await receiveRecords(dir.path, lines);
  await receiveRecords(dir.path, []);
  expect(await linesOf(dir.path)).toEqual(lines);
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 5, behind: 0 });
  expect(await ledgerPosition(dir.path)).toMatchObject({ count: 5 });
});

test.each([
  ['a gap', (lines: readonly string[]) => lines.slice(3)],
  ['a changed record', (lines: readonly string[]) => [lines[2]?.replace('line 3', 'line 4') ?? '']],
  ['something else', () => ['{"seq":3}']],
])('refuses %s and writes nothing', async (_, damaged) => {
  await using dir = await tempDir();
  const lines = chain(6);
  await receiveRecords(dir.path, lines.slice(0, 2));
  await expect(receiveRecords(dir.path, damaged(lines))).rejects.toThrow('does not continue the ledger');
  expect(await linesOf(dir.path)).toEqual(lines.slice(0, 2));
});

test.each([
  ['before its head was written', (lines: readonly string[]) => `${lines[2]}\n${lines[3]}\n`],
  ['within a line', (lines: readonly string[]) => `${lines[2]}\n${lines[3]?.slice(0, 40)}`],
])('goes on after a process was killed %s', async (_, rest) => {
  await using dir = await tempDir();
  const lines = chain(6);
  await receiveRecords(dir.path, lines.slice(0, 2));
  await appendFile(join(dir.path, 'audit.jsonl'), rest(lines));
  await receiveRecords(dir.path, lines);
  expect((await readLedger(dir.path)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 6 });
});

test('a merged record keeps its place in the other chain in its hash, and its earlier time is no clock that was set back', async () => {
  await using dir = await tempDir();
  const ledger = await openLedger(dir.path);
  const merged = { seq: 7, prev: 'a'.repeat(64), hash: 'b'.repeat(64) };
  await ledger.append(entry('r1', 'now'));
  await ledger.append({ ...entry('r2', 'before'), at: 0, merged });
  expect((await readLedger(dir.path))[1]).toMatchObject({ at: '1970-01-01T00:00:00.000Z', merged });
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 2, setBackCount: 0 });
  const path = join(dir.path, 'audit.jsonl');
  const text = (await readFile(path, 'utf8')).replace('"seq":7', '"seq":8');
  await writeFile(path, text);
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: false, firstBroken: { line: 2 } });
});
