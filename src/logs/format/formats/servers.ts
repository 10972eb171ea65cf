import { byRest, type Format, type Understood } from './format.ts';

/** PostgreSQL with its usual prefixes: '[123] user@database ERROR:  message'. */
export const postgres: Format = ({ rest }) => {
  const groups =
    /^\s*\[(?<pid>\d+)(?:-(?<line>\d+))?\]:?\s*(?:(?<user>[^\s@:]+)@(?<database>[^\s:]+)\s+)?(?:\[(?<app>[^\]]*)\]\s+)?(?<word>[A-Z]+\d?): {2}(?<message>.*)$/s.exec(
      rest,
    )?.groups;
  if (groups === undefined) return undefined;
  const { message = '', word = '', ...others } = groups;
  const isDetail = /^(?:DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION)$/.test(word);
  return {
    format: 'postgres',
    message: isDetail ? `${word}:  ${message}` : message,
    fields: Object.entries(others),
  };
};

const roles: Readonly<Record<string, string>> = { M: 'master', S: 'replica', C: 'child', X: 'sentinel' };

/** Redis: '1:M 04 Mar 2026 10:15:07.123 # message'. */
export const redis: Format = ({ before, rest }) => {
  const [, pid, role = ''] = /^(\d+):([MSCX]) $/.exec(before) ?? [];
  const [, message] = /^ [.\-*#] (.*)$/s.exec(rest) ?? [];
  if (pid === undefined || message === undefined) return undefined;
  return {
    format: 'redis',
    message,
    fields: [
      ['pid', pid],
      ['role', roles[role]],
    ],
  };
};

const named = /, (client|server|request|upstream|host|referrer|subrequest): ("[^"]*"|[^,]+)/g;

/** nginx's own log of errors: what it was doing stands behind the message. */
export const nginx: Format = ({ rest }) => {
  const [, pid, thread, connection, text] = /^ \[\w+\] (\d+)#(\d+): (?:\*(\d+) )?(.*)$/s.exec(rest) ?? [];
  if (text === undefined) return undefined;
  const found = [...text.matchAll(named)];
  return {
    format: 'nginx',
    message: text.slice(0, found[0]?.index),
    fields: [
      ['pid', pid],
      ['thread', thread],
      ['connection', connection],
      ...found.map(([, name = '', value = '']) => [name, value.replaceAll('"', '')] as const),
    ],
  };
};

/** Apache's log of errors: '[Wed Mar 04 10:15:07.123456 2026] [core:error] [pid 1:tid 2] [client a:1] message'. */
export const apache: Format = ({ scan, before, rest }) => {
  if (scan.layout !== 'ctime' || before !== '[') return undefined;
  const [, module, pid, client, message = ''] =
    /^\] \[(?:(\w*):)?\w+\](?: \[pid (\d+(?::tid \d+)?)\])?(?: \[client ([^\]]*)\])? ?(.*)$/s.exec(rest) ??
    [];
  const fields: Understood['fields'] = [
    ['module', module],
    ['pid', pid],
    ['client', client],
  ];
  return message === '' ? undefined : { format: 'apache', message, fields };
};

/** MySQL 8: 'time 8 [Warning] [MY-010068] [Server] message'. */
export const mysql: Format = byRest(
  'mysql',
  '^ (?<thread>\\d+) \\[\\w+\\] \\[(?<code>MY-\\d+)\\] \\[(?<component>[^\\]]*)\\] (?<message>.*)$',
);

/** Ruby's logger: 'E, [time #7] ERROR -- program: message'. */
export const ruby: Format = ({ before, rest }) => {
  const { pid, app, message } =
    /^(?: #(?<pid>\d+))?\]\s+[A-Z]+ -- (?<app>[^:]*): (?<message>.*)$/s.exec(rest)?.groups ?? {};
  if (message === undefined || !/^[A-Z], \[$/.test(before)) return undefined;
  return {
    format: 'ruby',
    message,
    fields: [
      ['pid', pid],
      ['app', app],
    ],
  };
};

/** Go's log package: '2026/03/04 10:15:07.123456 main.go:12: message'. */
export const go: Format = ({ before, rest, stamp }) => {
  if (stamp[4] !== '/' || before !== '') return undefined;
  const [, caller, message = ''] = /^ (?:([\w./-]+\.go:\d+): )?(.*)$/s.exec(rest) ?? [];
  return message === '' ? undefined : { format: 'go', message, fields: [['caller', caller]] };
};
