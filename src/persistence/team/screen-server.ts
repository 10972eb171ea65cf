import type { Millis } from '../../domain/base/fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { StateDatabase } from './database/database.ts';
import { fromHex } from './database/database.ts';
import { packLines } from './screen-lines.ts';
import { presenceLeaseMs } from './team-presence.ts';

/** Interval between two rows for a follower: at most four a second. */
const rowEveryMs: Millis = 250;
/** Interval in which followers are counted while nothing changes on the screen. */
const countEveryMs: Millis = 2000;
const retryMs: Millis = 1000;
/** The most followers of a screen; others wait. */
const maxFollowers = 8;
/** Rows that a follower has not read, and characters that are not sent: beyond, frames are skipped. */
const maxUnread = 6;
const maxUnsent = 256 * 1024;
const longestName = 80;

/** Takes the lines of a screen for one follower. */
interface ScreenFollower {
  /** Takes a line with its newline. */
  write(line: string): void;
  /** False: it is behind. */
  isReady(): boolean;
  /** Calls the listener once when it no longer follows. */
  onClose(listener: () => void): void;
  /** No line follows. */
  end(): void;
}

/** A screen that others may follow. */
export interface FollowableScreen {
  isShared(): boolean;
  /** A user begins to follow. */
  joined(user: string, follower: ScreenFollower): void;
}

/** Sends the screen of a cockpit to its followers, through the state database. */
interface ScreenServer {
  serve(screen: FollowableScreen): { close(): Promise<void> };
  isShared(): boolean;
  /** Looks for followers now. Nothing is asked or sent otherwise. */
  wake(): void;
  /** Ends at once, without the lines that are not sent. */
  close(): Promise<void>;
}

interface Connection {
  readonly follower: ScreenFollower;
  lines: string[];
  unsent: number;
  /** The row that was not stored yet; it is tried again, so no change of the screen is lost. */
  row: { readonly seq: number; readonly content: string } | undefined;
  seq: number;
  unread: number;
  isEnding: boolean;
  close(): void;
}

const createConnection = (): Connection => {
  const listeners: (() => void)[] = [];
  const connection: Connection = {
    ...{ lines: [], unsent: 0, row: undefined, seq: 0, unread: 0, isEnding: false },
    follower: {
      write: (line) => {
        connection.lines.push(line);
        connection.unsent += line.length;
      },
      isReady: () => connection.unread < maxUnread && connection.unsent < maxUnsent,
      onClose: (listener) => void listeners.push(listener),
      end: () => {
        connection.isEnding = true;
      },
    },
    close: () => {
      for (const listener of listeners.splice(0)) listener();
    },
  };
  return connection;
};

const isAlive = "seen_at > clock_timestamp() - $2 * interval '1 millisecond'";
const selectFollowers = `SELECT id, encode(convert_to(follower, 'UTF8'), 'hex') AS follower
  FROM opsdeck.screen_follower WHERE cockpit = $1 AND ${isAlive} ORDER BY id`;
const removeSilent = `DELETE FROM opsdeck.screen_follower WHERE cockpit = $1 AND NOT (${isAlive})`;
// A repeated row after a commit whose answer was lost.
const insertRow =
  'INSERT INTO opsdeck.screen_line (follower, seq, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
const countUnread =
  'SELECT follower, count(*) AS unread FROM opsdeck.screen_line WHERE follower = ANY($1::text[]) GROUP BY follower';

