import type { Millis } from '../../../domain/base/fault.ts';
import type { EnvironmentContext } from '../instances/environment-part.ts';
import type { ServiceInstance } from '../instances/instance.ts';
import { heapUsedOf, poolUsageOf } from '../instances/instance-gauges.ts';
import type { ServedRequest } from '../instances/traffic.ts';
import { formatLogEntry, type LogEntry, type LogFormat, stableNumber, traceIdOf } from '../spec/log-entry.ts';
import { javaStackTrace } from './java-stack-traces.ts';

/** A starting process. */
interface StartedProcess {
  readonly name: string;
  readonly version: string;
  readonly format: LogFormat;
  /** Agents in its JAVA_TOOL_OPTIONS. */
  readonly options?: string | undefined;
}

const isJava = ({ format }: StartedProcess): boolean => format === 'spring' || format === 'logstash';

const reported = ({ format, name }: StartedProcess, entries: readonly LogEntry[]): readonly string[] =>
  entries.flatMap((entry) => formatLogEntry(format, name, entry));

/** First log entries of a process. */
export const startingLines = (of: StartedProcess, time: Millis): readonly string[] => {
  const { name, version, options } = of;
  if (!isJava(of))
    return reported(of, [
      { at: time, level: 'INFO', logger: 'main', message: 'starting', fields: { version, go: 'go1.24.6' } },
      {
        at: time,
        level: 'DEBUG',
        logger: 'main',
        message: 'configuration read',
        fields: { source: 'environment' },
      },
    ]);
  return [
    ...(options === undefined ? [] : [`Picked up JAVA_TOOL_OPTIONS: ${options}`]),
    ...reported(of, [
      {
        at: time,
        level: 'INFO',
        logger: 'Main',
        message: `Starting ${name} v${version} using Java 24.0.2 with PID 1 (/app/app.jar started by app in /app)`,
      },
      { at: time, level: 'INFO', logger: 'Main', message: 'The following 1 profile is active: "prod"' },
    ]),
  ];
};

/** Log entries when it becomes ready. */
export const startedLines = (of: StartedProcess, time: Millis): readonly string[] =>
  reported(
    of,
    isJava(of)
      ? [
          {
            at: time,
            level: 'INFO',
            logger: 'o.s.b.w.embedded.tomcat.TomcatWebServer',
            message: "Tomcat started on port 8080 (http) with context path '/'",
          },
          {
            at: time,
            level: 'INFO',
            logger: 'Main',
            message: `Started ${of.name} in 1.312 seconds (process running for 1.498)`,
          },
        ]
      : [{ at: time, level: 'INFO', logger: 'main', message: 'ready', fields: { port: 8080 } }],
  );

