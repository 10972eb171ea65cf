import { joinFirst, pluralize } from '../domain/text/count-text.ts';
import type { FindingPlace, SituationFinding } from './finding.ts';

/** A cause as a statement names it: an object, or the same problem at several places. */
export interface NamedCause {
  /** 'unit api on vm-1 and vm-2' */
  readonly object: string;
  readonly verb: string;
  /** The observed fact of the first, or of all where it is the same. */
  readonly fact: string;
}

/** Width of the names of places; more are counted. */
const mostCells = 40;
/** Values of words that are named beside the first; the others are counted. */
const mostWords = 2;

/**
 * Findings of one key are of the same thing in the same state; undefined for one that is at no place. A measurement has another value at
 * each place.
 */
export const thingKey = ({ kind, place, words }: SituationFinding): string | undefined =>
  place === undefined ? undefined : JSON.stringify([kind, place.thing, kind === 'signals' ? '' : words.verb]);

/** A finding before the others of its thing. */
export const sameElsewhere = (
  finding: SituationFinding,
  ofThing: readonly SituationFinding[],
): readonly [SituationFinding, ...SituationFinding[]] => [
  finding,
  ...ofThing.filter((other) => other !== finding),
];

/** 'vm-1 and vm-2', 'all 3 pods', '2 instances of billing' */
const placesText = (names: readonly string[], { noun, total, of = '' }: FindingPlace): string => {
  const text = names.join(' and ');
  if (names.length === 2 && text.length <= mostCells) return text;
  const counted = pluralize(names.length, noun, noun === 'series' ? noun : `${noun}s`);
  return `${names.length === total ? 'all ' : ''}${counted}${of === '' ? '' : ` of ${of}`}`;
};

/** 'at 93 %', 'at 101 s and 4 min', 'at 12 % to 97 %', 'is failure and error': the values of one measurement at its places. */
const valuesText = (alike: readonly [SituationFinding, ...SituationFinding[]]): string => {
  const [{ kind, words }] = alike;
  const others = [...new Set(alike.map((finding) => finding.words.short))].filter(
    (text) => text !== words.short,
  );
  const [other] = others;
  if (kind !== 'signals' || other === undefined) return words.verb;
  if (others.length === 1) return `${words.verb} and ${other}`;
  if (alike.some(({ value }) => value === undefined)) return `${words.verb}, ${joinFirst(others, mostWords)}`;
  const sorted = alike.toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0));
  return `at ${sorted[0]?.words.short} to ${sorted.at(-1)?.words.short}`;
};

/** Names a problem with all places where it is, the worst first. */
export const namedCause = (alike: readonly [SituationFinding, ...SituationFinding[]]): NamedCause => {
  const [first, ...others] = alike;
  const { object, words, fact, place } = first;
  const names = [...new Set(alike.flatMap((finding) => finding.place?.name ?? []))];
  if (place === undefined || names.length < 2) return { object, verb: words.verb, fact };
  const from = object.lastIndexOf(place.name);
  const isSame = fact === '' || others.every((other) => other.fact === fact);
  return {
    object: `${object.slice(0, from)}${placesText(names, place)}${object.slice(from + place.name.length)}`,
    verb: valuesText(alike),
    fact: isSame ? fact : `${fact} (${place.name})`,
  };
};
