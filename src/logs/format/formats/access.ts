import type { Format, Understood } from './format.ts';

const request = /^\]?\s*"((?:[^"\\]|\\.)*)" (\d{3})(?: (\d+|-)(?= |$))?(.*)$/s;
const agents = /^ "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"(.*)$/s;

/** What ingress-nginx adds: lengths in bytes, times in seconds. */
const ingress =
  /^ (\d+) ([\d.]+) \[([^\]]*)\] \[[^\]]*\] (\S+(?:, \S+)*) (\S+(?:, \S+)*) (\S+(?:, \S+)*) (\S+(?:, \S+)*) (\S+)\s*$/;

const more = (text: string): { readonly fields: Understood['fields']; readonly left: string } => {
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

/** Access lines: the common and the combined form, ingress-nginx's, and any with a request and a status behind the time. */
export const access: Format = ({ scan, before, rest }) => {
  if (scan.shape !== 'access') return undefined;
  const [, asked = '', status, bytes, behind = ''] = request.exec(rest) ?? [];
  if (status === undefined) return undefined;
  const [, method, path, protocol] = /^([A-Z]+) (\S+)(?: (HTTP\/[\d.]+))?$/.exec(asked) ?? [];
  const [, referer, agent, last = behind] = agents.exec(behind) ?? [];
  const { fields, left } = more(last);
  const [client, ...names] = before.replace(/\s*\[$/, '').split(' ');
  return {
    format: 'access',
    message: `${method === undefined ? asked : `${method} ${path}`} ${status}${left}`,
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
