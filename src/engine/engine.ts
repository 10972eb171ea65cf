import { dirname, resolve } from 'node:path';
import { defined } from '../domain/base/defined.ts';
import type { Fault, Millis } from '../domain/base/fault.ts';
import type { FeedKind } from '../domain/facts/reading.ts';
import { issuesText } from '../domain/facts/schema.ts';
import type { SharedReadings } from '../domain/facts/shared-reading.ts';
import type { Profile } from '../domain/profile/profile.ts';
import { PlanError, splitUse } from '../domain/runbooks/operation.ts';
import type { ParamValues } from '../domain/runbooks/runbook.ts';
import { type Trace, traceForEnvironment } from '../domain/runs/trace.ts';
import type { ReadIo, ReadIoOptions } from '../doors/io.ts';
import { openReadIo } from '../doors/read-io.ts';
import { orAborted } from '../platform/runtime/async.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { EnvironmentReader } from '../runs/environment/environment-reader.ts';
import { bindByRules } from '../runs/runbooks/binding-rules.ts';
import type { FeedLoop } from '../scheduler/feed-loop.ts';
import { createTickWheel, type TickWheel } from '../scheduler/feed-schedule.ts';
import { createPoller, feedInfo } from '../scheduler/poller.ts';
import { createReadLimiter, oneShotReadLimiter, type ReadLimiter } from '../scheduler/read-limiter.ts';
import { createStoreChanges, type StoreChanges } from '../scheduler/store-changes.ts';
import type { Feed, SourceModule } from '../sources/kit/contract/source.ts';
import { signalsBehind } from '../store/derived-signals.ts';
import type { FactsFrame, FactsState, FrameSource } from '../store/facts.ts';
import { createFactsStore } from '../store/facts-store.ts';
import { buildSnapshot } from '../store/snapshot.ts';
import { createHistoryBackfill, type HistoryBackfill } from './history-backfill.ts';
import type { ChangeRecorder } from './journal/recorded-changes.ts';
import type { OpenedSource } from './sources/open-sources.ts';
import { closeSource, type OpenOptions, openProfileSources } from './sources/open-sources.ts';
import { rowCommandsOf } from './sources/row-commands.ts';
import { createSharedPolling } from './sources/shared-polling.ts';
import { locationOf } from './sources/source-location.ts';
import { profileEvent, traceVerdicts } from './trace-facts.ts';
import {
  changeRecordersOf,
  lookupsThrough,
  openingProblem,
  readAllOnce,
  sourcesById,
} from './via/opened-and-tunneled.ts';
import { openTunneledSources } from './via/tunneled-sources.ts';

/** The kinds that signals of this profile are derived from. */
const countedKinds = ({ signals }: Profile): readonly FeedKind[] =>
  signals.flatMap(({ derived }) => (derived?.is === 'fact' ? [derived.fold.kind] : []));

/** The kinds to read when only some are requested: signals also need the facts that they are derived from. */
export const requiredKinds = (
  profile: Profile,
  only: readonly FeedKind[] | undefined,
): readonly FeedKind[] | undefined =>
  only?.includes('samples') === true ? [...new Set([...only, ...countedKinds(profile)])] : only;

/** A tunneled source that has not been reached yet: its kinds are pending. */
const mayGive = ({ entry, gives }: OpenedSource, only: readonly FeedKind[]): boolean =>
  entry.via !== undefined && (gives === undefined || gives.kinds.some((kind) => only.includes(kind)));

/**
 * The judging rules of the store. When only some kinds are read, excluded signals and sources are not judged either:
 * they are left out on purpose, not unknown.
 */
