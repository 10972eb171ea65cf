import { appendFile, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/persistence/ledger/chain.ts';
import { type EntryCondition, openLedger } from '../../../src/persistence/ledger/ledger.ts';
import { LedgerRefusal } from '../../../src/persistence/ledger/ledger-error.ts';
import { readLedger } from '../../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../../src/persistence/ledger/verify-ledger.ts';
import { longTest } from '../../support/layer.ts';
import { entry, linesOf, tempDir } from './entries.ts';

const fill = async (dir: string, count: number): Promise<void> => {
  const ledger = await openLedger(dir);
  for (let n = 1; n <= count; n++) await ledger.append(entry('r1', `line ${n}`));
};

const fileOf = (dir: string): string => join(dir, 'audit.jsonl');
const headOf = (dir: string): string => join(dir, 'audit.head');

test('appended records are read back in order, chained, private, and in a single .jsonl file', async () => {
  await using dir = await tempDir();
  const state = join(dir.path, 'made', 'on', 'first', 'append');
  const ledger = await openLedger(state);
  expect(await readdir(dir.path)).toEqual([]);
  expect(await verifyLedger(state)).toMatchObject({ ok: true, count: 0, empty: true });

  await ledger.append(entry('r1', 'one'));
  await ledger.append(entry('r2', 'two \u2028 ünd\nthree'));
  const [ledgerRecord, two] = await readLedger(state);
  expect(ledgerRecord).toMatchObject({
    seq: 1,
    prev: '0'.repeat(64),
    at: '2026-03-04T10:15:07.250Z',
    who: 'ana',
    host: 'vm-1',
    pid: 4711,
    system: 'demo',
    env: 'production',
  });
  expect(two).toMatchObject({
    seq: 2,
    prev: ledgerRecord?.hash,
    entry: { run: 'r2', text: 'two \u2028 ünd\nthree' },
  });
  expect(await verifyLedger(state)).toEqual({
    ok: true,
    count: 2,
    empty: false,
    torn: [],
    tornCount: 0,
    setBack: [],
    setBackCount: 0,
    behind: 0,
    hash: two?.hash,
  });

  expect((await readdir(state)).sort()).toEqual(['audit.head', 'audit.jsonl']);
  expect((await stat(state)).mode & 0o777).toBe(0o700);
  expect((await stat(fileOf(state))).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(headOf(state), 'utf8'))).toMatchObject({ count: 2, hash: two?.hash });
});

longTest('filters by run, environment and time', async () => {
  await using dir = await tempDir();
  const ledger = await openLedger(dir.path);
  await ledger.append(entry('r1', 'one'));
  await ledger.append({ ...entry('r2', 'two'), env: 'dev', at: Date.parse('2026-03-05T00:00:00Z') });
  const runs = async (filter: Parameters<typeof readLedger>[1]) =>
    (await readLedger(dir.path, filter)).map((record) => record.entry.run);
  expect(await runs({ run: 'r2' })).toEqual(['r2']);
  expect(await runs({ env: 'production' })).toEqual(['r1']);
  expect(await runs({ system: 'other' })).toEqual([]);
  expect(await runs({ since: Date.parse('2026-03-05T00:00:00Z') })).toEqual(['r2']);
  expect(await runs({ until: Date.parse('2026-03-05T00:00:00Z') })).toEqual(['r1']);
});

test('64-bit offsets and absent values have one canonical form', () => {
  expect(canonicalJson({ b: [undefined, 1n << 60n], a: undefined, c: { z: Number.NaN, y: 'ü"' } })).toBe(
    '{"b":[null,"1152921504606846976"],"c":{"y":"ü\\"","z":null}}',
  );
});

const tamper = async (dir: string, line: number, change: (text: string) => string): Promise<void> => {
  const lines = (await readFile(fileOf(dir), 'utf8')).split('\n');
  await writeFile(
    fileOf(dir),
    lines.map((text, index) => (index === line - 1 ? change(text) : text)).join('\n'),
  );
};

