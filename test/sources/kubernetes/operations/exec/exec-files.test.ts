import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { longTest } from '../../../../support/layer.ts';
import { type ActingStage, openStage, planOf } from '../stage.ts';

const one = { deployment: 'inventory-service', first: true } as const;
let stage: ActingStage;

beforeEach(async () => {
  stage = await openStage('saga');
});
afterEach(() => stage[Symbol.asyncDispose]());

const saved = async (): Promise<readonly string[]> =>
  (await readdir(stage.dir)).filter((name) => name.startsWith('out'));

test('output of a program is saved completely and compressed, with a checksum; its name has the time and the pod', async () => {
  const ran = await stage.run(
    'exec',
    {
      ...one,
      argv: ['cat', '/proc/1/status'],
      save: 'out-{pod}-{time}.gz',
      gzip: true,
      complete: '^Threads:',
    },
    'safe',
  );
  expect(ran.ended.ending).toBe('recovered');
  const [name = '', ...others] = await saved();
  expect(others).toEqual([]);
  expect(name).toMatch(/^out-inventory-service-\S+-\d{8}T\d{6}Z\.gz$/);
  const raw = await readFile(join(stage.dir, name));
  expect(gunzipSync(raw).toString()).toMatch(/^Name:.*\nThreads:\t\d+\n$/s);
  expect(JSON.stringify(ran.events)).toContain(createHash('sha256').update(raw).digest('hex'));
  // Saved output is not shown.
  expect(ran.output.join('\n')).not.toContain('VmRSS');
});

longTest(
  'the plan shows the path and the free space; an existing or incomplete file is not overwritten',
  async () => {
    const params = { ...one, argv: ['hostname'], save: 'out' };
    const { objects, lost } = planOf(await stage.propose('exec', params, 'safe'));
    expect(objects).toContainEqual(expect.stringMatching(/^saved as \/.*\/out \(new file; .*iB free\)$/));
    expect(lost).toMatch(/The file is kept until you delete it/);
    await stage.put('out.part', '');
    expect((await stage.propose('exec', params, 'safe')).refusal?.why).toMatch(/out\.part already exists/);
    await stage.put('out', 'mine');
    expect((await stage.propose('exec', params, 'safe')).refusal?.why).toMatch(/does not overwrite a file/);
    const several = { deployment: 'inventory-service', argv: ['hostname'], save: 'elsewhere' };
    expect((await stage.propose('exec', several, 'safe')).refusal?.why).toMatch(
      /2 pods match, but feed works with one/,
    );
  },
);

test.each([
  [{ argv: ['false'] }, /exited with status 1. The output was discarded/],
  [
    { argv: ['hostname'], complete: 'dump complete' },
    /none of the last lines matches dump complete. The output/,
  ],
])('nothing is kept of a program that fails or stops early: %o', async (more, why) => {
  const ran = await stage.run('exec', { ...one, ...more, save: 'out' }, 'safe');
  expect(ran.ended).toMatchObject({ ending: 'failed', why: expect.stringMatching(why) });
  expect(await saved()).toEqual([]);
});

longTest('a file created between preview and confirmation is kept', async () => {
  const proposal = await stage.propose('exec', { ...one, argv: ['hostname'], save: 'out' }, 'safe');
  await stage.put('out', 'mine');
  expect((await stage.confirm(proposal)).ended.ending).toBe('forbidden');
  expect(await readFile(join(stage.dir, 'out'), 'utf8')).toBe('mine');
});

test('a compressed file is fed uncompressed, after it was verified', async () => {
  await writeFile(join(stage.dir, 'in.gz'), gzipSync('one\ntwo\n-- dump complete\n\n'));
  const params = { ...one, argv: ['cat'], feed: 'in.gz', complete: 'dump complete$' };
  const proposal = await stage.propose('exec', params, 'destructive');
  expect(planOf(proposal).objects).toContainEqual(
    expect.stringMatching(/^the program reads \/.*in\.gz as stdin: \d+ B, written .* ago$/),
  );
  const ran = await stage.confirm(proposal);
  expect(ran.ended.ending).toBe('recovered');
  expect(ran.output).toEqual(expect.arrayContaining(['one', 'two', '-- dump complete']));
  expect(ran.output.join('\n')).toMatch(/26 B unpacked, sha256 [0-9a-f]{64}/);
});

longTest.each([
  ['is truncated', gzipSync('one\ntwo\n').subarray(0, -9), /cannot be read to the end/],
  ['does not end as expected', Buffer.from('one\ntwo\n'), /is incomplete/],
])('a file that %s is not fed', async (_, bytes, why) => {
  await writeFile(join(stage.dir, 'in'), bytes);
  const ran = await stage.run(
    'exec',
    { ...one, argv: ['cat'], feed: 'in', complete: 'complete' },
    'destructive',
  );
  expect(ran.ended).toMatchObject({ ending: 'failed', why: expect.stringMatching(why) });
  expect(ran.ended.sent).toEqual([]);
});

longTest('a file changed since the plan is not fed', async () => {
  await stage.put('in', 'one\n');
  const proposal = await stage.propose('exec', { ...one, argv: ['cat'], feed: 'in' }, 'destructive');
  await stage.put('in', 'another one\n');
  expect((await stage.confirm(proposal)).ended.ending).toBe('forbidden');
});