export const judgingFrameOf = (
  profile: Profile,
  sources: readonly OpenedSource[],
  memory: boolean,
  only: readonly FeedKind[] | undefined,
): FactsFrame => {
  const { system, env, limits, limitPositions } = profile;
  const answered = new Set(sources.flatMap(({ feeds }) => feeds.flatMap((feed) => feed.signals ?? [])));
  const readsSignals = only === undefined || only.includes('samples');
  const signals = readsSignals ? profile.signals : profile.signals.filter(({ id }) => answered.has(id));
  const shown =
    only === undefined
      ? sources
      : sources.filter(
          (source) => source.feeds.length > 0 || source.problem !== undefined || mayGive(source, only),
        );
  const dir = dirname(resolve(profile.file));
  const entries = shown.map((opened) => {
    const { entry, problem, gives } = opened;
    const source: FrameSource = {
      type: entry.type,
      ...locationOf(entry),
      ...defined({ problem }),
      ...gives,
      ...(entry.via === undefined ? {} : { isTunneled: true as const }),
      ...rowCommandsOf(opened, sources, dir),
    };
    return [entry.id, source] as const;
  });
  return {
    system,
    env,
    limits,
    ...defined({ limitPositions }),
    signals,
    memory,
    sources: Object.fromEntries(entries),
  };
};

type With = Readonly<Record<string, unknown>>;

/** The operation spec of `SOURCE.OPERATION`, whether the source is open or not. */
const specOf = (
  use: string,
  { sources }: Pick<Profile, 'sources'>,
  modules: readonly SourceModule[],
): SourceModule['operations'][string] | undefined => {
  const { source, name } = splitUse(use);
  const type = sources.find(({ id }) => id === source)?.type;
  const operations = modules.find((module) => module.type === type)?.operations ?? {};
  return Object.hasOwn(operations, name) ? operations[name] : undefined;
};

/**
 * Binds the parameters of a step: the single place for diagnosis, actions and verification. Throws PlanError for
 * values that the operation's rules or schema reject.
 */
export const bindStepParams = (
  step: { readonly use?: string; readonly with?: With },
  values: ParamValues,
  profile: Pick<Profile, 'sources'>,
  modules: readonly SourceModule[],
): With => {
  const spec = specOf(step.use ?? '', profile, modules);
  const bound = bindByRules(step.with ?? {}, values, spec?.bindingRules ?? {});
  const parsed = spec?.params.safeParse(bound);
  if (parsed?.success === false) throw new PlanError('failed', issuesText(parsed.error));
  return bound;
};

export interface EngineOptions {
  readonly modules: readonly SourceModule[];
  readonly clock: Clock;
  /** Returns 0 up to 1, for the phase of the wheel and the jitter of back-off. */
  readonly random: () => number;
  /** False for one-shot commands: `for` counts as fulfilled, `clear` is ignored. */
  readonly memory: boolean;
  readonly openIo?: (clock: Clock, options?: ReadIoOptions) => ReadIo;
  /**
   * Reads only feeds of these kinds ('samples': whatever provides signals), as needed for another environment.
   */
  readonly only?: readonly FeedKind[];
  readonly everyAtLeastMs?: Millis;
  /** True: fills the history of signals from sources that have one, for charts. */
  readonly readsHistory?: boolean;
  /** `start` schedules nothing: feeds are only read on request. */
  readonly paused?: boolean;
  /** Shared by all engines of a process; by default each engine has its own. */
  readonly wheel?: TickWheel;
  /** Shared by several engines of a process, so that they have one limit. */
  readonly inFlight?: ReadLimiter;
  readonly trace?: Trace | undefined;
  /** Readings that other processes share. Absent: everything is read here. */
  readonly readings?: SharedReadings;
}

