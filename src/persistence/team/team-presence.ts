import { z } from 'zod';
import type { Millis } from '../../domain/base/fault.ts';
import type { PresenceNote, PresentCockpit } from '../../domain/team/presence.ts';
import { type AskState, fromHex, type StateDatabase } from './database/database.ts';

/** Time after which a cockpit that no longer reports itself is not listed: four reports. */
export const presenceLeaseMs: Millis = 20_000;

/** Cockpits that are listed at most. */
const mostListed = 100;
const longestWord = 80;

/** The cockpits of a team, as reported by themselves. */
export interface TeamPresence {
  /** Reports this cockpit, and returns those that have reported themselves lately. Rejects with a StateDatabaseError. */
  report(note: PresenceNote): Promise<readonly PresentCockpit[]>;
  /** The cockpits that have reported themselves lately. Rejects with a StateDatabaseError. */
  list(): Promise<readonly PresentCockpit[]>;
  /** The id under which the others see this cockpit; undefined before its first report, and in a command, which reports nothing. */
  reportedAs(): string | undefined;
  /** Removes this cockpit at once. What cannot be removed now disappears after its lease. */
  leave(): Promise<void>;
}

const word = z.string().max(longestWord);
const zHolder = z.tuple([word, word, word, word]);
const zNames = z.array(word);

/** A row of another program may have another form; it is listed by its database user. */
const parsed = <T>(schema: z.ZodType<T>, text: string): T | undefined => {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

const isAlive = "seen_at > clock_timestamp() - $1 * interval '1 millisecond'";

/**
 * Removes cockpits and followers that died. Without those that another transaction removes now: two removals would wait for
 * each other.
 */
const removeSilent = `WITH gone AS (DELETE FROM opsdeck.screen_follower WHERE id IN (
    SELECT id FROM opsdeck.screen_follower WHERE NOT (${isAlive}) FOR UPDATE SKIP LOCKED))
  DELETE FROM opsdeck.presence WHERE id IN (
    SELECT id FROM opsdeck.presence WHERE NOT (${isAlive}) FOR UPDATE SKIP LOCKED)`;

const report = `INSERT INTO opsdeck.presence AS known (id, holder, pane, is_shared, armed_until, armed_reason)
  VALUES ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 millisecond', $6)
  ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, pane = excluded.pane, is_shared = excluded.is_shared,
    armed_until = excluded.armed_until, armed_reason = excluded.armed_reason, seen_at = clock_timestamp()`;

const hex = (text: string): string => `encode(convert_to(${text}, 'UTF8'), 'hex')`;

const select = `SELECT id, ${hex('holder')} AS holder, ${hex('pane')} AS pane, written_by, is_shared,
    CASE WHEN armed_until > clock_timestamp()
      THEN ceil(extract(epoch FROM armed_until - clock_timestamp()) * 1000)::bigint END AS armed_ms,
    ${hex('armed_reason')} AS armed_reason,
    (SELECT ${hex("coalesce(json_agg(follower ORDER BY follower), '[]')::text")} FROM opsdeck.screen_follower
      WHERE cockpit = presence.id AND ${isAlive}) AS followers,
    round(extract(epoch FROM clock_timestamp() - since) * 1000)::bigint AS open_ms,
    round(extract(epoch FROM clock_timestamp() - seen_at) * 1000)::bigint AS silent_ms
  FROM opsdeck.presence WHERE ${isAlive} ORDER BY since, id LIMIT ${mostListed}`;

const textOf = (value: string | null | undefined): string => fromHex(value).slice(0, longestWord);

const parseRow = (row: Readonly<Record<string, string | null>>): Omit<PresentCockpit, 'isSelf'> => {
  const role = row.written_by ?? '';
  const [user = role, host = '', system = '', env = ''] = parsed(zHolder, fromHex(row.holder)) ?? [];
  const armedMs = row.armed_ms ?? '';
  return {
    ...{ id: row.id ?? '', role, user, host, system, env },
    pane: textOf(row.pane),
    openForMs: Math.max(0, Number(row.open_ms)),
    silentForMs: Math.max(0, Number(row.silent_ms)),
    isShared: row.is_shared === 't',
    followers: parsed(zNames, fromHex(row.followers)) ?? [],
    ...(armedMs === '' ? {} : { armed: { forMs: Number(armedMs), reason: textOf(row.armed_reason) } }),
  };
};

/** A cockpit's report about its own screen. */
interface OwnScreen {
  isShared(): boolean;
  /** Called while it has followers. */
  followed(): void;
}

/**
 * Presence in the state database: a row per cockpit, which it renews. Only the clock of the database counts, so a cockpit
 * that died disappears after its lease on every machine. `id`: that of this cockpit.
 */
export const createTeamPresence = (database: StateDatabase, id: string, screen: OwnScreen): TeamPresence => {
  let hasReported = false;
  let isKnown = false;
  const selected = async (ask: AskState): Promise<readonly PresentCockpit[]> =>
    (await ask(select, [presenceLeaseMs])).map((row) => ({ ...parseRow(row), isSelf: row.id === id }));
  return {
    report: async ({ user, host, system, env, pane, armed }) => {
      hasReported = true;
      const holder = JSON.stringify([user, host, system, env].map((text) => text.slice(0, longestWord)));
      const present = await database.transaction(async (ask) => {
        await ask(removeSilent, [presenceLeaseMs]);
        await ask(report, [
          ...[id, holder, pane.slice(0, longestWord), screen.isShared()],
          ...[armed?.forMs ?? null, armed?.reason.slice(0, longestWord) ?? ''],
        ]);
        return selected(ask);
      });
      isKnown = true;
      if (present.some(({ isSelf, followers }) => isSelf && followers.length > 0)) screen.followed();
      return present;
    },
    list: () => database.read(selected),
    reportedAs: () => (isKnown ? id : undefined),
    leave: async () => {
      if (!hasReported) return;
      await database
        .transaction((ask) => ask('DELETE FROM opsdeck.presence WHERE id = $1', [id]))
        .catch(() => {});
    },
  };
};
