import { type Format, levelWord, type Understood } from './format.ts';

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
