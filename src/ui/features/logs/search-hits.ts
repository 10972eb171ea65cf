import { matcherOf, type TextSpan } from '../../../domain/regex/matcher.ts';
import type { LinePattern } from '../../../logs/format/filter-chip.ts';
import { lineRegex } from '../../../logs/format/filter-chip.ts';
import { rowKind } from '../../../logs/format/parsed-line.ts';
import type { LogsState } from '../../../logs/ring/logs-state.ts';
import {
  countVisibleHits,
  nextVisibleHit,
  previousVisibleHit,
  visibleHitRank,
} from '../../../logs/ring/visible-hits.ts';
import { ringRowHead } from './ring-row.ts';
import { nearestVisibleRow } from './visible-rows.ts';

/** Finds what is sought in a text. */
export type HitFinder = (text: string) => readonly TextSpan[];

/** More of them in one line nobody looks at. */
const placesAtMost = 32;

const nothing: HitFinder = () => [];

/**
 * What marks the hits of a pattern in the rows that are drawn. A pattern that needs an engine that backtracks marks nothing: it
 * could stop the screen. The rows that it hits are found elsewhere, and have their mark all the same.
 */
export const createHitFinder = (pattern: LinePattern): HitFinder => {
  const { source, flags } = lineRegex(pattern);
  const matcher = matcherOf(source, flags);
  if (!matcher.isBounded) return nothing;
  return (line) => matcher.spans(line, placesAtMost).filter(([from, to]) => to > from);
};

/** What is sought now. */
export const searchPattern = ({ hits }: Pick<LogsState, 'hits'>): LinePattern | undefined => {
  const [chip] = hits.chips.filter(({ is }) => is === 'include').slice(-1);
  return chip?.is === 'include' ? chip.pattern : undefined;
};

/** '/timeout/', as it was typed. */
export const formatPattern = ({ text, regex }: LinePattern): string => (regex ? `/${text}/` : text);

/** What is shown and what is sought. */
type Lines = Pick<LogsState, 'ring' | 'lens' | 'hits'>;

/** Of a stack trace so many lines are looked through for a mark. */
const lookedAtMost = 256;

/** Something is sought, and was not given up: what takes too long is on every row as far as anybody knows. */
const isSought = ({ hits }: Lines): boolean => hits.chips.length > 0 && hits.tooSlow.length === 0;

/** A row that is shown and has what is sought, in itself or in what is folded behind it. */
export const isVisibleHit = (lines: Lines, id: number): boolean => {
  const { ring, lens, hits } = lines;
  if (!isSought(lines)) return false;
  if (hits.passes(id)) return true;
  if (ringRowHead(ring, id)?.kind !== rowKind.continuation) return false;
  return lens
    .groupOf(lens.headOf(id))
    .slice(0, lookedAtMost)
    .some((one) => hits.passes(one));
};

/** How many hits are shown; of those in front of `before`, when that is given. */
export const visibleHitCount = (lines: Lines, before?: number): number => {
  const { lens, hits } = lines;
  if (!isSought(lines)) return 0;
  return before === undefined ? countVisibleHits(lens, hits) : visibleHitRank(lens, hits, before);
};

/** The next hit behind a row (step 1), or in front of it (-1), that is not folded into that very row. */
export const nextHitFrom = (lines: Lines, from: number, step: 1 | -1): number | undefined => {
  const { lens, hits } = lines;
  if (!isSought(lines)) return undefined;
  const next = step > 0 ? nextVisibleHit : previousVisibleHit;
  let found = next(lens, hits, from);
  while (found !== undefined && nearestVisibleRow(lines, found) === from) found = next(lens, hits, found);
  return found;
};
