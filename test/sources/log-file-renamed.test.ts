import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LogEvent, ResumePoint } from '../../src/logs/reading/tail.ts';
import { tailLogFile } from '../../src/logs/reading/tail-log-file.ts';
import { openLogFiles } from '../../src/platform/files/log-files.ts';
import { manualClock } from '../support/manual-clock.ts';
import { never } from './open-source.ts';

test('a file rotated between the directory listing and opening is found under its next name', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-renamed-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, 'app.log');
  const clock = manualClock();
  const files = openLogFiles(clock, (signal) => signal);
  const shift = async (last: number): Promise<void> => {
    for (let index = last; index >= 1; index -= 1) await rename(`${path}.${index}`, `${path}.${index + 1}`);
    await rename(path, `${path}.1`);
  };
  let looks = 0;
  const rotating = {
    ...files,
    beside: async (...asked: Parameters<typeof files.siblings>) => {
      const found = await files.siblings(...asked);
      looks += 1;
      if (looks === 1) await rename(`${path}.1`, `${path}.2`);
      return found;
    },
  };
  const read = async (from: ResumePoint): Promise<readonly LogEvent[]> => {
    const events: LogEvent[] = [];
    const fault = (error: unknown): never => {
      throw error;
    };
    const parts = { files: rotating, clock, path, heads: { now: clock.now }, fault };
    for await (const event of tailLogFile(parts, from, never)) events.push(event);
    return events;
  };
  await writeFile(path, 'line 1\nline 2\n');
  const [first] = await read({ follow: false });
  const mark = first?.is === 'chunk' ? first.mark : undefined;
  await writeFile(path, 'line 1\nline 2\nline 3\n');
  await shift(0);
  await writeFile(path, 'line 4\n');
  looks = 0;
  const events = await read({ follow: false, after: mark ?? '' });
  expect(events.filter(({ is }) => is === 'gap')).toEqual([]);
  const text = events.map((event) => (event.is === 'chunk' ? Buffer.from(event.bytes).toString() : ''));
  expect(text.join('')).toBe('line 3\nline 4\n');
});
