import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openReadIo } from '../../src/doors/read-io.ts';
import { simulatorFileNames, writeSimulatorFiles } from '../../src/simulator/files.ts';
import { file } from '../../src/sources/file/index.ts';
import type { Source, SourceModule } from '../../src/sources/kit/contract/source.ts';
import { script } from '../../src/sources/script/index.ts';
import { contractView } from '../contract/rigs/simulator.ts';
import { manualClock } from '../support/manual-clock.ts';

type Reads = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A file source on the directory written by a simulator, ten seconds after its start. */
const openOnSimulator = async <C>(module: SourceModule<C>, entry: unknown, reads: Reads): Promise<Source> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-simulator-files-'));
  const clock = manualClock();
  const view = contractView(clock);
  await clock.advance(10_000);
  await writeSimulatorFiles(view, dir);
  const signals = Object.entries(reads).map(([id, read]) => ({ id, read }));
  const opening = { id: 'world', env: 'test', config: module.config.parse(entry), signals, dir };
  const source = await module.open(opening, openReadIo(clock));
  onTestFinished(async () => {
    await source.close();
    await rm(dir, { recursive: true });
  });
  return source;
};

const valuesOf = async (source: Source): Promise<Readonly<Record<string, unknown>>> => {
  const scheduled = source.feeds.filter((feed) => feed.everyMs > 0);
  const batches = await Promise.all(scheduled.map((feed) => feed.read(new AbortController().signal)));
  expect(batches.flatMap(({ faults }) => faults)).toEqual([]);
  const found = batches.flatMap(({ items, samples = [] }) => [...items, ...samples]);
  const named = found.map((entry): [string, unknown] =>
    'signal' in entry ? [entry.signal, entry.value ?? entry.why] : ['status', entry],
  );
  return Object.fromEntries(named);
};

test('a file source reads the files of a simulator', async () => {
  const { csv, json, backups } = simulatorFileNames;
  const dumps = `${backups}/contract_*.sql.gz`;
  const source = await openOnSimulator(
    file,
    { paths: ['*'] },
    {
      errors: { csv, column: 'error_rate_percent', where: { service: 'bus' } },
      rows: { csv, column: 'time', fold: 'count' },
      requests: { json, path: 'requestsPerSecond' },
      env: { json, path: 'env' },
      age: { newest: dumps, read: 'ageHours' },
      kept: { newest: dumps, read: 'count' },
    },
  );
  expect(await valuesOf(source)).toEqual({
    errors: 0,
    rows: 1,
    requests: expect.any(Number),
    env: 'test',
    age: expect.closeTo(8.255, 2),
    kept: 3,
  });
});

test('a script source runs the check of a simulator', async () => {
  const run = [`./${simulatorFileNames.check}`];
  const source = await openOnSimulator(
    script,
    { checks: [{ service: 'errors', run }] },
    {
      rate: { perf: 'errors', label: 'errorRatePercent' },
      again: { exec: [...run, '--json'], parse: 'json', path: 'errorRatePercent' },
    },
  );
  expect(await valuesOf(source)).toMatchObject({
    status: { service: 'errors', status: 'up', detail: expect.stringMatching(/^OK - errorRatePercent is 0/) },
    rate: 0,
    again: 0,
  });
});
