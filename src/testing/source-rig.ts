import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyFact, Note, Sample } from '../domain/facts.ts';
import type { Fault } from '../domain/fault.ts';
import type { Reading } from '../domain/reading.ts';
import { openReadIo } from '../doors/read-io.ts';
import type { Clock } from '../platform/clock.ts';
import type { Feed, SignalRequest, Source, SourceModule } from '../sources/source.ts';
import type { ManualClock } from './manual-clock.ts';
import type { Mood } from './moods.ts';

export type Facts = Reading<AnyFact | Note | Sample>;

/** A fact without what no two readings share: when it was read, and how long that took. */
export type TimelessFact = Readonly<Record<string, unknown>>;

/** What the suite has to know of a source type, apart from what it promises for all of them. */
export interface SourceRig {
  readonly type: string;
  /** Its embedded server, in a state that does not move while the clock stands. */
  start(clock: Clock): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** Its entry in a profile, as written. */
  config(url: string, secret: string): unknown;
  readonly signals: readonly SignalRequest[];
  /** By feed id: the rows and samples of the healthy wire. Every feed of the source is in it. */
  readonly healthy: Readonly<
    Record<string, { readonly items: readonly TimelessFact[]; readonly samples?: readonly TimelessFact[] }>
  >;
  /** Of a batch by feed id: numbers that the wire does not know, which must be absent. */
  readonly unknowns: Readonly<Record<string, (facts: Facts) => readonly unknown[]>>;
  /** A call that is denied while all others are answered, and what the feeds that make it must still bring. */
  readonly partial?: {
    readonly denied: RegExp;
    readonly feed: string;
    readonly items: readonly TimelessFact[];
  };
  /** Parts of its words that a server which lives on may change from one reading to the next. */
  readonly moving?: RegExp;
  /** Parameters of each operation that fit the healthy wire. */
  readonly operations: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What is expected of a source type, whatever server is behind its wire. */
export type SourceExpectation = Omit<SourceRig, 'start'>;

// A uid is made by the server.
const shifting = new Set(['at', 'latencyMs', 'uid']);

/** Without what differs from reading to reading. */
export const withoutReadTimes = (fact: object): TimelessFact =>
  Object.fromEntries(Object.entries(fact).filter(([key]) => !shifting.has(key)));

/** The way from a source to its server, on which a test sets the mood; it keeps the books. */
export interface Wire<M extends Mood> {
  /** The server's address, through this wire. */
  readonly url: string;
  /** Where the profile is, for a wire that is a directory. */
  readonly dir?: string;
  set(mood: M): Promise<void>;
  /** Back to what the server itself says. */
  heal(): Promise<void>;
  /** Denies the calls whose address matches, and no other. */
  denyOnly?(calls: RegExp): Promise<void>;
  /** From now on another system answers. */
  turnStranger?(): Promise<void>;
  methods(): ReadonlySet<string>;
  asked(): number;
  /** Resolves once this many requests have come since the wire was opened. */
  arrived(count: number): Promise<void>;
  /** Resolves once no connection is open. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** A source type before one of its servers: what the promises are held to. */
export interface Stage<M extends Mood = Mood, W extends Wire<M> = Wire<M>> {
  readonly rig: SourceExpectation;
  /** The moods that this wire can be in; `down` is among them, and `hanging` where an answer can fail to come. */
  readonly moods: readonly M[];
  /** How a fault names the call that it is about. Default: as an HTTP request. */
  readonly call?: RegExp;
  /** Feeds that a mood does not touch. */
  untouched?(mood: M, feedId: string): boolean;
  /** True: nothing there says who it is. */
  readonly isAnonymous?: boolean;
  /** The source's clock; it stands until a test moves it. */
  clock(): ManualClock;
  open(): Promise<W>;
}

/** The mood of this name. Throws when the wire does not have it. */
export const moodNamed = <M extends Mood>({ moods }: { readonly moods: readonly M[] }, name: string): M => {
  const found = moods.find((mood) => mood.name === name);
  if (found === undefined) throw new Error(`this wire is never "${name}"`);
  return found;
};

/** Long enough to be masked, and found in nothing else. */
export const secret = 'hunter2+contract/secret=';

/** A source of a rig, open, on a real wire whose mood a test sets. Time moves by hand. */
export interface OpenedRig<W> extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly wire: W;
  readonly source: Source;
  readonly feeds: readonly Feed[];
  /** Reads every feed, one after the other, with nobody in a hurry. */
  readAll(): Promise<ReadonlyMap<string, Facts>>;
}

/** Opens a source on the wire of a stage, with a reading io. */
export const openRig = async <M extends Mood, W extends Wire<M>>(
  stage: Stage<M, W>,
  module: SourceModule,
): Promise<OpenedRig<W>> => {
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
  { clock, wire }: OpenedRig<Pick<Wire<Mood>, 'asked' | 'arrived'>>,
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
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, held: unknown) => (typeof held === 'bigint' ? String(held) : held));

/** Everything that a batch says in words. */
export const readingTexts = (facts: {
  readonly faults: readonly Fault[];
  readonly items: readonly object[];
}): string => jsonText(facts);
