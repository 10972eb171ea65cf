import { levelRank } from '../domain/facts/level.ts';
import type { SituationFinding } from './finding.ts';
import { kindWords, otherKindWords } from './words.ts';

/** Some findings in words. */
export interface SituationPart {
  /** 'bus and numbers down', '4 breakers open', 'Error rate 48.8 %' */
  readonly text: string;
  /** The words of the text that stand out: the names, the number or the value. */
  readonly strong: string;
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

/** 'bus and numbers', 'bus, numbers and 3 more services', '4 breakers' */
const objectsText = (first: SituationFinding, group: readonly SituationFinding[]): string => {
  const { noun, plural, isNamed } = wordsOf(first.kind);
  if (group.length === 1) return isNamed && first.kind !== 'sources' ? first.name : first.object;
  if (!isNamed) return `${group.length} ${plural}`;
  const isSource = first.kind === 'sources';
  // Words such as instances and service are names here.
  const names = [...new Set(group.map(({ name }) => (isSource ? `"${name}"` : name)))];
  const lead = isSource ? 'sources ' : '';
  if (names.length !== group.length) return `${group.length} ${plural}`;
  const more = names.length - mostNames;
  if (more <= 0) return `${lead}${names.join(' and ')}`;
  return `${lead}${names.slice(0, mostNames).join(', ')} and ${more} more ${more === 1 ? noun : plural}`;
};

/** 'bus and numbers down' */
const statePart = (group: readonly SituationFinding[]): readonly SituationPart[] => {
  const [first] = group;
  if (first === undefined) return [];
  const strong = objectsText(first, group);
  return [{ text: `${strong} ${first.words.short}`, strong, count: group.length }];
};

/** 'Error rate 48.8 %', 'Heap usage 91 % (3 series)' */
const signalText = (series: readonly SituationFinding[]): string => {
  const [first] = series;
  if (first === undefined) return '';
  return series.length === 1
    ? `${first.name} ${first.words.short}`
    : `${first.title ?? first.name} ${first.words.short} (${series.length} series)`;
};

/** 'Error rate (Prometheus)' beside 'Error rate': the same measurement by another source. */
const isVariant = (name: string, names: ReadonlySet<string>): boolean => {
  const bracket = name.indexOf(' (');
  return bracket > 0 && names.has(name.slice(0, bracket));
};

/** The parts of signals: the first with their values, each measurement before its variants; then the number of the others. */
const signalParts = (signals: readonly SituationFinding[]): readonly SituationPart[] => {
  const names = new Set(signals.map(({ name }) => name));
  const ordered = signals.toSorted(
    (a, b) =>
      levelRank[b.level] - levelRank[a.level] ||
      Number(isVariant(a.name, names)) - Number(isVariant(b.name, names)),
  );
  const titles = [...Map.groupBy(ordered, ({ title = '', words }) => `${title}\0${words.short}`).values()];
  const parts = titles.slice(0, mostSignals).map((series) => ({
    text: signalText(series),
    strong: series[0]?.words.short ?? '',
    count: series.length,
  }));
  const others = signals.length - parts.reduce((sum, { count }) => sum + count, 0);
  const rest = `${others} more ${others === 1 ? 'signal' : 'signals'}`;
  return others === 0 ? parts : [...parts, { text: rest, strong: '', count: others, isRest: true }];
};

/** Puts findings into words, in their order; equal states of one kind are one part. */
export const situationPartsOf = (findings: readonly SituationFinding[]): readonly SituationPart[] => {
  const groups = Map.groupBy(findings, ({ kind, words }) =>
    kind === 'signals' ? kind : `${kind}\0${words.short}`,
  );
  return [...groups.values()].flatMap((group) =>
    group[0]?.kind === 'signals' ? signalParts(group) : statePart(group),
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
