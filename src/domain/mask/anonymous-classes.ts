import { emails, ipv6 } from './addresses.ts';
import { clusters } from './clusters.ts';
import type { Found, Recogniser } from './found.ts';
import { byPattern } from './found.ts';
import { hosts, urls } from './hosts.ts';
import { secrets } from './secrets.ts';
import { users } from './users.ts';

/** ISO/IEC 7812-1, annex B. */
const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const twice = index % 2 === 1 ? digit * 2 : digit;
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
};

/** A moment: ms, µs or ns since 1970 from 2017 on, or year to second in one row. Every tenth of them would pass for a card. */
const isMoment = (text: string): boolean =>
  (/^1[5-9]\d+$/.test(text) && [13, 16, 19].includes(text.length)) ||
  /^20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:\d{3})?$/.test(text);

const isCard = (text: string): boolean => !isMoment(text) && passesLuhn(text.replaceAll(/\D/g, ''));

/** Numbers as on cards: 13 to 19 digits in one row, or in groups as they are embossed. Not the digits of a fraction. */
const inOneRow = byPattern(/(?<!\d|\d\.|[\s:[,]-)\d{13,19}(?!\d|\.\d|e[+-]?\d)/dgi, 'name', isCard);
const inGroups = byPattern(
  /(?<![\d.-])\d{4}([ -])(?:\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{6}\1\d{4,5}|\d{4}\1\d{5})(?![\d-])/dg,
  'name',
  isCard,
);

const cards: Recogniser = (text) => [...inOneRow(text), ...inGroups(text)];

/** ISO 13616: the country and the check digits behind the rest, letters as numbers, is 1 modulo 97. */
const isIban = (text: string): boolean => {
  const plain = text.replaceAll(' ', '').toUpperCase();
  if (plain.length < 15 || plain.length > 34) return false;
  let rest = 0;
  for (const letter of plain.slice(4) + plain.slice(0, 4))
    for (const digit of Number.parseInt(letter, 36).toString()) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
};

/** Numbers of bank accounts, in one row or in groups of four. */
const ibans: Recogniser = byPattern(
  /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)(?![A-Za-z0-9])/dgi,
  'name',
  isIban,
);

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';

/**
 * IPv4 wherever it may be one: a version of four numbers is rather masked than an address shown. Also before a port that a
 * dot stands in front of, as tcpdump writes it.
 */
const anyIpv4: Recogniser = byPattern(
  new RegExp(`(?<!\\d|\\d\\.)(?<it>${octet}(?:\\.${octet}){3})(?!\\d|\\.\\d+\\.\\d)`, 'dg'),
  'ip',
);

/** RFC 9562, in any case. */
const uuids: Recogniser = byPattern(
  /(?<![0-9a-f])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-f])/dgi,
  'name',
);

/** Ids of traces and spans: 16 or 32 hexadecimal digits, with a letter and a digit among them. */
const traceIds: Recogniser = byPattern(
  /(?<![0-9a-f-])(?:[0-9a-f]{16}){1,2}(?![0-9a-f])/dgi,
  'name',
  (text) => /\d/.test(text) && /[a-f]/i.test(text),
);

/** Few digits that a name in front makes a secret. */
const codes: Recogniser = byPattern(
  /(?<![a-z0-9])(?:cvv2?|cvc2?|pin|otp|iin)["']?\s*[:=]\s*["']?(?<it>\d{3,8})(?!\d)/dgi,
  'secret',
);

/** What an export may leave out; its pseudonyms begin with this word. 'name' is what is given as such. */
export const anonymousClasses = [
  'token',
  'card',
  'iban',
  'host',
  'ip',
  'mail',
  'user',
  'cluster',
  'name',
  'uuid',
  'trace',
] as const;

export type AnonymousClass = (typeof anonymousClasses)[number];

/** All but ids, by which a story is followed. */
export const usualClasses: ReadonlySet<AnonymousClass> = new Set(
  anonymousClasses.filter((one) => one !== 'uuid' && one !== 'trace'),
);

/** A piece of a text, and what it is. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly is: AnonymousClass;
}

const classOf = (is: Found['is']): AnonymousClass =>
  is === 'secret' ? 'token' : is === 'email' ? 'mail' : is;

export const pieceOf = ({ from, to, is }: Found): Piece => ({ from, to, is: classOf(is) });

const as =
  (is: AnonymousClass, recogniser: Recogniser) =>
  (text: string): readonly Piece[] =>
    recogniser(text).map(({ from, to }) => ({ from, to, is }));

const byKind =
  (recogniser: Recogniser) =>
  (text: string): readonly Piece[] =>
    recogniser(text).map(pieceOf);

/** What says by its form what it is: of two that overlap the first one counts. */
export const byForm: readonly ((text: string) => readonly Piece[])[] = [
  byKind(secrets),
  byKind(codes),
  as('iban', ibans),
  as('card', cards),
  byKind(urls),
  byKind(emails),
  byKind(ipv6),
  byKind(anyIpv4),
  as('uuid', uuids),
  as('trace', traceIds),
];

/** What is told by what stands around it. */
export const byContext: readonly ((text: string) => readonly Piece[])[] = [
  byKind(hosts),
  byKind(users),
  byKind(clusters),
];
