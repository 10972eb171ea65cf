import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { FeedInfo } from '../../../domain/facts/reading.ts';
import type {
  SharedAnswer,
  SharedFeed,
  SharedReadings,
  SharedSource,
} from '../../../domain/facts/shared-reading.ts';
import { createSerialQueue } from '../../../platform/runtime/serial-queue.ts';
import { hasSharedFormat, readingFormat } from '../../../store/reading-format.ts';
import { type AccessKeys, deriveAccessKeys } from './access-key.ts';
import {
  createReadingExchange,
  type ReadingExchangeOptions,
  readsItself,
  spreadTime,
} from './reading-exchange.ts';
import { readSalt } from './reading-rows.ts';
import type { SharedCall } from './verify-row.ts';

/** Time that a poll waits for the process that is reading, at most; and half an interval. */
const mostPatienceMs: Millis = 3000;
const repeatMs: Millis = 300;
/** Time without the state database while it has no tables for readings, more or less a half. */
const noTablesMs: Millis = 5 * 60_000;
/** Time for which an own answer of the source permits to take readings of others, more or less a third. */
const proofMs: Millis = 15 * 60_000;

interface Access {
  readonly text: string;
  salt?: string;
  keys?: AccessKeys;
  isDeriving: boolean;
  /** The failures of the database when the salt was read. */
  checkedAt: number;
}

export interface TeamReadingsOptions extends ReadingExchangeOptions {
  readonly withCredentials: boolean;
  readonly network?: string;
  /** The version of this program: another one may read the same response differently. */
  readonly version: string;
}

/**
 * The readings of a team in its state database. Per call, one process at a time holds the claim to read; it publishes what it
 * read, and the others take that until it is due again. Whatever fails here, a process reads by itself: `ask` answers 'own'.
 */
export const createTeamReadings = (options: TeamReadingsOptions): SharedReadings => {
  const { database, clock, random, withCredentials, network, version } = options;
  const exchange = createReadingExchange(options);

  /** One after the other: each occupies a thread that file reads need too. */
  const derivations = createSerialQueue();

  /** Derives the keys in the background; again after a failure, because the database may be another one. */
  const prepare = async (access: Access): Promise<void> => {
    if (access.isDeriving || access.checkedAt === exchange.failures() || !exchange.isUsable()) return;
    access.isDeriving = true;
    const checked = exchange.failures();
    try {
      const salt = await database.read(readSalt);
      if (salt === undefined) return exchange.pause(noTablesMs);
      if (salt !== access.salt)
        access.keys = await derivations.run(() => deriveAccessKeys(access.text, salt));
      access.salt = salt;
      access.checkedAt = checked;
    } catch {
      exchange.pause();
    } finally {
      access.isDeriving = false;
    }
  };

  /** The keys, while others can be asked; derives them in the background first. */
  const keysNow = (access: Access): AccessKeys | undefined => {
    if (!exchange.isUsable()) return undefined;
    if (access.checkedAt === exchange.failures()) return access.keys;
    void prepare(access);
    return undefined;
  };

  /** Asks for a call until it is answered, the process that reads it takes too long, or the signal aborts. */
  const look = async (call: SharedCall, access: Access, signal: AbortSignal): Promise<SharedAnswer> => {
    const patientUntil = clock.now() + Math.min(call.info.everyMs / 2, mostPatienceMs);
    for (;;) {
      const keys = signal.aborted ? undefined : keysNow(access);
      if (keys === undefined) return readsItself;
      const answer = await exchange.ask(call, keys, signal);
      if (answer !== 'busy') return answer;
      if (clock.now() >= patientUntil) return readsItself;
      await clock.sleep(spreadTime(repeatMs, 0.5, random), signal);
    }
  };

  const feedOf = (access: Access, info: FeedInfo): SharedFeed => {
    const call: SharedCall = { info, known: undefined };
    let provenUntil = Number.NEGATIVE_INFINITY;
    return {
      ask: async (signal) => (clock.now() < provenUntil ? look(call, access, signal) : readsItself),
      answered: (isComplete: boolean): void => {
        if (!isComplete) provenUntil = Number.NEGATIVE_INFINITY;
        else if (clock.now() >= provenUntil) provenUntil = clock.now() + spreadTime(proofMs, 1 / 3, random);
        void prepare(access);
      },
    };
  };

  return {
    withCredentials,
    ...defined({ network }),
    source: (text): SharedSource => {
      const access: Access = {
        text: [readingFormat, version, text].join('\n'),
        isDeriving: false,
        checkedAt: -1,
      };
      return { feed: (info) => (hasSharedFormat(info) ? feedOf(access, info) : undefined) };
    },
    close: exchange.close,
  };
};