test.each([
  ['a changed word', (t: string) => t.replace('"line 3"', '"line 9"'), 3, /has been changed/],
  [
    'a changed word with a forged hash',
    (t: string) => t.replace(/"hash":"..../, '"hash":"0000'),
    3,
    /has been changed/,
  ],
  [
    'a duplicate key',
    (t: string) => t.replace('{"at":', '{"at":"2001-01-01T00:00:00.000Z","at":'),
    3,
    /not in canonical form/,
  ],
  ['a truncated line', (t: string) => t.slice(0, 40), 3, /is not readable/],
])('%s is a break, reported with its line', async (_, change, line, what) => {
  await using dir = await tempDir();
  await fill(dir.path, 5);
  await tamper(dir.path, 3, change);
  const check = await verifyLedger(dir.path);
  expect(check).toMatchObject({ ok: false, count: 2, firstBroken: { line } });
  expect(check.firstBroken?.what).toMatch(what);
  await fill(dir.path, 1);
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: false, firstBroken: { line } });
});

test('a line removed from the middle is a break', async () => {
  await using dir = await tempDir();
  await fill(dir.path, 5);
  const lines = await linesOf(dir.path);
  await writeFile(fileOf(dir.path), `${lines.filter((_, index) => index !== 2).join('\n')}\n`);
  expect((await verifyLedger(dir.path)).firstBroken).toEqual({
    line: 3,
    what: '1 record before record 4 is missing',
  });
});

test('two lines swapped are a break', async () => {
  await using dir = await tempDir();
  await fill(dir.path, 3);
  const [a = '', b = '', c = ''] = await linesOf(dir.path);
  await writeFile(fileOf(dir.path), `${[a, c, b].join('\n')}\n`);
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: false, firstBroken: { line: 2 } });
});

test('a tail removed at a line boundary is a break, and stays one after more appends', async () => {
  await using dir = await tempDir();
  await fill(dir.path, 5);
  const lines = await linesOf(dir.path);
  await writeFile(fileOf(dir.path), `${lines.slice(0, 3).join('\n')}\n`);
  expect((await verifyLedger(dir.path)).firstBroken).toEqual({
    line: 4,
    what: 'the last 2 records are missing',
  });
  await fill(dir.path, 1);
  expect((await verifyLedger(dir.path)).firstBroken).toEqual({
    line: 4,
    what: '2 records before record 6 are missing',
  });
});

test('a missing file or head is a break, and stays one', async () => {
  await using dir = await tempDir();
  await fill(dir.path, 3);
  await rm(fileOf(dir.path));
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: false, empty: false, count: 0 });

  await using other = await tempDir();
  await fill(other.path, 3);
  await rm(headOf(other.path));
  expect((await verifyLedger(other.path)).firstBroken?.what).toMatch(/audit.head is missing/);
  await fill(other.path, 2);
  const check = await verifyLedger(other.path);
  expect(check.firstBroken).toMatchObject({ line: 4 });
  expect(check.firstBroken?.what).toMatch(/audit.head was missing/);
});

test('an invalid head, or one of another ledger, is a break', async () => {
  await using dir = await tempDir();
  await fill(dir.path, 3);
  const head = JSON.parse(await readFile(headOf(dir.path), 'utf8'));
  await writeFile(headOf(dir.path), 'rubbish');
  expect((await verifyLedger(dir.path)).firstBroken?.what).toMatch(/audit.head cannot be read/);
  await writeFile(headOf(dir.path), `${JSON.stringify({ ...head, hash: 'f'.repeat(64) })}\n`);
  expect((await verifyLedger(dir.path)).firstBroken?.what).toMatch(/does not match audit.head/);
});

