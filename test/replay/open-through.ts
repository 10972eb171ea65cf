import type { Fault } from '../../src/domain/base/fault.ts';
import type { AnyFact, Note, Sample } from '../../src/domain/facts/facts.ts';
import type { Reading } from '../../src/domain/facts/reading.ts';
import type { Plan } from '../../src/domain/runbooks/operation.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import type { LogEvent, ResumePoint } from '../../src/logs/reading/tail.ts';
import type { Dial } from '../../src/platform/network/dial.ts';
import type { Clock } from '../../src/platform/runtime/clock.ts';
import type {
  Feed,
  Finding,
  SignalRequest,
  Source,
  SourceModule,
} from '../../src/sources/kit/contract/source.ts';
import { manualClock } from '../support/manual-clock.ts';

/** One source in a recorded situation; recorder and replay open it the same way. */
export interface Scenario {
  /** File name of the recording. */
  readonly name: string;
  readonly asked: string;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly signals?: readonly SignalRequest[];
  /** The recorded calls, in order. */
  readonly calls: readonly ('doctor' | 'identify' | `feed ${string}` | PlanCall | WatchCall | TailCall)[];
  /** Queries for the server's own tool at the same time: statements for psql, arguments of a program. */
  readonly tools?: readonly string[];
}

type Facts = Reading<AnyFact | Note | Sample>;

/** An operation is planned, not executed: its requests to the server are recorded. */
interface PlanCall {
  readonly plan: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A feed is followed: one reading at the beginning, and one when this holds. */
interface WatchCall {
  readonly watch: string;
  readonly holds: (facts: Facts) => boolean;
}

/** Lines are read until the tail ends, or until this number is reached. */
interface TailCall {
  readonly tail: string;
  readonly from: ResumePoint;
  readonly most?: number;
}

/** Results of the calls of a scenario. */
export interface Played {
  readonly batches: readonly Facts[];
  readonly findings: readonly Finding[];
  readonly identityFault: Fault | undefined;
  /** A plan, or the reason why there is none. */
  readonly plans: readonly (Plan | Error)[];
  readonly logEvents: readonly LogEvent[];
}

export interface Stage {
  readonly dial: Dial;
  /** Fixed time of the source's clock. */
  readonly at: string;
  /** Called when a feed is followed or a tail has been opened. */
  readonly meanwhile?: () => Promise<void>;
}

/** Opens the source on connections of this dial, and makes the calls. */
export const play = async <C>(
  module: SourceModule<C>,
  { entry, signals = [], calls }: Scenario,
  { dial, at, meanwhile = async () => {} }: Stage,
): Promise<Played> => {
  const io = openReadIo(standingClock(at), { dial });
  const source = await module.open({ id: 's', env: 'test', config: module.config.parse(entry), signals }, io);
  const batches: Facts[] = [];
  const plans: (Plan | Error)[] = [];
  const logEvents: LogEvent[] = [];
  let findings: readonly Finding[] = [];
  let identityFault: Fault | undefined;
  try {
    for (const call of calls) {
      if (call === 'doctor') findings = (await source.doctor?.(never)) ?? [];
      else if (call === 'identify') identityFault = await source.identify?.(never);
      else if (typeof call === 'string') batches.push(await feedOf(source, call.slice(5)).read(never));
      else if ('plan' in call) plans.push(await planOf(source, call));
      else if ('watch' in call) batches.push(...(await watched(feedOf(source, call.watch), call, meanwhile)));
      else logEvents.push(...(await linesOf(source, call, meanwhile)));
    }
    return { batches, findings, identityFault, plans, logEvents };
  } finally {
    await source.close();
  }
};

const never = new AbortController().signal;
const pauseMs = 100;

/** A fixed clock; debounce pauses end at once. */
const standingClock = (at: string): Clock => {
  const clock = manualClock(Date.parse(at));
  return {
    ...clock,
    sleep: (ms, signal) => (ms <= pauseMs ? Promise.resolve() : clock.sleep(ms, signal)),
  };
};

const feedOf = (source: Source, expected: string): Feed => {
  const feed = source.feeds.find(({ id, name }) => id === `s/${expected}` || name === expected);
  if (feed === undefined) throw new Error(`no feed ${expected}`);
  return feed;
};

const planOf = async (source: Source, { plan, params }: PlanCall): Promise<Plan | Error> => {
  const operation = source.operations.find(({ name }) => name === plan);
  if (operation === undefined) throw new Error(`no operation ${plan}`);
  try {
    return await operation.plan(params, never);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
};

const watched = async (
  feed: Feed,
  { holds }: WatchCall,
  meanwhile: () => Promise<void>,
): Promise<readonly Facts[]> => {
  let awake = Promise.withResolvers<void>();
  const stop = feed.watch?.(() => awake.resolve());
  const first = await feed.read(never);
  const changing = meanwhile();
  let last = await feed.read(never);
  while (!holds(last)) {
    await Promise.race([awake.promise, changing.then(() => awake.promise)]);
    awake = Promise.withResolvers<void>();
    last = await feed.read(never);
  }
  await changing;
  stop?.();
  return [first, last];
};

const linesOf = async (
  source: Source,
  { tail, from, most = Number.POSITIVE_INFINITY }: TailCall,
  meanwhile: () => Promise<void>,
): Promise<readonly LogEvent[]> => {
  const stop = new AbortController();
  const [foundTail] = (await source.tails?.(tail, never)) ?? [];
  if (foundTail === undefined) throw new Error(`no tail of ${tail}`);
  const events: LogEvent[] = [];
  const changing = meanwhile();
  for await (const event of foundTail.open(from, stop.signal)) {
    events.push(event);
    if (events.filter(({ is }) => is === 'line').length >= most) stop.abort();
  }
  await changing;
  return events;
};
