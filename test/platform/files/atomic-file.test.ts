import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { openAtomicFile } from '../../../src/platform/files/atomic-file.ts';
import { openDisk } from '../../../src/platform/files/read-files.ts';

const { signal } = new AbortController();
const disk = openDisk((currentSignal) => currentSignal);

const place = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-draft-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

const whole = async (path: string): Promise<Buffer> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of disk.bytes(path, signal)) pieces.push(piece);
  return Buffer.concat(pieces);
};

test.each([false, true])(
  'gets its name once complete, readable by its owner only; compressed: %s',
  async (isPacked) => {
    const dir = await place();
    const path = join(dir, 'dump');
    const piece = Buffer.alloc(300_000, 'some lines of a dump\n');
    const draft = await openAtomicFile(path, isPacked, signal);
    for (let nth = 0; nth < 5; nth += 1) await draft.write(piece);
    expect(await readdir(dir)).toEqual(['dump.part']);
    const kept = await draft.commit();
    expect(await readdir(dir)).toEqual(['dump']);
    const raw = await readFile(path);
    expect(kept).toEqual({
      path,
      sizeBytes: raw.length,
      sha256: createHash('sha256').update(raw).digest('hex'),
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const all = Buffer.concat([piece, piece, piece, piece, piece]);
    expect((isPacked ? gunzipSync(raw) : raw).equals(all)).toBe(true);
    expect((await whole(path)).equals(all)).toBe(true);
  },
);

test('a discarded file leaves nothing behind', async () => {
  const dir = await place();
  const draft = await openAtomicFile(join(dir, 'dump'), true, signal);
  await draft.write(Buffer.from('half'));
  await draft.abort();
  expect(await readdir(dir)).toEqual([]);
});

test('nothing is overwritten: no existing file, no later one, no concurrent one', async () => {
  const dir = await place();
  const path = join(dir, 'dump');
  const draft = await openAtomicFile(path, false, signal);
  await expect(openAtomicFile(path, false, signal)).rejects.toThrow(/dump\.part: .*\(EEXIST\)/);
  await writeFile(path, 'mine');
  await expect(draft.commit()).rejects.toThrow(/already exists/);
  await draft.abort();
  await expect(openAtomicFile(path, false, signal)).rejects.toThrow(/already exists/);
  expect(await readFile(path, 'utf8')).toBe('mine');
  expect(await readdir(dir)).toEqual(['dump']);
});

test('a missing directory is reported', async () => {
  const dir = await place();
  await expect(openAtomicFile(join(dir, 'gone', 'dump'), false, signal)).rejects.toThrow(
    /the directory of the file no longer exists/,
  );
});

test('a truncated or damaged compressed file is reported', async () => {
  const dir = await place();
  const packed = gzipSync(Buffer.alloc(100_000, 'lines\n'));
  await writeFile(join(dir, 'cut'), packed.subarray(0, -20));
  const damaged = Buffer.from(packed);
  damaged.writeUInt32LE(0, damaged.length - 8);
  await writeFile(join(dir, 'damaged'), damaged);
  for (const name of ['cut', 'damaged'])
    await expect(whole(join(dir, name))).rejects.toThrow(/cannot be read to the end/);
  await expect(whole(join(dir, 'no'))).rejects.toThrow(/no such file/);
  await expect(whole(dir)).rejects.toThrow(/is a directory/);
});

test('free space is reported for a file that does not exist yet', async () => {
  expect(await disk.free(join(await place(), 'new'), signal)).toBeGreaterThan(0);
});