/** The reading half: every source of one environment, read on schedule and written to the store. */
export interface Engine extends EnvironmentReader {
  /** The sources of types that record changes, also those that are not open. */
  readonly changeRecorders: readonly ChangeRecorder[];
  /** Reads every scheduled feed now, and then on schedule. */
  start(): void;
  /**
   * Reads now regardless of the schedule, and respects Retry-After. Without ids, a person asks for every scheduled feed: a
   * Retry-After does not hold that back.
   */
  pollNow(feedIds?: readonly string[]): void;
  /**
   * Reads every scheduled feed of these sources and every feed that fails, after a run has changed something: each once, by
   * a read that begins after this call. Back-off is skipped once, except that of a source that limits its requests (429).
   */
  readAfterChange(sourceIds: readonly string[]): void;
  /** The request rate per second that tunneled sources cause at a source. */
  lookupsPerSecond(sourceId: string): number;
  /**
   * Reads every scheduled feed once; what has not answered in time is a `timeout` fault, which names `totalMs` as the limit
   * (default: `timeoutMs`). In the store when it resolves.
   */
  readOnce(timeoutMs: Millis, signal?: AbortSignal, totalMs?: Millis): Promise<void>;
  /** A `wrong-system` fault, or why the identity is unknown; undefined when there is no objection. */
  identityOf(sourceId: string): Fault | undefined;
  /**
   * Handles a clock change by this much (the clock was set, or the machine slept): everything is read again.
   */
  jumped(deltaMs: number): void;
  /** Reads earlier values of a signal, or of its operands, from the history of the source, where it has one. */
  readHistory: HistoryBackfill['request'];
  /** Ends all reads and connections; afterwards nothing is written to the store. */
  close(): Promise<void>;
}

const scheduled = (loops: readonly FeedLoop[]): readonly FeedLoop[] =>
  loops.filter((loop) => loop.feed.everyMs > 0);

const named = (loops: readonly FeedLoop[], feedIds: readonly string[]): readonly FeedLoop[] =>
  loops.filter((loop) => feedIds.includes(loop.feed.id));

/** The feeds to read after a change: those of the changed sources, and those that fail and are not limited by their source. */
const feedsAfterChange = (
  loops: readonly FeedLoop[],
  { feeds }: FactsState,
  changed: readonly string[],
): readonly FeedLoop[] => {
  const states = Object.values(feeds);
  const limited = new Set(
    states.flatMap(({ feed, faults }) =>
      faults.some(({ kind }) => kind === 'throttled') ? [feed.source] : [],
    ),
  );
  return scheduled(loops).filter(({ feed, isSilent }) => {
    const isFailing = isSilent() || (feeds[feed.id]?.faults.length ?? 0) > 0;
    return !limited.has(feed.source) && (isFailing || changed.includes(feed.source));
  });
};

/** Whether readings of other processes may be taken: not while a caller relies on own ones. */
const createOwnReadings = () => {
  let callers = 0;
  return {
    mayTake: (): boolean => callers === 0,
    begin: (loops: readonly FeedLoop[], flush: () => void): ReturnType<Engine['readAlone']> => {
      callers += 1;
      const taken = loops.filter((loop) => loop.isTaken());
      const ready = Promise.all(taken.map((loop) => loop.readAgain())).then(flush);
      const end = (): void => {
        callers -= 1;
      };
      return { ready, end };
    },
  };
};

/** The same changes, each reported to an observer after it was added. */
const observed = (changes: StoreChanges, observe: HistoryBackfill['observe']): StoreChanges => ({
  ...changes,
  add: (change) => {
    changes.add(change);
    observe(change);
  },
});

/** The options of its sources: only the kinds of facts that are required, and a trace that names the environment. */
const openingOf = (profile: Profile, options: EngineOptions): OpenOptions => {
  const only = requiredKinds(profile, options.only);
  return {
    ...options,
    openIo: options.openIo ?? openReadIo,
    trace: traceForEnvironment(options.trace, `${profile.system}/${profile.env}`),
    ...defined({ only }),
  };
};

