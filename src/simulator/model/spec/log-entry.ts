import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { extendHash, fnv1a } from './seeded-random.ts';

/** Log format of a service. `spring`: Spring Boot's console; `logstash`: its structured format; `slog`, `logfmt`: Go's. */
export type LogFormat = 'spring' | 'logstash' | 'slog' | 'logfmt';

/** One log entry, independent of the format. */
export interface LogEntry {
  /** Model time. */
  readonly at: Millis;
  readonly level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** 'api.OrdersController': without the package of its service. The prefix `o.` or `i.` marks a third-party class. */
  readonly logger: string;
  readonly thread?: string;
  /** The full message. */
  readonly message: string;
  /** The message for structured loggers: a short text and fields. */
  readonly brief?: string;
  readonly fields?: Readonly<Record<string, string | number>>;
  readonly trace?: string;
  /** A Java stack trace, line by line. */
  readonly stack?: readonly string[];
}

/** An integer below `below` that is constant for a text, so that a generated past is reproducible. */
export const stableNumber = (of: string, below: number): number => fnv1a(of) % below;

const hex = (of: string, parts: number): string => {
  const begun = fnv1a(`${of}/`);
  let text = '';
  for (let part = 0; part < parts; part += 1)
    text += extendHash(begun, `${part}`).toString(16).padStart(8, '0');
  return text;
};

/** A W3C trace id. */
export const traceIdOf = (of: string): string => hex(of, 4);
const spanIdOf = (of: string): string => hex(`${of}/span`, 2);

/** Java package of a service: 'dev.shop.orders'. */
const packageOf = (app: string): string =>
  `c.t.${app
    .replace(/-service$/, '')
    .replace(/^trademaster-/, '')
    .replaceAll('-', '')}`;

const loggerOf = (app: string, logger: string): string =>
  /^(o|i|c)\./.test(logger) || logger.startsWith('com.') ? logger : `${packageOf(app)}.${logger}`;

/**
 * Source: Spring Boot 3.5, DefaultLogbackConfiguration and CorrelationIdFormatter. Format: time, level, pid, application, thread,
 * trace and span, logger, message; stack trace on separate lines.
 */
const spring = (entry: LogEntry, app: string): readonly string[] => {
  const { at, level, thread = 'main', trace, message, stack = [] } = entry;
  const correlation = trace === undefined ? '' : ` [${trace}-${spanIdOf(trace)}]`;
  const head = `${new Date(at).toISOString()} ${level.padStart(5)} 1 --- [${app}] [${thread.slice(-15).padStart(15)}]${correlation}`;
  return [`${head} ${loggerOf(app, entry.logger).padEnd(40)} : ${message}`, ...stack];
};

/** Source: Spring Boot 3.5, `logging.structured.format.console: logstash`. */
const logstash = (entry: LogEntry, app: string): readonly string[] => {
  const { at, level, thread = 'main', trace, message, stack } = entry;
  const values = { DEBUG: 10_000, INFO: 20_000, WARN: 30_000, ERROR: 40_000 };
  return [
    JSON.stringify({
      '@timestamp': new Date(at).toISOString(),
      '@version': '1',
      message,
      logger_name: loggerOf(app, entry.logger),
      thread_name: thread,
      level,
      level_value: values[level],
      ...(trace === undefined ? {} : { traceId: trace, spanId: spanIdOf(trace) }),
      ...(stack === undefined ? {} : { stack_trace: stack.join('\n') }),
    }),
  ];
};

/** Six decimals, as in Go's slog. */
const micros = (time: number): string => new Date(time).toISOString().replace('Z', '000Z');

const fieldsOf = ({
  fields = {},
  trace,
  message,
  brief,
}: LogEntry): Readonly<Record<string, string | number>> => ({
  msg: brief ?? message,
  ...fields,
  ...defined({ trace_id: trace }),
});

/** Source: Go 1.24, log/slog, JSONHandler. */
const slog = (entry: LogEntry, app: string): readonly string[] => {
  const { msg, ...more } = fieldsOf(entry);
  return [JSON.stringify({ time: micros(entry.at), level: entry.level, msg, service: app, ...more })];
};

const quoted = (value: string | number): string => {
  const text = String(value);
  return /[\s="]/.test(text) || text === '' ? JSON.stringify(text) : text;
};

/** Source: Go 1.24, log/slog, TextHandler: logfmt. */
const logfmt = (entry: LogEntry): readonly string[] => {
  const pairs = Object.entries(fieldsOf(entry)).map(([name, value]) => `${name}=${quoted(value)}`);
  return [`time=${micros(entry.at)} level=${entry.level} ${pairs.join(' ')}`];
};

const formats: Readonly<Record<LogFormat, (entry: LogEntry, app: string) => readonly string[]>> = {
  spring,
  logstash,
  slog,
  logfmt,
};

/** Lines of an entry as written by a service called `app`. */
export const formatLogEntry = (format: LogFormat, app: string, entry: LogEntry): readonly string[] =>
  formats[format](entry, app);