longTest('a crash at any byte of an append leaves a valid ledger that can be appended to', async () => {
  await using dir = await tempDir();
  await fill(dir.path, 2);
  const before = await readFile(fileOf(dir.path));
  const headBefore = await readFile(headOf(dir.path));
  await fill(dir.path, 1);
  const after = await readFile(fileOf(dir.path));

  for (let size = before.length; size <= after.length; size++) {
    await writeFile(fileOf(dir.path), after.subarray(0, size));
    await writeFile(headOf(dir.path), headBefore);
    const whole = size >= after.length - 1;
    const check = await verifyLedger(dir.path);
    expect(check).toMatchObject({ ok: true, count: whole ? 3 : 2, behind: whole ? 1 : 0 });
    expect(check.torn).toEqual(
      whole || size === before.length
        ? []
        : [{ line: 3, bytes: Buffer.byteLength(after.subarray(before.length, size).toString()) }],
    );
    if (size % 97 !== 0 && !whole) continue;
    await fill(dir.path, 1);
    const grown = await readFile(fileOf(dir.path));
    expect(grown.subarray(0, size).equals(after.subarray(0, size))).toBe(true);
    expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: whole ? 4 : 3, behind: 0 });
  }
});

test('the very first record survives a crash before its head was written', async () => {
  await using dir = await tempDir();
  await fill(dir.path, 1);
  await rm(headOf(dir.path));
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 1, behind: 1 });
  await fill(dir.path, 1);
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 2, behind: 0 });
});

test('a forged line without a seal is a break', async () => {
  await using dir = await tempDir();
  await fill(dir.path, 2);
  const [first = ''] = await linesOf(dir.path);
  await appendFile(fileOf(dir.path), `${first}\n`);
  expect((await verifyLedger(dir.path)).firstBroken).toEqual({
    line: 3,
    what: 'record 1 does not follow record 2',
  });
});

test('a full device and an invalid directory are reported with the path', async () => {
  await using dir = await tempDir();
  await symlink('/dev/full', fileOf(dir.path));
  const full = await openLedger(dir.path);
  await expect(full.append(entry('r1', 'x'))).rejects.toThrow(
    `the ledger ${fileOf(dir.path)} cannot be written: no space left on the device (ENOSPC)`,
  );
  await writeFile(join(dir.path, 'file'), '');
  const inFile = await openLedger(join(dir.path, 'file', 'state'));
  await expect(inFile.append(entry('r1', 'x'))).rejects.toThrow(/file\/state\/audit.jsonl cannot be written/);
  const readOnly = await openLedger('/proc/opsdeck');
  await expect(readOnly.append(entry('r1', 'x'))).rejects.toThrow(
    /\/proc\/opsdeck\/audit.jsonl cannot be written/,
  );
});

longTest(
  'concurrent appends of one process keep their order, and a failed one does not block the others',
  async () => {
    await using dir = await tempDir();
    const ledger = await openLedger(dir.path);
    const texts = Array.from({ length: 20 }, (_, n) => `line ${n}`);
    await Promise.all(texts.map((text) => ledger.append(entry('r1', text))));
    const read = (await readLedger(dir.path)).map(({ entry: e }) => (e.event === 'output' ? e.text : ''));
    expect(read).toEqual(texts);
    await truncate(fileOf(dir.path), 0);
    await rm(headOf(dir.path));
    await ledger.append(entry('r1', 'restarted'));
    expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 1 });
  },
);

test('of two writers whose entries exclude each other, one appends and the other is refused', async () => {
  await using dir = await tempDir();
  const ledgers = [await openLedger(dir.path), await openLedger(dir.path)];
  const isFirst: EntryCondition = async (newest) => {
    let count = 0;
    await newest(() => ++count > 0);
    return count === 0 ? undefined : `${count} of 1 used`;
  };
  const appended = await Promise.allSettled(
    ledgers.map((ledger, nth) => ledger.append(entry('r1', `writer ${nth}`), undefined, isFirst)),
  );
  expect(appended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = appended.find(({ status }) => status === 'rejected');
  expect(refused).toMatchObject({ reason: new LedgerRefusal('1 of 1 used') });
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 1 });
});
