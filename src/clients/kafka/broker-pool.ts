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

class Brokers implements BrokerPool {
  readonly #lines: KafkaConnections;
  readonly #target: KafkaTarget;
  readonly #clock: Clock;
  readonly #memory: BootstrapMemory;
  readonly signal: AbortSignal;
  readonly #patienceMs;
  readonly problems: WireError[] = [];
  readonly #failed = new Set<number>();
  #known: Promise<KafkaCluster> | undefined;
  readonly askOne: BrokerPool['askOne'];
  readonly connect: BrokerPool['connect'];

  constructor(
    lines: KafkaConnections,
    target: KafkaTarget,
    clock: Clock,
    memory: BootstrapMemory,
    signal: AbortSignal,
  ) {
    this.#lines = lines;
    this.#target = target;
    this.#clock = clock;
    this.#memory = memory;
    this.signal = signal;
    this.#patienceMs = target.patienceMs ?? defaultPatienceMs;
    this.askOne = (broker, call, question) =>
      this.#patiently(broker, call, (end) => lines.ask(broker, call, question, end));
    this.connect = (broker, call) => this.#patiently(broker, call, (end) => lines.speaks(broker, call, end));
  }

  readonly addProblem = (problem: WireError): void => {
    if (!this.problems.some(({ message }) => message === problem.message)) this.problems.push(problem);
  };

  /** Also asks the next broker when the previous one fails or exceeds the patience; the first response counts. */
  async askAny<Q, A>(call: KafkaCall<Q, A>, question: Q): Promise<A> {
    const over = new AbortController();
    const both = AbortSignal.any([this.signal, over.signal]);
    const failures: unknown[] = [];
    const tryBroker = async (to: Destination): Promise<A> => {
      try {
        const answer = await this.#lines.ask(to, call, question, both);
        this.#memory.lastGood = to;
        return answer;
      } catch (error) {
        failures.push(bootstrapError(to, call.name, error));
        throw error;
      }
    };
    const running: Promise<A>[] = [];
    try {
      for (const to of this.#entrances()) {
        const promise = tryBroker(to);
        running.push(promise);
        const late = timeoutSignal(this.#clock, this.#patienceMs, both, (end) => whenAborted(end));
        const first = await Promise.race([promise.catch(() => undefined), late]);
        if (first !== undefined) return first;
        if (this.signal.aborted) break;
      }
      return await Promise.any(running);
    } catch (error) {
      throw mergeErrors(failures) ?? error;
    } finally {
      over.abort(
        new WireError(
          'cancelled',
          'a different broker answered at this address: check advertised.listeners of the brokers',
        ),
      );
    }
  }

  metadata(topics: readonly string[] | undefined): Promise<MetadataResponse> {
    return this.askAny(metadata, { topics, create: false });
  }

  readonly cluster = (): Promise<KafkaCluster> => {
    this.#known ??= this.metadata([]).then(clusterOf);
    return this.#known;
  };

  ask<Q, A>(id: number, call: KafkaCall<Q, A>, question: Q): Promise<A | undefined> {
    return this.#guarded(id, (broker) => this.askOne(broker, call, question));
  }

  async speaks(id: number, call: KafkaCallName): Promise<boolean> {
    return (await this.#guarded(id, (broker) => this.connect(broker, call))) === true;
  }

  #entrances(): readonly Destination[] {
    const bootstrap = this.#target.brokers.map(parseDestination);
    const { lastGood } = this.#memory;
    if (lastGood === undefined) return bootstrap;
    const isLast = (to: Destination): boolean => brokerAddress(to) === brokerAddress(lastGood);
    return [lastGood, ...bootstrap.filter((to) => !isLast(to))];
  }

  /** Returns the result of one broker within its time limit; failures name the broker. */
  async #patiently<T>(
    broker: KafkaBroker,
    { name }: KafkaCallName,
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await timeoutSignal(this.#clock, this.#patienceMs, this.signal, ask);
    } catch (error) {
      throw brokerError(broker, this.#target, name, this.signal.aborted ? toAbortError(this.signal) : error);
    }
  }

  async #brokerOf(id: number): Promise<KafkaBroker | undefined> {
    const member = (await this.cluster()).brokers.find((broker) => broker.id === id);
    if (member === undefined)
      this.addProblem(
        new WireError(
          'unreachable',
          `broker ${id} is not in the cluster. Wait until the broker is back, or reassign the partitions`,
        ),
      );
    return member;
  }

  async #guarded<T>(id: number, ask: (broker: KafkaBroker) => Promise<T>): Promise<T | undefined> {
    const broker = this.#failed.has(id) ? undefined : await this.#brokerOf(id);
    if (broker === undefined) return undefined;
    try {
      return await ask(broker);
    } catch (error) {
      if (!(error instanceof WireError) || this.signal.aborted) throw error;
      this.#failed.add(id);
      this.addProblem(error);
      return undefined;
    }
  }
}

export const openBrokerPool = (
  lines: KafkaConnections,
  target: KafkaTarget,
  clock: Clock,
  memory: BootstrapMemory,
  signal: AbortSignal,
): BrokerPool => new Brokers(lines, target, clock, memory, signal);

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
