import type { Millis } from '../../../domain/base/fault.ts';
import type { AwsAccount } from '../aws/aws-account.ts';
import type { EnvironmentContext, Part } from '../instances/environment-part.ts';
import type { ConsumerGroup } from '../messaging/consumer-group.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { MongoServer } from '../mongodb/mongo-server.ts';
import type { StoredDocument } from '../spec/mongodb.ts';
import type { PipelineIncidentSpec, PipelineSpec } from '../spec/pipeline.ts';
import { fnv1a } from '../spec/seeded-random.ts';
import { MinuteMetrics } from './minute-metrics.ts';

const everyMs: Millis = 1000;
const minuteMs: Millis = 60_000;
/** Documents added per second, time until one is processed, and documents kept. */
const added = 3;
const processingMs: Millis = 2500;
const kept = 240;
/** Age of the oldest stuck event, and the time between two. */
const stuckSinceMs: Millis = 200 * minuteMs;
const stuckEveryMs: Millis = 3 * minuteMs;

const types = ['order.created', 'payment.settled', 'shipment.updated', 'user.signed-in'];

/** Other parts that events pass through. */
interface PipelineParts {
  readonly messaging: Messaging | undefined;
  readonly mongodb: MongoServer | undefined;
  readonly aws: AwsAccount | undefined;
}

/** Moves a sample of events through their states, sends failed ones to the dead-letter queue, and publishes metrics. */
export class EventPipeline implements Part<PipelineIncidentSpec> {
  readonly spec: PipelineSpec;
  readonly metrics: MinuteMetrics;
  readonly #env: EnvironmentContext;
  readonly #parts: PipelineParts;
  #number = 0;
  /** IDs of events that nothing processes until they are reset. */
  readonly #stuck = new Set<string>();
  /** True after dead letters were injected. */
  #hasDeadLetters = false;
  /** Start of processing, by ID. */
  readonly #takenAt = new Map<string, Millis>();

  constructor(spec: PipelineSpec, env: EnvironmentContext, parts: PipelineParts) {
    this.spec = spec;
    this.#env = env;
    this.#parts = parts;
    this.metrics = new MinuteMetrics(env, spec, parts);
    this.#fill();
  }

  tick(now: Millis): void {
    if (now % everyMs >= 100) return;
    this.metrics.tick(now);
    this.#sendDeadLetters(now);
    const documents = this.#documents;
    if (documents === undefined || this.#parts.mongodb?.isUp === false) return;
    if (!this.#isIdle(now)) for (const document of documents) this.#progress(document, now);
    if (this.#isProducing) this.#add(now, 'PENDING');
    const surplus = documents.length - kept;
    for (let left = surplus, index = 0; left > 0 && index < documents.length; )
      // Corrupted events stay until they are restored.
      if (documents[index]?.status === 'COMPLETED' && documents[index]?.type !== undefined) {
        documents.splice(index, 1);
        left -= 1;
      } else index += 1;
  }

  inject({ stuck = 0, deadLetters = 0, corrupted = 0 }: PipelineIncidentSpec): void {
    for (const document of (this.#documents ?? []).slice(0, corrupted)) delete document.type;
    for (let index = 0; index < deadLetters; index += 1)
      this.#parts.aws?.queues.send(
        this.spec.dlq,
        JSON.stringify({ error: 'com.mongodb.MongoTimeoutException', index }),
      );
    this.#hasDeadLetters = deadLetters > 0;
    for (let index = 0; index < stuck; index += 1)
      this.#stuck.add(
        this.#insert(this.#env.now - stuckSinceMs + index * stuckEveryMs, { status: 'PROCESSING' }),
      );
  }

  get isBroken(): boolean {
    const left = this.#parts.aws?.queues.queue(this.spec.dlq)?.visible.length ?? 0;
    const isCorrupted = (this.#documents ?? []).some(({ type }) => type === undefined);
    return isCorrupted || this.#stuck.size > 0 || (this.#hasDeadLetters && left > 0);
  }

  heal(): void {
    this.#hasDeadLetters = false;
    this.#stuck.clear();
    this.#takenAt.clear();
    this.#documents?.splice(0);
    this.#fill();
  }

  /** Events of the last minute, and three that failed hours ago. */
  #fill(): void {
    const { now } = this.#env;
    for (const [index, error] of ['schema mismatch', 'schema mismatch', 'payload too large'].entries())
      this.#insert(now - (index + 2) * 60 * minuteMs, { status: 'FAILED', error });
    for (let ago = 60; ago > 0; ago -= 1) this.#add(now - ago * everyMs, 'COMPLETED');
  }

  get #documents(): StoredDocument[] | undefined {
    const { mongodb } = this.#parts;
    return mongodb?.requireCollection(`${mongodb.spec.database}.${this.spec.collection}`).documents;
  }

  get #group(): ConsumerGroup | undefined {
    return this.#parts.messaging?.groups.get(this.spec.group);
  }

  get #isProducing(): boolean {
    return this.#env.instancesOf(this.spec.producer).some(({ running }) => running);
  }

  /** True while no member of the group processes anything. */
  #isIdle(now: Millis): boolean {
    return (this.#group?.capacityShare(now) ?? 0) === 0;
  }

  /** Adds a document. Returns its ID. */
  #insert(time: Millis, more: StoredDocument): string {
    this.#number += 1;
    const id = `evt-${fnv1a(`${this.#env.spec.name}/${this.#number}`).toString(16).padStart(8, '0')}`;
    this.#documents?.push({
      _id: id,
      type: types[this.#number % types.length],
      timestamp: new Date(time),
      metadata: { priority: 1 + (this.#number % 3), source: this.spec.producer },
      ...more,
    });
    return id;
  }

  #add(time: Millis, status: string): void {
    for (let index = 0; index < added; index += 1) this.#insert(time + index, { status });
  }

  /** Takes up a waiting event, or completes one; a stuck event changes only after it was reset. */
  #progress(document: StoredDocument, now: Millis): void {
    const id = String(document._id);
    if (document.status === 'PENDING') {
      document.status = 'PROCESSING';
      this.#stuck.delete(id);
      this.#takenAt.set(id, now);
    } else if (document.status === 'PROCESSING' && !this.#stuck.has(id)) {
      if (now - (this.#takenAt.get(id) ?? 0) < processingMs) return;
      document.status = 'COMPLETED';
      this.#takenAt.delete(id);
    }
  }

  /** Every failed request of the consumer leaves an event. */
  #sendDeadLetters(now: Millis): void {
    const failed = this.#env
      .instancesOf(this.spec.consumer)
      .flatMap(({ running, traffic }) => (running ? traffic.recent(now) : []))
      .filter(({ at, status }) => status >= 500 && at > now - everyMs);
    for (const { cause, exception, at } of failed) {
      const error = (cause ?? exception).split(':').slice(0, 2).join(':');
      this.#parts.aws?.send(this.spec.dlq, JSON.stringify({ error, at: Math.round(at) }));
      if (this.#parts.mongodb?.isUp !== false) this.#insert(at, { status: 'FAILED', error });
    }
  }
}
