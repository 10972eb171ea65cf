import { randomUUID } from 'node:crypto';
import type { Millis } from '../../../domain/base/fault.ts';
import type { FeedInfo } from '../../../domain/facts/reading.ts';
import type { ReadingReader } from '../../../domain/facts/reading-reader.ts';
import type { ReadingClaim, SharedAnswer } from '../../../domain/facts/shared-reading.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { encodeReading } from '../../../store/reading-format.ts';
import type { AskState, StateDatabase } from '../database/database.ts';
import type { AccessKeys } from './access-key.ts';
import { createDatabaseClock, type DatabaseClock } from './database-clock.ts';
import {
  claimCalls,
  publishReading,
  type ReadingRow,
  readDatabaseTime,
  readRows,
  readSealed,
  releaseClaim,
  removeOldReadings,
} from './reading-rows.ts';
import { openReading, readerText, type SharedCall, stampText } from './verify-row.ts';

/** Time that a poll waits for the state database before it asks the source itself. */
const answerMs: Millis = 1000;
/** Time without the state database after it has failed or was slow, more or less a half. */
const pauseMs: Millis = 10_000;
/** A claim outlasts the time-out of its read by this: the time to publish. */
const publishMs: Millis = 1000;
const cleanEveryMs: Millis = 60_000;
/** A poll takes a reading that is younger than its interval less this: its own slots are not exact. */
const slotMs: Millis = 1000;

/** The answer that a process reads by itself. */
export const readsItself: SharedAnswer = { is: 'own' };

/** A time of `ms`, more or less this part of it, so that processes do not act at once. */
export const spreadTime = (ms: Millis, part: number, random: () => number): Millis =>
  ms * (1 - part + 2 * part * random());

const freshMsOf = ({ everyMs }: FeedInfo): Millis => everyMs - Math.min(slotMs, everyMs / 4);

interface Question {
  readonly call: SharedCall;
  readonly keys: AccessKeys;
  readonly answered: PromiseWithResolvers<SharedAnswer | 'busy'>;
  isAbandoned: boolean;
}

type Job = (ask: AskState) => Promise<void>;

/** A write that waits for the next transaction. */
interface PostedJob {
  readonly key: string;
  readonly run: Job;
}

export interface ReadingExchangeOptions {
  readonly database: StateDatabase;
  readonly clock: Clock;
  /** Returns 0 up to 1. */
  readonly random: () => number;
  readonly mask: (text: string) => string;
  /** This process, as the others show it. */
  readonly reader: ReadingReader;
}

/** Questions to the state database about calls, and what is written there. */
export interface ReadingExchange {
  /**
   * Asks for a call: a reading of another process, a claim to read it here, or 'busy' while another process reads. 'own' if the
   * database fails or does not answer in time.
   */
  ask(call: SharedCall, keys: AccessKeys, signal: AbortSignal): Promise<SharedAnswer | 'busy'>;
  /** False while the state database has failed, is slow, or an exchange with it hangs. */
  isUsable(): boolean;
  /** The number of failures so far. After one, the database may be another one. */
  failures(): number;
  /** Reports a failure of the database: it is not asked for about `ms`; default: 10 s. */
  pause(ms?: Millis): void;
  close(): Promise<void>;
}

class DatabaseExchange implements ReadingExchange {
  readonly #options: ReadingExchangeOptions;
  readonly #reader;
  readonly #time: DatabaseClock = createDatabaseClock();
  #questions: Question[] = [];
  #jobs: PostedJob[] = [];
  #failures = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #cleanedAt;
  #running: Promise<void> | undefined;
  #beganAt = 0;
  #isClosed = false;

  constructor(options: ReadingExchangeOptions) {
    this.#options = options;
    this.#reader = readerText(options.reader);
    this.#cleanedAt = options.clock.now();
  }

  pause(ms: Millis = pauseMs): void {
    this.#failures += 1;
    this.#pausedUntil = this.#options.clock.now() + spreadTime(ms, 0.5, this.#options.random);
  }

  failures(): number {
    return this.#failures;
  }

