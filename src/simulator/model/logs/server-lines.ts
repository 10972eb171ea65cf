import type { Millis } from '../../../domain/base/fault.ts';
import type { Database } from '../database/database.ts';
import type { EnvironmentContext } from '../instances/environment-part.ts';
import { poolUsageOf } from '../instances/instance-gauges.ts';
import type { ServedRequest } from '../instances/traffic.ts';
import { stableNumber } from '../spec/log-entry.ts';
import type { ServerKind } from '../spec/system-spec.ts';

const lockedEverySeconds = 5;

/** Refused logins because all slots are in use. */
const refused = ({ env }: Database): readonly string[] => {
  const { now } = env;
  const isFull = env.instances.some(
    (instance) => instance.connectionsMax !== undefined && (poolUsageOf(env, instance)?.pending ?? 0) > 0,
  );
  if (!isFull) return [];
  const pid = 3000 + stableNumber(`${now}`, 900);
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

/** A second of database log messages about its problems. */
export const databaseErrorLines = (database: Database): readonly string[] => [
  ...refused(database),
  ...(database.isBroken ? locked(database) : []),
];

/** Log lines of a gateway for failed upstream requests since a time. */
export const gatewayErrorLines = (
  env: EnvironmentContext,
  kind: 'nginx' | 'kong',
  since: Millis,
): readonly string[] =>
  env.instances
    .flatMap(({ traffic }) => traffic.recent(env.now))
    .filter(({ at, status }) => at >= since && status >= 500)
    .sort((a, b) => a.at - b.at)
    .map((served) => failedRequestLine(kind, served));

const iso = (time: Millis): string => new Date(time).toISOString();
/** '2026-03-04 10:15:07.123' */
const plain = (time: Millis): string => iso(time).replace('T', ' ').slice(0, 23);
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = (time: Millis): string => months[new Date(time).getUTCMonth()] ?? '';
/** '04/Mar/2026:10:15:07 +0000' */
const common = (time: Millis): string =>
  `${iso(time).slice(8, 10)}/${month(time)}/${iso(time).slice(0, 4)}:${iso(time).slice(11, 19)} +0000`;
/** '04 Mar 2026 10:15:07.123' */
const redisTime = (time: Millis): string =>
  `${iso(time).slice(8, 10)} ${month(time)} ${iso(time).slice(0, 4)} ${iso(time).slice(11, 23)}`;

/** Source: PostgreSQL 16, log_line_prefix '%m [%p] '. */
const postgresLine = (time: Millis, pid: number, level: string, message: string): string =>
  `${plain(time)} UTC [${pid}] ${level}:  ${message}`;

/** Source: Apache Kafka 4, config/log4j2.yaml: '[%d] %p %m (%c)%n'. */
const kafkaLine = (time: Millis, level: string, message: string, logger: string): string =>
  `[${plain(time).replace('.', ',')}] ${level} ${message} (${logger})`;

interface Second {
  readonly at: Millis;
  /** Sequence number of the second, for one server. */
  readonly tick: number;
  readonly key: string;
}

const postgres = ({ at, tick, key }: Second): readonly string[] => {
  const pid = 2000 + stableNumber(key, 900);
  if (tick % 300 === 0) return [postgresLine(at, 27, 'LOG', 'checkpoint starting: time')];
  if (tick % 300 === 47) {
    const written = `wrote ${400 + stableNumber(key, 300)} buffers (2.4%); 0 WAL file(s) added, 0 removed, 1 recycled; write=46.${stableNumber(key, 900)} s`;
    return [postgresLine(at, 27, 'LOG', `checkpoint complete: ${written}`)];
  }
  if (tick % 41 === 0)
    return [
      postgresLine(
        at,
        pid,
        'LOG',
        `duration: ${1000 + stableNumber(key, 900)}.118 ms  execute <unnamed>: SELECT type, count(*) FROM events WHERE created_at > $1 GROUP BY type`,
      ),
    ];
  return tick % 13 === 0
    ? [
        postgresLine(
          at,
          pid,
          'LOG',
          'connection authorized: user=postgres_exporter database=postgres application_name=postgres_exporter',
        ),
      ]
    : [];
};

const kafka = ({ at, tick, key }: Second): readonly string[] => {
  if (tick % 9 === 0)
    return [
      kafkaLine(
        at,
        'INFO',
        `[UnifiedLog partition=__consumer_offsets-${stableNumber(key, 50)}, dir=/var/lib/kafka] Rolled new log segment at offset ${tick * 37} in 4 ms.`,
        'kafka.log.UnifiedLog',
      ),
    ];
  return tick % 31 === 0
    ? [
        kafkaLine(
          at,
          'INFO',
          `[GroupCoordinator id=1] Member consumer-${stableNumber(key, 6)} has sent a heartbeat late by ${stableNumber(key, 400)} ms`,
          'org.apache.kafka.coordinator.group.GroupMetadataManager',
        ),
      ]
    : [];
};

const rabbitmq = ({ at, tick, key }: Second): readonly string[] => {
  const time = `${plain(at)}000+00:00`;
  const pid = `<0.${700 + stableNumber(key, 400)}.0>`;
  if (tick % 17 === 0)
    return [
      `${time} [info] ${pid} accepting AMQP connection 10.42.1.${stableNumber(key, 250)}:41312 -> 10.42.0.9:5672`,
    ];
  return tick % 23 === 0
    ? [`${time} [warning] ${pid} closing AMQP connection ${pid}: client unexpectedly closed TCP connection`]
    : [];
};

const redis = ({ at, tick, key }: Second): readonly string[] =>
  tick % 29 === 0
    ? [
        `1:M ${redisTime(at)} * 100 changes in 300 seconds. Saving...`,
        `1:M ${redisTime(at)} * Background saving started by pid ${100 + stableNumber(key, 800)}`,
      ]
    : [];

interface AccessLogRequest {
  readonly request: string;
  readonly status: number;
  readonly bytes: number;
  /** Seconds, in the format of the log. */
  readonly took: string;
}

/** Source: MongoDB 7, structured logging. */
const mongodb = ({ at, tick, key }: Second): readonly string[] => {
  const line = (c: string, id: number, ctx: string, msg: string, attr: object): string =>
    JSON.stringify({ t: { $date: iso(at).replace('Z', '+00:00') }, s: 'I', c, id, ctx, msg, attr });
  const connection = `conn${20 + stableNumber(key, 60)}`;
  const remote = `172.20.0.${4 + stableNumber(key, 4)}:${40_000 + stableNumber(key, 9000)}`;
  if (tick % 60 === 0)
    return [
      line('WTCHKPT', 22_430, 'Checkpointer', 'WiredTiger message', {
        message: `saving checkpoint snapshot min: ${tick % 1_000_000}, snapshot max: ${tick % 1_000_000}`,
      }),
    ];
  if (tick % 47 === 0)
    return [
      line('COMMAND', 51_803, connection, 'Slow query', {
        ns: 'event_processing.events',
        planSummary: 'IXSCAN { status: 1, timestamp: 1 }',
        docsExamined: 900 + stableNumber(key, 400),
        durationMillis: 101 + stableNumber(key, 60),
      }),
    ];
  return tick % 19 === 0
    ? [
        line('ACCESS', 5_286_306, connection, 'Successfully authenticated', {
          client: remote,
          mechanism: 'SCRAM-SHA-256',
          user: 'events',
          db: 'admin',
        }),
      ]
    : [];
};

/** Source: LocalStack 4, request logs. */
const localstack = ({ at, tick, key }: Second): readonly string[] => {
  const log = (request: string): string =>
    `${iso(at).slice(0, 23)}  INFO --- [et.reactor-${stableNumber(key, 4)}] localstack.request.aws : AWS ${request} => 200`;
  if (tick % 3 === 0) return [log('sqs.SendMessage')];
  return tick % 20 === 1 ? [log('cloudwatch.PutMetricData')] : [];
};

/** Source: nginx, ngx_http_log_module: combined, with the request time at the end. */
const requestLine = (time: Millis, key: string, { request, status, bytes, took }: AccessLogRequest): string =>
  `10.42.${stableNumber(key, 8)}.${stableNumber(`${key}/c`, 250)} - - [${common(time)}] "${request} HTTP/1.1" ${status} ${bytes} "-" "okhttp/4.12.0" ${took}`;

/** Source: Kong 3, proxy access log with latencies. */
const kongLine = (time: Millis, key: string, requested: AccessLogRequest): string =>
  `${requestLine(time, key, requested)} kong_request_id: "${stableNumber(key, 2 ** 31)
    .toString(16)
    .padStart(32, '0')}"`;

const requested = (key: string): AccessLogRequest => {
  const isWrite = stableNumber(`${key}/w`, 10) < 3;
  return {
    request: isWrite ? 'POST /api/v1/orders' : `GET /api/v1/orders/${stableNumber(key, 0xffff).toString(16)}`,
    status: stableNumber(`${key}/s`, 120) === 0 ? 404 : isWrite ? 201 : 200,
    bytes: 180 + stableNumber(key, 900),
    took: `0.0${10 + stableNumber(key, 60)}`,
  };
};

const nginx = ({ at, key }: Second): readonly string[] => [requestLine(at, key, requested(key))];
const kong = ({ at, key }: Second): readonly string[] => [kongLine(at, key, requested(key))];

/** A failed upstream request. */
const failedRequestLine = (
  kind: 'nginx' | 'kong',
  { at, method, uri, status, ms }: Pick<ServedRequest, 'at' | 'method' | 'uri' | 'status' | 'ms'>,
): string => {
  const line = kind === 'kong' ? kongLine : requestLine;
  const key = `${at}/${uri}`;
  const request = `${method} ${uri.replace('{id}', stableNumber(key, 0xffff).toString(16))}`;
  return line(at, key, { request, status, bytes: 92, took: (ms / 1000).toFixed(3) });
};

const fluentd = ({ at, tick }: Second): readonly string[] =>
  tick % 20 === 0
    ? [
        `${iso(at).replace('T', ' ').slice(0, 19)} +0000 [info]: #0 flushed ${3 + (tick % 5)} chunks to elasticsearch`,
      ]
    : [];

const kinds: Readonly<Record<ServerKind, (second: Second) => readonly string[]>> = {
  quiet: () => [],
  postgres,
  kafka,
  rabbitmq,
  redis,
  nginx,
  kong,
  fluentd,
  mongodb,
  localstack,
};

/** Deterministic log lines of a healthy server in one second. */
export const serverLines = (kind: ServerKind, of: string, time: Millis): readonly string[] => {
  const tick = Math.floor(time / 1000);
  return kinds[kind]({ at: time, tick: tick + stableNumber(of, 600), key: `${of}/${tick}` });
};

const images: readonly (readonly [RegExp, ServerKind])[] = [
  [/(^|\/)postgres:/, 'postgres'],
  [/kafka:/, 'kafka'],
  [/rabbitmq:/, 'rabbitmq'],
  [/redis:/, 'redis'],
  [/kong:/, 'kong'],
  [/nginx:/, 'nginx'],
  [/fluentd:/, 'fluentd'],
  [/(^|\/)mongo:/, 'mongodb'],
  [/localstack:/, 'localstack'],
  [/(^|\/)(?:prometheus|alertmanager|grafana):/, 'quiet'],
];

/** Kind of server in an image; undefined if unknown. */
export const serverKindOfImage = (image: string): ServerKind | undefined =>
  images.find(([pattern]) => pattern.test(image))?.[1];
