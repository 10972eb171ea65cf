import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Fault } from '../../../src/domain/base/fault.ts';
import type { Sample } from '../../../src/domain/facts/facts.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { Health } from '../../../src/kinds/health/fact.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';
import { script } from '../../../src/sources/script/index.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

/** The directory of the misbehaving programs, used as the profile directory. */
export const programs = resolve('test/fixtures/programs');

interface Read {
  readonly rows: readonly Health[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly faults: readonly Fault[];
}

export interface Opened {
  readonly clock: ManualClock;
  readonly source: Source;
  /** Reads every feed once. */
  read(signal?: AbortSignal): Promise<Read>;
}

const isRow = (item: object): item is Health => 'status' in item;
const isSample = (item: object): item is Sample => 'signal' in item;

export const openScript = async (
  entry: Readonly<Record<string, unknown>>,
  reads: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): Promise<Opened> => {
  const clock = manualClock();
  const config = script.config.parse(entry);
  const signals = Object.entries(reads).map(([id, read]) => ({ id, read: script.reads?.parse(read) ?? {} }));
  const opening = { id: 'scripts', env: 'test', config, signals, dir: programs };
  const source = await script.open(opening, openReadIo(clock));
  onTestFinished(async () => {
    // Unresponsive programs are timed by this clock.
    let isClosed = false;
    void source.close().then(() => {
      isClosed = true;
    });
    while (!isClosed) await clock.advance(50);
  });
  return {
    clock,
    source,
    read: async (signal = new AbortController().signal) => {
      const batches = await Promise.all(source.feeds.map((feed) => feed.read(signal)));
      const items = batches.flatMap((batch) => [...batch.items, ...(batch.samples ?? [])]);
      return {
        rows: items.filter(isRow),
        values: Object.fromEntries(
          items.filter(isSample).map((item) => [item.signal, item.value ?? item.why]),
        ),
        faults: batches.flatMap((batch) => batch.faults),
      };
    },
  };
};
