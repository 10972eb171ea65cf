import type { Millis } from '../../domain/base/fault.ts';
import type { Destination } from '../../platform/network/dial.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { toAbortError, WireError } from '../../platform/runtime/wire-error.ts';
import {
  bootstrapError,
  brokerAddress,
  brokerError,
  mergeErrors,
  parseDestination,
} from './broker-address.ts';
import type { KafkaCall, KafkaCallName } from './call.ts';
import { metadata } from './cluster-calls.ts';
import { type KafkaConnections, timeoutSignal } from './connections.ts';
import type { KafkaBroker, KafkaCluster, KafkaTarget } from './kafka-types.ts';
import type { WireValue } from './wire-fields.ts';

const defaultPatienceMs: Millis = 1000;

export type MetadataResponse = WireValue<(typeof metadata)['answer']>;

/** The brokers of a cluster during one session. */
export interface BrokerPool {
  readonly signal: AbortSignal;
  readonly problems: readonly WireError[];
  /** Records a failed read, each message once. */
  addProblem(problem: WireError): void;
  cluster(): Promise<KafkaCluster>;
  /**
   * The metadata of topics from any broker; undefined: all topics, []: none. Throws WireError when no broker
   * responds.
   */
  metadata(topics: readonly string[] | undefined): Promise<MetadataResponse>;
  /** Asks one broker; undefined if it fails, with the failure added to the problems. */
  ask<Q, A>(id: number, call: KafkaCall<Q, A>, question: Q): Promise<A | undefined>;
  /** Asks one broker after another until one responds. Throws WireError. */
  askAny<Q, A>(call: KafkaCall<Q, A>, question: Q): Promise<A>;
  /** Asks one broker and throws its failure. */
  askOne<Q, A>(broker: KafkaBroker, call: KafkaCall<Q, A>, question: Q): Promise<A>;
  speaks(id: number, call: KafkaCallName): Promise<boolean>;
  /**
   * Connects to one broker and logs in, unless that has been done. Returns whether it supports the call; throws on
   * failure.
   */
  connect(broker: KafkaBroker, call: KafkaCallName): Promise<boolean>;
}

/** State that outlives a session: the broker that responded last. */
export interface BootstrapMemory {
  lastGood?: Destination;
}

export const openBrokerPool = (
  lines: KafkaConnections,
  target: KafkaTarget,
  clock: Clock,
  memory: BootstrapMemory,
  signal: AbortSignal,
): BrokerPool => {
  const patienceMs = target.patienceMs ?? defaultPatienceMs;
  const problems: WireError[] = [];
  const failed = new Set<number>();
  let known: Promise<KafkaCluster> | undefined;

  const miss = (problem: WireError): void => {
    if (!problems.some(({ message }) => message === problem.message)) problems.push(problem);
  };

  const entrances = (): readonly Destination[] => {
    const bootstrap = target.brokers.map(parseDestination);
    const { lastGood } = memory;
    if (lastGood === undefined) return bootstrap;
    const isLast = (to: Destination): boolean => brokerAddress(to) === brokerAddress(lastGood);
    return [lastGood, ...bootstrap.filter((to) => !isLast(to))];
  };

  /** Also asks the next broker when the previous one fails or exceeds the patience; the first response counts. */
  const askAny = async <Q, A>(call: KafkaCall<Q, A>, question: Q): Promise<A> => {
    const over = new AbortController();
    const both = AbortSignal.any([signal, over.signal]);
    const failures: unknown[] = [];
    const tryBroker = async (to: Destination): Promise<A> => {
      try {
        const answer = await lines.ask(to, call, question, both);
        memory.lastGood = to;
        return answer;
      } catch (error) {
        failures.push(bootstrapError(to, call.name, error));
        throw error;
      }
    };
    const running: Promise<A>[] = [];
    try {
      for (const to of entrances()) {
        const promise = tryBroker(to);
        running.push(promise);
        const late = timeoutSignal(clock, patienceMs, both, (end) => whenAborted(end));
        const first = await Promise.race([promise.catch(() => undefined), late]);
        if (first !== undefined) return first;
        if (signal.aborted) break;
      }
      return await Promise.any(running);
    } catch (error) {
      throw mergeErrors(failures) ?? error;
    } finally {
      over.abort(new WireError('cancelled', 'another broker has answered'));
    }
  };

  const readMetadata = (topics: readonly string[] | undefined): Promise<MetadataResponse> =>
    askAny(metadata, { topics, create: false });

  const cluster = (): Promise<KafkaCluster> => {
    known ??= readMetadata([]).then(clusterOf);
    return known;
  };

  /** Returns the result of one broker within its time limit; failures name the broker. */
  const patiently = async <T>(
    broker: KafkaBroker,
    { name }: KafkaCallName,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    try {
      return await timeoutSignal(clock, patienceMs, signal, ask);
    } catch (error) {
      throw brokerError(broker, target, name, signal.aborted ? toAbortError(signal) : error);
    }
  };

  const askOne: BrokerPool['askOne'] = (broker, call, question) =>
    patiently(broker, call, (end) => lines.ask(broker, call, question, end));

  const brokerOf = async (id: number): Promise<KafkaBroker | undefined> => {
    const member = (await cluster()).brokers.find((broker) => broker.id === id);
    if (member === undefined) miss(new WireError('unreachable', `broker ${id}: not in the cluster`));
    return member;
  };

  const guarded = async <T>(id: number, ask: (broker: KafkaBroker) => Promise<T>): Promise<T | undefined> => {
    const broker = failed.has(id) ? undefined : await brokerOf(id);
    if (broker === undefined) return undefined;
    try {
      return await ask(broker);
    } catch (error) {
      if (!(error instanceof WireError) || signal.aborted) throw error;
      failed.add(id);
      miss(error);
      return undefined;
    }
  };

  const connect: BrokerPool['connect'] = (broker, call) =>
    patiently(broker, call, (end) => lines.speaks(broker, call, end));

  return {
    signal,
    problems,
    addProblem: miss,
    cluster,
    metadata: readMetadata,
    askAny,
    askOne,
    ask: (id, call, question) => guarded(id, (broker) => askOne(broker, call, question)),
    speaks: async (id, call) => (await guarded(id, (broker) => connect(broker, call))) === true,
    connect,
  };
};

const clusterOf = ({ clusterId, controller, brokers }: MetadataResponse): KafkaCluster => ({
  clusterId,
  ...(controller < 0 ? {} : { controller }),
  brokers: brokers.map(({ id, host, port }) => ({ id, host, port })).sort((a, b) => a.id - b.id),
});

const whenAborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
