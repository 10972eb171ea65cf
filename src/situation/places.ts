import { pluralize } from '../domain/text/count-text.ts';
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

/** An object without its place, as a key: two with one key are the same thing at two places. */
const thingOf = ({ kind, object, place, words, title }: SituationFinding): string =>
  place === undefined
    ? `${kind}\0${object}`
    : // A measurement has another value at each place.
      `${kind}\0${title ?? object.slice(0, object.lastIndexOf(place.name))}\0${kind === 'signals' ? '' : words.verb}`;

/** The findings that are the same problem as this one at another place; it is the first of them. */
export const sameElsewhere = (
  finding: SituationFinding,
  findings: readonly SituationFinding[],
): readonly [SituationFinding, ...SituationFinding[]] => {
  if (finding.place === undefined) return [finding];
  const thing = thingOf(finding);
  return [finding, ...findings.filter((other) => other !== finding && thingOf(other) === thing)];
};

/** 'vm-1 and vm-2', 'all 3 pods', '2 instances' */
const placesText = (names: readonly string[], { noun, total }: FindingPlace): string => {
  const text = names.join(' and ');
  if (names.length === 2 && text.length <= mostCells) return text;
  const counted = pluralize(names.length, noun, noun === 'series' ? noun : `${noun}s`);
  return names.length === total ? `all ${counted}` : counted;
};

/** 'at 93 %', 'at 101 s and 4 min', 'at 12 % to 97 %': the values of one measurement at its places. */
const valuesText = (alike: readonly [SituationFinding, ...SituationFinding[]]): string => {
  const [first] = alike;
  const texts = [...new Set(alike.map(({ words }) => words.short))];
  if (first.kind !== 'signals' || texts.length === 1) return first.words.verb;
  if (texts.length === 2) return `at ${texts.join(' and ')}`;
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
