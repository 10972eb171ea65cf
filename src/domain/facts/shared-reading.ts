import type { Millis } from '../base/fault.ts';
import type { AnyFact, Note, Sample } from './facts.ts';
import type { FeedInfo, Reading } from './reading.ts';
import type { ReadingReader } from './reading-reader.ts';

/** The response of a feed. */
export type FeedReading = Reading<AnyFact | Note | Sample>;

/** A reading that another process of the team has made. Times are on our clock, and never later than they were. */
export interface TakenReading {
  readonly reading: FeedReading;
  readonly began: Millis;
  readonly at: Millis;
  readonly reader: ReadingReader;
}

/** The permission to read a call for the others of the team, until it expires in the state database. */
export interface ReadingClaim {
  /** The time before the read, on our clock: rows that are older are not published. */
  readonly since: Millis;
  /** Gives the reading to the others, in the background; one that cannot be shared releases the claim. Never rejects. */
  publish(reading: FeedReading, time: Millis): void;
  /** Lets another process read now. Never rejects. */
  release(): void;
}

/** The action for a feed that is due: show the reading of another process, or read the source. */
export type SharedAnswer =
  | { readonly is: 'taken'; readonly reading: TakenReading }
  | { readonly is: 'own'; readonly claim?: ReadingClaim };

/** One feed whose readings the processes of a team share. */
export interface SharedFeed {
  /**
   * Looks for a reading of another process. Waits at most a few seconds while one is reading; 'own' at once when the signal
   * aborts, and while the state database does not answer. Never rejects.
   */
  ask(signal: AbortSignal): Promise<SharedAnswer>;
  /** Reports the end of an own read. Only a process that was itself answered without a fault takes readings of others. */
  answered(isComplete: boolean): void;
}

/** A source whose readings are shared: the same access in every process. */
export interface SharedSource {
  /** Returns undefined for a feed whose readings are not shared. */
  feed(info: FeedInfo): SharedFeed | undefined;
}

/** The readings that the processes of a team share. */
export interface SharedReadings {
  /** True: also those of sources with credentials. */
  readonly withCredentials: boolean;
  /** The network of this machine: an address that is local to it is shared only within it. Absent: unknown. */
  readonly network?: string;
  /** `access`: a text of everything on which the responses depend. It does not leave this process. */
  source(access: string): SharedSource;
  /** Ends sharing; everything is read here from now on. Never rejects. */
  close(): Promise<void>;
}
