import type { Millis } from '../../../domain/base/fault.ts';
import type { AwsAccount } from '../aws/aws-account.ts';
import type { EnvironmentContext } from '../instances/environment-part.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { PipelineSpec } from '../spec/pipeline.ts';
import { fnv1a } from '../spec/seeded-random.ts';

const minuteMs: Millis = 60_000;
/** Minutes kept: three hours. */
const keptMinutes = 180;

/** Values that the services publish for one minute. */
export interface Minute {
  readonly at: Millis;
  /** Events processed. */
  events: number;
  failed: number;
  requests: number;
  failedRequests: number;
  /** Latency of events in ms: the average, and the maximum of the p99 of each second. */
  latencySum: number;
  latencyCount: number;
  p99Ms: number;
  /** Messages sent to and received from queues. */
  readonly queues: Map<string, { sent: number; received: number; depth: number }>;
}

const emptyMinute = (time: Millis): Minute => ({
  ...{
    at: time,
    events: 0,
    failed: 0,
    requests: 0,
    failedRequests: 0,
    latencySum: 0,
    latencyCount: 0,
    p99Ms: 0,
  },
  queues: new Map(),
});

/** The metrics of events per minute of model time, as the services publish them to CloudWatch. */
export class MinuteMetrics {
  readonly #env: EnvironmentContext;
  readonly #spec: PipelineSpec;
  readonly #parts: { readonly messaging: Messaging | undefined; readonly aws: AwsAccount | undefined };
  readonly #beganAt: Millis;
  readonly #minutes = new Map<Millis, Minute>();
  #handled = 0;
  readonly #counts = new Map<string, { sent: number; received: number }>();

  constructor(
    env: EnvironmentContext,
    spec: PipelineSpec,
    parts: { readonly messaging: Messaging | undefined; readonly aws: AwsAccount | undefined },
  ) {
    this.#env = env;
    this.#spec = spec;
    this.#parts = parts;
    this.#beganAt = env.now;
    this.#handled = this.#group?.handled ?? 0;
  }

  get #group() {
    return this.#parts.messaging?.groups.get(this.#spec.group);
  }

  /** Adds one second to its minute; while CloudWatch fails, nothing is published. */
  tick(now: Millis): void {
    const handled = this.#group?.handled ?? 0;
    const events = Math.max(0, handled - this.#handled);
    this.#handled = handled;
    const { aws } = this.#parts;
    const flows = this.#queueFlows();
    if (aws !== undefined && (!aws.isUp || aws.failing.has('cloudwatch'))) return;
    const time = Math.floor(now / minuteMs) * minuteMs;
    const minute = this.#minutes.get(time) ?? emptyMinute(time);
    this.#minutes.set(time, minute);
    this.#minutes.delete(time - keptMinutes * minuteMs);
    const { consumer, store } = this.#spec;
    const served = this.#env
      .instancesOf(consumer)
      .flatMap(({ traffic }) => traffic.recent(now))
      .filter((recent) => recent.at > now - 1000);
    const failed = served.filter(({ status }) => status >= 500).length;
    minute.events += events;
    minute.requests += served.length;
    minute.failedRequests += failed;
    minute.failed += served.length === 0 ? 0 : Math.round((events * failed) / served.length);
    const stored = this.#env
      .instancesOf(store)
      .flatMap(({ traffic }) => traffic.recent(now).map(({ ms }) => ms))
      .sort((a, b) => a - b);
    // Events wait in Kafka before they are processed.
    const waitMs = Math.min(3_600_000, (1000 * (this.#group?.lag ?? 0)) / Math.max(1, events));
    const p99 = (stored[Math.ceil(stored.length * 0.99) - 1] ?? 0) + waitMs;
    minute.latencySum += (stored[Math.floor(stored.length / 2)] ?? 0) + waitMs;
    minute.latencyCount += 1;
    minute.p99Ms = Math.max(minute.p99Ms, Math.round(p99));
    for (const [queue, { sent, received, depth }] of flows) {
      const known = minute.queues.get(queue) ?? { sent: 0, received: 0, depth: 0 };
      minute.queues.set(queue, { sent: known.sent + sent, received: known.received + received, depth });
    }
  }

  /** A minute; undefined without published data. Minutes before the start are like a healthy one. */
  minute(time: Millis): Minute | undefined {
    const { aws } = this.#parts;
    if (aws !== undefined && time + minuteMs <= aws.startedAt) return undefined;
    const start = Math.floor(time / minuteMs) * minuteMs;
    if (start + minuteMs > this.#beganAt) return this.#minutes.get(start);
    const vary = (what: string): number => (fnv1a(`${what}/${start}`) % 1000) / 1000;
    const usual = this.#env
      .instancesOf(this.#spec.producer)
      .reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond * this.#spec.each, 0);
    const past = emptyMinute(start);
    past.events = Math.round(60 * usual * (0.97 + 0.06 * vary('events')));
    past.requests = 480;
    past.latencySum = 110 + 30 * vary('latency');
    past.latencyCount = 1;
    past.p99Ms = Math.round(170 + 70 * vary('p99'));
    return past;
  }

  #queueFlows(): ReadonlyMap<
    string,
    { readonly sent: number; readonly received: number; readonly depth: number }
  > {
    const { aws } = this.#parts;
    const flows = new Map<string, { sent: number; received: number; depth: number }>();
    for (const { name } of aws?.spec.queues ?? []) {
      const now = aws?.countsOf(name) ?? { sent: 0, received: 0 };
      const before = this.#counts.get(name) ?? { sent: 0, received: 0 };
      this.#counts.set(name, { ...now });
      flows.set(name, {
        sent: now.sent - before.sent,
        received: now.received - before.received,
        depth: aws?.queues.queue(name)?.visible.length ?? 0,
      });
    }
    return flows;
  }
}
