import type { Millis } from '../../../domain/base/fault.ts';
import type { EnvironmentContext, Part } from '../instances/environment-part.ts';
import type { ServiceInstance } from '../instances/instance.ts';
import type { MessagingIncidentSpec, MessagingSpec, TopicSpec } from '../spec/messaging.ts';
import { fnv1a, seededRandom } from '../spec/seeded-random.ts';
import { ConsumerGroup } from './consumer-group.ts';
import { Topic } from './topic.ts';

const tickMs = 100;
const usualBrokers = 3;
/** Time within which members must work off a lag, at the current input, for the incident to be over. */
const forgivenMs = 5000;

/** The brokers in ring order, starting at one of them. */
const around = (ids: readonly number[], from: number): readonly number[] => {
  const first = from % ids.length;
  return [...ids.slice(first), ...ids.slice(0, first)];
};

/** A Kafka cluster: topics fed by the traffic, groups whose members are instances, and brokers that may be down. */
export class Messaging implements Part<MessagingIncidentSpec> {
  readonly spec: MessagingSpec;
  readonly env: EnvironmentContext;
  readonly clusterId: string;
  readonly topics = new Map<string, Topic>();
  readonly groups = new Map<string, ConsumerGroup>();
  readonly #down = new Set<number>();
  readonly #troubled = new Set<string>();
  #now: Millis;

  constructor(spec: MessagingSpec, env: EnvironmentContext) {
    this.spec = spec;
    this.env = env;
    this.#now = env.now;
    this.clusterId = Buffer.from(`${env.identity}${spec.name}/${env.spec.name}`.padEnd(16, '-'))
      .subarray(0, 16)
      .toString('base64url');
    this.#begin();
  }

  /** Model time of the last tick. */
  get now(): Millis {
    return this.#now;
  }

  /** IDs of all brokers, running or not. */
  get brokerIds(): readonly number[] {
    return Array.from({ length: this.spec.brokers ?? usualBrokers }, (_, index) => index + 1);
  }

  isUp(broker: number): boolean {
    return !this.#down.has(broker) && this.#isReachable;
  }

  /** Brokers with a replica of a partition; the first running one is the leader. */
  replicas({ name, replication }: Topic, partition: number): readonly number[] {
    return around(this.brokerIds, fnv1a(name) + partition).slice(0, replication);
  }

  /** Coordinator of a group; undefined if no broker is running. */
  coordinator(group: string): number | undefined {
    return around(this.brokerIds, fnv1a(group)).find((id) => this.isUp(id));
  }

  get #isReachable(): boolean {
    const { dependency } = this.spec;
    return dependency === undefined || this.env.dependencies.get(dependency)?.up !== false;
  }

  tick(now: Millis): void {
    this.#now = now;
    if (!this.#isReachable) return;
    for (const topic of this.topics.values())
      topic.take((this.#writtenPerSecond(topic) * tickMs) / 1000, now);
    for (const group of this.groups.values()) group.tick(now, this.#membersOf(group), tickMs);
  }

  inject({ slow = {}, burst = {}, stalled = [], brokersDown = [] }: MessagingIncidentSpec): void {
    for (const [name, perSecond] of Object.entries(slow)) {
      const group = this.groups.get(name);
      if (group !== undefined) group.perSecond = perSecond;
      this.#troubled.add(name);
    }
    for (const [name, messages] of Object.entries(burst)) this.topics.get(name)?.take(messages, this.#now);
    for (const name of stalled) {
      this.groups.get(name)?.stall(this.#now);
      this.#troubled.add(name);
    }
    for (const id of brokersDown) this.#down.add(id);
  }

  get isBroken(): boolean {
    if (this.#down.size > 0) return true;
    return [...this.#troubled].some((name) => {
      const group = this.groups.get(name);
      if (group === undefined) return false;
      const forgiven = (this.#writtenPerSecond(group.topic) * forgivenMs) / 1000;
      return group.isStalled || group.lag > forgiven;
    });
  }

  heal(): void {
    this.#down.clear();
    this.#troubled.clear();
    this.#begin();
  }

  /** Creates a topic without producers. */
  create(name: string, partitions: number, replication: number): void {
    this.topics.set(name, new Topic(name, { partitions, replication }, () => 0));
  }

  /** Sets an offset of a group without members; creates an unknown group. */
  commit(name: string, topic: Topic, partition: number, offset: bigint): void {
    const known = this.groups.get(name);
    const group = known ?? new ConsumerGroup(name, topic);
    if (group.topic !== topic) return;
    this.groups.set(name, group);
    group.set(partition, offset);
  }

  /** Restores the initial state; existing messages remain. */
  #begin(): void {
    const before = new Map(this.topics);
    this.topics.clear();
    for (const spec of this.spec.topics)
      this.topics.set(spec.name, this.#topicOf(spec, before.get(spec.name)));
    this.groups.clear();
    for (const spec of this.spec.groups) {
      const topic = this.topics.get(spec.topic);
      if (topic !== undefined) this.groups.set(spec.name, new ConsumerGroup(spec.name, topic, spec));
    }
    for (const group of this.groups.values()) group.tick(this.#now, this.#membersOf(group), 0);
  }

  #topicOf(spec: TopicSpec, before: Topic | undefined): Topic {
    const chance = seededRandom(`${this.spec.name}/${this.env.spec.name}/${spec.name}`);
    const { partitions, replication = usualBrokers } = spec;
    const begins = Array.from({ length: partitions }, () => 20_000 + Math.floor(chance() * 400_000));
    return new Topic(spec.name, { partitions, replication, spec }, (partition) =>
      before === undefined ? (begins[partition] ?? 0) : Number(before.end(partition)),
    );
  }

  #writtenPerSecond({ spec }: Topic): number {
    if (spec?.from === undefined) return 0;
    const writers = this.env.instancesOf(spec.from).filter(({ running }) => running);
    const requests = writers.reduce((sum, instance) => sum + instance.requestsPerSecond, 0);
    return requests * (spec.each ?? 1);
  }

  #membersOf({ spec }: ConsumerGroup): readonly ServiceInstance[] {
    if (spec?.service === undefined) return [];
    return this.env
      .instancesOf(spec.service)
      .filter(({ running }) => running)
      .flatMap((instance) =>
        Array.from({ length: instance.listenerConcurrency ?? spec.concurrency ?? 1 }, () => instance),
      );
  }
}
