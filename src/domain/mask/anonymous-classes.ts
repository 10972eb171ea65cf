import { emails, ipv6 } from './addresses.ts';
import { clusters } from './clusters.ts';
import type { Found, Recogniser } from './found.ts';
import { hosts, urls } from './hosts.ts';
import { anyIpv4, cards, codes, ibans, traceIds, uuids } from './numbers.ts';
import { secrets } from './secrets.ts';
import { users } from './users.ts';

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
