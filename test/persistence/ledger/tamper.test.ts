import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import { readLedger } from '../../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../../src/persistence/ledger/verify-ledger.ts';
import { everyNth, longTest, sampled } from '../../support/layer.ts';
import { entriesOf } from './a-run.ts';
import { entry, tempDir } from './entries.ts';

const fileOf = (dir: string): string => join(dir, 'audit.jsonl');
const headOf = (dir: string): string => join(dir, 'audit.head');

/** A small ledger with every kind of byte: several records, multi-byte characters, and the replacement character. */
const small = async (dir: string): Promise<Buffer> => {
  const ledger = await openLedger(dir);
  for (const text of ['one', 'zwei ü € 🚀', 'lost: \ufffd', 'four']) await ledger.append(entry('r1', text));
  return readFile(fileOf(dir));
};

const check = async (dir: string, bytes: Buffer) => {
  await writeFile(fileOf(dir), bytes);
  return verifyLedger(dir);
};

longTest('a change of any byte is detected', async () => {
  await using dir = await tempDir();
  const whole = await small(dir.path);
  for (const index of sampled([...whole.keys()], everyNth(8))) {
    const flip = index % 2 === 0 ? 0x01 : 0x80;
    const bytes = Buffer.from(whole);
    bytes[index] = (bytes[index] ?? 0) ^ flip;
    const found = await check(dir.path, bytes);
    expect(found.ok, `byte ${index} ^ ${flip}`).toBe(false);
  }
  expect(await check(dir.path, whole)).toMatchObject({ ok: true, count: 4 });
});

test('a change of any byte of the head is detected', async () => {
  await using dir = await tempDir();
  await small(dir.path);
  const head = await readFile(headOf(dir.path));
  for (const index of sampled([...head.keys()], everyNth(3))) {
    const bytes = Buffer.from(head);
    bytes[index] = (bytes[index] ?? 0) ^ 1;
    await writeFile(headOf(dir.path), bytes);
    expect((await verifyLedger(dir.path)).ok, `byte ${index}`).toBe(false);
  }
});

test('an invalid character replaced by another invalid one of the same length is detected', async () => {
  await using dir = await tempDir();
  const whole = await small(dir.path);
  const index = whole.indexOf(Buffer.from('\ufffd'));
  const bytes = Buffer.from(whole);
  // The first byte of a four-byte character: a lenient decoder returns the same replacement character.
  bytes.set([0xf0, 0x9f, 0x98], index);
  expect(bytes.toString()).toBe(whole.toString());
  expect(await check(dir.path, bytes)).toMatchObject({ ok: false, firstBroken: { line: 3 } });
});

test('an inserted or removed byte is detected', async () => {
  await using dir = await tempDir();
  const whole = await small(dir.path);
  // In the last record, which has no successor, and in the one before it.
  const from = whole.indexOf('\n', Math.floor(whole.length / 2));
  for (const index of sampled([...whole.keys()].slice(from), everyNth(8))) {
    const less = Buffer.concat([whole.subarray(0, index), whole.subarray(index + 1)]);
    expect((await check(dir.path, less)).ok, `without byte ${index}`).toBe(false);
    // An additional line break after the last record is ignored.
    if (index === whole.length - 1) continue;
    const more = Buffer.concat([whole.subarray(0, index), Buffer.from('\n'), whole.subarray(index)]);
    expect((await check(dir.path, more)).ok, `a line break at ${index}`).toBe(false);
  }
});

longTest('a removed tail of any length is detected, and reported with what remains', async () => {
  await using dir = await tempDir();
  const whole = await small(dir.path);
  const ends = [...whole.entries()].filter(([, byte]) => byte === 10).map(([position]) => position + 1);
  for (const size of sampled([...whole.keys()], everyNth(8))) {
    const { ok, firstBroken, torn } = await check(dir.path, whole.subarray(0, size));
    expect({ ok, torn }, `cut at ${size}`).toEqual({ ok: false, torn: [] });
    const remaining = ends.filter((end) => end <= size + 1).length;
    const from = ends[remaining - 1] ?? 0;
    if (size === whole.length - 1)
      expect(firstBroken?.what).toBe(
        `audit.head says record 4 ends at byte ${size + 1}, but the line ends at ${size}`,
      );
    else if (size > from)
      expect(firstBroken).toEqual({
        line: remaining + 1,
        what: `record ${remaining + 1} is truncated: ${size - from} bytes remain, but audit.head counts the record as complete${remaining === 3 ? '' : `, and the ${3 - remaining} that follow are missing`}`,
      });
    else
      expect(firstBroken?.what).toBe(
        remaining === 3 ? 'the last record is missing' : `the last ${4 - remaining} records are missing`,
      );
  }
});

