import type { Millis } from '../../../domain/base/fault.ts';
import type { ServiceInstance } from '../instances/instance.ts';
import type { GroupSpec } from '../spec/messaging.ts';
import { fnv1a } from '../spec/seeded-random.ts';
import type { Topic } from './topic.ts';

const usualCommitMs = 500;
const batchChangesMs = 1000;
/** Duration of a rebalance after a change of members or partitions, in ms. */
const rebalanceMs = 1500;

/** A member and its partitions. */
export interface GroupMember {
  readonly instance: ServiceInstance;
  readonly partitions: readonly number[];
}

/**
 * Assigns contiguous ranges of partitions: the first members get one more if the division has a remainder, surplus members none.
 * Same as Kafka's RangeAssignor.
 */
export const assignPartitions = (
  instances: readonly ServiceInstance[],
  partitions: number,
): readonly GroupMember[] => {
  const each = Math.floor(partitions / Math.max(1, instances.length));
  const larger = partitions % Math.max(1, instances.length);
  let next = 0;
  return instances.map((instance, index) => {
    const count = each + (index < larger ? 1 : 0);
    next += count;
    return { instance, partitions: Array.from({ length: count }, (_, i) => next - count + i) };
  });
};

/** A consumer group on one topic: its offsets and the throughput of its members. */
export class ConsumerGroup {
  readonly name: string;
  readonly topic: Topic;
  readonly spec: GroupSpec | undefined;
  /** Current throughput of a member in messages per second. */
  perSecond: number;
  members: readonly GroupMember[] = [];
  /** Messages processed since the start. */
  handled = 0;
  /** Rebalances since the start. */
  rebalances = 0;
  #stalledAt: Millis | undefined;
  #rebalancedAt = Number.NEGATIVE_INFINITY;
  #committedAt = 0;
  readonly #handled = new Map<number, number>();
  readonly #committed = new Map<number, bigint>();

  constructor(name: string, topic: Topic, spec?: GroupSpec) {
    this.name = name;
    this.topic = topic;
    this.spec = spec;
    this.perSecond = spec?.perSecond ?? 0;
    // A group created by an operator's commit has only that commit.
    if (spec !== undefined) this.catchUp();
  }

  /** Group state in the broker's terms. */
  state(now: Millis): string {
    if (this.members.length === 0) return 'Empty';
    return this.#isRebalancing(now) ? 'PreparingRebalance' : 'Stable';
  }

  committed(partition: number): bigint | undefined {
    return this.#committed.get(partition);
  }

  get lag(): number {
    let lag = 0;
    for (const [partition, offset] of this.#committed) lag += Number(this.topic.end(partition) - offset);
    return lag;
  }

  /** Advances 100 ms: membership, consumption, commits. */
  tick(now: Millis, instances: readonly ServiceInstance[], elapsedMs: Millis): void {
    this.#meet(now, instances);
    if (this.#isRebalancing(now)) return;
    for (const { instance, partitions } of this.members)
      if (!this.#isStalled(instance)) this.#work(partitions, (this.perSecond * elapsedMs) / 1000);
    if (now - this.#committedAt < (this.spec?.commitEveryMs ?? usualCommitMs)) return;
    this.#committedAt = now;
    for (const { partitions } of this.members)
      for (const partition of partitions) this.#commit(partition, now);
  }

  /** Current throughput of all members as a fraction of that of the initial ones; 0 while nothing is processed. */
  capacityShare(now: Millis): number {
    const { perSecond = 0, concurrency = 1 } = this.spec ?? {};
    if (perSecond === 0 || this.#isRebalancing(now)) return 0;
    const working = this.members.filter(
      ({ instance, partitions }) => partitions.length > 0 && !this.#isStalled(instance),
    );
    return (working.length * this.perSecond) / (concurrency * perSecond);
  }

  stall(now: Millis): void {
    this.#stalledAt = now;
  }

  /** True while a member processes nothing because it has not restarted. */
  get isStalled(): boolean {
    return this.members.some(
      ({ instance, partitions }) => partitions.length > 0 && this.#isStalled(instance),
    );
  }

  /** Sets an offset, like an operator. */
  set(partition: number, offset: bigint): void {
    this.#handled.set(partition, Number(offset));
    this.#committed.set(partition, offset);
  }

  /** Removes the whole lag. */
  catchUp(): void {
    this.#stalledAt = undefined;
    this.perSecond = this.spec?.perSecond ?? 0;
    for (let partition = 0; partition < this.topic.partitions; partition += 1)
      this.set(partition, this.topic.end(partition));
  }

  #isRebalancing(now: Millis): boolean {
    return now - this.#rebalancedAt < rebalanceMs;
  }

  #isStalled(instance: ServiceInstance): boolean {
    return this.#stalledAt !== undefined && instance.startedAt <= this.#stalledAt;
  }

  #meet(now: Millis, instances: readonly ServiceInstance[]): void {
    const before = this.members.map(({ instance }) => instance);
    const had = this.members.reduce((sum, { partitions }) => sum + partitions.length, 0);
    const isSame =
      before.length === instances.length &&
      before.every((instance, index) => instance === instances[index]) &&
      (instances.length === 0 || had === this.topic.partitions);
    if (isSame) return;
    if (before.length > 0 && instances.length > 0) {
      this.#rebalancedAt = now;
      this.rebalances += 1;
    }
    this.members = assignPartitions(instances, this.topic.partitions);
  }

  /** Divides a member's throughput equally among its partitions; unused capacity goes to the others. */
  #work(partitions: readonly number[], messages: number): void {
    let left = messages;
    const waiting = partitions
      .map((partition) => ({ partition, lag: Number(this.topic.end(partition)) - this.#at(partition) }))
      .sort((a, b) => a.lag - b.lag);
    for (const [index, { partition, lag }] of waiting.entries()) {
      const done = Math.max(0, Math.min(lag, left / (waiting.length - index)));
      this.#handled.set(partition, this.#at(partition) + done);
      left -= done;
      this.handled += done;
    }
  }

  /** A partition without a commit starts at its beginning. */
  #at(partition: number): number {
    return this.#handled.get(partition) ?? Number(this.topic.low(partition));
  }

  /** Commits what is processed, except the messages of a batch in progress; a commit never goes back. */
  #commit(partition: number, now: Millis): void {
    const { batch = 0 } = this.spec ?? {};
    const open =
      batch === 0 ? 0 : fnv1a(`${this.name}/${partition}/${Math.floor(now / batchChangesMs)}`) % batch;
    const offset = BigInt(Math.max(0, Math.floor(this.#at(partition)) - open));
    const before = this.#committed.get(partition);
    if (before === undefined || offset > before) this.#committed.set(partition, offset);
  }
}
