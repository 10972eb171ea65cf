import type { SituationFinding } from './finding.ts';
import { kindWords, otherKindWords } from './words.ts';

/** Some findings in words. */
export interface SituationPart {
  /** 'bus and numbers down', '4 breakers open', 'Error rate 48.8 %' */
  readonly text: string;
  /** Number of findings that it stands for. */
  readonly count: number;
  /** True: it only counts what the parts before it leave. */
  readonly isRest?: true;
}

/** Objects that a list names; the others of the same state are counted. */
const mostNames = 2;
/** Signals that are named with their value; those of one title count once. */
const mostSignals = 2;

const wordsOf = (kind: string) => kindWords[kind] ?? otherKindWords(kind);

/** 'bus and numbers down', 'bus, numbers and 3 more services down', '4 breakers open' */
const stateText = (group: readonly SituationFinding[]): string => {
  const [first] = group;
  if (first === undefined) return '';
  const { noun, plural, isNamed } = wordsOf(first.kind);
  const { short } = first.words;
  if (group.length === 1)
    return `${isNamed && first.kind !== 'sources' ? first.name : first.object} ${short}`;
  if (!isNamed) return `${group.length} ${plural} ${short}`;
  const isSource = first.kind === 'sources';
  // Words such as instances and service are names here.
  const names = [...new Set(group.map(({ name }) => (isSource ? `"${name}"` : name)))];
  const lead = isSource ? 'sources ' : '';
  if (names.length !== group.length) return `${group.length} ${plural} ${short}`;
  const more = names.length - mostNames;
  if (more <= 0) return `${lead}${names.join(' and ')} ${short}`;
  return `${lead}${names.slice(0, mostNames).join(', ')} and ${more} more ${more === 1 ? noun : plural} ${short}`;
};

/** 'Error rate 48.8 %', 'Heap usage 91 % (3 series)' */
const signalText = (series: readonly SituationFinding[]): string => {
  const [first] = series;
  if (first === undefined) return '';
  return series.length === 1
    ? `${first.name} ${first.words.short}`
    : `${first.title ?? first.name} ${first.words.short} (${series.length} series)`;
};

/** The parts of signals: the first with their values, then the number of the others. */
const signalParts = (signals: readonly SituationFinding[]): readonly SituationPart[] => {
  const titles = [...Map.groupBy(signals, ({ title = '', words }) => `${title}\0${words.short}`).values()];
  const parts = titles
    .slice(0, mostSignals)
    .map((series) => ({ text: signalText(series), count: series.length }));
  const others = signals.length - parts.reduce((sum, { count }) => sum + count, 0);
  return others === 0
    ? parts
    : [
        ...parts,
        { text: `${others} more ${others === 1 ? 'signal' : 'signals'}`, count: others, isRest: true },
      ];
};

/** Puts findings into words, in their order; equal states of one kind are one part. */
export const situationPartsOf = (findings: readonly SituationFinding[]): readonly SituationPart[] => {
  const groups = Map.groupBy(findings, ({ kind, words }) =>
    kind === 'signals' ? kind : `${kind}\0${words.short}`,
  );
  return [...groups.values()].flatMap((group) =>
    group[0]?.kind === 'signals' ? signalParts(group) : [{ text: stateText(group), count: group.length }],
  );
};

/**
 * Joins the first parts and counts the findings of the others: 'bus down, 4 breakers open and 12 more'. `most`: parts that are
 * named.
 */
export const joinSituationParts = (
  parts: readonly SituationPart[],
  most: number,
  separator = ', ',
): string => {
  if (parts.length <= most) return parts.map(({ text }) => text).join(separator);
  const named = parts.filter(({ isRest }) => isRest !== true).slice(0, most);
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const more = total - named.reduce((sum, { count }) => sum + count, 0);
  return `${named.map(({ text }) => text).join(separator)}${separator === ', ' ? ' and ' : separator}${more} more`;
};
