import type { Fault } from '../../domain/fault.ts';
import type { DbSession } from '../../kinds/sessions/fact.ts';
import { RemediedError } from '../../platform/fault.ts';
import type { Feed } from '../source.ts';
import type { PostgresClient } from './client.ts';
import { questionFeed } from './feed.ts';
import { momentOf, parseSession, type ReadSession } from './parse.ts';
import { sessions } from './statements.ts';

/** Every session of a client but our own, with what pins it. Throws SqlError. */
export const readSessions = async (
  client: PostgresClient,
  signal: AbortSignal,
): Promise<readonly ReadSession[]> => (await client.ask(sessions, signal)).rows.map(parseSession);

/**
 * Sessions of clients on the whole server, the longest transaction first, with who blocks them (`pg_blocking_pids`); our
 * own are left out. Fault beside the rows: `denied` where our role may not see what others do.
 */
export const sessionsFeed = (client: PostgresClient): Feed =>
  questionFeed(client, {
    name: 'sessions',
    kind: 'sessions',
    read: async (signal) => {
      const found = await readSessions(client, signal);
      const stamp = { source: client.source, at: client.now() };
      const blocked = found.flatMap(({ fact }) => fact.blockedBy);
      const items = found.map(({ fact, started }): DbSession => {
        const blocks = blocked.filter((pid) => pid === fact.pid).length;
        const startedAt = momentOf(started);
        return {
          ...stamp,
          ...fact,
          ...(blocks === 0 ? {} : { blocks }),
          ...(startedAt === undefined ? {} : { startedAt: client.toClock(startedAt) }),
        };
      });
      const hidden = found.filter(({ isHidden }) => isHidden).length;
      return { items, faults: hiddenFaults(client, hidden, found.length) };
    },
  });

const hiddenFaults = (client: PostgresClient, hidden: number, all: number): readonly Fault[] =>
  hidden === 0
    ? []
    : [
        client.fault(
          'sessions',
          new RemediedError(
            'denied',
            `what ${hidden} of ${all} sessions do is hidden from our role`,
            'GRANT pg_monitor to our user',
          ),
        ),
      ];
