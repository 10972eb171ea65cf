import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import {
  type HistoryDb,
  openHistoryDb,
  quarantineHistoryDb,
} from '../../../../src/persistence/history/database/db.ts';
import type { SnapshotRecord } from '../../../../src/persistence/history/database/snapshots.ts';
import type { ValueRecord } from '../../../../src/persistence/history/database/values.ts';
import { longTest } from '../../../support/layer.ts';

const noon = Date.UTC(2026, 2, 4, 12);
const second = 1000;
const hour = 3_600_000;

const stateDir = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-history-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

const openIn = async (dir: string, limits: Parameters<typeof openHistoryDb>[1] = {}): Promise<HistoryDb> => {
  const db = await openHistoryDb(dir, limits);
  onTestFinished(() => db.close());
  return db;
};

const value = (time: number, of: number, more: Partial<ValueRecord> = {}): ValueRecord => ({
  system: 'shop',
  env: 'dev',
  key: 'q',
  at: time,
  value: of,
  ...more,
});

const all = (db: HistoryDb, env = 'dev', system = 'shop') =>
  Object.fromEntries(db.read(system, env, 0, noon * 2));

test('values survive a restart, by system, environment and series', async () => {
  const dir = await stateDir();
  const first = await openIn(dir);
  first.write(
    [
      value(noon, 1.5),
      value(noon, 2, { key: 'q{pod=a}' }),
      value(noon, 3, { env: 'production' }),
      value(noon, 4, { system: 'bank' }),
    ],
    noon,
  );
  first.close();
  const second = await openIn(dir);
  expect(all(second)).toEqual({ q: [{ at: noon, value: 1.5 }], 'q{pod=a}': [{ at: noon, value: 2 }] });
  expect(all(second, 'production')).toEqual({ q: [{ at: noon, value: 3 }] });
  expect(all(second, 'dev', 'bank')).toEqual({ q: [{ at: noon, value: 4 }] });
});

test('one value per series and 15 s is kept, the newest; a gap stays a gap', async () => {
  const db = await openIn(await stateDir());
  for (const [after, of] of [
    [0, 1],
    [14, 2],
    [15, 3],
    [16, 4],
    [300, 5],
  ] as const)
    db.write([value(noon + after * second, of)], noon + after * second);
  // A late value from another cockpit does not replace a newer one.
  db.write([value(noon + 15.5 * second, 9)], noon + 300 * second);
  expect(all(db).q).toEqual([
    { at: noon + 14 * second, value: 2 },
    { at: noon + 16 * second, value: 4 },
    { at: noon + 300 * second, value: 5 },
  ]);
  expect(db.read('shop', 'dev', noon + 14 * second, noon + 16 * second).get('q')).toEqual([
    { at: noon + 14 * second, value: 2 },
  ]);
});

test('values older than a day are deleted, some at each write', async () => {
  const db = await openIn(await stateDir());
  for (let slot = 0; slot < 100; slot++) db.write([value(noon + slot * 15 * second, slot)], noon);
  const later = noon + 24 * hour + 20 * 60 * second;
  const left = [0, 1, 2, 3].map(() => {
    db.write([value(later, 1, { key: 'other' })], later);
    return all(db).q?.length;
  });
  expect(left).toEqual([60, 20, 20, 20]);
});

test('values from the future are deleted after the clock was set back', async () => {
  const db = await openIn(await stateDir());
  db.write([value(noon + 48 * hour, 1)], noon + 48 * hour);
  db.write([value(noon, 2)], noon);
  expect(all(db).q).toEqual([{ at: noon, value: 2 }]);
});

test('the file size is bounded: the oldest values are deleted first', async () => {
  const dir = await stateDir();
  const maxBytes = 256 * 1024;
  const db = await openIn(dir, { maxBytes });
  for (let slot = 0; slot < 800; slot++) {
    const time = noon + slot * 15 * second;
    db.write(
      Array.from({ length: 20 }, (_, i) => value(time, slot, { key: `q${i}` })),
      time,
    );
  }
  const kept = all(db).q7 ?? [];
  expect(kept.at(-1)?.value).toBe(799);
  expect(kept[0]?.value).toBeGreaterThan(0);
  expect(kept.length).toBeGreaterThan(200);
  expect(kept.map((entry) => entry.value)).toEqual(
    Array.from({ length: kept.length }, (_, i) => 800 - kept.length + i),
  );
  db.close();
  expect((await stat(join(dir, 'history.db'))).size).toBeLessThanOrEqual(maxBytes);
});

