import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../domain/fault.ts';
import { openReadIo } from '../doors/read-io.ts';
import type { Feed, Source, SourceModule } from '../sources/source.ts';
import type { ManualClock } from './manual-clock.ts';
import type { Mood } from './moods.ts';
import type { Facts } from './rig.ts';
import type { Stage, Wire } from './wire.ts';

/** Long enough to be masked, and found in nothing else. */
export const secret = 'hunter2+contract/secret=';

/** A source of a rig, open, on a real wire whose mood a test sets. Time moves by hand. */
export interface Wired<W> extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly wire: W;
  readonly source: Source;
  readonly feeds: readonly Feed[];
  /** Reads every feed, one after the other, with nobody in a hurry. */
  readAll(): Promise<ReadonlyMap<string, Facts>>;
}

/** Opens a source on the wire of a stage, with a reading io. */
export const openWired = async <M extends Mood, W extends Wire<M>>(
  stage: Stage<M, W>,
  module: SourceModule,
): Promise<Wired<W>> => {
  const { rig } = stage;
  const clock = stage.clock();
  const wire = await stage.open();
  const config = module.config.parse(rig.config(wire.url, secret));
  const from = wire.dir === undefined ? {} : { dir: wire.dir };
  const opening = { id: rig.type, env: 'test', config, signals: rig.signals, ...from };
  const source = await module.open(opening, openReadIo(clock));
  return {
    clock,
    wire,
    source,
    feeds: source.feeds,
    readAll: async () => {
      const read = new Map<string, Facts>();
      for (const feed of source.feeds) read.set(feed.id, await feed.read(new AbortController().signal));
      return read;
    },
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await wire.close();
    },
  };
};

/** A program that was told to end is looked for until it has gone, which takes time on both clocks. */
const ending = async (facts: Promise<Facts>, clock: ManualClock): Promise<void> => {
  let isOver = false;
  const over = facts.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([over, sleep(5)]);
    if (!isOver) await clock.advance(100);
  }
};

/** Reads a feed as the engine does, with its deadline, which passes once the wire hangs. */
export const readUnderDeadline = async (
  { clock, wire }: Wired<Pick<Wire<Mood>, 'asked' | 'arrived'>>,
  feed: Feed,
  hangs: boolean,
): Promise<Facts> => {
  const { signal, clear } = clock.deadline(feed.timeoutMs);
  const before = wire.asked();
  const facts = feed.read(signal);
  if (hangs) {
    await wire.arrived(before + 1);
    await clock.advance(feed.timeoutMs);
    await ending(facts, clock);
  }
  const read = await facts;
  clear();
  return read;
};

/** Offsets are 64 bit: JSON has them as texts. */
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_, held: unknown) => (typeof held === 'bigint' ? String(held) : held));

/** Everything that a batch says in words. */
export const wordsOf = (facts: {
  readonly faults: readonly Fault[];
  readonly items: readonly object[];
}): string => jsonOf(facts);
