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

/** Creates the exchange of readings with the state database. What is asked at one tick, and what is written, share a transaction each. */
export const createReadingExchange = (options: ReadingExchangeOptions): ReadingExchange => {
  const { database, clock, random, mask } = options;
  const reader = readerText(options.reader);
  const time: DatabaseClock = createDatabaseClock();
  let questions: Question[] = [];
  let jobs: { readonly key: string; readonly run: Job }[] = [];
  let failures = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let cleanedAt = clock.now();
  let running: Promise<void> | undefined;
  let beganAt = 0;
  let isClosed = false;

  const pause = (ms: Millis = pauseMs): void => {
    failures += 1;
    pausedUntil = clock.now() + spreadTime(ms, 0.5, random);
  };

  const post = (key: string, run: Job): void => {
    jobs.push({ key, run });
    wake();
  };

  const claimFor = ({ call, keys }: Question, row: string, claim: string, began: string): ReadingClaim => {
    const since = clock.now();
    const release = (): void => post(row, (ask) => releaseClaim(ask, row, claim));
    return {
      since,
      release,
      publish: (batch, moment) => {
        const text = encodeReading(call.info, batch, since, time.toDatabase, mask);
        if (text === undefined) return release();
        const digest = keys.digest(text);
        const parts = { key: row, began, tookMs: Math.ceil(moment - since), digest, reader };
        post(row, async (ask) => {
          const stamp = keys.stamp(stampText(parts));
          await publishReading(ask, { ...parts, claim, stamp }, () => keys.seal(row, text));
          call.known = { digest, text };
        });
      },
    };
  };

  /** Claims what has to be read now. A claim that comes too late for its poll is given back. */
  const claimDue = async (due: readonly Question[], ask: AskState): Promise<void> => {
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
      else if (question.isAbandoned) post(row, (again) => releaseClaim(again, row, id));
      else question.answered.resolve({ is: 'own', claim: claimFor(question, row, id, began) });
    }
  };

  const exchange = async (givenQuestions: readonly Question[], ask: AskState): Promise<void> => {
    const before = clock.now();
    const databaseTime = await readDatabaseTime(ask);
    time.observe(before, databaseTime, clock.now());
    const sent = clock.now();
    const keys = givenQuestions.map((question) => question.keys.rowOf(question.call.info.id));
    const rows = new Map((await readRows(ask, keys)).map((row) => [row.key, row]));
    const due: Question[] = [];
    for (const [nth, question] of givenQuestions.entries()) {
      const row: ReadingRow | undefined = rows.get(keys[nth] ?? '');
      if (row === undefined || row.ageMs >= freshMsOf(question.call.info)) due.push(question);
      else {
        const reading = await openReading(row, question, { sent, time, sealed: (of) => readSealed(ask, of) });
        // A row that cannot be trusted keeps no process from reading.
        question.answered.resolve(reading === undefined ? readsItself : { is: 'taken', reading });
      }
    }
    await claimDue(due, ask);
  };

  /** Writes what was posted, in the order of the keys: two processes must not wait for each other. Removes old readings at times. */
  const writePosted = async (posted: typeof jobs, ask: AskState): Promise<void> => {
    for (const { run } of posted.toSorted((a, b) => (a.key < b.key ? -1 : 1))) await run(ask);
    if (clock.now() - cleanedAt < cleanEveryMs) return;
    cleanedAt = clock.now();
    await removeOldReadings(ask);
  };

  const work = async (): Promise<void> => {
    // Feeds that are due at one tick ask together.
    await Promise.resolve();
    while ((questions.length > 0 || jobs.length > 0) && !isClosed) {
      const foundQuestions = questions;
      const posted = jobs;
      questions = [];
      jobs = [];
      beganAt = clock.now();
      try {
        if (posted.length > 0) await database.transaction((ask) => writePosted(posted, ask));
        if (foundQuestions.length > 0) await database.transaction((ask) => exchange(foundQuestions, ask));
      } catch {
        // The team state reports why; until then every process reads by itself.
        pause();
      }
      for (const question of foundQuestions) question.answered.resolve(readsItself);
    }
  };

  const wake = (): void => {
    if (running !== undefined) return;
    beganAt = clock.now();
    running = work().finally(() => {
      running = undefined;
      if (questions.length + jobs.length > 0 && !isClosed) wake();
    });
  };

  return {
    failures: () => failures,
    pause,
    isUsable: () =>
      !isClosed && clock.now() >= pausedUntil && (running === undefined || clock.now() - beganAt <= answerMs),
    ask: async (call, keys, signal) => {
      const question: Question = { call, keys, answered: Promise.withResolvers(), isAbandoned: false };
      questions.push(question);
      wake();
      const over = new AbortController();
      const late = clock.sleep(answerMs, AbortSignal.any([signal, over.signal]));
      const answer = await Promise.race([question.answered.promise, late.then(() => undefined)]);
      over.abort('answered');
      if (answer !== undefined) return answer;
      question.isAbandoned = true;
      if (!signal.aborted) pause();
      return readsItself;
    },
    close: async () => {
      isClosed = true;
      for (const question of questions.splice(0)) question.answered.resolve(readsItself);
      // A database that hangs must not keep the process.
      const over = new AbortController();
      await Promise.race([database.close(), clock.sleep(answerMs, over.signal)]);
      over.abort('closed');
    },
  };
};