/** Opens an environment: its sources and its store. Contacts nothing until it is started or read. */
export const openEngine = async (profile: Profile, options: EngineOptions): Promise<Engine> => {
  const { clock, random } = options;
  const opening = openingOf(profile, options);
  const { only, trace } = opening;
  const opened = await openProfileSources(profile, opening);
  const facts = createFactsStore(judgingFrameOf(profile, opened, options.memory, only));
  const feeds = opened.flatMap((openedSource) => openedSource.feeds);
  facts.apply([{ is: 'opened', feeds: feeds.map(feedInfo) }], clock.now());
  const written = createStoreChanges(facts.apply, clock.now);
  const backfill = createHistoryBackfill({ clock, changes: written, trace, feeds: () => feedsNow() });
  const changes: StoreChanges = options.readsHistory === true ? observed(written, backfill.observe) : written;
  const wheel = options.wheel ?? createTickWheel(clock, random);
  const inFlight = options.inFlight ?? (options.memory ? createReadLimiter() : oneShotReadLimiter());
  const ownReadings = createOwnReadings();
  const { readings, modules } = options;
  const shared =
    readings && createSharedPolling(profile, opened, { modules, readings, mayTake: ownReadings.mayTake });
  const poller = createPoller(opened, { clock, random, changes, wheel, inFlight, trace, shared });
  const reached = openTunneledSources(profile, opened, { opening, poller, changes });
  trace?.(profileEvent(profile));
  const feedsNow = (): readonly Feed[] => poller.loops.map((loop) => loop.feed);
  const untrace = trace === undefined ? undefined : traceVerdicts(facts, trace, clock.now);
  let leave: (() => void) | undefined;

  const askNow = (feedIds?: readonly string[]): void => {
    for (const loop of feedIds === undefined ? scheduled(poller.loops) : named(poller.loops, feedIds))
      void loop.readNow();
    if (feedIds === undefined) for (const tunneledSource of reached.all) void tunneledSource.resolve();
    changes.hurry();
  };

  const readAfterChange = (sourceIds: readonly string[]): void => {
    for (const loop of feedsAfterChange(poller.loops, facts.getState(), sourceIds))
      void loop.readAfterChange();
    for (const tunneledSource of reached.all) void tunneledSource.resolve();
    changes.hurry();
  };

  return {
    profile,
    facts,
    ...defined({ trace }),
    sources: sourcesById(opened, reached),
    changeRecorders: changeRecordersOf(opened, reached, options.modules),
    get feeds() {
      return feedsNow();
    },
    start: () => {
      if (options.paused === true) return;
      poller.start();
      leave ??= wheel.join(reached.tick);
      reached.tick(clock.now());
    },
    pollNow: (feedIds) => {
      if (feedIds === undefined) for (const loop of scheduled(poller.loops)) void loop.readOnRequest();
      askNow(feedIds);
    },
    readAfterChange,
    reach: async (signal, sourceId) => {
      const selected = reached.all.filter(({ id }) => sourceId === undefined || id === sourceId);
      await Promise.all(selected.map((tunneledSource) => tunneledSource.ready(signal)));
    },
    bind: (step, values) => bindStepParams(step, values, profile, options.modules),
    routeTo: (sourceId) => reached.get(sourceId)?.by,
    lookupsPerSecond: (sourceId) => lookupsThrough(reached, sourceId),
    readNow: async (feedIds, signal) => {
      await Promise.all(reached.all.map((tunneledSource) => tunneledSource.refresh(signal)));
      const reads = named(poller.loops, feedIds).map((loop) => loop.readAgain());
      await orAborted(Promise.all(reads), signal);
      changes.flush();
    },
    readOnce: async (timeoutMs, signal, totalMs = timeoutMs) => {
      await readAllOnce({ poller, reached, clock }, { timeoutMs, totalMs, signal });
      changes.flush();
    },
    readAlone: () => ownReadings.begin(poller.loops, changes.flush),
    identityOf: (sourceId) => poller.identity(sourceId)?.fault(),
    confirmIdentity: async (sourceId, signal) => {
      const lost = await reached.get(sourceId)?.ready(signal);
      const identity = poller.identity(sourceId);
      if (identity !== undefined) return identity.confirm(signal);
      return lost ?? openingProblem(opened, sourceId, clock.now());
    },
    jumped: (deltaMs) => {
      for (const loop of poller.loops) loop.catchUp(Math.max(0, deltaMs));
      askNow();
    },
    readHistory: (signal, range, purpose) => {
      for (const id of signalsBehind(signal, facts.getState().frame)) backfill.request(id, range, purpose);
    },
    snapshot: () => buildSnapshot(facts.getState(), clock.now()),
    close: async () => {
      changes.stop();
      untrace?.();
      leave?.();
      await Promise.all([poller.stop(), reached.close(), backfill.stop(), readings?.close()]);
      await Promise.all(opened.map((openedSource) => closeSource(openedSource, clock)));
    },
  };
};
