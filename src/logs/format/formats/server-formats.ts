import { formatByPattern, type LineFormat, type ParsedFields } from './line-format.ts';

/** RFC 5424: 'host app procid msgid [structured data] message'. */
const structured: LineFormat = ({ before, rest }) => {
  if (!/^<\d+>1 $/.test(before)) return undefined;
  const groups =
    /^ (?<host>\S+) (?<app>\S+) (?<pid>\S+) (?<id>\S+) (?<data>-|(?:\[(?:[^\]\\]|\\.)*\])+)(?: (?<message>.*))?$/s.exec(
      rest,
    )?.groups;
  if (groups === undefined) return undefined;
  const { message = '', data = '', ...others } = groups;
  const pairs = [...data.matchAll(/ ([^\s="\]]+)="((?:[^"\\]|\\.)*)"/g)];
  return {
    format: 'syslog',
    message: message.replace(/^\ufeff/, ''),
    fields: [
      ...Object.entries(others),
      ['data', [...data.matchAll(/\[([^\s\]]+)/g)].map(([, name]) => name).join(' ')],
      ...pairs.map(([, name = '', value = '']) => [name, value.replaceAll(/\\(.)/g, '$1')] as const),
    ],
  };
};

/** RFC 3164, as written by rsyslog and journalctl: 'host app[pid]: message'. */
const plain: LineFormat = ({ before, rest, stamp, scan }) => {
  if (!/^(?:<\d+>)?$/.test(before) || (scan.layout !== 'syslog' && scan.layout !== 'iso')) return undefined;
  const [, host, app, pid, message] =
    /^ (?:([A-Za-z0-9][\w.:-]*) )?([\w./@+-]+?)(?:\[(\d+)\])?: (.*)$/s.exec(rest) ?? [];
  if (
    message === undefined ||
    (host === undefined && pid === undefined) ||
    (scan.layout === 'iso' &&
      ((pid === undefined && app !== 'kernel') || !/(?:Z|[+-]\d\d:?\d\d)$/.test(stamp)))
  )
    return undefined;
  return {
    format: 'syslog',
    message,
    fields: [
      ['host', host],
      ['app', app],
      ['pid', pid],
    ],
  };
};

export const syslogFormat: readonly LineFormat[] = [structured, plain];

const request = /^\]?\s*"((?:[^"\\]|\\.)*)" (\d{3})(?: (\d+|-)(?= |$))?(.*)$/s;
const agents = /^ "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"(.*)$/s;

/** Additional fields of ingress-nginx: lengths in bytes, times in seconds. */
const ingress =
  /^ (\d+) ([\d.]+) \[([^\]]*)\] \[[^\]]*\] (\S+(?:, \S+)*) (\S+(?:, \S+)*) (\S+(?:, \S+)*) (\S+(?:, \S+)*) (\S+)\s*$/;

const more = (text: string): { readonly fields: ParsedFields['fields']; readonly left: string } => {
  const [, length, duration, service, upstream, upstreamBytes, upstreamDuration, upstreamStatus, id] =
    ingress.exec(text) ?? [];
  if (length !== undefined)
    return {
      left: '',
      fields: [
        ['length', length],
        ['duration', duration],
        ['service', service],
        ['upstream', upstream],
        ['upstream.bytes', upstreamBytes],
        ['upstream.duration', upstreamDuration],
        ['upstream.status', upstreamStatus],
        ['request', id],
      ],
    };
  const [, seconds] = /^ (\d+(?:\.\d+)?)\s*$/.exec(text) ?? [];
  return seconds === undefined ? { fields: [], left: text } : { fields: [['duration', seconds]], left: '' };
};

/**
 * Access logs: common and combined format, ingress-nginx, and any line with a request and a status after the
 * time.
 */
