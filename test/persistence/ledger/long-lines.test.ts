import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readNewestLedgerLines } from '../../../src/persistence/ledger/newest-lines.ts';
import { type LedgerLine, readLedgerFile } from '../../../src/persistence/ledger/read-ledger.ts';
import { longTest } from '../../support/layer.ts';
import { scratchDir } from '../../support/scratch-dir.ts';

const mebibyte = 1024 * 1024;

let stateDir = '';
beforeEach(async () => {
  stateDir = await mkdtemp(join(scratchDir(), 'opsdeck-long-lines-'));
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

const put = (content: string | Uint8Array) => writeFile(join(stateDir, 'audit.jsonl'), content);

/** Runs the read, and returns the bytes that were joined for it. */
const bytesJoined = async (read: () => Promise<void>): Promise<number> => {
  using concat = vi.spyOn(Buffer, 'concat');
  await read();
  return concat.mock.results.reduce((sum, { value }) => sum + Buffer.from(value).length, 0);
};

const linesOf = async (lines: AsyncIterable<LedgerLine>): Promise<readonly LedgerLine[]> => {
  const all: LedgerLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
};

longTest.each([
  [
    'forward',
    async () => {
      for await (const { bytes } of readLedgerFile(stateDir).lines()) expect(bytes).toBeGreaterThan(0);
    },
  ],
  [
    'backward',
    async () => {
      for await (const { bytes } of readLedgerFile(stateDir).newestFirst()) expect(bytes).toBeGreaterThan(0);
    },
  ],
  [
    'from its newest line',
    async () => void (await readNewestLedgerLines(stateDir, 16 * mebibyte, () => true)),
  ],
])('a line of 8 MiB that is read %s is joined once', async (_, read) => {
  await put(`first\n${'x'.repeat(8 * mebibyte)}\nlast\n`);
  // Joined with each chunk of it, it would be 512 MiB.
  expect(await bytesJoined(read)).toBeLessThan(9 * mebibyte);
});

test('the lines around a long one are read, in both directions, with their ends', async () => {
  const long = 'x'.repeat(300_000);
  await put(`first\n\n${long}\nlast`);
  const ends = [6, 7, 300_008, 300_012];
  const forward = await linesOf(readLedgerFile(stateDir).lines());
  expect(forward.map(({ text }) => text)).toEqual(['first', '', long, 'last']);
  expect(forward.map(({ end }) => end)).toEqual(ends);
  const backward = await linesOf(readLedgerFile(stateDir).newestFirst());
  expect(backward.map(({ text }) => text)).toEqual(['last', long, '', 'first']);
  const newest: string[] = [];
  await readNewestLedgerLines(stateDir, mebibyte, (line) => newest.push(line) > 0);
  expect(newest).toEqual(['last', long, 'first']);
});

longTest('a line that is longer than any record is none, and the next one is read', async () => {
  await put(Buffer.alloc(65 * mebibyte, 'x'));
  await appendFile(join(stateDir, 'audit.jsonl'), '\nlast\n');
  const lines = await linesOf(readLedgerFile(stateDir).lines());
  expect(lines).toEqual([
    { text: undefined, bytes: 65 * mebibyte, end: 65 * mebibyte + 1 },
    { text: 'last', bytes: 4, end: 65 * mebibyte + 6 },
  ]);
  const backward = await linesOf(readLedgerFile(stateDir).newestFirst());
  expect(backward.map(({ text }) => text)).toEqual(['last', undefined]);
});