  isUsable(): boolean {
    return (
      !this.#isClosed &&
      this.#options.clock.now() >= this.#pausedUntil &&
      (this.#running === undefined || this.#options.clock.now() - this.#beganAt <= answerMs)
    );
  }

  async ask(call: SharedCall, keys: AccessKeys, signal: AbortSignal): Promise<SharedAnswer | 'busy'> {
    const question: Question = { call, keys, answered: Promise.withResolvers(), isAbandoned: false };
    this.#questions.push(question);
    this.#wake();
    const over = new AbortController();
    const late = this.#options.clock.sleep(answerMs, AbortSignal.any([signal, over.signal]));
    const answer = await Promise.race([question.answered.promise, late.then(() => undefined)]);
    over.abort('answered');
    if (answer !== undefined) return answer;
    question.isAbandoned = true;
    if (!signal.aborted) this.pause();
    return readsItself;
  }

  readonly close: ReadingExchange['close'] = async () => {
    this.#isClosed = true;
    for (const question of this.#questions.splice(0)) question.answered.resolve(readsItself);
    // A database that hangs must not keep the process.
    const over = new AbortController();
    await Promise.race([this.#options.database.close(), this.#options.clock.sleep(answerMs, over.signal)]);
    over.abort('closed');
  };

  #post(key: string, run: Job): void {
    this.#jobs.push({ key, run });
    this.#wake();
  }

  #claimFor({ call, keys }: Question, row: string, claim: string, began: string): ReadingClaim {
    const since = this.#options.clock.now();
    const release = (): void => this.#post(row, (ask) => releaseClaim(ask, row, claim));
    return {
      since,
      release,
      publish: (answer, moment) => {
        const text = encodeReading(call.info, answer, since, this.#time.toDatabase, this.#options.mask);
        if (text === undefined) return release();
        const digest = keys.digest(text);
        const parts = { key: row, began, tookMs: Math.ceil(moment - since), digest, reader: this.#reader };
        this.#post(row, async (ask) => {
          const stamp = keys.stamp(stampText(parts));
          await publishReading(ask, { ...parts, claim, stamp }, () => keys.seal(row, text));
          call.known = { digest, text };
        });
      },
    };
  }

  /** Claims what has to be read now. A claim that comes too late for its poll is given back. */
  async #claimDue(due: readonly Question[], ask: AskState): Promise<void> {
    const id = randomUUID();
    const requests = due.map(({ call: { info }, keys }) => ({
      key: keys.rowOf(info.id),
      forMs: info.timeoutMs + publishMs,
      freshMs: freshMsOf(info),
    }));
    const given = await claimCalls(ask, id, requests);
    for (const question of due) {
      const row = question.keys.rowOf(question.call.info.id);
      const began = given.get(row);
      if (began === undefined) question.answered.resolve('busy');
      else if (question.isAbandoned) this.#post(row, (again) => releaseClaim(again, row, id));
      else question.answered.resolve({ is: 'own', claim: this.#claimFor(question, row, id, began) });
    }
  }

  async #exchange(givenQuestions: readonly Question[], ask: AskState): Promise<void> {
    const before = this.#options.clock.now();
    const databaseTime = await readDatabaseTime(ask);
    this.#time.observe(before, databaseTime, this.#options.clock.now());
    const sent = this.#options.clock.now();
    const keys = givenQuestions.map((question) => question.keys.rowOf(question.call.info.id));
    const rows = new Map((await readRows(ask, keys)).map((row) => [row.key, row]));
    const due: Question[] = [];
    for (const [nth, question] of givenQuestions.entries()) {
      const row: ReadingRow | undefined = rows.get(keys[nth] ?? '');
      if (row === undefined || row.ageMs >= freshMsOf(question.call.info)) due.push(question);
      else {
        const reading = await openReading(row, question, {
          sent,
          time: this.#time,
          sealed: (of) => readSealed(ask, of),
        });
        // A row that cannot be trusted keeps no process from reading.
        question.answered.resolve(reading === undefined ? readsItself : { is: 'taken', reading });
      }
    }
    await this.#claimDue(due, ask);
  }

  /** Writes what was posted, in the order of the keys: two processes must not wait for each other. Removes old readings at times. */
  async #writePosted(posted: readonly PostedJob[], ask: AskState): Promise<void> {
    for (const { run } of posted.toSorted((a, b) => (a.key < b.key ? -1 : 1))) await run(ask);
    if (this.#options.clock.now() - this.#cleanedAt < cleanEveryMs) return;
    this.#cleanedAt = this.#options.clock.now();
    await removeOldReadings(ask);
  }

  async #work(): Promise<void> {
    // Feeds that are due at one tick ask together.
    await Promise.resolve();
    while ((this.#questions.length > 0 || this.#jobs.length > 0) && !this.#isClosed) {
      const foundQuestions = this.#questions;
      const posted = this.#jobs;
      this.#questions = [];
      this.#jobs = [];
      this.#beganAt = this.#options.clock.now();
      try {
        if (posted.length > 0)
          await this.#options.database.transaction((ask) => this.#writePosted(posted, ask));
        if (foundQuestions.length > 0)
          await this.#options.database.transaction((ask) => this.#exchange(foundQuestions, ask));
      } catch {
        // The team state reports why; until then every process reads by itself.
        this.pause();
      }
      for (const question of foundQuestions) question.answered.resolve(readsItself);
    }
  }

  #wake(): void {
    if (this.#running !== undefined) return;
    this.#beganAt = this.#options.clock.now();
    this.#running = this.#work().finally(() => {
      this.#running = undefined;
      if (this.#questions.length + this.#jobs.length > 0 && !this.#isClosed) this.#wake();
    });
  }
}

/** Creates the exchange of readings with the state database. What is asked at one tick, and what is written, share a transaction each. */
export const createReadingExchange = (options: ReadingExchangeOptions): ReadingExchange =>
  new DatabaseExchange(options);
