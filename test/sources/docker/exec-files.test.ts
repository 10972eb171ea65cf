import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { streamFrame } from '../../../src/simulator/servers/docker/daemon-request.ts';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';
import { eventLines, openDocker, openFixture } from './fixture.ts';

const web = 'shop-web-1';
const echo = { container: web, argv: ['echo', 'dump', 'complete'] } as const;
const cat = { container: web, argv: ['cat'] } as const;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-docker-files-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = () => openFixture({ project: 'shop' }, { dir });
const files = async (): Promise<readonly string[]> => (await readdir(dir)).toSorted();

longTest(
  'the output of a program is saved completely, private and compressed; its name has the time and the container',
  async () => {
    await using fixture = await open();
    const plan = await fixture.plan('exec', {
      ...echo,
      save: 'out-{container}-{time}.gz',
      gzip: true,
      complete: 'complete$',
    });
    expect(plan).toMatchObject({
      danger: 'safe',
      lost: expect.stringContaining('The file is kept until you delete it'),
    });
    expect(plan.objects.at(-1)).toMatch(
      /^saved as \/.*\/out-shop-web-1-\d{8}T\d{6}Z\.gz \(new file; .*iB free\)$/,
    );
    expect(plan.calls[0]?.command).toMatch(/ exec shop-web-1 echo dump complete \| gzip > \/.*\.gz$/);
    const events = eventLines(await fixture.act('exec', plan));
    const [name = ''] = await files();
    const raw = await readFile(join(dir, name));
    expect(gunzipSync(raw).toString()).toBe('dump complete\n');
    expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
    // Saved output is not shown.
    expect(events.filter((line) => line.startsWith('output'))).toEqual([]);
    expect(events.at(-1)).toBe(
      `ok exited with status 0; ${join(dir, name)}: ${raw.length} B, sha256 ${createHash('sha256').update(raw).digest('hex')}`,
    );
  },
);

test.each([
  ['fails', { argv: ['false'] }, 'failed exited with status 1. The output was discarded'],
  [
    'prints nothing',
    { argv: ['true'] },
    'failed exited with status 0, but the output is empty. No file was kept',
  ],
  [
    'ends too early',
    { complete: 'finished' },
    'failed exited with status 0, and none of the last lines matches finished. The output was discarded',
  ],
  [
    'prints something else than the file',
    { sumOf: '/nowhere' },
    /^failed exited with status 0, but the output does not match the file in the container \(sha256 .*No such file/,
  ],
])('no file is kept of a program that %s', async (_, more, last) => {
  await using fixture = await open();
  const plan = await fixture.plan('exec', { ...echo, ...more, save: 'out' });
  const ended = eventLines(await fixture.act('exec', plan)).at(-1);
  if (typeof last === 'string') expect(ended).toBe(last);
  else expect(ended).toMatch(last);
  expect(await files()).toEqual([]);
});

test('an existing file is not overwritten, also if it was created after the plan', async () => {
  await using fixture = await open();
  const plan = await fixture.plan('exec', { ...echo, save: 'out' });
  expect(await fixture.recheck('exec', plan)).toBeUndefined();
  await writeFile(join(dir, 'out'), 'mine');
  expect(await fixture.recheck('exec', plan)).toMatchObject({ found: 'an existing one' });
  expect(eventLines(await fixture.act('exec', plan)).at(-1)).toBe(
    `failed ${join(dir, 'out')} already exists and is not overwritten. Choose another name`,
  );
  await expect(fixture.plan('exec', { ...echo, save: 'out' })).rejects.toThrow(
    'opsdeck does not overwrite a file',
  );
  expect(await readFile(join(dir, 'out'), 'utf8')).toBe('mine');
});

test('a file is fed decompressed, after it was verified; that is destructive', async () => {
  await using fixture = await open();
  await writeFile(join(dir, 'in.gz'), gzipSync('one\ntwo\ndump complete\n'));
  const plan = await fixture.plan('exec', { ...cat, feed: 'in.gz', complete: 'complete$' });
  expect(plan.danger).toBe('destructive');
  expect(plan.objects.at(-1)).toMatch(/^the program reads \/.*in\.gz as stdin: \d+ B, written .* ago$/);
  expect(plan.calls[0]?.command).toMatch(/^gunzip -c \/.*in\.gz \| docker .*exec -i shop-web-1 cat$/);
  expect(plan.calls[0]?.body).toContain('"AttachStdin":true');
  expect(eventLines(await fixture.act('exec', plan)).slice(1)).toEqual([
    expect.stringMatching(/in\.gz: 22 B unpacked, sha256 [0-9a-f]{64}$/),
    'output one',
    'output two',
    'output dump complete',
    'found {"status":0}',
    'ok exited with status 0; 22 B written to stdin',
  ]);
});

test('a file of several megabytes arrives whole', async () => {
  await using fixture = await open();
  const line = `${'x'.repeat(1023)}\n`;
  await writeFile(join(dir, 'in'), line.repeat(4096));
  const plan = await fixture.plan('exec', { ...cat, feed: 'in' });
  const events = eventLines(await fixture.act('exec', plan));
  expect(events.at(-1)).toBe('ok exited with status 0; 4 MiB written to stdin');
  expect(events.filter((event) => event === `output ${line.trim()}`)).toHaveLength(4096);
});

test.each([
  ['is truncated', gzipSync('one\ntwo\n').subarray(0, -9), /cannot be read to the end/],
  [
    'does not end as expected',
    Buffer.from('one\ntwo\n'),
    /is incomplete: none of the last lines matches complete/,
  ],
])('a file that %s is not fed', async (_, bytes, why) => {
  await using fixture = await open();
  await writeFile(join(dir, 'in'), bytes);
  const plan = await fixture.plan('exec', { ...cat, feed: 'in', complete: 'complete' });
  const events = eventLines(await fixture.act('exec', plan));
  expect(events).toHaveLength(2);
  expect(events.at(-1)).toMatch(why);
});

test('a file that is empty, missing, or changed since the plan is refused', async () => {
  await using fixture = await open();
  await expect(fixture.plan('exec', { ...cat, feed: 'in' })).rejects.toThrow(/in: no such file/);
  await writeFile(join(dir, 'in'), '');
  await expect(fixture.plan('exec', { ...cat, feed: 'in' })).rejects.toThrow(/in is empty/);
  await writeFile(join(dir, 'in'), 'one\n');
  const plan = await fixture.plan('exec', { ...cat, feed: 'in' });
  expect(await fixture.recheck('exec', plan)).toBeUndefined();
  await writeFile(join(dir, 'in'), 'another one\n');
  expect(await fixture.recheck('exec', plan)).toMatchObject({ found: 'a modified file' });
});

const Id = 'a'.repeat(64);
const container = (path: string): unknown =>
  path.startsWith('/containers/json')
    ? [{ Id, Names: ['/web'] }]
    : { Id, Name: '/web', State: { Status: 'running' } };

longTest('a program that stops reading is a failure, whatever its exit status', async () => {
  await using server = await localServer((request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/start')) {
      request.socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      request.socket.end(streamFrame('enough\n', 2), () => request.socket.destroy());
    } else if (path.endsWith('/exec')) response.writeHead(201).end('{"Id":"abc"}');
    else if (path === '/exec/abc/json') response.end('{"Running":false,"ExitCode":0}');
    else response.end(JSON.stringify(container(path)));
  });
  await using opened = await openDocker({ host: server.url }, undefined, { dir });
  await writeFile(join(dir, 'in'), Buffer.alloc(64 * 1024 * 1024));
  const plan = await opened.plan('exec', { container: 'web', argv: ['head', '-1'], feed: 'in' });
  const events = eventLines(await opened.act('exec', plan));
  expect(events.at(-1)).toMatch(/^failed /);
  expect(events.join('\n')).not.toContain('ok exited');
});

