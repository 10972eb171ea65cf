import type { Millis } from '../../../domain/fault.ts';
import { draw, type Entry, type LogFormat } from './entry.ts';

const javaTalk: readonly Omit<Entry, 'at'>[] = [
  {
    level: 'INFO',
    logger: 'o.a.k.c.c.internals.ConsumerCoordinator',
    thread: 'kafka-consumer-1',
    message: 'committed offsets of 4 partitions',
  },
  {
    level: 'INFO',
    logger: 'batch.OutboxRelay',
    thread: 'scheduling-1',
    message: 'relayed 38 events of the outbox in 21 ms',
  },
  {
    level: 'DEBUG',
    logger: 'cache.CacheStatistics',
    thread: 'scheduling-1',
    message: 'cache products: 1204 hits, 31 misses, 0 evictions',
  },
  { level: 'INFO', logger: 'health.SelfCheck', thread: 'scheduling-1', message: 'self check passed in 3 ms' },
  {
    level: 'WARN',
    logger: 'o.s.web.servlet.PageNotFound',
    thread: 'tomcat-handler-2',
    message: 'No mapping for GET /favicon.ico',
  },
  {
    level: 'DEBUG',
    logger: 'com.zaxxer.hikari.pool.HikariPool',
    thread: 'HikariPool-1:housekeeper',
    message: 'HikariPool-1 - Pool stats (total=10, active=2, idle=8, waiting=0)',
  },
];

const goTalk: readonly Omit<Entry, 'at'>[] = [
  { level: 'INFO', logger: 'outbox', message: 'outbox relayed', fields: { events: 38, duration_ms: 21 } },
  {
    level: 'DEBUG',
    logger: 'kafka',
    message: 'offsets committed',
    fields: { group: 'saga-orchestrator-group', partitions: 3 },
  },
  { level: 'INFO', logger: 'saga', message: 'saga completed', fields: { steps: 4, duration_ms: 412 } },
  {
    level: 'WARN',
    logger: 'http',
    message: 'client went away',
    fields: { path: '/api/v1/sagas', status: 499 },
  },
  { level: 'DEBUG', logger: 'db', message: 'pool statistics', fields: { open: 6, in_use: 1, wait_count: 0 } },
];

const everySeconds = 7;
/** A login that fails now and then is nobody's attack. */
const loginSeconds = 211;

/** What a service says of itself in a second, requests apart; always the same for the same second. */
export const chatterOf = (of: string, format: LogFormat, at: Millis): readonly Entry[] => {
  const tick = Math.floor(at / 1000);
  const shift = draw(of, 1000);
  const talk = format === 'spring' || format === 'logstash' ? javaTalk : goTalk;
  const found: Entry[] = [];
  const said = talk[draw(`${of}/${tick}`, talk.length)];
  if ((tick + shift) % everySeconds === 0 && said !== undefined) found.push({ ...said, at });
  if ((tick + shift) % loginSeconds === 0) {
    const client = `10.42.${draw(`${tick}/a`, 8)}.${draw(`${tick}/b`, 250)}`;
    const user = ['svc-report', 'j.meyer', 'batch', 'guest'][draw(`${of}/${tick}/user`, 4)] ?? '';
    found.push({
      at,
      level: 'WARN',
      logger: 'o.s.security.SecurityEventLogger',
      thread: 'tomcat-handler-9',
      message: `Security: Authentication failed for ${user} from ${client}`,
      brief: 'Authentication failed',
      fields: { component: 'Security', user, client },
    });
  }
  return found;
};

/** Lines of a second of a service that was left at DEBUG. */
export const noiseOf = (of: string, perSecond: number, now: Millis): readonly Entry[] =>
  Array.from({ length: perSecond }, (_, index): Entry => {
    const key = `${of}/${Math.floor(now / 1000)}/${index}`;
    return {
      at: now - 1000 + ((index + 1) * 1000) / perSecond,
      level: 'DEBUG',
      logger: 'o.h.SQL',
      thread: `tomcat-handler-${draw(key, 40)}`,
      message: `select p.id, p.name, p.price from products p where p.id=${draw(key, 90_000)} -- ${draw(`${key}/rows`, 3)} rows`,
      brief: 'query',
      fields: { table: 'products', id: draw(key, 90_000), rows: draw(`${key}/rows`, 3) },
    };
  });
