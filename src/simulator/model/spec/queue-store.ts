import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { fnv1a } from './seeded-random.ts';

/** The account and region of the simulated queues. */
export const simulatedAccount = '123456789012';
export const simulatedRegion = 'eu-central-1';

/** A message of a simulated queue. */
export interface SimulatedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAt: Millis;
}

/** A simulated queue. */
export interface SimulatedQueue {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Millis;
  /** Messages that can be received. */
  readonly visible: SimulatedMessage[];
  inFlight: number;
  delayed: number;
  readonly dlq?: { readonly name: string; readonly maxReceives: number };
}

/** A queue to create. */
export interface QueueSpec {
  readonly name: string;
  /** Messages at the start. */
  readonly visible?: number;
  readonly inFlight?: number;
  readonly delayed?: number;
  readonly dlq?: { readonly name: string; readonly maxReceives: number };
}

/** A redrive of a dead-letter queue. */
interface SimulatedMove {
  readonly from: SimulatedQueue;
  readonly to: SimulatedQueue;
  readonly handle: string;
  readonly at: Millis;
  readonly total: number;
  /** Messages per second. Absent: all at once. */
  readonly perSecond?: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED';
}

/** The ARN of a queue of the simulated account. */
const queueArn = (name: string): string => `arn:aws:sqs:${simulatedRegion}:${simulatedAccount}:${name}`;

/** The queues of one simulated account. Changes to it are those of its operations and of the model that it shows. */
export class QueueStore {
  readonly clock: Pick<Clock, 'now'>;
  #ids = 0;
  readonly #queues = new Map<string, SimulatedQueue>();
  readonly #moves: SimulatedMove[] = [];

  constructor(clock: Pick<Clock, 'now'>, queues: readonly QueueSpec[] = []) {
    this.clock = clock;
    for (const spec of queues) this.create(spec);
  }

  create({ name, visible = 0, inFlight = 0, delayed = 0, dlq }: QueueSpec): SimulatedQueue {
    const queue: SimulatedQueue = {
      name,
      arn: queueArn(name),
      createdAt: this.clock.now(),
      visible: [],
      inFlight,
      delayed,
      ...defined({ dlq }),
    };
    this.#queues.set(name, queue);
    for (let index = 0; index < visible; index += 1) this.send(name, `message ${index}`);
    return queue;
  }

  queue(name: string): SimulatedQueue | undefined {
    return this.#queues.get(name);
  }

  /** Names that begin with a prefix, in order. */
  names(prefix = ''): readonly string[] {
    return [...this.#queues.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  /** Adds a message to a queue. Returns undefined when the queue does not exist. */
  send(name: string, body: string): SimulatedMessage | undefined {
    const queue = this.#queues.get(name);
    if (queue === undefined) return undefined;
    const message = { id: this.#nextId('message'), body, sentAt: this.clock.now() };
    queue.visible.push(message);
    return message;
  }

  /** Deletes all queues. */
  clear(): void {
    this.#queues.clear();
    this.#moves.length = 0;
  }

  /** A UUID that is the same in every run of a scenario. */
  #nextId(of: string): string {
    this.#ids += 1;
    const hex = [0, 1, 2, 3].map((part) => fnv1a(`${of}/${this.#ids}/${part}`).toString(16).padStart(8, '0'));
    return hex.join('').replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
  }

  /** Deletes all messages of a queue. */
  purge(queue: SimulatedQueue): void {
    queue.visible.length = 0;
    queue.inFlight = 0;
    queue.delayed = 0;
  }

  /**
   * Starts to move the messages of a dead-letter queue to the first queue that names it. Returns the handle; undefined
   * when no queue names it, or another move is running.
   */
  redrive(from: SimulatedQueue, perSecond?: number): string | undefined {
    this.advance();
    const to = [...this.#queues.values()].find(({ dlq }) => dlq?.name === from.name);
    if (to === undefined || this.moves(from.arn)[0]?.status === 'RUNNING') return undefined;
    const handle = this.#nextId('move');
    const pace = perSecond === undefined ? {} : { perSecond };
    const time = this.clock.now();
    this.#moves.push({
      ...{ from, to, handle, at: time, total: from.visible.length, ...pace },
      moved: 0,
      status: 'RUNNING',
    });
    this.advance();
    return handle;
  }

  /** Cancels a running move. Returns the number of moved messages; undefined when none runs under this handle. */
  cancel(handle: string): number | undefined {
    this.advance();
    const move = this.#moves.find(
      (candidate) => candidate.handle === handle && candidate.status === 'RUNNING',
    );
    if (move === undefined) return undefined;
    move.status = 'CANCELLED';
    return move.moved;
  }

  /** The moves of a dead-letter queue, newest first. */
  moves(arn: string): readonly SimulatedMove[] {
    return this.#moves.filter(({ from }) => from.arn === arn).toReversed();
  }

  /** Moves the messages that are due by now. */
  advance(): void {
    for (const move of this.#moves.filter(({ status }) => status === 'RUNNING')) {
      const { from, to, at, perSecond, total } = move;
      const due = perSecond === undefined ? total : ((this.clock.now() - at) / 1000) * perSecond;
      const count = Math.min(Math.floor(due) - move.moved, from.visible.length);
      to.visible.push(...from.visible.splice(0, Math.max(0, count)));
      move.moved += Math.max(0, count);
      if (move.moved >= total || from.visible.length === 0) move.status = 'COMPLETED';
    }
  }
}