const javaTalk: readonly Omit<LogEntry, 'at'>[] = [
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

const goTalk: readonly Omit<LogEntry, 'at'>[] = [
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
/** Seconds between failed logins: too few for an attack. */
const loginSeconds = 211;

/** Deterministic log entries of a service about itself in one second, without requests. */
export const routineEntries = (of: string, format: LogFormat, time: Millis): readonly LogEntry[] => {
  const tick = Math.floor(time / 1000);
  const shift = stableNumber(of, 1000);
  const talk = format === 'spring' || format === 'logstash' ? javaTalk : goTalk;
  const logEntries: LogEntry[] = [];
  const message = talk[stableNumber(`${of}/${tick}`, talk.length)];
  if ((tick + shift) % everySeconds === 0 && message !== undefined) logEntries.push({ ...message, at: time });
  if ((tick + shift) % loginSeconds === 0) {
    const client = `10.42.${stableNumber(`${tick}/a`, 8)}.${stableNumber(`${tick}/b`, 250)}`;
    const user = ['svc-report', 'j.meyer', 'batch', 'guest'][stableNumber(`${of}/${tick}/user`, 4)] ?? '';
    logEntries.push({
      at: time,
      level: 'WARN',
      logger: 'o.s.security.SecurityEventLogger',
      thread: 'tomcat-handler-9',
      message: `Security: Authentication failed for ${user} from ${client}`,
      brief: 'Authentication failed',
      fields: { component: 'Security', user, client },
    });
  }
  return logEntries;
};

/** DEBUG lines of a service in one second. */
export const debugNoise = (of: string, perSecond: number, now: Millis): readonly LogEntry[] =>
  Array.from({ length: perSecond }, (_, index): LogEntry => {
    const key = `${of}/${Math.floor(now / 1000)}/${index}`;
    return {
      at: now - 1000 + ((index + 1) * 1000) / perSecond,
      level: 'DEBUG',
      logger: 'o.h.SQL',
      thread: `tomcat-handler-${stableNumber(key, 40)}`,
      message: `select p.id, p.name, p.price from products p where p.id=${stableNumber(key, 90_000)} -- ${stableNumber(`${key}/rows`, 3)} rows`,
      brief: 'query',
      fields: { table: 'products', id: stableNumber(key, 90_000), rows: stableNumber(`${key}/rows`, 3) },
    };
  });

const second: Millis = 1000;
/** Maximum number of failures per second logged with a stack trace. */
const failuresTold = 2;
const nearlyFull = 0.8;
const full = 0.88;

const uriOf = ({ uri, at, ms }: ServedRequest): string =>
  uri.replace('{id}', stableNumber(`${at}/${ms}`, 0xffff).toString(16).padStart(4, '0'));

const threadOf = ({ at, ms }: ServedRequest): string => `tomcat-handler-${stableNumber(`${at}/${ms}`, 40)}`;

const traceFor = (of: string, { at, ms, uri }: ServedRequest): string =>
  traceIdOf(`${of}/${at}/${ms}/${uri}`);

/** Log entries of a service about a request. */
export const requestEntry = (of: string, served: ServedRequest): LogEntry => {
  const { at, method, status, ms, exception, cause } = served;
  const uri = uriOf(served);
  const isBad = status >= 500;
  const why = cause ?? exception;
  return {
    at,
    level: isBad ? 'ERROR' : 'INFO',
    logger: 'api.Access',
    thread: threadOf(served),
    message: `${method} ${uri} ${status} ${ms} ms${isBad ? `: ${why}` : ''}`,
    brief: isBad ? 'request failed' : 'request',
    fields: { method, path: uri, status, duration_ms: ms, ...(isBad ? { error: why } : {}) },
    trace: traceFor(of, served),
  };
};

const failureEntry = (instance: ServiceInstance, served: ServedRequest): LogEntry => ({
  ...requestEntry(instance.name, served),
  stack: javaStackTrace(instance.service.name, served.exception, served.cause),
});

const slaEntry = ({ name, service: { slaMs = 0 } }: ServiceInstance, served: ServedRequest): LogEntry => ({
  at: served.at,
  level: 'WARN',
  logger: 'sla.SlaMonitor',
  thread: threadOf(served),
  message: `SLA VIOLATION: ${served.method} ${uriOf(served)} took ${served.ms} ms, limit ${slaMs} ms`,
  trace: traceFor(name, served),
});

const requestEntries = (instance: ServiceInstance, served: readonly ServedRequest[]): readonly LogEntry[] => {
  const bad = served.filter(({ status }) => status >= 500);
  const good = served.filter(({ status }) => status < 500).at(-1);
  const { slaMs = Number.POSITIVE_INFINITY } = instance.service;
  const late = served.find(({ ms, status }) => status < 500 && ms > slaMs);
  return [
    ...(good === undefined ? [] : [requestEntry(instance.name, good)]),
    ...bad.slice(-failuresTold).map((servedRequest) => failureEntry(instance, servedRequest)),
    ...(late === undefined ? [] : [slaEntry(instance, late)]),
  ];
};

const breakerEntries = ({ breakers }: ServiceInstance, now: Millis): readonly LogEntry[] =>
  breakers.flatMap(({ name, events }) =>
    events
      .filter(({ at, type }) => type === 'STATE_TRANSITION' && at > now - second)
      .map(({ at, transition = '' }): LogEntry => {
        const [from = '', to = ''] = transition.split('_TO_');
        return {
          at,
          level: to === 'CLOSED' ? 'INFO' : 'WARN',
          logger: 'resilience.BreakerEvents',
          thread: 'tomcat-handler-3',
          message: `Circuit breaker '${name}' changed from ${from} to ${to}`,
          brief: 'circuit breaker changed',
          fields: { breaker: name, from, to },
        };
      }),
  );

/** Occasional log entries about an exhausted resource, while it lasts. */
const shortageEntries = (
  env: EnvironmentContext,
  instance: ServiceInstance,
  now: Millis,
): readonly LogEntry[] => {
  const tick = Math.floor(now / second);
  const logEntries: LogEntry[] = [];
  const pool = poolUsageOf(env, instance);
  if (pool !== undefined && pool.pending > 2 && tick % 3 === 0) {
    const counts = `total=${pool.max}, active=${pool.active}, idle=${pool.idle}, waiting=${pool.pending}`;
    logEntries.push({
      at: now,
      level: 'ERROR',
      logger: 'o.h.engine.jdbc.spi.SqlExceptionHelper',
      thread: 'tomcat-handler-11',
      message: `Unable to acquire JDBC Connection: HikariPool-1 - Connection is not available, request timed out after 3000ms (${counts})`,
      brief: 'no connection of the pool',
      fields: { error: 'context deadline exceeded', timeout: '3s', open: pool.active, waiting: pool.pending },
      stack: javaStackTrace(
        instance.service.name,
        'SQLTransientConnectionException',
        `HikariPool-1 - Connection is not available (${counts})`,
      ),
    });
  }
  const heap = heapUsedOf(env, instance) / instance.heapMaxBytes;
  if (heap > nearlyFull && tick % 10 === 0)
    logEntries.push({
      at: now,
      level: 'WARN',
      logger: 'memory.HeapMonitor',
      thread: 'scheduling-1',
      message: `heap is ${Math.round(100 * heap)} % full after a collection`,
    });
  if (heap > full && tick % 5 === 0)
    logEntries.push({
      at: now,
      level: 'ERROR',
      logger: 'o.s.web.servlet.DispatcherServlet',
      thread: 'tomcat-handler-5',
      message: 'Handler dispatch failed: java.lang.OutOfMemoryError: Java heap space',
      stack: javaStackTrace(instance.service.name, 'OutOfMemoryError', undefined),
    });
  return logEntries;
};

/** Log entries of an instance for the second that ends now, in order. State is captured now; text is rendered on demand. */
export const serviceEntries = (
  env: EnvironmentContext,
  instance: ServiceInstance,
  now: Millis,
): (() => readonly LogEntry[]) => {
  if (!instance.running) return () => [];
  const served = instance.traffic.recent(now).filter(({ at }) => at > now - second);
  const troubles = [...breakerEntries(instance, now), ...shortageEntries(env, instance, now)];
  return () => [...requestEntries(instance, served), ...troubles].sort((a, b) => a.at - b.at);
};
