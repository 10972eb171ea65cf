import type { Fault } from '../../domain/base/fault.ts';
import type { DbSession } from '../../kinds/sessions/fact.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { clientFeed, loginHealthFeed } from '../kit/contract/client-feed.ts';
import type { Feed } from '../kit/contract/source.ts';
import type { PostgresClient } from './client.ts';
import {
  booleanColumn,
  parseSession,
  type SessionSnapshot,
  singleRow,
  textColumn,
  timestampToMillis,
} from './parse.ts';
import { healthSql, sessionsSql } from './statements.ts';

/**
 * Logs in as an application would, runs a query, and logs out. The row is down when the server does not respond, is
 * starting up or is at max_connections; unknown when our login is rejected. A standby is up, and marked as such.
 */
export const postgresHealthFeed = (client: PostgresClient): Feed =>
  loginHealthFeed(client, async (signal) => {
    const { rows, latencyMs } = await client.ask(healthSql, signal, { newConnection: true });
    const answer = singleRow(rows);
    textColumn(answer, 'version');
    const detail = booleanColumn(answer, 'recovering') ? 'in recovery (standby, read-only)' : '';
    return { status: 'up', detail, latencyMs };
  });

/** Reads every client session except our own, with its pin. Throws SqlError. */
export const readSessions = async (
  client: PostgresClient,
  signal: AbortSignal,
): Promise<readonly SessionSnapshot[]> => (await client.ask(sessionsSql, signal)).rows.map(parseSession);

/**
 * Client sessions of the whole server, the longest transaction first, with their blockers (`pg_blocking_pids`), without
 * our own. Fault beside the rows: `denied` where our role may not see the activity of others.
 */
export const sessionsFeed = (client: PostgresClient): Feed =>
  clientFeed(client, {
    name: 'sessions',
    kind: 'sessions',
    read: async (signal) => {
      const sessions = await readSessions(client, signal);
      const stamp = { source: client.source, at: client.now() };
      const blocked = sessions.flatMap(({ fact }) => fact.blockedBy);
      const items = sessions.map(({ fact, started }): DbSession => {
        const blocks = blocked.filter((pid) => pid === fact.pid).length;
        const startedAt = timestampToMillis(started);
        return {
          ...stamp,
          ...fact,
          blocks,
          ...(startedAt === undefined ? {} : { startedAt: client.toClock(startedAt) }),
        };
      });
      const hidden = sessions.filter(({ isHidden }) => isHidden).length;
      return { items, faults: hiddenSessionFaults(client, hidden, sessions.length) };
    },
  });

const hiddenSessionFaults = (client: PostgresClient, hidden: number, all: number): readonly Fault[] =>
  hidden === 0
    ? []
    : [
        client.fault(
          'sessions',
          new RemediedError(
            'denied',
            `${hidden} of ${all} sessions are hidden from this role`,
            'GRANT pg_monitor to this user',
          ),
        ),
      ];
