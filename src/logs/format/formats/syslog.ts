import type { Format } from './format.ts';

/** RFC 5424: 'host app procid msgid [structured data] message'. */
const structured: Format = ({ before, rest }) => {
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

/** RFC 3164, and what rsyslog and journalctl write: 'host app[pid]: message'. */
const plain: Format = ({ before, rest, stamp, scan }) => {
  if (!/^(?:<\d+>)?$/.test(before) || (scan.layout !== 'syslog' && scan.layout !== 'iso')) return undefined;
  const [, host, app, pid, message] =
    /^ ([A-Za-z0-9][\w.:-]*) ([\w./@+-]+?)(?:\[(\d+)\])?: (.*)$/s.exec(rest) ?? [];
  if (
    message === undefined ||
    (scan.layout === 'iso' && (pid === undefined || !/(?:Z|[+-]\d\d:?\d\d)$/.test(stamp)))
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

export const syslog: readonly Format[] = [structured, plain];
