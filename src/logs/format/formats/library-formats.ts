import {
  formatByPattern,
  type LineFormat,
  levelText,
  type ParsedFields,
  plainFormat,
} from './line-format.ts';
import { keyValuePairs } from './structured-formats.ts';

const glog = formatByPattern('klog', '^\\s+(?<pid>\\d+) (?<caller>[\\w./-]+:\\d+)\\] ?(?<message>.*)$');
/** CockroachDB: ' 12 server/a.go:12  [n1] 12  message'. */
const crdb = formatByPattern(
  'klog',
  '^\\s+(?<pid>\\d+) (?:\\d+@)?(?<caller>[\\w./-]+:\\d+)\\s+(?:⋮\\s+)?(?:\\[(?<tags>[^\\]]*)\\]\\s+)?(?:(?<entry>\\d+)\\s+)?(?<message>.*)$',
);

/** klog and glog, after severity and time: '       1 file.go:12] message'. */
export const klogFormat: LineFormat = (text) => glog(text) ?? crdb(text) ?? plainFormat(text);

/** Celery: '[time: LEVEL/process] message'. */
export const celeryFormat = formatByPattern(
  'celery',
  `^: ${levelText}/(?<process>[^\\]]+)\\] ?(?<message>.*)$`,
  /^\[$/,
);

/** Monolog, so Symfony and Laravel: '[time] channel.LEVEL: message'. */
export const monologFormat = formatByPattern(
  'monolog',
  `^\\] (?<logger>[\\w-]+)\\.${levelText}: (?<message>.*)$`,
  /^\[$/,
);

/** PHP's own messages: '[time] PHP Fatal error:  message'. */
export const phpFormat = formatByPattern('php', '^\\] (?<message>PHP [A-Z].*)$', /^\[$/);

const androidBrief = /^[VDIWEF]\/(?<logger>[^(]+)\(\s*(?<pid>\d+)\): (?<message>.*)$/s;

/** Tornado and Jupyter: '[W 10:15:07.123 NotebookApp] message'. */
export const tornadoFormat = formatByPattern(
  'tornado',
  '^ (?<logger>[\\w.-]+)(?::(?<line>\\d+))?\\] (?<message>.*)$',
  /^\[[A-Z] $/,
);

const androidTimed = formatByPattern(
  'android',
  '^\\s+(?<pid>\\d+)\\s+(?<thread>\\d+) [VDIWEF] (?<logger>[^:]+?)\\s*: (?<message>.*)$',
);

/** Android: '03-04 10:15:07.123  1702  2395 E Tag: message', or 'E/Tag( 585): message'. */
export const androidFormat: LineFormat = (text) => {
  if (text.stamp !== '') return androidTimed(text);
  const { logger, pid, message } = androidBrief.exec(text.rest)?.groups ?? {};
  if (message === undefined) return undefined;
  return {
    ...{ format: 'android', message },
    fields: [
      ['logger', logger?.trim()],
      ['pid', pid],
    ],
  };
};

/** MongoDB before 4.4: 'time E  NETWORK  [conn1] message'. */
export const mongoTextFormat = formatByPattern(
  'mongodb',
  '^ [DIWEF]\\d? +(?<component>[A-Z]+|-) +\\[(?<context>[^\\]]*)\\] (?<message>.*)$',
);

/** logrus on a terminal, without a time: 'ERRO[0012] message  key=value'. */
const logrusTerminal = /^[A-Z]{4}\[(\d{4,})\] ?(.*?)\s*$/s;

export const logrusFormat: LineFormat = ({ stamp, rest }) => {
  const [, seconds, message = ''] = (stamp === '' && logrusTerminal.exec(rest)) || [];
  if (seconds === undefined) return undefined;
  // The pairs follow the message, in a column of their own.
  const [, text = message] = /^(.*?)\s{2,}[\w.]+=/s.exec(message) ?? [];
  return {
    format: 'logrus',
    message: text,
    fields: [['uptime', `${Number(seconds)}s`], ...keyValuePairs(message)],
  };
};

const tracingLine = new RegExp(
  `^\\s+${levelText}\\s+(?:(?<thread>ThreadId\\(\\d+\\)|[\\w-]+)\\s+(?=\\S+?: ))?(?<spans>(?:[\\w.-]+(?:\\{[^}]*\\})?:(?=[^\\s:]))*(?:[\\w.-]+\\{[^}]*\\}: )?)(?<target>[a-z_]\\w*(?:::\\w+)*): (?<message>.*)$`,
  's',
);

/** Rust's tracing: '2026-03-04T10:15:07.123456Z  INFO request{uri=/x}: billing::psp: message k=v'. */
export const rustTracingFormat: LineFormat = ({ before, rest, stamp }) => {
  if (before !== '' || stamp[10] !== 'T') return undefined;
  const { thread, spans = '', target, message = '' } = tracingLine.exec(rest)?.groups ?? {};
  if (target === undefined) return undefined;
  const names = [...spans.matchAll(/([\w.-]+)(?=\{|:)/g)].map(([name]) => name);
  return {
    format: 'tracing',
    message,
    fields: [
      ['logger', target],
      ['thread', thread],
      ['spans', names.join(':')],
      ...keyValuePairs(spans.replaceAll(/[{}]/g, ' ')),
    ],
  };
};

/** Rust's env_logger: '[2026-03-04T10:15:07Z INFO  billing::psp] message'. */
export const rustEnvLoggerFormat = formatByPattern(
  'tracing',
  `^\\s+${levelText}\\s+(?<logger>[\\w:]+)\\] (?<message>.*)$`,
  /^\[$/,
);

const behindLevel = /^[A-Z]{3,9} $/;

// Without a time: the format of basicConfig.
const timeless = formatByPattern('python', `^${levelText}:(?<logger>[\\w.]+):(?<message>.*)$`);

/** Python's logging: formats of its documentation, loguru, gunicorn and Django. */
export const pythonFormat: readonly LineFormat[] = [
  formatByPattern('python', `^ - (?<logger>[\\w.]+) - ${levelText} - (?<message>.*)$`),
  formatByPattern('python', `^ \\| ${levelText}\\s*\\| (?<caller>[\\w.<>]+:[\\w<>]+:\\d+) - (?<message>.*)$`),
  formatByPattern('python', `^\\s+\\[?${levelText}\\]?:?\\s+(?<logger>[\\w.]+): (?<message>.*)$`),
  formatByPattern('python', `^\\] \\[(?<pid>\\d+)\\] \\[${levelText}\\] (?<message>.*)$`, /^\[$/),
  formatByPattern('python', '^ (?<logger>[\\w.]+) (?<pid>\\d+) (?<thread>\\d+) (?<message>.*)$', behindLevel),
  (text) => (text.stamp === '' ? timeless(text) : undefined),
];

const line = new RegExp(
  `^\\s+${levelText}\\s+(?:\\[(?<sleuth>[^\\]]*)\\]\\s+)?(?<pid>\\d+) --- (?<groups>(?:\\[[^\\]]*\\]\\s*){1,4})(?<logger>\\S+)\\s*:(?: (?<message>.*))?$`,
  's',
);

/** Ids in the format of W3C Trace Context and Zipkin. */
const ids = /^(?:[0-9a-f]{16}|[0-9a-f]{32})-[0-9a-f]{16}$/;

const traceOf = (group: string | undefined): ParsedFields['fields'] => {
  if (group === undefined) return [];
  const [trace, span] = group.split('-');
  return [
    ['trace', trace],
    ['span', span],
  ];
};

/**
 * Spring Boot 2 and 3: '[app] [thread] [trace-span] logger : message'; the application name since 3.2,
 * Sleuth's list before that.
 */
export const springFormat: LineFormat = ({ rest }) => {
  const { sleuth, pid, groups = '', logger, message = '' } = line.exec(rest)?.groups ?? {};
  if (pid === undefined) return undefined;
  const [app, trace, span] = sleuth?.split(',') ?? [];
  const inBrackets = [...groups.matchAll(/\[([^\]]*)\]/g)].map(([, group = '']) => group.trim());
  const traced = inBrackets.find((group) => ids.test(group));
  const names = inBrackets.filter((group) => group !== '' && group !== traced);
  return {
    format: 'spring',
    message,
    fields: [
      ['app', names.length > 1 ? names[0] : app],
      ['pid', pid],
      ['thread', names.at(-1)],
      ['trace', trace],
      ['span', span],
      ...traceOf(traced),
      ['logger', logger],
    ],
  };
};

const logger = '(?<logger>[A-Za-z_][\\w.$/#-]*(?:\\[[^\\]]*\\])?)';
/** Kafka, Kafka Connect: '[time] INFO [component] message (logger)'. */
export const kafkaFormat: LineFormat = (text) => {
  const understood = inBrackets(text);
  const [, message, name] = /^(.*) \(([\w.$]+(?::\d+)?)\)\s*$/s.exec(understood?.message ?? '') ?? [];
  if (understood === undefined || message === undefined) return understood;
  return { ...understood, message, fields: [...understood.fields, ['logger', name]] };
};

const inBrackets = formatByPattern('kafka', `^\\]\\s+${levelText}\\s+(?<message>.*)$`, /^\[$/);

/** Dropwizard: 'INFO  [time] logger: message'. */
export const dropwizardFormat = formatByPattern(
  'logback',
  `^\\]\\s+${logger}: (?<message>.*)$`,
  /^[A-Z]{3,9}\s+\[$/,
);

/** Elasticsearch, OpenSearch: '[time][INFO ][o.e.n.Node     ] [node] message'. */
export const elasticsearchFormat = formatByPattern(
  'elasticsearch',
  `^\\]\\[${levelText}\\s*\\]\\[(?<logger>[^\\]]*)\\]\\s*(?:\\[(?<node>[^\\]]*)\\]\\s*)?(?<message>.*)$`,
  /^\[$/,
);

/** Common patterns of Logback and Log4j: thread, level and logger in various orders. */
export const logbackFormat: readonly LineFormat[] = [
  formatByPattern(
    'logback',
    `^\\s+\\[(?<thread>[^\\]]+)\\]\\s+${levelText}\\s+${logger}(?:\\s+\\[(?<mdc>[^\\]]*)\\])?\\s+(?:--?|:)\\s(?<message>.*)$`,
  ),
  formatByPattern(
    'logback',
    `^\\s+${levelText}\\s+(?:(?<pid>\\d+)\\s+)?\\[(?<thread>[^\\]]+)\\]\\s+${logger}\\s*(?:-|:)\\s(?<message>.*)$`,
  ),
  formatByPattern(
    'logback',
    `^\\s+${levelText}\\s+\\[(?<logger>[^\\]]+)\\]\\s+\\((?<thread>[^)]+)\\)\\s(?<message>.*)$`,
  ),
  formatByPattern(
    'zookeeper',
    `^\\s+\\[myid:(?<myid>\\d*)\\]\\s+-\\s+${levelText}\\s+\\[(?<thread>.+?):(?<logger>[\\w.$]+@\\d+)\\]\\s+-\\s(?<message>.*)$`,
  ),
  // Tomcat: '04-Mar-2026 10:15:07.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup'.
  formatByPattern(
    'tomcat',
    `^\\s+${levelText}\\s+\\[(?<thread>[^\\]]+)\\]\\s+(?<logger>(?:[a-z]\\w{0,60}\\.){1,20}[\\w.$<>]{1,200})\\s(?<message>.*)$`,
  ),
];
