import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openLogFiles } from '../../../src/platform/files/log-files.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { scratchDir } from '../../support/scratch-dir.ts';

/** The files that this process has open. Linux only. */
const openFiles = async (): Promise<readonly string[]> => {
  const links = (await readdir('/proc/self/fd')).map((fd) =>
    readlink(join('/proc/self/fd', fd)).catch(() => ''),
  );
  return Promise.all(links);
};

test.runIf(process.platform === 'linux')('files whose opening is aborted do not stay open', async () => {
  const dir = await mkdtemp(join(scratchDir(), 'opsdeck-aborted-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const plain = join(dir, 'app.log');
  const packed = join(dir, 'app.log.1.gz');
  await writeFile(plain, 'a line\n');
  await writeFile(packed, gzipSync('an older line\n'));
  const files = openLogFiles(manualClock(), (signal) => signal);
  const stop = new AbortController();

  const unpacking = files.unpacked(packed, stop.signal)[Symbol.asyncIterator]().next();
  const opening = files.open(plain, stop.signal);
  stop.abort();

  const ends = await Promise.allSettled([unpacking, opening]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  // Node's file operations begin in order: those of the files have long begun.
  for (let nth = 0; nth < 20; nth += 1) await readFile(plain);
  await vi.waitFor(async () =>
    expect((await openFiles()).filter((path) => path.startsWith(dir))).toEqual([]),
  );
});