test('a save that is cut off leaves no file, and the program is ended', async () => {
  let killed = '';
  const ended = '{"Running":false,"ExitCode":0}';
  const answers: Readonly<Record<string, string>> = {
    '/exec/a/json': ended,
    '/exec/b/json': ended,
    '/exec/b/start': '',
  };
  await using server = await localServer(async (request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/exec')) {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      if (body.includes('OPSDECK_RUN=$2')) killed = body;
      response.writeHead(201).end(`{"Id":"${killed === '' ? 'a' : 'b'}"}`);
    } else if (path === '/exec/a/start')
      response.writeHead(200).write(streamFrame('half of', 1), () => response.destroy());
    else response.end(answers[path] ?? JSON.stringify(container(path)));
  });
  await using opened = await openDocker({ host: server.url }, undefined, { dir });
  const plan = await opened.plan('exec', { container: 'web', argv: ['pg_dump'], save: 'out' });
  expect(eventLines(await opened.act('exec', plan)).at(-1)).toMatch(/^failed .*The program was killed there/);
  expect(killed).not.toBe('');
  expect(await files()).toEqual([]);
});

test('progress is reported every ten seconds', async () => {
  const more = Promise.withResolvers<void>();
  await using server = await localServer(async (request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/start')) {
      response.writeHead(200).write(streamFrame('x'.repeat(2048), 1));
      await more.promise;
      response.end(streamFrame('done\n', 1));
    } else if (path.endsWith('/exec')) response.writeHead(201).end('{"Id":"abc"}');
    else if (path === '/exec/abc/json') response.end('{"Running":false,"ExitCode":0}');
    else response.end(JSON.stringify(container(path)));
  });
  const { manualClock } = await import('../../support/manual-clock.ts');
  const clock = manualClock();
  await using opened = await openDocker({ host: server.url }, clock, { dir });
  const plan = await opened.plan('exec', { container: 'web', argv: ['pg_dump'], save: 'out' });
  const acted = opened.act('exec', plan);
  await vi.waitFor(async () => expect((await stat(join(dir, 'out.part'))).size).toBe(2048), {
    timeout: 20_000,
  });
  await clock.advance(10_000);
  await vi.waitFor(() => expect(clock.now()).toBeGreaterThan(0), { timeout: 20_000 });
  more.resolve();
  const events = eventLines(await acted);
  expect(events).toContain('output 2 KiB so far');
  expect(events.at(-1)).toMatch(/^ok exited with status 0; .*out: 2 KiB/);
});