class DatabaseScreenServer implements ScreenServer {
  readonly #id: string;
  readonly #openDatabase: () => StateDatabase;
  readonly #clock: Pick<Clock, 'now' | 'sleep'>;
  readonly #connections = new Map<string, Connection>();
  #screen: FollowableScreen | undefined;
  #isWoken = false;
  #isFailing = false;
  #countedAt = Number.NEGATIVE_INFINITY;
  #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(id: string, openDatabase: () => StateDatabase, clock: Pick<Clock, 'now' | 'sleep'>) {
    this.#id = id;
    this.#openDatabase = openDatabase;
    this.#clock = clock;
  }

  readonly wake = (): void => {
    if (this.#screen === undefined || this.#isStopped()) return;
    this.#isWoken = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isWoken) this.wake();
    });
  };

  readonly close = async (): Promise<void> => {
    this.#screen = undefined;
    this.#stopping.abort(new DOMException('closed', 'AbortError'));
    await this.#running;
  };

  readonly isShared: ScreenServer['isShared'] = () => this.#screen?.isShared() === true;

  readonly serve: ScreenServer['serve'] = (served) => {
    this.#screen = served;
    this.#stopping = new AbortController();
    return { close: this.close };
  };

  #remove(follower: string, connection: Connection): void {
    this.#connections.delete(follower);
    connection.close();
  }

  /** The rows to send now. */
  #rows() {
    return [...this.#connections].flatMap(([follower, connection]) => {
      if (connection.row === undefined && connection.lines.length > 0) {
        connection.seq += 1;
        connection.row = { seq: connection.seq, content: packLines(connection.lines.splice(0)) };
        connection.unsent = 0;
      }
      return connection.row === undefined ? [] : [{ follower, ...connection.row }];
    });
  }

  async #exchange(database: StateDatabase): Promise<void> {
    const sent = this.#rows();
    const isBehind = [...this.#connections.values()].some(({ unread }) => unread > 0);
    if (
      sent.length === 0 &&
      !isBehind &&
      !this.#isWoken &&
      this.#clock.now() - this.#countedAt < countEveryMs
    )
      return;
    this.#isWoken = false;
    const { users, unread } = await database.transaction(async (ask) => {
      const found = await ask(selectFollowers, [this.#id, presenceLeaseMs]);
      const alive = new Set(found.map((row) => row.id ?? ''));
      const kept = sent.filter(({ follower }) => alive.has(follower));
      for (const { follower, seq, content } of kept) await ask(insertRow, [follower, seq, content]);
      if (kept.length > 0) await ask("SELECT pg_notify('opsdeck_screen', '')");
      if ([...this.#connections.keys()].some((follower) => !alive.has(follower)))
        await ask(removeSilent, [this.#id, presenceLeaseMs]);
      const counts = alive.size === 0 ? [] : await ask(countUnread, [[...alive]]);
      return {
        users: new Map(found.map((row) => [row.id ?? '', fromHex(row.follower).slice(0, longestName)])),
        unread: new Map(counts.map((row) => [row.follower ?? '', Number(row.unread)])),
      };
    });
    this.#countedAt = this.#clock.now();
    for (const [follower, connection] of this.#connections) {
      connection.row = undefined;
      connection.unread = unread.get(follower) ?? 0;
      const isOver = connection.isEnding && connection.lines.length === 0;
      if (isOver || !users.has(follower)) this.#remove(follower, connection);
    }
    for (const [follower, user] of users) {
      if (
        this.#stopping.signal.aborted ||
        this.#connections.has(follower) ||
        this.#connections.size >= maxFollowers
      )
        continue;
      const connection = createConnection();
      this.#connections.set(follower, connection);
      this.#screen?.joined(user, connection.follower);
    }
  }

  #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    const database = this.#openDatabase();
    const attempt = async (): Promise<void> => {
      try {
        await this.#exchange(database);
        this.#isFailing = false;
      } catch {
        // The state of the team says why; the row is sent when the database is back.
        this.#isFailing = true;
      }
    };
    do {
      await attempt();
      if (!this.#isStopped())
        await this.#clock
          .sleep(this.#isFailing ? retryMs : rowEveryMs, this.#stopping.signal)
          .catch(() => {});
    } while (!this.#isStopped() && (this.#connections.size > 0 || this.#isWoken));
    // The row that waits, and the end of the recording.
    for (let nth = 0; nth < 2 && this.#connections.size > 0 && !this.#isFailing; nth++) await attempt();
    for (const [follower, connection] of this.#connections) this.#remove(follower, connection);
    await database.close();
  }
}

/**
 * Serves the followers of the cockpit `id`. Its session is its own, so that frames never delay a record or a lock; it is open
 * only while there are followers.
 */
export const createScreenServer = (
  id: string,
  openDatabase: () => StateDatabase,
  clock: Pick<Clock, 'now' | 'sleep'>,
): ScreenServer => new DatabaseScreenServer(id, openDatabase, clock);
