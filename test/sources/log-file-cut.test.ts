import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LogEvent, ResumePoint } from '../../src/logs/reading/tail.ts';
import { tailLogFile } from '../../src/logs/reading/tail-log-file.ts';
import { openLogFiles } from '../../src/platform/files/log-files.ts';
import { everyNth, sampled } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';

const old = 'line 1\nline 2\n';
const fresh = 'line 3, which is longer than both of them\n';

/** A log that is truncated and written to once more right after `reads` reads of it. `grown`: appended after its mark. */
const openCut = async (reads: number, grown = '') => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-cut-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, 'app.log');
  const clock = manualClock();
  const files = openLogFiles(clock, (signal) => signal);
  let left = Number.POSITIVE_INFINITY;
  const cutting = {
    ...files,
    open: async (...asked: Parameters<typeof files.open>) => {
      const file = await files.open(...asked);
      return {
        ...file,
        read: async (...args: Parameters<typeof file.read>) => {
          const count = await file.read(...args);
          left -= 1;
          if (left === 0) await writeFile(path, fresh);
          return count;
        },
      };
    },
  };
  const read = async (from: ResumePoint, isLast: (text: string) => boolean): Promise<readonly LogEvent[]> => {
    const events: LogEvent[] = [];
    const fault = (error: unknown): never => {
      throw error;
    };
    const parts = { files: cutting, clock, path, heads: { now: clock.now }, fault };
    const stop = new AbortController();
    for await (const event of tailLogFile(parts, from, stop.signal)) {
      events.push(event);
      if (event.is === 'chunk' && isLast(Buffer.from(event.bytes).toString())) stop.abort();
    }
    return events;
  };
  await writeFile(path, old);
  const [first] = await read({ follow: false }, () => true);
  await appendFile(path, grown);
  left = reads;
  return { mark: first?.is === 'chunk' ? (first.mark ?? '') : '', read };
};

test.each(sampled([1, 2, 3], everyNth(2)))(
  'a file truncated after the check of its position is read from its beginning, after a gap (after read %i)',
  async (reads) => {
    const { mark, read } = await openCut(reads);
    const events = await read({ follow: true, after: mark }, (text) => text.endsWith(fresh));
    expect(
      events.map((event) => (event.is === 'chunk' ? Buffer.from(event.bytes).toString() : event.is)),
    ).toEqual(['gap', fresh]);
  },
);

test('a file truncated within a line that was half read: its first half, the gap, and the new lines', async () => {
  // By then the half line has been read, and what is before it.
  const { mark, read } = await openCut(4, 'half of a li');
  const events = await read({ follow: true, after: mark }, (text) => text.endsWith(fresh));
  expect(
    events.map((event) => (event.is === 'chunk' ? Buffer.from(event.bytes).toString() : event.is)),
  ).toEqual(['half of a li\n', 'gap', fresh]);
});