test('a record truncated after it was counted stays a break after more appends', async () => {
  await using dir = await tempDir();
  const whole = await small(dir.path);
  await writeFile(fileOf(dir.path), whole.subarray(0, whole.length - 10));
  await (await openLedger(dir.path)).append(entry('r2', 'later'));
  expect((await verifyLedger(dir.path)).firstBroken).toEqual({
    line: 4,
    what: 'this line is not readable, so the hash chain is broken here',
  });
});

test('a removed, duplicated or swapped record is detected at any position', async () => {
  await using dir = await tempDir();
  const lines = (await small(dir.path)).toString().split('\n').slice(0, -1);
  const as = (changed: readonly string[]) =>
    check(dir.path, Buffer.from(changed.map((l) => `${l}\n`).join('')));
  for (let index = 0; index < lines.length; index++) {
    expect(await as(lines.toSpliced(index, 1)), `without ${index}`).toMatchObject({ ok: false });
    for (let to = 0; to <= lines.length; to++)
      expect(await as(lines.toSpliced(to, 0, lines[index] ?? '')), `${index} again at ${to}`).toMatchObject({
        ok: false,
      });
    for (let other = index + 1; other < lines.length; other++)
      expect(await as(lines.with(index, lines[other] ?? '').with(other, lines[index] ?? ''))).toMatchObject({
        ok: false,
      });
  }
});

longTest(
  'the very first record, truncated at any byte before its head was written: reported, and appends succeed',
  async () => {
    await using dir = await tempDir();
    await (await openLedger(dir.path)).append(entry('r1', 'one ü'));
    const whole = await readFile(fileOf(dir.path));
    for (let size = 0; size < whole.length - 1; size += 7) {
      await using other = await tempDir();
      expect(await check(other.path, whole.subarray(0, size))).toMatchObject({ ok: true, count: 0 });
      await (await openLedger(other.path)).append(entry('r2', 'on'));
      expect(await verifyLedger(other.path)).toMatchObject({
        ok: true,
        count: 1,
        tornCount: size === 0 ? 0 : 1,
      });
    }
  },
);

test('a clock that was set back is reported, is not a break, and the order by number is kept', async () => {
  await using dir = await tempDir();
  const ledger = await openLedger(dir.path);
  const noon = Date.parse('2026-03-04T12:00:00Z');
  for (const ledgerEntry of entriesOf('r1', noon)) await ledger.append(ledgerEntry);
  for (const ledgerEntry of entriesOf('r2', noon - 3_600_000)) await ledger.append(ledgerEntry);
  const found = await verifyLedger(dir.path);
  expect(found).toMatchObject({ ok: true, count: 14, setBackCount: 1 });
  expect(found.setBack).toEqual([{ line: 8, byMs: 3_606_000 }]);
  expect((await readLedger(dir.path)).map(({ seq }) => seq)).toEqual(
    Array.from({ length: 14 }, (_, n) => n + 1),
  );
});

test('a process that waited for another one is not reported as a clock that was set back', async () => {
  await using dir = await tempDir();
  const ledger = await openLedger(dir.path);
  const ledgerEntry = entry('r1', 'one');
  const two = entry('r2', 'two');
  await ledger.append(ledgerEntry);
  await ledger.append({ ...two, at: two.at - 9000, who: { ...two.who, pid: 12 } });
  await ledger.append({ ...two, at: two.at - 9001, who: { ...two.who, pid: 12 } });
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, setBack: [{ line: 3, byMs: 1 }] });
});
