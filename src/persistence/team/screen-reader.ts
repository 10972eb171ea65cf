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
  const lines = emitter<string>();
  const restarts = emitter<void>();
  const troubles = emitter<string | undefined>();
  const ends = emitter<void>();
  const leaving = new AbortController();
  let id = '';
  let next = 1;
  let trouble: string | undefined;
  let notified = Promise.withResolvers<void>();
  let listening: { readonly isOpen: boolean } | undefined;

  const join = async (): Promise<void> => {
    const joining = randomUUID();
    await database.transaction(async (ask) => {
      await ask(removeFollower, [id]);
      await ask(insertFollower, [joining, cockpit, user.slice(0, longestName)]);
      await ask("SELECT pg_notify('opsdeck_state', $1)", [followRequest(cockpit)]);
    });
    [id, next] = [joining, 1];
  };

  const tell = (why: string | undefined): void => {
    if (why === trouble) return;
    trouble = why;
    troubles.emit(why);
  };

  /** The order of the rows; undefined: one is missing, or the cockpit has given this follower up. */
  const read = () =>
    database.transaction(async (ask) => {
      const [kept] = await ask(renew, [id]);
      const taken = await ask(take, [id]);
      const [silence] = await ask(selectSilence, [cockpit]);
      const rows = taken
        .map(({ seq, content }) => ({ seq: Number(seq), content: content ?? '' }))
        .sort((a, b) => a.seq - b.seq);
      const isWhole = rows.every(({ seq }, index) => seq === next + index);
      return {
        rows: kept !== undefined && isWhole ? rows : undefined,
        silentForMs: silence === undefined ? presenceLeaseMs : Number(silence.silent_ms),
      };
    });

  const turn = async (): Promise<void> => {
    const { rows, silentForMs } = await read();
    if (rows === undefined) {
      await join();
      restarts.emit();
      return;
    }
    next += rows.length;
    for (const { content } of rows) for (const line of unpackLines(content)) lines.emit(line);
    tell(silentForMs >= silentMs ? 'the cockpit was closed or does not respond' : undefined);
  };

  /** Waits until there may be more. */
  const wait = async (): Promise<void> => {
    if (listening?.isOpen !== true) {
      const heard = (): void => notified.resolve();
      listening = await database.listen('opsdeck_screen', heard, leaving.signal).catch(() => undefined);
    }
    await Promise.race([notified.promise, clock.sleep(readEveryMs, leaving.signal).catch(() => {})]);
    notified = Promise.withResolvers<void>();
  };

  const run = async (): Promise<void> => {
    for (;;) {
      await wait();
      if (leaving.signal.aborted) return;
      await turn().catch((error: unknown) => {
        if (!(error instanceof StateDatabaseError)) throw error;
        tell(error.message);
      });
    }
  };

  const begin = async (): Promise<void> => {
    const [silence] = await database.read((ask) => ask(selectSilence, [cockpit]));
    if (silence === undefined || Number(silence.silent_ms) >= presenceLeaseMs)
      throw new Error('it is no longer open');
    await join();
  };
  await begin().catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const whole = async (): Promise<void> => {
    await run().catch((error: unknown) => tell(errorMessage(error)));
    ends.emit();
    // What cannot be removed now is removed after its lease.
    await database.transaction((ask) => ask(removeFollower, [id])).catch(() => {});
    await database.close();
  };
  const running = whole();
  return {
    onLine: lines.on,
    onRestart: restarts.on,
    onTrouble: troubles.on,
    onClose: ends.on,
    close: () => {
      leaving.abort(new DOMException('closed', 'AbortError'));
      return running;
    },
  };
};
