import { randomUUID } from 'node:crypto';
import type { Millis } from '../../domain/base/fault.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { StateDatabaseError } from '../files/state-database-error.ts';
import type { StateDatabase } from './database/database.ts';
import { unpackLines } from './screen-lines.ts';
import { presenceLeaseMs } from './team-presence.ts';

/** Interval in which the follower reports itself and reads without a notification. */
const readEveryMs: Millis = 1000;
/** Time without a report after which a cockpit does not respond: two reports. */
const silentMs: Millis = 10_000;
const longestName = 80;

/** The screen of another cockpit, through the state database. */
export interface TeamScreen {
  onLine(listener: (line: string) => void): void;
  /** A new recording begins with the next line. */
  onRestart(listener: () => void): void;
  /** Called with the reason while the screen may be out of date, and with undefined when it is current again. */
  onTrouble(listener: (why: string | undefined) => void): void;
  /** Called once when no more comes. */
  onClose(listener: () => void): void;
  /** Removes what was stored for this follower. */
  close(): Promise<void>;
}

const insertFollower = 'INSERT INTO opsdeck.screen_follower (id, cockpit, follower) VALUES ($1, $2, $3)';
const removeFollower = 'DELETE FROM opsdeck.screen_follower WHERE id = $1';
const renew = 'UPDATE opsdeck.screen_follower SET seen_at = clock_timestamp() WHERE id = $1 RETURNING id';
const take = 'DELETE FROM opsdeck.screen_line WHERE follower = $1 RETURNING seq, content';
const selectSilence =
  'SELECT round(extract(epoch FROM clock_timestamp() - seen_at) * 1000)::bigint AS silent_ms FROM opsdeck.presence WHERE id = $1';

/** Asks a cockpit for its screen: it answers after the notification, or with its next report. */
export const followRequest = (cockpit: string): string => `follow ${cockpit}`;

const emitter = <T>() => {
  const listeners: ((value: T) => void)[] = [];
  return {
    on: (listener: (value: T) => void): void => void listeners.push(listener),
    emit: (value: T): void => {
      for (const listener of listeners) listener(value);
    },
  };
};

interface Follower extends TeamScreen {
  /** Asks for the screen. Rejects with an Error when the cockpit is not open, or a StateDatabaseError. */
  begin(): Promise<void>;
}

class ScreenFollower implements Follower {
  readonly #database: StateDatabase;
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #cockpit: string;
  readonly #user: string;
  readonly #lines = emitter<string>();
  readonly #restarts = emitter<void>();
  readonly #troubles = emitter<string | undefined>();
  readonly #ends = emitter<void>();
  readonly #leaving = new AbortController();
  #id = '';
  #next = 1;
  #trouble: string | undefined;
  #notified = Promise.withResolvers<void>();
  #listening: { readonly isOpen: boolean } | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly onLine: Follower['onLine'];
  readonly onRestart: Follower['onRestart'];
  readonly onTrouble: Follower['onTrouble'];
  readonly onClose: Follower['onClose'];

  constructor(database: StateDatabase, clock: Pick<Clock, 'sleep'>, cockpit: string, user: string) {
    this.#database = database;
    this.#clock = clock;
    this.#cockpit = cockpit;
    this.#user = user;
    this.onLine = this.#lines.on;
    this.onRestart = this.#restarts.on;
    this.onTrouble = this.#troubles.on;
    this.onClose = this.#ends.on;
  }

  async begin(): Promise<void> {
    const [silence] = await this.#database.read((ask) => ask(selectSilence, [this.#cockpit]));
    if (silence === undefined || Number(silence.silent_ms) >= presenceLeaseMs)
      throw new Error('the cockpit is no longer open: run opsdeck follow --list');
    await this.#join();
    this.#running = this.#whole();
  }

  close(): Promise<void> {
    this.#leaving.abort(new DOMException('closed', 'AbortError'));
    return this.#running;
  }

  async #join(): Promise<void> {
    const joining = randomUUID();
    await this.#database.transaction(async (ask) => {
      await ask(removeFollower, [this.#id]);
      await ask(insertFollower, [joining, this.#cockpit, this.#user.slice(0, longestName)]);
      await ask("SELECT pg_notify('opsdeck_state', $1)", [followRequest(this.#cockpit)]);
    });
    this.#id = joining;
    this.#next = 1;
  }

  #tell(why: string | undefined): void {
    if (why === this.#trouble) return;
    this.#trouble = why;
    this.#troubles.emit(why);
  }

  /** The order of the rows; undefined: one is missing, or the cockpit has given this follower up. */
  #read() {
    return this.#database.transaction(async (ask) => {
      const [kept] = await ask(renew, [this.#id]);
      const taken = await ask(take, [this.#id]);
      const [silence] = await ask(selectSilence, [this.#cockpit]);
      const rows = taken
        .map(({ seq, content }) => ({ seq: Number(seq), content: content ?? '' }))
        .sort((a, b) => a.seq - b.seq);
      const isWhole = rows.every(({ seq }, index) => seq === this.#next + index);
      return {
        rows: kept !== undefined && isWhole ? rows : undefined,
        silentForMs: silence === undefined ? presenceLeaseMs : Number(silence.silent_ms),
      };
    });
  }

  async #turn(): Promise<void> {
    const { rows, silentForMs } = await this.#read();
    if (rows === undefined) {
      await this.#join();
      this.#restarts.emit();
      return;
    }
    this.#next += rows.length;
    for (const { content } of rows) for (const line of unpackLines(content)) this.#lines.emit(line);
    this.#tell(
      silentForMs >= silentMs
        ? 'the followed cockpit was closed or does not respond: run opsdeck follow --list'
        : undefined,
    );
  }

  /** Waits until there may be more. */
  async #wait(): Promise<void> {
    if (this.#listening?.isOpen !== true) {
      const heard = (): void => this.#notified.resolve();
      this.#listening = await this.#database
        .listen('opsdeck_screen', heard, this.#leaving.signal)
        .catch(() => undefined);
    }
    await Promise.race([
      this.#notified.promise,
      this.#clock.sleep(readEveryMs, this.#leaving.signal).catch(() => {}),
    ]);
    this.#notified = Promise.withResolvers<void>();
  }

  async #run(): Promise<void> {
    for (;;) {
      await this.#wait();
      if (this.#leaving.signal.aborted) return;
      await this.#turn().catch((error: unknown) => {
        if (!(error instanceof StateDatabaseError)) throw error;
        this.#tell(error.message);
      });
    }
  }

  async #whole(): Promise<void> {
    await this.#run().catch((error: unknown) => this.#tell(errorMessage(error)));
    this.#ends.emit();
    // What cannot be removed now is removed after its lease.
    await this.#database.transaction((ask) => ask(removeFollower, [this.#id])).catch(() => {});
    await this.#database.close();
  }
}

const createFollower = (
  database: StateDatabase,
  clock: Pick<Clock, 'sleep'>,
  cockpit: string,
  user: string,
): Follower => new ScreenFollower(database, clock, cockpit, user);

/**
 * Follows a cockpit. After an outage it goes on where it was, or begins again if the cockpit has given it up meanwhile. Rejects
 * with an Error when the cockpit is not open, or a StateDatabaseError. Closes the database at the end.
 */
export const followTeamScreen = async (
  database: StateDatabase,
  clock: Pick<Clock, 'sleep'>,
  cockpit: string,
  user: string,
): Promise<TeamScreen> => {
  const follower = createFollower(database, clock, cockpit, user);
  await follower.begin().catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  return follower;
};
