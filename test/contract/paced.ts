import type { Profile } from '../../src/domain/profile/profile.ts';
import { type Engine, openEngine } from '../../src/engine/engine.ts';
import type { Feed, SourceModule } from '../../src/sources/kit/contract/source.ts';
import type { FailureMode } from '../../src/testing/failure-modes.ts';
import type { SourceExpectation, Stage, Wire } from '../../src/testing/source-rig.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { moduleOf, secret } from './wired.ts';

/** The reads of one feed, as started by the engine. */
interface Reads {
  /** Ms since the start, one per read. */
  readonly began: number[];
  active: number;
  maxActive: number;
}

/** A rig's source in the engine, on a real wire, with an interval of 1 s and a timeout of 4 s. */
export interface Paced<M extends FailureMode> extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly wire: Wire<M>;
  readonly engine: Engine;
  /** The feeds that the engine schedules at the interval of the source; feeds with a longer interval of their own are excluded. */
  readonly feeds: readonly Feed[];
  reads(feedId: string): Reads;
  /** Advances time in small steps; after each, waits until all reads have completed. */
  pass(ms: number): Promise<void>;
}

export const everyMs = 1000;
export const timeoutMs = 4000;
const stepMs = 250;

/** A profile with one source. */
export const profileOfSource = (
  rig: Pick<SourceExpectation, 'type' | 'signals'>,
  config: unknown,
  dir = '.',
): Profile => {
  const position = { file: 'test.yaml', line: 1, col: 1 };
  return {
    system: 'contract',
    env: 'test',
    title: 'Contract',
    tier: 'local',
    file: `${dir}/test.yaml`,
    across: [],
    sources: [{ id: rig.type, type: rig.type, config, position }],
    signals: rig.signals.map(({ id, read }) => ({
      id,
      read,
      title: id,
      source: rig.type,
      unit: '',
      threshold: {},
      covers: [],
      position,
    })),
    limits: {},
    logViews: [],
    runbooks: [],
    contacts: [],
    links: [],
    guard: { readOnly: false, armMs: 0, cancelWindowMs: 0, typed: 'destructive' },
  };
};

/** Wraps the module to record when each feed is read. */
const recordReads = (
  module: SourceModule,
  readsByFeed: Map<string, Reads>,
  now: () => number,
): SourceModule => ({
  ...module,
  open: async (opening, io) => {
    const source = await module.open(opening, io);
    const feeds = source.feeds.map((feed): Feed => {
      const reads: Reads = { began: [], active: 0, maxActive: 0 };
      readsByFeed.set(feed.id, reads);
      return {
        ...feed,
        read: (signal) => {
          reads.began.push(now());
          reads.active += 1;
          reads.maxActive = Math.max(reads.maxActive, reads.active);
          return feed.read(signal).finally(() => {
            reads.active -= 1;
          });
        },
      };
    });
    return { ...source, feeds };
  },
});

export const pace = async <M extends FailureMode>(stage: Stage<M>): Promise<Paced<M>> => {
  const { rig } = stage;
  const clock = stage.clock();
  const wire = await stage.open();
  const readsByFeed = new Map<string, Reads>();
  const start = clock.now();
  const module = recordReads(moduleOf(rig.type), readsByFeed, () => clock.now() - start);
  const { identity: _, ...written } = Object.assign({ identity: undefined }, rig.config(wire.url, secret));
  const config = module.config.parse({ ...written, every: `${everyMs}ms`, timeout: `${timeoutMs}ms` });
  const options = { modules: [module], clock, random: () => 0, memory: true };
  const engine = await openEngine(profileOfSource(rig, config, wire.dir), options);
  const untilIdle = async (): Promise<void> => {
    while ([...readsByFeed.values()].some((reads) => reads.active > 0)) await clock.settle();
    await clock.settle();
  };
  return {
    clock,
    wire,
    engine,
    feeds: engine.feeds.filter((feed) => feed.everyMs === everyMs),
    reads: (feedId) => readsByFeed.get(feedId) ?? { began: [], active: 0, maxActive: 0 },
    pass: async (ms) => {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await clock.advance(stepMs);
        await untilIdle();
      }
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await wire.close();
    },
  };
};