longTest('two cockpits write to one file concurrently without losing values', async () => {
  const dir = await stateDir();
  const writer = fileURLToPath(new URL('./writer.ts', import.meta.url));
  const run = (name: string) => promisify(execFile)(process.execPath, [writer, dir, name, '120']);
  const reader = await openIn(dir);
  const running = Promise.all([run('a'), run('b')]);
  // A third one reads concurrently: it sees complete batches only.
  let looks = 0;
  let going = true;
  void running.finally(() => {
    going = false;
  });
  while (going) {
    const lengths = Object.entries(all(reader)).filter(([key]) => key.startsWith('a.'));
    expect(new Set(lengths.map(([, values]) => values.length)).size).toBeLessThanOrEqual(1);
    looks++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  // Both were waiting for each other; neither had to retry.
  expect((await running).map(({ stdout }) => stdout)).toEqual(['0', '0']);
  expect(looks).toBeGreaterThan(1);
  const kept = all(reader);
  expect(Object.keys(kept)).toHaveLength(60);
  for (const values of Object.values(kept))
    expect(values.map((entry) => entry.value)).toEqual(Array.from({ length: 120 }, (_, i) => i));
  expect(kept['both.3']?.every(({ at }) => at % 15_000 === 2)).toBe(true);
});

test('a writer blocked by another one reports it without a long wait', async () => {
  const dir = await stateDir();
  const db = await openIn(dir, { busyMs: 10 });
  const { DatabaseSync } = await import('node:sqlite');
  const other = new DatabaseSync(join(dir, 'history.db'));
  onTestFinished(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  expect(() => db.write([value(noon, 1)], noon)).toThrow(expect.objectContaining({ kind: 'busy' }));
  other.exec('COMMIT');
  db.write([value(noon, 1)], noon);
  expect(all(db).q).toHaveLength(1);
});

test('the directory and the file are private', async () => {
  const dir = join(await stateDir(), 'deep', 'state');
  await openIn(dir);
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  expect((await stat(join(dir, 'history.db'))).mode & 0o777).toBe(0o600);
});

test('a file that is not a database is broken, and is replaced by a new one once moved away', async () => {
  const dir = await stateDir();
  await writeFile(
    join(dir, 'history.db'),
    'this is no database, and long enough to be looked at '.repeat(100),
  );
  await expect(openHistoryDb(dir)).rejects.toMatchObject({
    kind: 'broken',
    message: `file is not a database, ${join(dir, 'history.db')}`,
  });
  expect(await quarantineHistoryDb(dir)).toBe(join(dir, 'history.db.broken'));
  expect(await readFile(join(dir, 'history.db.broken'), 'utf8')).toMatch(/^this is no database/);
  const db = await openIn(dir);
  db.write([value(noon, 1)], noon);
  expect(all(db).q).toHaveLength(1);
  // An earlier broken file is replaced, and moving a missing file is not an error.
  db.close();
  await quarantineHistoryDb(dir);
  await quarantineHistoryDb(dir);
  expect((await readdir(dir)).filter((name) => name === 'history.db')).toEqual([]);
});

longTest('a database with damaged pages is broken as soon as they are read', async () => {
  const dir = await stateDir();
  const first = await openIn(dir);
  for (let slot = 0; slot < 300; slot++) {
    const time = noon + slot * 15 * second;
    first.write(
      Array.from({ length: 10 }, (_, i) => value(time, slot, { key: `q${i}` })),
      time,
    );
  }
  first.close();
  const path = join(dir, 'history.db');
  const bytes = await readFile(path);
  bytes.fill(0xff, 5 * 4096);
  await writeFile(path, bytes);
  const db = await openIn(dir);
  expect(() => all(db)).toThrow(expect.objectContaining({ kind: 'broken' }));
});

test('a file of an unknown format version is left alone', async () => {
  const dir = await stateDir();
  const { DatabaseSync } = await import('node:sqlite');
  const other = new DatabaseSync(join(dir, 'history.db'));
  other.exec('PRAGMA user_version = 7');
  other.close();
  await expect(openHistoryDb(dir)).rejects.toMatchObject({
    kind: 'cannot',
    message: `the history was written by an incompatible version of opsdeck (format 7), ${join(dir, 'history.db')}`,
  });
});

test('a failed write has a reason', async () => {
  const dir = await stateDir();
  await writeFile(join(dir, 'file'), '');
  await expect(openHistoryDb(join(dir, 'file'))).rejects.toMatchObject({
    kind: 'cannot',
    message: `the path exists, but is not a directory, ${join(dir, 'file', 'history.db')}`,
  });
  await mkdir(join(dir, 'taken', 'history.db'), { recursive: true });
  await expect(openHistoryDb(join(dir, 'taken'))).rejects.toMatchObject({ kind: 'cannot' });
  if (process.getuid?.() === 0) return;
  await chmod(dir, 0o500);
  onTestFinished(() => chmod(dir, 0o700));
  await expect(openHistoryDb(dir)).rejects.toMatchObject({
    kind: 'cannot',
    message: `permission denied, ${join(dir, 'history.db')}`,
  });
});

const bytes = (size: number, of = 1): Uint8Array => new Uint8Array(size).fill(of);

const whole = (time: number, size = 100, more: Partial<SnapshotRecord> = {}): SnapshotRecord => ({
  system: 'shop',
  env: 'dev',
  at: time,
  ahead: 0,
  packed: { is: 'whole', bytes: bytes(size) },
  ...more,
});

test('a snapshot is stored with its base, one per 15 s, the newest', async () => {
  const db = await openIn(await stateDir());
  const id = db.keep(whole(noon), noon) ?? 0;
  const delta = { is: 'delta', bytes: bytes(5, 2), keyframe: id } as const;
  expect(db.keep(whole(noon + 15 * second, 0, { ahead: 7, packed: delta }), noon)).toBe(id);
  expect(db.snapshot('shop', 'dev', noon - 1, noon)).toEqual({ at: noon, ahead: 0, whole: bytes(100) });
  const found = { at: noon + 15 * second, ahead: 7, whole: bytes(100), delta: bytes(5, 2) };
  expect(db.snapshot('shop', 'dev', noon, noon + hour)).toEqual(found);
  db.keep(whole(noon + 14 * second, 3), noon);
  expect(db.snapshot('shop', 'dev', 0, noon + 14 * second)?.whole).toHaveLength(3);
  db.keep(whole(noon + 13 * second, 4), noon);
  expect(db.snapshot('shop', 'dev', 0, noon + 14 * second)?.whole).toHaveLength(3);
  expect(db.snapshot('shop', 'other', 0, noon * 2)).toBeUndefined();
  expect(db.near('shop', 'dev', noon + 14 * second)).toEqual({ before: noon + 14 * second, after: found.at });
  expect(db.near('shop', 'dev', 0)).toEqual({ after: noon + 14 * second });
});

test('a snapshot without its base is not stored', async () => {
  const db = await openIn(await stateDir());
  const packed = { is: 'delta', bytes: bytes(5), keyframe: 3 } as const;
  expect(db.keep(whole(noon, 0, { packed }), noon)).toBeUndefined();
  expect(db.snapshot('shop', 'dev', 0, noon * 2)).toBeUndefined();
});

test('snapshots are bounded by size and by a day. The oldest are deleted first', async () => {
  const db = await openIn(await stateDir(), { snapshotBytes: 200_000 });
  for (let slot = 0; slot < 400; slot++) {
    const time = noon + slot * 15 * second;
    db.keep(whole(time, 1000), time);
  }
  const last = noon + 399 * 15 * second;
  expect(db.near('shop', 'dev', 0).after).toBeGreaterThan(noon + 200 * 15 * second);
  expect(db.near('shop', 'dev', last).before).toBe(last);
  const tomorrow = last + 25 * hour;
  for (let call = 0; call < 12; call++) db.keep(whole(tomorrow + call, 10), tomorrow);
  expect(db.near('shop', 'dev', tomorrow - hour)).toEqual({ after: tomorrow + 11 });
});

test('in a full file, snapshots are deleted before values', async () => {
  const dir = await stateDir();
  const db = await openIn(dir, { maxBytes: 400 * 1024 });
  for (let slot = 0; slot < 600; slot++) {
    const time = noon + slot * 15 * second;
    db.keep(whole(time, 2000), time);
    db.write([value(time, slot)], time);
  }
  expect(all(db).q).toHaveLength(600);
  expect(db.near('shop', 'dev', 0).after).toBeGreaterThan(noon + hour);
  db.close();
  expect((await stat(join(dir, 'history.db'))).size).toBeLessThanOrEqual(400 * 1024);
});

test('journal entries are stored once each, by environment', async () => {
  const dir = await stateDir();
  const entry = (index: number, text: string, env = 'dev') => ({
    system: 'shop',
    env,
    at: index,
    entry: text,
  });
  const first = await openIn(dir);
  first.note([entry(noon + 2, 'b'), entry(noon, 'a'), entry(noon, 'a'), entry(noon, 'c', 'prod')], noon);
  first.close();
  const db = await openIn(dir);
  expect(db.entries('shop', 'dev', noon, noon + hour)).toEqual([
    { at: noon, entry: 'a' },
    { at: noon + 2, entry: 'b' },
  ]);
  db.note([entry(noon + 25 * hour, 'd')], noon + 25 * hour);
  expect(db.entries('shop', 'dev', 0, noon * 2).map((item) => item.entry)).toEqual(['d']);
});

test('a file of format version 1 is migrated and keeps its values', async () => {
  const dir = await stateDir();
  const { DatabaseSync } = await import('node:sqlite');
  const old = new DatabaseSync(join(dir, 'history.db'));
  old.exec(`
    CREATE TABLE series (id INTEGER PRIMARY KEY AUTOINCREMENT, system TEXT NOT NULL, env TEXT NOT NULL,
      key TEXT NOT NULL, last INTEGER NOT NULL, UNIQUE (system, env, key)) STRICT;
    CREATE TABLE points (slot INTEGER NOT NULL, series INTEGER NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL,
      PRIMARY KEY (slot, series)) STRICT, WITHOUT ROWID;
    INSERT INTO series VALUES (1, 'shop', 'dev', 'q', ${noon / 15_000});
    INSERT INTO points VALUES (${noon / 15_000}, 1, ${noon}, 4.5);
    PRAGMA user_version = 1`);
  old.close();
  const db = await openIn(dir);
  expect(all(db)).toEqual({ q: [{ at: noon, value: 4.5 }] });
  expect(db.keep(whole(noon), noon)).toBe(1);
  db.close();
  const again = new DatabaseSync(join(dir, 'history.db'));
  onTestFinished(() => again.close());
  expect(again.prepare('PRAGMA user_version').get()?.user_version).toBe(3);
});

test('a file of format version 2 is migrated: it keeps its values, which get means', async () => {
  const dir = await stateDir();
  const { DatabaseSync } = await import('node:sqlite');
  const first = await openIn(dir);
  for (const [after, of] of [
    [0, 1],
    [15, 3],
    [600, 8],
  ] as const)
    first.write([value(noon + after * second, of)], noon + after * second);
  const before = all(first);
  first.close();
  const old = new DatabaseSync(join(dir, 'history.db'));
  old.exec('DROP TABLE means; PRAGMA user_version = 2');
  old.close();
  const db = await openIn(dir);
  expect(all(db)).toEqual(before);
  const expected = [
    { at: noon + 300 * second, value: 2 },
    { at: noon + 900 * second, value: 8 },
  ];
  expect(meansOf(db)).toEqual(expected);
  db.close();
  // Opening it again adds nothing.
  expect(meansOf(await openIn(dir))).toEqual(expected);
});

const meansOf = (db: HistoryDb, signal = 'q') =>
  db.means({ system: 'shop', env: 'dev', signal }, 0, noon * 2).get(signal);

test('means of 10 min outlive their values by a week, and are then deleted, some at each write', async () => {
  const db = await openIn(await stateDir());
  for (const [after, of] of [
    [0, 1],
    [300, 3],
    [599, 5],
    [600, 7],
  ] as const)
    db.write([value(noon + after * second, of)], noon + after * second);
  db.write([value(noon, 9, { key: 'q{pod=a}' }), value(noon, 9, { key: 'qq' })], noon);
  const week = noon + 7 * 24 * hour;
  db.write([value(week, 1, { key: 'other' })], week);
  db.write([value(week, 1, { key: 'other' })], week);
  expect(all(db).q).toBeUndefined();
  expect(meansOf(db)).toEqual([
    { at: noon + 300 * second, value: 3 },
    { at: noon + 900 * second, value: 7 },
  ]);
  const found = db.means({ system: 'shop', env: 'dev', signal: 'q' }, noon, noon + 600 * second);
  expect([...found.keys()].toSorted()).toEqual(['q', 'q{pod=a}']);
  const later = noon + 9 * 24 * hour;
  db.write([value(later, 1, { key: 'other' })], later);
  expect(meansOf(db)).toBeUndefined();
});
