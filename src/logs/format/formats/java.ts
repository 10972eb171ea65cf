import { byRest, type Format, levelWord, type Understood } from './format.ts';
import { pairsIn } from './json.ts';

/** klog and glog, behind severity and time: '       1 file.go:12] message'. */
export const klog = byRest('klog', '^\\s+(?<pid>\\d+) (?<caller>[\\w./-]+:\\d+)\\] ?(?<message>.*)$');

const tracingLine = new RegExp(
  `^\\s+${levelWord}\\s+(?:(?<thread>ThreadId\\(\\d+\\)|[\\w-]+)\\s+(?=\\S+?: ))?(?<spans>(?:[\\w.-]+(?:\\{[^}]*\\})?:(?=[^\\s:]))*(?:[\\w.-]+\\{[^}]*\\}: )?)(?<target>[a-z_]\\w*(?:::\\w+)*): (?<message>.*)$`,
  's',
);

/** Rust's tracing: '2026-03-04T10:15:07.123456Z  INFO request{uri=/x}: billing::psp: message k=v'. */
export const tracing: Format = ({ before, rest, stamp }) => {
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
      ...pairsIn(spans.replaceAll(/[{}]/g, ' ')),
    ],
  };
};

/** Rust's env_logger: '[2026-03-04T10:15:07Z INFO  billing::psp] message'. */
export const envLogger = byRest(
  'tracing',
  `^\\s+${levelWord}\\s+(?<logger>[\\w:]+)\\] (?<message>.*)$`,
  /^\[$/,
);

const behindLevel = /^[A-Z]{3,9} $/;

// Without a time: what basicConfig does.
const timeless = byRest('python', `^${levelWord}:(?<logger>[\\w.]+):(?<message>.*)$`);

/** Python's logging, as its own documentation, loguru, gunicorn and Django set it up. */
export const python: readonly Format[] = [
  byRest('python', `^ - (?<logger>[\\w.]+) - ${levelWord} - (?<message>.*)$`),
  byRest('python', `^ \\| ${levelWord}\\s*\\| (?<caller>[\\w.<>]+:[\\w<>]+:\\d+) - (?<message>.*)$`),
  byRest('python', `^\\s+\\[?${levelWord}\\]?:?\\s+(?<logger>[\\w.]+): (?<message>.*)$`),
  byRest('python', `^\\] \\[(?<pid>\\d+)\\] \\[${levelWord}\\] (?<message>.*)$`, /^\[$/),
  byRest('python', '^ (?<logger>[\\w.]+) (?<pid>\\d+) (?<thread>\\d+) (?<message>.*)$', behindLevel),
  (text) => (text.stamp === '' ? timeless(text) : undefined),
];

const line = new RegExp(
  `^\\s+${levelWord}\\s+(?:\\[(?<sleuth>[^\\]]*)\\]\\s+)?(?<pid>\\d+) --- (?<groups>(?:\\[[^\\]]*\\]\\s*){1,4})(?<logger>\\S+)\\s*:(?: (?<message>.*))?$`,
  's',
);

/** Ids as W3C's trace context and Zipkin write them. */
const ids = /^(?:[0-9a-f]{16}|[0-9a-f]{32})-[0-9a-f]{16}$/;

const traceOf = (group: string | undefined): Understood['fields'] => {
  if (group === undefined) return [];
  const [trace, span] = group.split('-');
  return [
    ['trace', trace],
    ['span', span],
  ];
};

/** Spring Boot 2 and 3: '[app] [thread] [trace-span] logger : message'; the application since 3.2, Sleuth's list of before. */
export const spring: Format = ({ rest }) => {
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
export const kafka: Format = (text) => {
  const understood = inBrackets(text);
  const [, message, name] = /^(.*) \(([\w.$]+(?::\d+)?)\)\s*$/s.exec(understood?.message ?? '') ?? [];
  if (understood === undefined || message === undefined) return understood;
  return { ...understood, message, fields: [...understood.fields, ['logger', name]] };
};

const inBrackets = byRest('kafka', `^\\]\\s+${levelWord}\\s+(?<message>.*)$`, /^\[$/);

/** Dropwizard: 'INFO  [time] logger: message'. */
export const dropwizard = byRest('logback', `^\\]\\s+${logger}: (?<message>.*)$`, /^[A-Z]{3,9}\s+\[$/);

/** Elasticsearch, OpenSearch: '[time][INFO ][o.e.n.Node     ] [node] message'. */
export const elasticsearch = byRest(
  'elasticsearch',
  `^\\]\\[${levelWord}\\s*\\]\\[(?<logger>[^\\]]*)\\]\\s*(?:\\[(?<node>[^\\]]*)\\]\\s*)?(?<message>.*)$`,
  /^\[$/,
);

/** Logback's and Log4j's usual patterns: thread, level and logger in the orders that they come in. */
export const logback: readonly Format[] = [
  byRest(
    'logback',
    `^\\s+\\[(?<thread>[^\\]]+)\\]\\s+${levelWord}\\s+${logger}(?:\\s+\\[(?<mdc>[^\\]]*)\\])?\\s+(?:--?|:)\\s(?<message>.*)$`,
  ),
  byRest(
    'logback',
    `^\\s+${levelWord}\\s+(?:(?<pid>\\d+)\\s+)?\\[(?<thread>[^\\]]+)\\]\\s+${logger}\\s*(?:-|:)\\s(?<message>.*)$`,
  ),
  byRest(
    'logback',
    `^\\s+${levelWord}\\s+\\[(?<logger>[^\\]]+)\\]\\s+\\((?<thread>[^)]+)\\)\\s(?<message>.*)$`,
  ),
  byRest(
    'zookeeper',
    `^\\s+\\[myid:(?<myid>\\d*)\\]\\s+-\\s+${levelWord}\\s+\\[(?<thread>.+?):(?<logger>[\\w.$]+@\\d+)\\]\\s+-\\s(?<message>.*)$`,
  ),
  // Tomcat: '04-Mar-2026 10:15:07.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup'.
  byRest(
    'tomcat',
    `^\\s+${levelWord}\\s+\\[(?<thread>[^\\]]+)\\]\\s+(?<logger>(?:[a-z]\\w{0,60}\\.){1,20}[\\w.$<>]{1,200})\\s(?<message>.*)$`,
  ),
];
