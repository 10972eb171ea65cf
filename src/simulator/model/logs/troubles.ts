import type { Millis } from '../../../domain/fault.ts';
import type { Database } from '../database/database.ts';
import { poolOf } from '../gauges.ts';
import type { Surroundings } from '../part.ts';
import { draw } from './entry.ts';
import { failedRequestLine, postgresLine } from './server-lines.ts';

const lockedEverySeconds = 5;

/** Logins that find no slot: who comes last is told so. */
const refused = ({ env }: Database): readonly string[] => {
  const { now } = env;
  const isFull = env.instances.some(
    (instance) => instance.connectionsMax !== undefined && (poolOf(env, instance)?.pending ?? 0) > 0,
  );
  if (!isFull) return [];
  const pid = 3000 + draw(`${now}`, 900);
  return [
    postgresLine(now, pid, 'FATAL', 'sorry, too many clients already'),
    postgresLine(
      now,
      pid + 1,
      'FATAL',
      'remaining connection slots are reserved for roles with the SUPERUSER attribute',
    ),
  ];
};

/** Sessions that wait for a lock. Source: PostgreSQL 16, log_lock_waits. */
const locked = ({ env, backends }: Database): readonly string[] => {
  const { now } = env;
  if (Math.floor(now / 1000) % lockedEverySeconds !== 0) return [];
  const waiting = backends.find(({ blockedBy }) => blockedBy.length > 0);
  if (waiting === undefined) return [];
  const { pid, query, since, blockedBy } = waiting;
  return [
    postgresLine(
      now,
      pid,
      'LOG',
      `process ${pid} still waiting for ShareLock on transaction 80123 after ${Math.round(now - since)}.118 ms`,
    ),
    postgresLine(
      now,
      pid,
      'DETAIL',
      `Process holding the lock: ${blockedBy.join(', ')}. Wait queue: ${pid}.`,
    ),
    postgresLine(now, pid, 'STATEMENT', query),
  ];
};

/** What a database writes in a second about what ails it. */
export const databaseTroubles = (database: Database): readonly string[] => [
  ...refused(database),
  ...(database.isBroken ? locked(database) : []),
];

/** What a gateway writes of the requests since a moment that failed behind it. */
export const gatewayTroubles = (
  env: Surroundings,
  kind: 'nginx' | 'kong',
  since: Millis,
): readonly string[] =>
  env.instances
    .flatMap(({ traffic }) => traffic.recent(env.now))
    .filter(({ at, status }) => at >= since && status >= 500)
    .sort((a, b) => a.at - b.at)
    .map((served) => failedRequestLine(kind, served));
