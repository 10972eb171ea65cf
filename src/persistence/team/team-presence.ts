import { z } from 'zod';
import type { Millis } from '../../domain/fault.ts';
import type { PresenceNote, PresentCockpit } from '../../domain/presence.ts';
import { fromHex, type StateDatabase } from './database.ts';

/** Time after which a cockpit that no longer reports itself is not listed: four reports. */
export const presenceLeaseMs: Millis = 20_000;

/** Cockpits that are listed at most. */
const mostListed = 100;
const longestWord = 80;

/** The cockpits of a team, as reported by themselves. */
export interface TeamPresence {
  /** Reports this cockpit, and returns those that have reported themselves lately. Rejects with a StateDatabaseError. */
  report(note: PresenceNote): Promise<readonly PresentCockpit[]>;
  /** Removes this cockpit at once. What cannot be removed now disappears after its lease. */
  leave(): Promise<void>;
}

const word = z.string().max(longestWord);
const zHolder = z.tuple([word, word, word, word]);

/** A row of another program may have another form; it is listed by its database user. */
const parseHolder = (text: string): z.infer<typeof zHolder> | undefined => {
  try {
    return zHolder.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

const isAlive = "seen_at > clock_timestamp() - $1 * interval '1 millisecond'";

/** Without those that another transaction removes now: two removals would wait for each other. */
const removeSilent = `DELETE FROM opsdeck.presence WHERE id IN (
  SELECT id FROM opsdeck.presence WHERE NOT (${isAlive}) FOR UPDATE SKIP LOCKED)`;

const report = `INSERT INTO opsdeck.presence AS known (id, holder, pane) VALUES ($1, $2, $3)
  ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, pane = excluded.pane, seen_at = clock_timestamp()`;

const select = `SELECT id, encode(convert_to(holder, 'UTF8'), 'hex') AS holder,
    encode(convert_to(pane, 'UTF8'), 'hex') AS pane, written_by,
    round(extract(epoch FROM clock_timestamp() - since) * 1000)::bigint AS open_ms,
    round(extract(epoch FROM clock_timestamp() - seen_at) * 1000)::bigint AS silent_ms
  FROM opsdeck.presence WHERE ${isAlive} ORDER BY since, id LIMIT ${mostListed}`;

/**
 * Presence in the state database: a row per cockpit, which it renews. Only the clock of the database counts, so a cockpit
 * that died disappears after its lease on every machine. `id`: that of this cockpit.
 */
export const createTeamPresence = (database: StateDatabase, id: string): TeamPresence => {
  let hasReported = false;
  return {
    report: async ({ user, host, system, env, pane }) => {
      hasReported = true;
      const holder = JSON.stringify([user, host, system, env].map((text) => text.slice(0, longestWord)));
      const rows = await database.transaction(async (ask) => {
        await ask(removeSilent, [presenceLeaseMs]);
        await ask(report, [id, holder, pane.slice(0, longestWord)]);
        return ask(select, [presenceLeaseMs]);
      });
      return rows.map((row): PresentCockpit => {
        const role = row.written_by ?? '';
        const [said = role, at = '', inSystem = '', inEnv = ''] = parseHolder(fromHex(row.holder)) ?? [];
        return {
          ...{ id: row.id ?? '', role, user: said, host: at, system: inSystem, env: inEnv },
          pane: fromHex(row.pane).slice(0, longestWord),
          openForMs: Math.max(0, Number(row.open_ms)),
          silentForMs: Math.max(0, Number(row.silent_ms)),
          isSelf: row.id === id,
        };
      });
    },
    leave: async () => {
      if (!hasReported) return;
      await database
        .transaction((ask) => ask('DELETE FROM opsdeck.presence WHERE id = $1', [id]))
        .catch(() => {});
    },
  };
};
