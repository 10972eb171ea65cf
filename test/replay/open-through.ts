import type { AnyFact, Note, Sample } from '../../src/domain/facts.ts';
import type { Fault } from '../../src/domain/fault.ts';
import type { Plan } from '../../src/domain/operation.ts';
import type { Batch } from '../../src/domain/reading.ts';
import type { Dial } from '../../src/io/dial.ts';
import { openReadIo } from '../../src/io/read-io.ts';
import type { Finding, Source, SourceModule, WantedSignal } from '../../src/sources/source.ts';
import { manualClock } from '../support/manual-clock.ts';

/** One source in a recorded situation: the recorder and the replay open it in the same way. */
export interface Scenario {
  /** The name of the recording's file. */
  readonly name: string;
  readonly asked: string;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly signals?: readonly WantedSignal[];
  /** The calls that are recorded, in this order. */
  readonly calls: readonly (FeedCall | 'doctor' | 'identify' | PlanCall)[];
  /** What the server's own tool is asked at the same moment: statements for psql, arguments of a program. */
  readonly tools?: readonly string[];
}

type FeedCall = `feed ${string}`;

/** An operation is planned, not carried out: what it asks the server to check is recorded. */
interface PlanCall {
  readonly plan: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What the calls of a scenario gave. */
export interface Played {
  readonly batches: readonly Batch<AnyFact | Note | Sample>[];
  readonly findings: readonly Finding[];
  readonly identityFault: Fault | undefined;
  /** A plan, or why there is none. */
  readonly plans: readonly (Plan | Error)[];
}

const never = new AbortController().signal;

/** Opens the source on connections of this dial, at this moment of a clock that stands still, and calls it. */
export const play = async <C>(
  module: SourceModule<C>,
  { entry, signals = [], calls }: Scenario,
  { dial, at }: { readonly dial: Dial; readonly at: string },
): Promise<Played> => {
  const io = openReadIo(manualClock(Date.parse(at)), { dial });
  const source = await module.open({ id: 's', env: 'test', config: module.config.parse(entry), signals }, io);
  const batches: Batch<AnyFact | Note | Sample>[] = [];
  const plans: (Plan | Error)[] = [];
  let findings: Played['findings'] = [];
  let identityFault: Played['identityFault'];
  try {
    for (const call of calls) {
      if (call === 'doctor') findings = (await source.doctor?.(never)) ?? [];
      else if (call === 'identify') identityFault = await source.identify?.(never);
      else if (typeof call === 'object') plans.push(await planOf(source, call));
      else {
        const feed = source.feeds.find(({ name }) => `feed ${name}` === call);
        if (feed === undefined) throw new Error(`no ${call}`);
        batches.push(await feed.read(never));
      }
    }
    return { batches, findings, identityFault, plans };
  } finally {
    await source.close();
  }
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
