import { appendFile, chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReadFiles } from '../../../src/platform/files/read-files.ts';
import { makeFifo } from '../../support/make-fifo.ts';

const never = new AbortController().signal;
const files = openReadFiles((signal) => signal);
let dir = '';
const at = (name: string): string => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-files-'));
  await writeFile(at('ten'), '0123456789');
  await writeFile(at('lines'), '\ufeffone\r\ntwo\nthr\u001b[31mee');
  await writeFile(at('binary'), new Uint8Array([65, 0, 66]));
  await writeFile(at('utf16'), Buffer.from('\ufeffa', 'utf16le'));
  await mkdir(at('dir'));
  await symlink('circle', at('circle'));
  await symlink('/dev/zero', at('zero'));
  await symlink('ten', at('link'));
  makeFifo(at('fifo'));
});
afterAll(() => rm(dir, { recursive: true }));

const read = (name: string, from: 'head' | 'tail' | number, maxBytes = 1000) =>
  files.read(at(name), { from, maxBytes }, never);

test.each([
  ['head', 4, { raw: '0123', begin: 0, end: 4, whole: false }],
  ['tail', 4, { raw: '6789', begin: 6, end: 10, whole: false }],
  [8, 100, { raw: '89', begin: 8, end: 10, whole: false }],
  [10, 100, { raw: '', begin: 10, end: 10, whole: false }],
  [99, 100, { raw: '', begin: 99, end: 99, whole: false }],
  ['head', 10, { raw: '0123456789', begin: 0, end: 10, whole: true }],
  ['tail', 10, { raw: '0123456789', begin: 0, end: 10, whole: true }],
] as const)('%s of %i bytes', async (from, maxBytes, expected) => {
  expect(await read('ten', from, maxBytes)).toMatchObject(expected);
});

test('a text has no byte order mark, line feeds only, and no control sequences', async () => {
  expect(await read('lines', 'head')).toMatchObject({ raw: 'one\ntwo\nthr\u001b[31mee', linesEnd: 12 });
});

test('a symbolic link is resolved', async () => {
  expect(await files.stat(at('link'), never)).toMatchObject({ kind: 'file', sizeBytes: 10, runnable: false });
  expect((await files.stat(at('link'), never)).id).toBe((await files.stat(at('ten'), never)).id);
});

test('a file has its modification time', async () => {
  await utimes(at('ten'), new Date(5000), new Date('2026-03-04T10:00:00Z'));
  expect((await files.stat(at('ten'), never)).writtenAt).toBe(Date.parse('2026-03-04T10:00:00Z'));
});

test.each([
  ['absent', 'missing', 'no such file'],
  ['ten/below', 'missing', 'not a directory'],
  ['circle', 'malformed', 'the path is a loop of symbolic links'],
  ['dir', 'malformed', 'is a directory'],
  ['fifo', 'malformed', 'FIFO'],
  ['zero', 'malformed', 'a device'],
  ['binary', 'malformed', 'NUL bytes'],
  ['utf16', 'malformed', 'UTF-16'],
])('%s is refused as %s', async (name, kind, message) => {
  await expect(read(name, 'head')).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
});

test.runIf(process.getuid?.() !== 0)('an unreadable file is denied', async () => {
  await writeFile(at('closed'), 'x');
  await chmod(at('closed'), 0);
  await expect(read('closed', 'head')).rejects.toMatchObject({ kind: 'denied' });
});

test('an aborted read does not start', async () => {
  const stop = AbortSignal.abort(new DOMException('no answer in 5s', 'TimeoutError'));
  await expect(files.read(at('ten'), { from: 'head', maxBytes: 1 }, stop)).rejects.toMatchObject({
    kind: 'timeout',
    message: 'no answer in 5s',
  });
});

test('a growing file is read from the end of the last complete line', async () => {
  await writeFile(at('log'), 'a\nb');
  const first = await read('log', 0);
  await appendFile(at('log'), 'b\nc\n');
  expect((await read('log', first.linesEnd)).raw).toBe('bb\nc\n');
});
