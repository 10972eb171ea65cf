import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { ReadFiles } from '../../../src/platform/files/file-interfaces.ts';
import { TunnelError } from '../../../src/platform/network/dial.ts';
import type { RemoteExec } from '../../../src/platform/remote-exec/remote-exec.ts';
import { remoteProgramEvents } from '../../../src/platform/remote-exec/remote-exec.ts';
import { openRemoteFiles } from '../../../src/platform/remote-exec/remote-files.ts';
import { FileFollower } from '../../../src/sources/file/file-follower.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';

const never = new AbortController().signal;
let dir = '';
let calls: string[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-inside-'));
  calls = [];
});
afterEach(() => rm(dir, { recursive: true }));

const here = openReadIo(manualClock());

/** The tools of this machine, as if it were a container. */
const run: RemoteExec = (program, signal) => {
  calls.push(program.argv[0] ?? '');
  return here.follow({ ...program, env: { LC_ALL: 'C' } }, signal);
};
const files = (): ReadFiles => openRemoteFiles(run);
const fresh = (): AbortSignal => new AbortController().signal;

const write = async (name: string, text: string | Uint8Array): Promise<string> => {
  const path = join(dir, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
};

describe('the tools return the same as the local file system', () => {
  test.each([
    '*.log',
    'a.log',
    '{a,b}.log',
    'none.log',
    'none/*.log',
    '[!a].log',
    '?.log',
    '*/*.log',
    '*',
    '**/*.log',
    '**',
    'sub/**/c.log',
    'link/*.log',
    '*/deeper/*',
  ])('for the glob %s', async (glob) => {
    for (const name of ['a.log', 'b.log', '.c.log', 'sub/c.log', 'sub/deeper/d e.log', '.hidden/e.log'])
      await write(name, name);
    await symlink(join(dir, 'sub'), join(dir, 'link'));
    await symlink(join(dir, 'nowhere'), join(dir, 'broken.log'));
    const path = join(dir, glob);
    expect(await files().list(path, fresh())).toEqual(await here.files.list(path, never));
  });

  test('for a file, a directory and a program, through links', async () => {
    const path = await write('tool', '#!/bin/sh\n');
    await chmod(path, 0o755);
    await symlink(path, join(dir, 'link'));
    for (const name of ['tool', 'link', '.']) {
      const { writtenAt, ...rest } = await here.files.stat(join(dir, name), never);
      expect(await files().stat(join(dir, name), never)).toEqual({
        ...rest,
        writtenAt: Math.floor(writtenAt / 1000) * 1000,
      });
    }
  });

  test.each([
    { from: 'head', maxBytes: 4 },
    { from: 'head', maxBytes: 0 },
    { from: 'head', maxBytes: 4096 },
    { from: 'tail', maxBytes: 9 },
    { from: 'tail', maxBytes: 4096 },
    { from: 3, maxBytes: 6 },
    { from: 4096, maxBytes: 6 },
  ] as const)('for the part $from, $maxBytes', async (part) => {
    const path = await write('a.csv', 'größe,b\r\n1,2\n3,4\n5');
    const { writtenAt: _, ...mine } = await here.files.read(path, part, never);
    expect(await files().read(path, part, fresh())).toMatchObject(mine);
  });

  test.each(['no/such/file', 'a.log/b', 'sub'])('for %s, which is not a file', async (name) => {
    await write('a.log', '1\n');
    await write('sub/b.log', '1\n');
    const path = join(dir, name);
    const why = await here.files
      .read(path, { from: 'head', maxBytes: 9 }, never)
      .catch((error: unknown) => error);
    expect(why).toBeInstanceOf(Error);
    await expect(files().read(path, { from: 'head', maxBytes: 9 }, fresh())).rejects.toEqual(why);
  });
});

test('a path with a leading dash is a path, and nothing is interpreted by a shell', async () => {
  const name = "$(touch pwned); echo 'x'.log";
  const path = await write(name, 'in quotes\n');
  expect((await files().read(path, { from: 'head', maxBytes: 99 }, fresh())).raw).toBe('in quotes\n');
  await expect(files().stat('-c', fresh())).rejects.toMatchObject({ kind: 'missing' });
  expect(await here.files.list(join(dir, '*'), never)).toEqual([path]);
});

test('a FIFO never blocks', async () => {
  const path = join(dir, 'fifo');
  await here.run({ argv: ['mkfifo', path] }, never);
  await expect(files().read(path, { from: 'head', maxBytes: 9 }, fresh())).rejects.toMatchObject({
    kind: 'malformed',
    message: 'is a FIFO, a socket or a device, not a file',
  });
  expect(calls).toEqual(['stat']);
});

test('a list checks all of its files in one call, and each only once per read', async () => {
  for (const name of ['a', 'b', 'c']) await write(`${name}.log`, name);
  const own = files();
  const signal = fresh();
  for (const path of await own.list(join(dir, '*.log'), signal)) await own.stat(path, signal);
  expect(calls).toEqual(['find', 'stat']);
  await write('a.log', 'longer');
  expect(await own.stat(join(dir, 'a.log'), signal)).toMatchObject({ sizeBytes: 6 });
});

longTest('lines are followed across a rotation, by the inode from stat', async () => {
  const path = await write('app.log', 'one\n');
  const follower = new FileFollower(files(), [path]);
  expect(await follower.poll(fresh())).toEqual({ files: new Map([[path, []]]) });
  await write('app.log', 'one\ntwo\n');
  expect(await follower.poll(fresh())).toEqual({ files: new Map([[path, ['two']]]) });
  await write('app.log', 'one\ntwo\nthree\n');
  await rename(path, `${path}.1`);
  await write('app.log', 'four\n');
  expect([...(await follower.poll(fresh())).files.values()].flat().sort()).toEqual(['four', 'three']);
});

test('an endless file is read only up to the requested size', async () => {
  const path = await write('big.log', `${'x'.repeat(63)}\n`.repeat(20_000));
  // Like the output of a container: in chunks, until the connection is closed.
  const pieces: RemoteExec = (program, signal) =>
    remoteProgramEvents(
      (async function* () {
        const { bytes = new Uint8Array(), status = 0 } = await here.run(
          { ...program, keepsBytes: true, maxBytes: 4_000_000 },
          signal,
        );
        for (let index = 0; index < bytes.length; index += 4096)
          yield { is: 'out', bytes: bytes.subarray(index, index + 4096) };
        yield { is: 'ended', status };
      })(),
      program,
      () => 0,
    );
  const part = { from: 64, maxBytes: 64 } as const;
  expect(await openRemoteFiles(pieces).read(path, part, fresh())).toMatchObject({
    raw: `${'x'.repeat(63)}\n`,
    begin: 64,
    end: 128,
    linesEnd: 128,
    whole: false,
  });
});

test('more than 20,000 files are too many', async () => {
  const many: RemoteExec = async function* () {
    const raw = Array.from({ length: 20_001 }, (_, index) => `/x/${index}.log\n`).join('');
    yield { is: 'ended', end: { status: 0, raw, out: raw, err: '', cut: false, latencyMs: 1 } };
  };
  await expect(openRemoteFiles(many).list('/x/*.log', fresh())).rejects.toMatchObject({
    kind: 'malformed',
    message: 'the pattern would read more than 20000 files. Write a narrower pattern',
  });
});

test('a missing tool or a lost tunnel yields no result for the file', async () => {
  const none: RemoteExec = (program, signal) => here.follow({ ...program, argv: ['no-such-stat'] }, signal);
  await expect(openRemoteFiles(none).stat('/x', fresh())).rejects.toMatchObject({
    kind: 'unconfigured',
    remedy: expect.stringContaining('busybox'),
  });
  const cut: RemoteExec = () => {
    throw new TunnelError('gone');
  };
  await expect(openRemoteFiles(cut).stat('/x', fresh())).rejects.toBeInstanceOf(TunnelError);
});

test('a denied access is reported as denied', async () => {
  const denied: RemoteExec = async function* () {
    const end = { status: 1, raw: '', out: '', err: "stat: can't stat '/x': Permission denied", cut: false };
    yield { is: 'ended', end: { ...end, latencyMs: 1 } };
  };
  await expect(openRemoteFiles(denied).stat('/x', fresh())).rejects.toMatchObject({
    kind: 'denied',
    message: 'cannot be read: permission denied',
  });
});
