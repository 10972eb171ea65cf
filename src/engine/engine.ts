import type { Fault, Millis } from '../domain/fault.ts';
import type { Profile } from '../domain/profile.ts';
import type { FeedInfo, FeedKind } from '../domain/reading.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Clock, ReadIo } from '../io/io.ts';
import { openReadIo } from '../io/read-io.ts';
import type { Feed, Source, SourceModule } from '../sources/source.ts';
import { createFacts, type FactsStore } from '../store/facts-store.ts';
import { snapshotOf } from '../store/snapshot.ts';
import { whenAborted } from './bounded.ts';
import { createChanges } from './changes.ts';
import { frameOf, readKinds } from './frame.ts';
import { createInFlight, type InFlight, oneShotInFlight } from './in-flight.ts';
import { closeSource, openSources } from './open-sources.ts';
import { createPoller } from './poller.ts';
import { readOnce } from './read-once.ts';
import { createWheel, type Wheel } from './wheel.ts';

export interface EngineOptions {
  readonly modules: readonly SourceModule[];
  readonly clock: Clock;
  /** 0 up to 1: the wheel's phase and the jitter of back-off. */
  readonly random: () => number;
  /** False for one-shot commands: `for` counts as fulfilled, `clear` is ignored. */
  readonly memory: boolean;
  readonly openIo?: (clock: Clock) => ReadIo;
  /** Read only feeds of these kinds ('samples': whatever answers a signal): what is seen of an environment from another one. */
  readonly only?: readonly FeedKind[];
  readonly everyAtLeastMs?: Millis;
  /** `start` schedules nothing: feeds are read only when asked. */
  readonly paused?: boolean;
  /** Shared by all engines of a process; by default an engine turns its own. */
  readonly wheel?: Wheel;
  /** Shared by all engines of a process, so that their limit is one. */
  readonly inFlight?: InFlight;
}

/** The reading half: every source of one environment, open, read on time and written to the store. */
export interface Engine {
  readonly profile: Profile;
  readonly facts: FactsStore;
  /** The sources that could be opened. */
  readonly sources: ReadonlyMap<string, Source>;
  readonly feeds: readonly Feed[];
  /** Reads every scheduled feed now, and from now on when it is due. */
  start(): void;
  /** Reads now, whatever is due; without ids every scheduled feed. A wait that the other side asked for (Retry-After) is kept. */
  askNow(feedIds?: readonly string[]): void;
  /** Fresh reads, begun after this call and applied to the store when it resolves; resolves early when the signal aborts. */
  readNow(feedIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Every scheduled feed once; what has not answered in time is a `timeout` fault. Applied when it resolves. */
  readOnce(timeoutMs: Millis, signal?: AbortSignal): Promise<void>;
  /** A `wrong-system` fault, or why the source's identity is not known; undefined when nothing speaks against it. */
  identityOf(sourceId: string): Fault | undefined;
  /** Asks now who answers. A fault when it is another system, and when that could not be found out. */
  confirmIdentity(sourceId: string, signal: AbortSignal): Promise<Fault | undefined>;
  /** The machine's clock moved by this much against ours (it was set, or the machine slept): everything is read anew. */
  jumped(deltaMs: number): void;
  snapshot(): Snapshot;
  /** Ends all reads and connections; nothing is written to the store afterwards. */
  close(): Promise<void>;
}

const infoOf = ({ read: _, ...info }: Feed): FeedInfo => info;

/** Opens an environment: its sources and its store. Contacts nothing before it is started or asked. */
export const openEngine = async (profile: Profile, options: EngineOptions): Promise<Engine> => {
  const { clock, random } = options;
  const only = readKinds(profile, options.only);
  const opened = await openSources(profile, {
    ...options,
    openIo: options.openIo ?? openReadIo,
    ...(only === undefined ? {} : { only }),
  });
  const feeds = opened.flatMap((one) => one.feeds);
  const facts = createFacts(frameOf(profile, opened, options.memory, only));
  facts.apply([{ is: 'opened', feeds: feeds.map(infoOf) }], clock.now());
  const changes = createChanges(facts.apply, clock.now);
  const poller = createPoller(opened, {
    clock,
    random,
    changes,
    wheel: options.wheel ?? createWheel(clock, random),
    inFlight: options.inFlight ?? (options.memory ? createInFlight() : oneShotInFlight()),
  });
  const scheduled = poller.loops.filter((loop) => loop.feed.everyMs > 0);

  const askNow = (feedIds?: readonly string[]): void => {
    const asked =
      feedIds === undefined ? scheduled : poller.loops.filter((loop) => feedIds.includes(loop.feed.id));
    for (const loop of asked) void loop.ask();
    changes.hurry();
  };

  return {
    profile,
    facts,
    sources: new Map(
      opened.flatMap(({ entry, source }) => (source === undefined ? [] : [[entry.id, source]])),
    ),
    feeds,
    start: () => {
      if (options.paused !== true) poller.start();
    },
    askNow,
    readNow: async (feedIds, signal) => {
      const asked = poller.loops.filter((loop) => feedIds.includes(loop.feed.id));
      await Promise.race([Promise.all(asked.map((loop) => loop.askAnew())), whenAborted(signal)]);
      changes.flush();
    },
    readOnce: async (timeoutMs, signal) => {
      await readOnce(scheduled, clock, timeoutMs, signal);
      changes.flush();
    },
    identityOf: (sourceId) => poller.identity(sourceId)?.fault(),
    confirmIdentity: async (sourceId, signal) => {
      const identity = poller.identity(sourceId);
      if (identity !== undefined) return identity.confirm(signal);
      const problem = opened.find(({ entry }) => entry.id === sourceId)?.problem;
      const message = `there is no source ${sourceId} in this profile`;
      return problem ?? { kind: 'missing', source: sourceId, message, at: clock.now() };
    },
    jumped: (deltaMs) => {
      for (const loop of poller.loops) loop.catchUp(Math.max(0, deltaMs));
      askNow();
    },
    snapshot: () => snapshotOf(facts.getState(), clock.now()),
    close: async () => {
      changes.stop();
      await poller.stop();
      await Promise.all(opened.map((one) => closeSource(one, clock)));
    },
  };
};
