import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Sample } from '../../../src/domain/facts/facts.ts';
import type { Reading } from '../../../src/domain/facts/reading.ts';
import type { LogView } from '../../../src/domain/profile/profile.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { file } from '../../../src/sources/file/index.ts';
import type { Feed, Source } from '../../../src/sources/kit/contract/source.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

const never = new AbortController().signal;

/** A file source on its own directory, with a manual clock. */
export interface Opened {
  readonly dir: string;
  readonly clock: ManualClock;
  readonly source: Source;
  /** Writes a file as if `agoMs` ago by the source's clock (default: a minute). */
  put(name: string, content: string | Uint8Array, agoMs?: number): Promise<void>;
  feed(id: string): Feed;
  /** Reads every scheduled feed; returns the samples of each signal. */
  read(): Promise<Reading<Sample> & { values(): Record<string, unknown> }>;
}

const isSample = (item: object): item is Sample => 'signal' in item;

export const openFile = async (
  reads: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  entry: Readonly<Record<string, unknown>> = {},
  views: readonly LogView[] = [],
): Promise<Opened> => {
  const clock = manualClock();
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-file-'));
  const config = file.config.parse({ paths: ['*'], ...entry });
  const signals = Object.entries(reads).map(([id, read]) => ({ id, read: file.reads?.parse(read) ?? {} }));
  const source = await file.open({ id: 'disk', env: 'test', config, signals, dir, views }, openReadIo(clock));
  onTestFinished(async () => {
    await source.close();
    await rm(dir, { recursive: true });
  });
  const feed = (id: string): Feed => {
    const found = source.feeds.find((other) => other.id === id);
    if (found === undefined)
      throw new Error(`no feed ${id}; there is ${source.feeds.map((currentFeed) => currentFeed.id)}`);
    return found;
  };
  return {
    dir,
    clock,
    source,
    feed,
    put: async (name, content, agoMs = 60_000) => {
      await mkdir(dirname(join(dir, name)), { recursive: true });
      await writeFile(join(dir, name), content);
      const date = new Date(clock.now() - agoMs);
      await utimes(join(dir, name), date, date);
    },
    read: async () => {
      const scheduled = source.feeds.filter((other) => other.everyMs > 0);
      const batches = await Promise.all(scheduled.map((scheduledFeed) => scheduledFeed.read(never)));
      const items = batches.flatMap((batch) => batch.items.filter(isSample));
      return {
        items,
        faults: batches.flatMap((batch) => batch.faults),
        values: () => Object.fromEntries(items.map(({ signal, value, why }) => [signal, value ?? why])),
      };
    },
  };
};