export const accessLogFormat: LineFormat = ({ scan, before, rest }) => {
  if (scan.shape !== 'access') return undefined;
  const [, requestLine = '', status, bytes, behind = ''] = request.exec(rest) ?? [];
  if (status === undefined) return undefined;
  const [, method, path, protocol] = /^([A-Z]+) (\S+)(?: (HTTP\/[\d.]+))?$/.exec(requestLine) ?? [];
  const [, referer, agent, last = behind] = agents.exec(behind) ?? [];
  const { fields, left } = more(last);
  const [client, ...names] = before.replace(/\s*\[$/, '').split(' ');
  return {
    format: 'access',
    message: `${method === undefined ? requestLine : `${method} ${path}`} ${status}${left}`,
    fields: [
      ['client', client],
      ['ident', names[0]],
      ['user', names.slice(1).join(' ')],
      ['method', method],
      ['path', path],
      ['protocol', protocol],
      ['status', status],
      ['bytes', bytes],
      ['referer', referer],
      ['agent', agent],
      ...fields,
    ],
  };
};

/** PostgreSQL with common prefixes: '[123] user@database ERROR:  message'. */
export const postgresFormat: LineFormat = ({ rest }) => {
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

/** Columns of PostgreSQL's csvlog behind the time, as far as they are fields. */
const csvColumns =
  'user database pid client session line tag started vxid xid severity code message detail hint'.split(' ');

/** Splits a line of comma-separated values; a quote is doubled inside of quotes (RFC 4180). */
const csvValues = (text: string): readonly string[] =>
  [...text.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );

/** PostgreSQL's csvlog: 'time,"user","database",pid,…,LOG,00000,"message",…'. */
export const postgresCsvFormat: LineFormat = ({ before, rest }) => {
  if (before !== '' || !rest.startsWith(',')) return undefined;
  const values = csvValues(rest);
  const message = values[csvColumns.indexOf('message')];
  if (message === undefined || values.length < 20) return undefined;
  const kept = ['user', 'database', 'pid', 'client', 'tag', 'code', 'detail', 'hint'];
  return {
    format: 'postgres',
    message,
    fields: [
      ...kept.map((name) => [name, values[csvColumns.indexOf(name)]] as const),
      ['statement', values[18]],
      ['app', values[21]],
    ],
  };
};

const roles: Readonly<Record<string, string>> = { M: 'master', S: 'replica', C: 'child', X: 'sentinel' };

/** Redis: '1:M 04 Mar 2026 10:15:07.123 # message'. */
export const redisFormat: LineFormat = ({ before, rest }) => {
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

/** nginx's error log: the context follows the message. */
export const nginxFormat: LineFormat = ({ rest }) => {
  const [, pid, thread, connection, text] = /^ \[\w+\] (\d+)#(\d+): (?:\*(\d+) )?(.*)$/s.exec(rest) ?? [];
  if (text === undefined) return undefined;
  const matches = [...text.matchAll(named)];
  return {
    format: 'nginx',
    message: text.slice(0, matches[0]?.index),
    fields: [
      ['pid', pid],
      ['thread', thread],
      ['connection', connection],
      ...matches.map(([, name = '', value = '']) => [name, value.replaceAll('"', '')] as const),
    ],
  };
};

/**
 * Apache's error log: '[Wed Mar 04 10:15:07.123456 2026] [core:error] [pid 1:tid 2] [client a:1] message'.
 */
export const apacheFormat: LineFormat = ({ scan, before, rest }) => {
  if (scan.layout !== 'ctime' || before !== '[') return undefined;
  const [, module, pid, client, message = ''] =
    /^\] \[(?:(\w*):)?\w+\](?: \[pid (\d+(?::tid \d+)?)\])?(?: \[client ([^\]]*)\])? ?(.*)$/s.exec(rest) ??
    [];
  const fields: ParsedFields['fields'] = [
    ['module', module],
    ['pid', pid],
    ['client', client],
  ];
  return message === '' ? undefined : { format: 'apache', message, fields };
};

/** MySQL 8: 'time 8 [Warning] [MY-010068] [Server] message'. */
export const mysqlFormat: LineFormat = formatByPattern(
  'mysql',
  '^ (?<thread>\\d+) \\[\\w+\\] \\[(?<code>MY-\\d+)\\] \\[(?<component>[^\\]]*)\\] (?<message>.*)$',
);

/** Erlang: '=ERROR REPORT==== 4-Mar-2026::10:15:07 ===', with the text below. */
export const erlangFormat: LineFormat = ({ before, rest }) => {
  const [, heading] = /^=([A-Z ]+ REPORT)==== $/.exec(before) ?? [];
  return heading === undefined || !/^ ===\s*$/.test(rest)
    ? undefined
    : { format: 'erlang', message: heading, fields: [] };
};

/** Ruby's logger: 'E, [time #7] ERROR -- program: message'. */
export const rubyFormat: LineFormat = ({ before, rest }) => {
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
export const goFormat: LineFormat = ({ before, rest, stamp, levelFrom, levelTo }) => {
  if (stamp[4] !== '/' || before !== '') return undefined;
  // A level first is that of another library.
  if (/^ [A-Z]{3,9} /.test(rest) && levelFrom === 1 && levelTo > 0) return undefined;
  const [, caller, message = ''] = /^ (?:([\w./-]+\.go:\d+): )?(.*)$/s.exec(rest) ?? [];
  return message === '' ? undefined : { format: 'go', message, fields: [['caller', caller]] };
};
