import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { CallResult } from '../instances/dependency-call.ts';
import type { EnvironmentContext, Part } from '../instances/environment-part.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { AwsIncidentSpec, AwsSpec, QueueFlowSpec, TopicStateSpec } from '../spec/aws.ts';
import { QueueStore } from '../spec/queue-store.ts';
import { fnv1a } from '../spec/seeded-random.ts';

const tickMs = 100;
/** Messages of a batch that wait to be received, at most. */
const batchMessages = 9;

/** A metric alarm, as CloudWatch describes it. */
interface AlarmState {
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly actions: number;
  state: string;
  reason: string;
  /** The data of the evaluation. Absent: a person has set the state. */
  reasonData?: string | undefined;
  updatedAt: Millis;
}

const evaluationData = '{"version":"1.0"}';

const alarmEveryMs: Millis = 10_000;

/** The services of an emulator that keeps its queues and topics in memory: a restart deletes them. */
export class AwsAccount implements Part<AwsIncidentSpec> {
  readonly spec: AwsSpec;
  readonly queues: QueueStore;
  /** Topics that exist; CreateTopic adds to it. */
  readonly topics: TopicStateSpec[] = [];
  readonly alarms: readonly AlarmState[];
  /** Services in state error. */
  failing: ReadonlySet<string> = new Set();
  /** Start of the process; it has no datapoints from before. */
  startedAt = Number.NEGATIVE_INFINITY;
  readonly #env: EnvironmentContext;
  readonly #messaging: Messaging | undefined;
  #restarts = 0;
  /** Fractions of messages that are due. */
  readonly #due = new Map<string, number>();
  /** Messages sent and received since the start, by queue. */
  readonly #counts = new Map<string, { sent: number; received: number }>();

  constructor(spec: AwsSpec, env: EnvironmentContext, messaging: Messaging | undefined) {
    this.spec = spec;
    this.#env = env;
    this.#messaging = messaging;
    this.queues = new QueueStore({ now: () => env.now });
    this.alarms = spec.alarms.map(({ name, description, queue, actions = 1 }) => ({
      ...{ name, description, actions, namespace: 'AWS/SQS', state: 'OK', reason: 'Threshold not crossed' },
      reasonData: evaluationData,
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: queue },
      updatedAt: env.now,
    }));
    this.createMissing();
  }

  get isUp(): boolean {
    return this.#env.dependencies.get(this.spec.name)?.up !== false;
  }

  /** Identifies the process; another one after a restart. */
  get sessionId(): string {
    return fnv1a(`${this.#env.identity}/${this.spec.name}/${this.startedAt}`).toString(16).padStart(8, '0');
  }

  /** State of a service as the health page shows it. */
  stateOf(service: string): string {
    return this.failing.has(service) ? 'error' : 'running';
  }

  /** The result of a call to the emulator while one of its services fails; otherwise undefined. */
  refusal(to: string): CallResult | undefined {
    const { name, error } = this.spec;
    return to === name && this.failing.size > 0 ? { ms: 30, error } : undefined;
  }

  /** Messages sent and received since the start. */
  countsOf(queue: string): { readonly sent: number; readonly received: number } {
    return this.#counts.get(queue) ?? { sent: 0, received: 0 };
  }

  tick(now: Millis): void {
    this.#noticeRestart(now);
    if (!this.isUp || this.failing.has('sqs')) return;
    this.queues.advance();
    for (const flow of this.spec.queues) this.#flow(flow, now);
    if (now % alarmEveryMs < tickMs) this.#evaluate(now);
  }

  inject({ failing = [], empty }: AwsIncidentSpec): void {
    if (empty === true) this.#restart(this.#restarts, this.#env.now);
    this.failing = new Set(failing);
  }

  get isBroken(): boolean {
    return this.failing.size > 0 || this.#missing().length > 0;
  }

  heal(): void {
    this.#restarts = this.#env.dependencies.get(this.spec.name)?.restarts ?? 0;
    this.failing = new Set();
    this.queues.clear();
    this.topics.length = 0;
    this.createMissing();
  }

  /** Adds a message to a queue that exists. */
  send(queue: string, body: string): void {
    if (this.queues.send(queue, body) !== undefined) this.#count(queue).sent += 1;
  }

  /** Creates the missing queues and topics, as the setup script does. Returns their names. */
  createMissing(): readonly string[] {
    // The script may run before the next tick.
    this.#noticeRestart(this.#env.now);
    const missing = this.#missing();
    for (const { name, dlq } of this.spec.queues)
      if (missing.includes(name)) this.queues.create({ name, ...defined({ dlq }) });
    this.topics.push(...this.spec.topics.filter(({ name }) => missing.includes(name)));
    return missing;
  }

  #missing(): readonly string[] {
    const names = new Set([...this.queues.names(), ...this.topics.map(({ name }) => name)]);
    return [...this.spec.queues, ...this.spec.topics]
      .map(({ name }) => name)
      .filter((name) => !names.has(name));
  }

  #noticeRestart(now: Millis): void {
    const restarts = this.#env.dependencies.get(this.spec.name)?.restarts ?? 0;
    if (restarts !== this.#restarts) this.#restart(restarts, now);
  }

  #restart(restarts: number, now: Millis): void {
    this.#restarts = restarts;
    this.failing = new Set();
    this.queues.clear();
    this.topics.length = 0;
    this.startedAt = now;
  }

  #count(queue: string) {
    const known = this.#counts.get(queue) ?? { sent: 0, received: 0 };
    this.#counts.set(queue, known);
    return known;
  }

  /** Whole messages that are due after one tick at a rate. */
  #take(key: string, perSecond: number): number {
    const due = (this.#due.get(key) ?? 0) + (perSecond * tickMs) / 1000;
    this.#due.set(key, due - Math.floor(due));
    return Math.floor(due);
  }

  #flow({ name, from, each = 1, group, perSecond = 0 }: QueueFlowSpec, now: Millis): void {
    const queue = this.queues.queue(name);
    if (queue === undefined) return;
    const senders = from === undefined ? [] : this.#env.instancesOf(from).filter(({ running }) => running);
    const sent = senders.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond * each, 0);
    for (let left = this.#take(`${name}/sent`, sent); left > 0; left -= 1)
      this.send(name, `{"source":"${from ?? ''}","at":${Math.round(now)}}`);
    const share = group === undefined ? 0 : (this.#messaging?.groups.get(group)?.capacityShare(now) ?? 0);
    const waiting = fnv1a(`${name}/${Math.floor(now / 1000)}`) % batchMessages;
    const taken = Math.min(
      this.#take(`${name}/taken`, perSecond * share),
      Math.max(0, queue.visible.length - waiting),
    );
    queue.visible.splice(0, taken);
    this.#count(name).received += taken;
    queue.inFlight = group === undefined ? 0 : Math.round(Math.min(sent, perSecond * share) / 10);
  }

  #evaluate(now: Millis): void {
    for (const [index, { queue, above }] of this.spec.alarms.entries()) {
      const alarm = this.alarms[index];
      const depth = this.queues.queue(queue)?.visible.length;
      const state = depth === undefined ? 'INSUFFICIENT_DATA' : depth > above ? 'ALARM' : 'OK';
      if (alarm === undefined || alarm.state === state) continue;
      Object.assign(alarm, {
        state,
        updatedAt: now,
        reasonData: evaluationData,
        reason: `Threshold ${state === 'ALARM' ? 'crossed' : 'not crossed'}: ${depth ?? 'no'} messages`,
      });
    }
  }
}
