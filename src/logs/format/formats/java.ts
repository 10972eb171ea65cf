import { byRest, type Format, levelWord } from './format.ts';

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
