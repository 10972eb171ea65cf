import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { host } from '../../../src/sources/host/index.ts';
import { createReceived, follow, never, readAll } from '../../sources/file/reading.ts';
import { until } from '../machine/until.ts';
import { detailOf, underTest } from '../setting.ts';

const server = underTest();
const run = promisify(execFile);

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');
const numbersOf = (lines: readonly string[]): readonly number[] =>
  lines.map((line) => Number(line.split(' ')[1]));
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** A log of this machine, read locally or through its own sshd. */
const openLog = async (access: 'directly' | 'over ssh') => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-files-'));
  const log = join(dir, 'app.log');
  const where =
    access === 'directly'
      ? { local: true }
      : { ssh: [detailOf(server, 'alias')], config: detailOf(server, 'ssh') };
  const config = host.config.parse({ ...where, files: [log] });
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

describe.each(['directly', 'over ssh'] as const)('a log file of this machine, %s', (access) => {
  test('rotated like logrotate while followed: each line once', async () => {
    const { log, tail } = await openLog(access);
    await writeFile(log, numbered(1, 100));
    const reading = follow(tail, { lines: 50 });
    await reading.until(({ lines }) => lines().length === 50);
    const writer = await open(log, 'a');
    await rename(log, `${log}.1`);
    await writeFile(log, '');
    await writer.write(numbered(101, 110));
    await writer.close();
    await appendFile(log, numbered(111, 120));
    const received = await reading.until(({ lines }) => lines().length === 70);
    expect(numbersOf(received.lines())).toEqual(range(51, 120));
    expect(received.words()).toEqual(['note: rotated']);
    await reading.stop();
    if (access === 'over ssh')
      await until('no process is left', async () =>
        run('pgrep', ['-f', `tail -c .*${log}`]).then(
          () => false,
          () => true,
        ),
      );
  });

  test('rotated and compressed while not followed: resumes after its mark, also from the compressed file', async () => {
    const { log, tail } = await openLog(access);
    await writeFile(log, numbered(1, 50));
    await rename(log, `${log}.1`);
    await run('gzip', [`${log}.1`]);
    await rename(`${log}.1.gz`, `${log}.2.gz`);
    await writeFile(log, numbered(51, 60));
    const mark = (await readAll(tail)).mark();
    await appendFile(log, numbered(61, 65));
    await rename(log, `${log}.1`);
    await writeFile(log, numbered(66, 70));
    const rest = await readAll(tail, { after: mark, follow: false });
    expect(numbersOf(rest.lines())).toEqual(range(61, 70));
    expect(rest.words()).toEqual(['note: rotated']);
    const [first] = rest.events;
    const startMark = first?.is === 'chunk' ? (first.first ?? '') : '';
    const older = await tail.older?.({ mark: startMark, lines: 30 }, never);
    expect(numbersOf(createReceived([...(older?.events ?? [])]).lines())).toEqual(range(31, 60));
  });

  test('copied and truncated (copytruncate): reads the rest from the copy, and reports a possible gap', async () => {
    const { log, tail } = await openLog(access);
    await writeFile(log, numbered(1, 50));
    const mark = (await readAll(tail)).mark();
    await appendFile(log, numbered(51, 60));
    await run('cp', [log, `${log}.1`]);
    await truncate(log, 0);
    await appendFile(log, numbered(61, 65));
    const rest = await readAll(tail, { after: mark, follow: false });
    expect(numbersOf(rest.lines())).toEqual(range(51, 65));
    expect(rest.words()).toContainEqual(expect.stringMatching(/^gap: /));
  });
});
