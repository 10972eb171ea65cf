import { byPattern, type Recogniser } from './found.ts';

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';

const dotted = byPattern(
  new RegExp(`(?<![\\w.]|[vV])${octet}(?:\\.${octet}){3}(?![\\w]|\\.\\d)`, 'dg'),
  'ip',
);

/** IPv4: four numbers up to 255. A fifth number, or a 'v' before the first, makes it a version. */
export const ipv4: Recogniser = (text) => (text.includes('.') ? dotted(text) : []);

const group = /^[0-9a-f]{1,4}$/i;

/** RFC 4291: eight groups, or fewer around one '::'; the last two may be an IPv4. */
const isIpv6 = (text: string): boolean => {
  const [address = ''] = text.split('%');
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const parts = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = parts.at(-1) ?? '';
  const mapped = last.includes('.');
  if (mapped && ipv4(last).length !== 1) return false;
  if (!parts.slice(0, mapped ? -1 : undefined).every((part) => group.test(part))) return false;
  const count = parts.length + (mapped ? 1 : 0);
  if (halves.length === 1) return count === 8;
  // 'a::b' is a name in a program rather than an address.
  return count <= 7 && (/\d/.test(address) || count >= 3);
};

const grouped = byPattern(
  /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,8}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4})(?:%\w+)?(?![\w:])/dgi,
  'ip',
  (text) => text !== '::' && isIpv6(text),
);

/** IPv6 in any form that RFC 5952 reads. A time (10:15:07) has neither eight groups nor '::'. */
export const ipv6: Recogniser = (text) => (text.includes(':') ? grouped(text) : []);

const mail = byPattern(
  /(?<![\w.+-])[a-z0-9](?:[\w.+'-]*[\w+-])?@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?![\w-])/dgi,
  'email',
);

/** E-mail addresses, with a domain of two labels or more. */
export const emails: Recogniser = (text) => (text.includes('@') ? mail(text) : []);
