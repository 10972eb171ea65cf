import type { Entry, LogFormat } from './entry.ts';
import { spanOf } from './entry.ts';

/** The package of a service's classes: 'dev.shop.orders'. */
const packageOf = (app: string): string =>
  `c.t.${app
    .replace(/-service$/, '')
    .replace(/^trademaster-/, '')
    .replaceAll('-', '')}`;

const loggerOf = (app: string, logger: string): string =>
  /^(o|i|c)\./.test(logger) || logger.startsWith('com.') ? logger : `${packageOf(app)}.${logger}`;

/**
 * Source: Spring Boot 3.5, DefaultLogbackConfiguration and CorrelationIdFormatter: time, level, pid, application, thread,
 * trace and span, logger, message; a stack trace in lines of its own.
 */
const spring = (entry: Entry, app: string): readonly string[] => {
  const { at, level, thread = 'main', trace, message, stack = [] } = entry;
  const correlation = trace === undefined ? '' : ` [${trace}-${spanOf(trace)}]`;
  const head = `${new Date(at).toISOString()} ${level.padStart(5)} 1 --- [${app}] [${thread.slice(-15).padStart(15)}]${correlation}`;
  return [`${head} ${loggerOf(app, entry.logger).padEnd(40)} : ${message}`, ...stack];
};

/** Source: Spring Boot 3.5, `logging.structured.format.console: logstash`. */
const logstash = (entry: Entry, app: string): readonly string[] => {
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
      ...(trace === undefined ? {} : { traceId: trace, spanId: spanOf(trace) }),
      ...(stack === undefined ? {} : { stack_trace: stack.join('\n') }),
    }),
  ];
};

/** Six decimals, as Go's slog writes times. */
const micros = (at: number): string => new Date(at).toISOString().replace('Z', '000Z');

const fieldsOf = ({
  fields = {},
  trace,
  message,
  brief,
}: Entry): Readonly<Record<string, string | number>> => ({
  msg: brief ?? message,
  ...fields,
  ...(trace === undefined ? {} : { trace_id: trace }),
});

/** Source: Go 1.24, log/slog, JSONHandler. */
const slog = (entry: Entry, app: string): readonly string[] => {
  const { msg, ...more } = fieldsOf(entry);
  return [JSON.stringify({ time: micros(entry.at), level: entry.level, msg, service: app, ...more })];
};

const quoted = (value: string | number): string => {
  const text = String(value);
  return /[\s="]/.test(text) || text === '' ? JSON.stringify(text) : text;
};

/** Source: Go 1.24, log/slog, TextHandler: logfmt. */
const logfmt = (entry: Entry): readonly string[] => {
  const pairs = Object.entries(fieldsOf(entry)).map(([name, value]) => `${name}=${quoted(value)}`);
  return [`time=${micros(entry.at)} level=${entry.level} ${pairs.join(' ')}`];
};

const formats: Readonly<Record<LogFormat, (entry: Entry, app: string) => readonly string[]>> = {
  spring,
  logstash,
  slog,
  logfmt,
};

/** The lines of an entry as a service called `app` writes them. */
export const linesOfEntry = (format: LogFormat, app: string, entry: Entry): readonly string[] =>
  formats[format](entry, app);
