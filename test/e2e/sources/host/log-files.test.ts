import { existsSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  mkdtemp,
  open,
  rename,
  rm,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openReadIo } from '../../../../src/doors/read-io.ts';
import { systemClock } from '../../../../src/platform/runtime/clock.ts';
import { host } from '../../../../src/sources/host/index.ts';
import { createReceived, follow, never, readAll } from '../../../sources/file/reading.ts';

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');
const numbersOf = (lines: readonly string[]): readonly number[] =>
  lines.map((line) => Number(line.split(' ')[1]));
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const busybox = '/usr/bin/busybox';
/** The tools of a host: those of this machine, or only busybox. */
const hosts = ['GNU', ...(existsSync(busybox) ? ['busybox'] : [])];

/** Creates an ssh client that runs the remote command locally. */
const clientOf = async (dir: string, kind: string): Promise<string> => {
  const bin = join(dir, 'bin');
  await mkdir(bin);
  if (kind === 'busybox')
    for (const name of ['sh', 'tail', 'head', 'stat', 'find', 'gzip', 'sleep', 'kill', 'echo', 'printf'])
      await symlink(busybox, join(bin, name));
  const path = join(dir, 'ssh');
  const shell = kind === 'busybox' ? `PATH=${bin} exec ${bin}/sh` : 'exec sh';
  await writeFile(path, `#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift 2\n${shell} -c "$1"\n`, {
    mode: 0o755,
  });
  return path;
};

const openHost = async (kind: string) => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-host-'));
  const client = await clientOf(dir, kind);
  const log = join(dir, 'app.log');
  const config = host.config.parse({ ssh: ['vm-1'], client: [client], files: [log] });
  const source = await host.open(
    { id: 'hosts', env: 'test', config, signals: [] },
    openReadIo(systemClock()),
  );
  onTestFinished(async () => {
    await source.close();
    await rm(dir, { recursive: true });
  });
  const [tail] = (await source.tails?.(undefined, never)) ?? [];
  if (tail === undefined) throw new Error('the source has no tail');
  return { log, tail };
};

describe.each(hosts)('files of a host with the tools of %s', (kind) => {
  test('reads a whole file, its last lines, and the lines after a mark', async () => {
    const { log, tail } = await openHost(kind);
    await writeFile(log, numbered(1, 20_000));
    const content = await readAll(tail);
    expect(numbersOf(content.lines())).toEqual(range(1, 20_000));
    const last = await readAll(tail, { lines: 300, follow: false });
    expect(numbersOf(last.lines())).toEqual(range(19_701, 20_000));
    await appendFile(log, numbered(20_001, 20_010));
    const rest = await readAll(tail, { after: last.mark(), follow: false });
    expect(numbersOf(rest.lines())).toEqual(range(20_001, 20_010));
    expect(rest.words()).toEqual([]);
  });

  test('returns binary bytes unchanged', async () => {
    const { log, tail } = await openHost(kind);
    const bytes = Buffer.from([0x61, 0, 0xff, 0x0d, 0x0a, 0x1b, 0x5b, 0x0a]);
    await writeFile(log, bytes);
    const { events } = await readAll(tail);
    expect(Buffer.concat(events.flatMap((event) => (event.is === 'chunk' ? [event.bytes] : [])))).toEqual(
      bytes,
    );
  });

  test('follows through a rotation, with late lines of the old file', async () => {
    const { log, tail } = await openHost(kind);
    await writeFile(log, numbered(1, 3));
    const reading = follow(tail, { lines: 2 });
    await reading.until(({ lines }) => lines().length === 2);
    const writer = await open(log, 'a');
    await writer.write(numbered(4, 5));
    await reading.until(({ lines }) => lines().length === 4);
    await rename(log, `${log}.1`);
    await writer.write(numbered(6, 7));
    await writer.close();
    await writeFile(log, numbered(8, 9));
    const received = await reading.until(({ lines }) => lines().length === 8);
    expect(numbersOf(received.lines())).toEqual(range(2, 9));
    expect(received.words()).toEqual(['note: rotated']);
    await reading.stop();
  });

  test('follows a deleted and recreated file', async () => {
    const { log, tail } = await openHost(kind);
    await writeFile(log, numbered(1, 3));
    const reading = follow(tail, {});
    await reading.until(({ lines }) => lines().length === 3);
    await unlink(log);
    await writeFile(log, numbered(4, 6));
    const received = await reading.until(({ lines }) => lines().length === 6);
    expect(numbersOf(received.lines())).toEqual(range(1, 6));
    await reading.stop();
  });

  test('truncation while following: one gap and no repeated lines', async () => {
    const { log, tail } = await openHost(kind);
    await writeFile(log, numbered(1, 1000));
    const reading = follow(tail, { lines: 1 });
    await reading.until(({ lines }) => lines().length === 1);
    await systemClock().sleep(1500);
    await truncate(log, 0);
    await appendFile(log, numbered(1001, 1010));
    const received = await reading.until(({ lines, words }) => lines().length >= 11 && words().length > 0);
    await appendFile(log, numbered(1011, 1012));
    await reading.until(({ lines }) => lines().length >= 13);
    expect(numbersOf(received.lines())).toEqual(range(1000, 1012));
    expect(received.words()).toEqual(['gap: the log file was truncated: the last lines may be missing']);
    await reading.stop();
  });

  test('rotation while not following: the rest of the old file, then the one in between, then the new one', async () => {
    const { log, tail } = await openHost(kind);
    await writeFile(log, numbered(1, 3));
    const mark = (await readAll(tail)).mark();
    await appendFile(log, numbered(4, 5));
    await rename(log, `${log}.2`);
    await writeFile(`${log}.1`, numbered(6, 7));
    await writeFile(log, numbered(8, 9));
    const received = await readAll(tail, { after: mark, follow: false });
    expect(numbersOf(received.lines())).toEqual(range(4, 9));
    expect(received.words()).toEqual(['note: rotated', 'note: rotated']);
    await rm(`${log}.2`);
    expect((await readAll(tail, { after: mark, follow: false })).words()[0]).toMatch(/^gap: /);
  });

  test('reads older lines, also of compressed files', async () => {
    const { log, tail } = await openHost(kind);
    await writeFile(`${log}.1.gz`, gzipSync(numbered(1, 100)));
    await writeFile(log, numbered(101, 200));
    const [chunk] = (await readAll(tail, { lines: 50, follow: false })).events;
    const older = await tail.older?.(
      { mark: chunk?.is === 'chunk' ? (chunk.first ?? '') : '', lines: 100 },
      never,
    );
    expect(numbersOf(createReceived([...(older?.events ?? [])]).lines())).toEqual(range(51, 150));
    const rest = await tail.older?.({ mark: older?.first ?? '', lines: 100 }, never);
    expect(numbersOf(createReceived([...(rest?.events ?? [])]).lines())).toEqual(range(1, 50));
    expect(rest?.isStart).toBe(true);
  });

  test('a missing file is reported as missing, and a directory as not a file', async () => {
    const { log, tail } = await openHost(kind);
    expect((await readAll(tail)).words()).toEqual(['fault: missing']);
    await mkdir(log);
    expect((await readAll(tail)).words()).toEqual(['fault: malformed']);
  });
});
