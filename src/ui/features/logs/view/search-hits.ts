import { matcherOf, type TextSpan } from '../../../../domain/regex/matcher.ts';
import type { LinePattern } from '../../../../logs/format/filter-chip.ts';
import { lineRegex } from '../../../../logs/format/filter-chip.ts';
import { rowKind } from '../../../../logs/format/parsed-line.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import {
  countVisibleHits,
  nextVisibleHit,
  previousVisibleHit,
  visibleHitRank,
} from '../../../../logs/ring/visible-hits.ts';
import { ringRowHead } from './ring-row.ts';
import { isRepeat, linesOfRow, nearestVisibleRow } from './visible-rows.ts';

/** Finds the matches of the search in a text. */
export type HitFinder = (text: string) => readonly TextSpan[];

/** Maximum matches to highlight per line. */
const maxHighlights = 32;

const noHighlights: HitFinder = () => [];

/**
 * Creates the function that highlights matches in the drawn rows. Patterns that need a backtracking engine highlight nothing,
 * because they could block the UI. The engine still finds and marks their rows.
 */
export const createHitFinder = (pattern: LinePattern): HitFinder => {
  const { source, flags } = lineRegex(pattern);
  const matcher = matcherOf(source, flags);
  if (!matcher.isBounded) return noHighlights;
  return (line) => matcher.spans(line, maxHighlights).filter(([from, to]) => to > from);
};

/** The current search pattern. */
export const searchPattern = ({ hits }: Pick<LogsState, 'hits'>): LinePattern | undefined => {
  const [chip] = hits.chips.filter(({ is }) => is === 'include').slice(-1);
  return chip?.is === 'include' ? chip.pattern : undefined;
};

/** Formats a pattern as typed: '/timeout/'. */
export const formatPattern = ({ text, regex }: LinePattern): string => (regex ? `/${text}/` : text);

/** The visible lines and the search results. */
type Lines = Pick<LogsState, 'ring' | 'filteredView' | 'hits' | 'arrangement'>;

/** Maximum lines of a stack trace to check for matches. */
const maxTraceLines = 256;

/** True if a search is active and has not timed out. The matches of a pattern that timed out are unknown. */
const isSearching = ({ hits }: Lines): boolean => hits.chips.length > 0 && hits.tooSlow.length === 0;

/** True if a visible row matches, either itself or in its folded lines. */
export const isVisibleHit = (lines: Lines, id: number): boolean => {
  const { ring, filteredView, hits } = lines;
  if (!isSearching(lines)) return false;
  if (linesOfRow(lines, id).some((line) => hits.passes(line))) return true;
  if (ringRowHead(ring, id)?.kind !== rowKind.continuation) return false;
  return filteredView
    .groupOf(filteredView.headOf(id))
    .slice(0, maxTraceLines)
    .some((value) => hits.passes(value));
};

/** The number of visible matches; with `before`, only those before that row. */
export const visibleHitCount = (lines: Lines, before?: number): number => {
  const { filteredView, hits } = lines;
  if (!isSearching(lines)) return 0;
  return before === undefined
    ? countVisibleHits(filteredView, hits)
    : visibleHitRank(filteredView, hits, before);
};

/** The next match after a row (step 1) or before it (-1), skipping matches folded into the same row, and into an equal line. */
export const nextHitFrom = (lines: Lines, from: number, step: 1 | -1): number | undefined => {
  const { filteredView, hits } = lines;
  if (!isSearching(lines)) return undefined;
  const next = step > 0 ? nextVisibleHit : previousVisibleHit;
  let hit = next(filteredView, hits, from);
  const isInOther = (id: number): boolean =>
    isRepeat(lines, filteredView.headOf(id)) || nearestVisibleRow(lines, id) === from;
  while (hit !== undefined && isInOther(hit)) hit = next(filteredView, hits, hit);
  return hit;
};
