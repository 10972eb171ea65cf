import { matcherOf, type Span } from '../../../domain/regex/matcher.ts';
import type { LinePattern } from '../../../logs/format/chip.ts';
import { lineRegex } from '../../../logs/format/line-pattern.ts';
import type { LogsState } from '../../../logs/ring/state.ts';

/** Finds what is sought in a text. */
export type Finder = (text: string) => readonly Span[];

/** More of them in one line nobody looks at. */
const placesAtMost = 32;

const nothing: Finder = () => [];

/**
 * What marks the hits of a pattern in the rows that are drawn. A pattern that needs an engine that backtracks marks nothing: it
 * could stop the screen. The rows that it hits are found elsewhere, and have their mark all the same.
 */
export const finderOf = (pattern: LinePattern): Finder => {
  const { source, flags } = lineRegex(pattern);
  const matcher = matcherOf(source, flags);
  if (!matcher.isBounded) return nothing;
  return (line) => matcher.spans(line, placesAtMost).filter(([from, to]) => to > from);
};

/** What is sought now. */
export const soughtOf = ({ hits }: Pick<LogsState, 'hits'>): LinePattern | undefined => {
  const [chip] = hits.chips.filter(({ is }) => is === 'include').slice(-1);
  return chip?.is === 'include' ? chip.pattern : undefined;
};

/** '/timeout/', as it was typed. */
export const patternText = ({ text, regex }: LinePattern): string => (regex ? `/${text}/` : text);
