import { randomUUID } from 'node:crypto';
import type { Millis } from '../../../domain/fault.ts';
import type { FeedInfo } from '../../../domain/reading.ts';
import type { ReadingReader } from '../../../domain/reading-reader.ts';
import type {
  ReadingClaim,
  SharedAnswer,
  SharedFeed,
  SharedReadings,
  SharedSource,
} from '../../../domain/shared-reading.ts';
import type { Clock } from '../../../platform/clock.ts';
import { createSerialQueue } from '../../../platform/serial-queue.ts';
import { encodeReading, hasSharedFormat, readingFormat } from '../../../store/reading-format.ts';
import type { AskState, StateDatabase } from '../database.ts';
import { type AccessKeys, deriveAccessKeys } from './access-key.ts';
import { createDatabaseClock, type DatabaseClock } from './database-clock.ts';
import {
  claimCalls,
  publishReading,
  type ReadingRow,
  readDatabaseTime,
  readRows,
  readSalt,
  readSealed,
  releaseClaim,
  removeOldReadings,
} from './reading-rows.ts';
import { openReading, readerText, type SharedCall, stampText } from './verify-row.ts';

/** Time that a poll waits for the state database before it asks the source itself. */
const answerMs: Millis = 1000;
/** Time that a poll waits for the process that is reading, at most; and half an interval. */
const mostPatienceMs: Millis = 3000;
const repeatMs: Millis = 300;
/** Time without the state database after it has failed or was slow, more or less a half. */
const pauseMs: Millis = 10_000;
/** The same while it has no tables for readings. */
const noTablesMs: Millis = 5 * 60_000;
/** Time for which an own answer of the source permits to take readings of others, more or less a third. */
const proofMs: Millis = 15 * 60_000;
/** A claim outlasts the time-out of its read by this: the time to publish. */
const publishMs: Millis = 1000;
const cleanEveryMs: Millis = 60_000;
/** A poll takes a reading that is younger than its interval less this: its own slots are not exact. */
const slotMs: Millis = 1000;

interface Access {
  readonly text: string;
  salt?: string;
  keys?: AccessKeys;
  isDeriving: boolean;
  /** The failures of the database when the salt was read. */
  checkedAt: number;
}

interface Question {
  readonly call: SharedCall;
  readonly keys: AccessKeys;
  readonly answered: PromiseWithResolvers<SharedAnswer | 'busy'>;
  isAbandoned: boolean;
}

type Job = (ask: AskState) => Promise<void>;

export interface TeamReadingsOptions {
  readonly database: StateDatabase;
  readonly clock: Clock;
  /** Returns 0 up to 1. */
  readonly random: () => number;
  readonly mask: (text: string) => string;
  /** This process, as the others show it. */
  readonly reader: ReadingReader;
  readonly withCredentials: boolean;
  readonly network?: string;
  /** The version of this program: another one may read the same response differently. */
  readonly version: string;
}

const own: SharedAnswer = { is: 'own' };

const freshMsOf = ({ everyMs }: FeedInfo): Millis => everyMs - Math.min(slotMs, everyMs / 4);

/**
 * The readings of a team in its state database. Per call, one process at a time holds the claim to read; it publishes what it
 * read, and the others take that until it is due again. Whatever fails here, a process reads by itself: `ask` answers 'own'.
 */
