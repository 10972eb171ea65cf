import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../../src/domain/base/fault.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { type Engine, openEngine } from '../../../src/engine/engine.ts';
import type { Dial } from '../../../src/platform/network/dial.ts';
import { openTcp } from '../../../src/platform/network/net.ts';
import { createTickWheel } from '../../../src/scheduler/feed-schedule.ts';
import type { Feed } from '../../../src/sources/kit/contract/source.ts';
import { type Defect, withFeeds } from '../../chaos/support/defects.ts';
import type { RoundGround } from '../../chaos/support/round.ts';
import { profileOfSource } from '../../contract/paced.ts';
import { moduleOf } from '../../contract/wired.ts';
import { type CountedClock, countedClock } from './counted-clock.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { ChaosTarget } from './targets.ts';
import type { Undisturbed } from './truth.ts';

const defaultEveryMs: Millis = 250;
const stepMs: Millis = 50;
/** A closed connection reaches the proxy, and a killed program ends, within this time. */
const endsWithinMs: Millis = 3000;

/** Every feed at a short interval, with a short stale time and deadline: a round takes seconds. */
const hurried = (feed: Feed, everyMs: Millis, defect: Defect | undefined): Feed => ({
  ...feed,
  ...(feed.everyMs === 0 ? {} : { everyMs, staleMs: 3 * everyMs, timeoutMs: 4 * everyMs }),
  read: defect?.(feed) ?? ((signal) => feed.read(signal)),
});

/** Leads every connection to loopback through the proxy. */
const through =
  (proxy: FaultProxy): Dial =>
  async ({ host, port }, signal) =>
    // Nothing can be led to a port that cannot exist: a corrupted response announces one.
    openTcp({ host, port: port < 0 || port > 65_535 ? port : await proxy.portTo(port) }, undefined, signal);

interface SourceOptions {
  /** Absent: it is connected directly. */
  readonly proxy?: FaultProxy;
  readonly defect?: Defect | undefined;
}

/** Opens an engine with one source on a real server. */
export const openTargetEngine = async (
  target: ChaosTarget,
  { clock }: CountedClock,
  { proxy, defect }: SourceOptions,
): Promise<Engine> => {
  const { type, everyMs = defaultEveryMs, announcesAddresses, port } = target;
  const module = withFeeds(moduleOf(type), (feed) => hurried(feed, everyMs, defect));
  const isDialed = announcesAddresses === true;
  const written = await target.config(proxy === undefined || isDialed ? port : await proxy.portTo(port));
  const durations = { every: `${everyMs}ms`, timeout: `${4 * everyMs}ms` };
  const dial =
    proxy === undefined || !isDialed
      ? {}
      : { dial: Object.assign(through(proxy), { isStraight: true as const }) };
  return openEngine(profileOfSource(target, module.config.parse({ ...written, ...durations })), {
    modules: [module],
    clock,
    random: () => 0.5,
    memory: true,
    wheel: createTickWheel(clock, () => 0, stepMs),
    openIo: (on, way) => openReadIo(on, { ...way, ...dial }),
  });
};

/** A source on a real server, on the real clock, through a proxy with faults. */
export const realGround = (
  target: ChaosTarget,
  proxy: FaultProxy,
  undisturbed: Undisturbed,
  defect?: Defect,
): RoundGround => {
  const counted = countedClock();
  return {
    clock: counted.clock,
    faults: proxy,
    stepMs,
    slackMs: 2 * (target.everyMs ?? defaultEveryMs),
    startMs: 20_000,
    openEngine: () => openTargetEngine(target, counted, { proxy, defect }),
    until: (work) => work,
    wait: (ms) => sleep(ms),
    timers: counted.timers,
    quiet: async () => {},
    settle: async (isSettled) => {
      const end = performance.now() + endsWithinMs;
      while (!isSettled() && performance.now() < end) await sleep(stepMs);
    },
    lostMs: undisturbed.lostMs,
    truth: undisturbed.compare(target.detectsCorruption === true, target.varying ?? []),
  };
};
