import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../domain/base/fault.ts';
import type { AnyFact, Note, Sample } from '../domain/facts/facts.ts';
import type { Reading } from '../domain/facts/reading.ts';
import { openReadIo } from '../doors/read-io.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { Feed, SignalRequest, Source, SourceModule } from '../sources/kit/contract/source.ts';
import type { FailureMode } from './failure-modes.ts';
import type { ManualClock } from './manual-clock.ts';

export type Facts = Reading<AnyFact | Note | Sample>;

/** A fact without what differs between readings: its time and its latency. */
export type TimelessFact = Readonly<Record<string, unknown>>;

/** The specifics of a source type for the contract tests. */
export interface SourceRig {
  readonly type: string;
  /** Starts its server, in a state that is fixed while the clock stops. */
  start(clock: Clock): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** Its profile entry, as written. */
  config(url: string, secret: string): unknown;
  readonly signals: readonly SignalRequest[];
  /** By feed ID: rows and samples of the healthy server. Contains every feed of the source. */
  readonly healthy: Readonly<
    Record<string, { readonly items: readonly TimelessFact[]; readonly samples?: readonly TimelessFact[] }>
  >;
  /** By feed ID: numbers that the server does not report and that must be absent. */
  readonly unknowns: Readonly<Record<string, (facts: Facts) => readonly unknown[]>>;
  /** A request that is denied while all others succeed, and what the feeds that make it must still return. */
  readonly partial?: {
    readonly denied: RegExp;
    readonly feed: string;
    readonly items: readonly TimelessFact[];
  };
  /** IDs of the feeds that have a history; absent: none. */
  readonly histories?: readonly string[];
  /** Parts of its texts that a running server may change between readings. */
  readonly moving?: RegExp;
  /** Parameters of each operation that are valid on the healthy server. */
  readonly operations: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Expectations for a source type, whatever its server. */
export type SourceExpectation = Omit<SourceRig, 'start'>;

// The server generates uids and the identities of runs.
const shifting = new Set(['at', 'latencyMs', 'uid']);

/** Removes what differs between readings. */
export const withoutReadTimes = (fact: object): TimelessFact =>
  Object.fromEntries(
    // `run` of a workload identifies its process; of CI it is the number of a run.
    Object.entries(fact).filter(([key]) => !shifting.has(key) && !(key === 'run' && 'wanted' in fact)),
  );

/** The connection from a source to its server; a test sets its failure mode, and it records requests. */
export interface Wire<M extends FailureMode> {
  /** Address of the server through this wire. */
  readonly url: string;
  /** Directory of the profile, for a wire that is a directory. */
  readonly dir?: string;
  set(failure: M): Promise<void>;
  /** Back to the server's own responses. */
  heal(): Promise<void>;
  /** Denies only the requests whose address matches. */
  denyOnly?(calls: RegExp): Promise<void>;
  /** From now on another system responds. */
  turnStranger?(): Promise<void>;
  methods(): ReadonlySet<string>;
  asked(): number;
  /** Resolves once this many requests have arrived since the wire was opened. */
  arrived(count: number): Promise<void>;
  /** Resolves once no connection is open. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** A source type with one of its servers, as the contract tests use it. */
export interface Stage<M extends FailureMode = FailureMode, W extends Wire<M> = Wire<M>> {
  readonly rig: SourceExpectation;
  /** The failure modes of this wire, including `down`, and `hanging` where a response can fail to arrive. */
  readonly failureModes: readonly M[];
  /** Pattern for how a fault names the failed request. Default: an HTTP request. */
  readonly call?: RegExp;
  /** Returns whether a failure mode does not affect a feed. */
  untouched?(failure: M, feedId: string): boolean;
  /** True: the server has no identity. */
  readonly isAnonymous?: boolean;
  /** The source's clock, advanced by the test. */
  clock(): ManualClock;
  open(): Promise<W>;
}

/** Returns the failure mode of this name. Throws when the wire does not have it. */
export const failureModeNamed = <M extends FailureMode>(
  { failureModes }: { readonly failureModes: readonly M[] },
  name: string,
): M => {
  const found = failureModes.find((failure) => failure.name === name);
  if (found === undefined) throw new Error(`this wire has no failure mode "${name}"`);
  return found;
};

/** Long enough to be masked, and unique. */
export const secret = 'hunter2+contract/secret=';

/** An open source on a real wire; the test sets the failure mode and advances the clock. */
export interface OpenedRig<W> extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly wire: W;
  readonly source: Source;
  readonly feeds: readonly Feed[];
  /** Reads every feed, one after the other, without a deadline. */
  readAll(): Promise<ReadonlyMap<string, Facts>>;
}

/** Opens the source of a stage on its wire, with a reading io. */
export const openRig = async <M extends FailureMode, W extends Wire<M>>(
  stage: Stage<M, W>,
  module: SourceModule,
): Promise<OpenedRig<W>> => {
  const { rig } = stage;
  const clock = stage.clock();
  const wire = await stage.open();
  const config = module.config.parse(rig.config(wire.url, secret));
  const from = wire.dir === undefined ? {} : { dir: wire.dir };
  const opening = { id: rig.type, env: 'test', config, signals: rig.signals, ...from };
  // Plans must not depend on the programs of the machine that runs the tests.
  const io = {
    ...openReadIo(clock, { stateDir: tmpdir() }),
    findProgram: async (name: string) => `/usr/bin/${name}`,
  };
  const source = await module.open(opening, io);
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

/**
 * Waits for facts while simulated time passes, `stepMs` every 5 ms: a terminated program is polled until it has exited,
 * which takes time on both clocks.
 */
const ending = async (facts: Promise<Facts>, clock: ManualClock, stepMs: number): Promise<void> => {
  let isOver = false;
  const over = facts.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([over, sleep(5)]);
    if (!isOver) await clock.advance(stepMs);
  }
};

/** Time in ms that a read may take before simulated time passes with it. */
const promptMs = 500;

/** Reads a feed as the engine does, with a deadline that expires once the wire hangs. */
export const readUnderDeadline = async (
  { clock, wire }: OpenedRig<Pick<Wire<FailureMode>, 'asked' | 'arrived'>>,
  feed: Feed,
  hangs: boolean,
): Promise<Facts> => {
  const { signal, clear } = clock.deadline(feed.timeoutMs);
  const before = wire.asked();
  const facts = feed.read(signal);
  if (hangs) {
    await wire.arrived(before + 1);
    await clock.advance(feed.timeoutMs);
    await ending(facts, clock, 100);
  } else {
    // On a busy machine, the program of a failed read may need longer to exit: then time passes as fast as outside.
    await Promise.race([facts, sleep(promptMs)]);
    await ending(facts, clock, 5);
  }
  const read = await facts;
  clear();
  return read;
};

/** Serializes to JSON with 64-bit offsets as text. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));

/** Serializes all texts of a reading. */
export const readingTexts = (facts: {
  readonly faults: readonly Fault[];
  readonly items: readonly object[];
}): string => jsonText(facts);