export const createTeamReadings = (options: TeamReadingsOptions): SharedReadings => {
  const { database, clock, random, mask, withCredentials, network, version } = options;
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

  const about = (ms: Millis, spread: number): Millis => ms * (1 - spread + 2 * spread * random());

  const pause = (ms: Millis): void => {
    failures += 1;
    pausedUntil = clock.now() + about(ms, 0.5);
  };

  /** False while the state database has failed, is slow, or an exchange with it hangs. */
  const isUsable = (): boolean =>
    !isClosed && clock.now() >= pausedUntil && (running === undefined || clock.now() - beganAt <= answerMs);

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
      publish: (batch, at) => {
        const text = encodeReading(call.info, batch, since, time.toDatabase, mask);
        if (text === undefined) return release();
        const digest = keys.digest(text);
        const parts = { key: row, began, tookMs: Math.ceil(at - since), digest, reader };
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
    for (const one of due) {
      const row = one.keys.rowOf(one.call.info.id);
      const began = given.get(row);
      if (began === undefined) one.answered.resolve('busy');
      else if (one.isAbandoned) post(row, (again) => releaseClaim(again, row, id));
      else one.answered.resolve({ is: 'own', claim: claimFor(one, row, id, began) });
    }
  };

  const exchange = async (asked: readonly Question[], ask: AskState): Promise<void> => {
    const before = clock.now();
    const databaseTime = await readDatabaseTime(ask);
    time.observe(before, databaseTime, clock.now());
    const sent = clock.now();
    const keys = asked.map((one) => one.keys.rowOf(one.call.info.id));
    const rows = new Map((await readRows(ask, keys)).map((row) => [row.key, row]));
    const due: Question[] = [];
    for (const [nth, one] of asked.entries()) {
      const row: ReadingRow | undefined = rows.get(keys[nth] ?? '');
      if (row === undefined || row.ageMs >= freshMsOf(one.call.info)) due.push(one);
      else {
        const reading = await openReading(row, one, { sent, time, sealed: (of) => readSealed(ask, of) });
        // A row that cannot be trusted keeps no process from reading.
        one.answered.resolve(reading === undefined ? own : { is: 'taken', reading });
      }
    }
    await claimDue(due, ask);
  };

  const work = async (): Promise<void> => {
    // Feeds that are due at one tick ask together.
    await Promise.resolve();
    while ((questions.length > 0 || jobs.length > 0) && !isClosed) {
      const [asked, posted] = [questions, jobs];
      questions = [];
      jobs = [];
      beganAt = clock.now();
      try {
        if (posted.length > 0)
          await database.transaction(async (ask) => {
            // In the order of the keys: two processes must not wait for each other.
            for (const { run } of posted.toSorted((a, b) => (a.key < b.key ? -1 : 1))) await run(ask);
            if (clock.now() - cleanedAt < cleanEveryMs) return;
            cleanedAt = clock.now();
            await removeOldReadings(ask);
          });
        if (asked.length > 0) await database.transaction((ask) => exchange(asked, ask));
      } catch {
        // The team state reports why; until then every process reads by itself.
        pause(pauseMs);
      }
      for (const one of asked) one.answered.resolve(own);
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

  /** One after the other: each occupies a thread that file reads need too. */
  const derivations = createSerialQueue();

  /** Derives the keys in the background; again after a failure, because the database may be another one. */
  const prepare = async (access: Access): Promise<void> => {
    if (access.isDeriving || access.checkedAt === failures || !isUsable()) return;
    access.isDeriving = true;
    const checked = failures;
    try {
      const salt = await database.read(readSalt);
      if (salt === undefined) return pause(noTablesMs);
      if (salt !== access.salt)
        access.keys = await derivations.run(() => deriveAccessKeys(access.text, salt));
      access.salt = salt;
      access.checkedAt = checked;
    } catch {
      pause(pauseMs);
    } finally {
      access.isDeriving = false;
    }
  };

  const question = async (
    call: SharedCall,
    keys: AccessKeys,
    signal: AbortSignal,
  ): Promise<SharedAnswer | 'busy'> => {
    const one: Question = { call, keys, answered: Promise.withResolvers(), isAbandoned: false };
    questions.push(one);
    wake();
    const over = new AbortController();
    const late = clock.sleep(answerMs, AbortSignal.any([signal, over.signal]));
    const answer = await Promise.race([one.answered.promise, late.then(() => undefined)]);
    over.abort('answered');
    if (answer !== undefined) return answer;
    one.isAbandoned = true;
    if (!signal.aborted) pause(pauseMs);
    return own;
  };

  /** The keys, while others can be asked; derives them in the background first. */
  const keysNow = (access: Access): AccessKeys | undefined => {
    if (!isUsable()) return undefined;
    if (access.checkedAt === failures) return access.keys;
    void prepare(access);
    return undefined;
  };

  /** Asks for a call until it is answered, the process that reads it takes too long, or the signal aborts. */
  const look = async (call: SharedCall, access: Access, signal: AbortSignal): Promise<SharedAnswer> => {
    const patientUntil = clock.now() + Math.min(call.info.everyMs / 2, mostPatienceMs);
    for (;;) {
      const keys = signal.aborted ? undefined : keysNow(access);
      if (keys === undefined) return own;
      const answer = await question(call, keys, signal);
      if (answer !== 'busy') return answer;
      if (clock.now() >= patientUntil) return own;
      await clock.sleep(about(repeatMs, 0.5), signal);
    }
  };

  const feedOf = (access: Access, info: FeedInfo): SharedFeed => {
    const call: SharedCall = { info, known: undefined };
    let provenUntil = Number.NEGATIVE_INFINITY;
    return {
      ask: async (signal) => (clock.now() < provenUntil ? look(call, access, signal) : own),
      answered: (isComplete: boolean): void => {
        if (!isComplete) provenUntil = Number.NEGATIVE_INFINITY;
        else if (clock.now() >= provenUntil) provenUntil = clock.now() + about(proofMs, 1 / 3);
        void prepare(access);
      },
    };
  };

  return {
    withCredentials,
    ...(network === undefined ? {} : { network }),
    source: (text): SharedSource => {
      const access: Access = {
        text: [readingFormat, version, text].join('\n'),
        isDeriving: false,
        checkedAt: -1,
      };
      return { feed: (info) => (hasSharedFormat(info) ? feedOf(access, info) : undefined) };
    },
    close: async () => {
      isClosed = true;
      for (const one of questions.splice(0)) one.answered.resolve(own);
      // A database that hangs must not keep the process.
      const over = new AbortController();
      await Promise.race([database.close(), clock.sleep(answerMs, over.signal)]);
      over.abort('closed');
    },
  };
};
