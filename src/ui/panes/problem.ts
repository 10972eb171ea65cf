import { formatAge } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import type { Level } from '../../domain/level.ts';
import type { RenderContext } from '../render-context.ts';
import type { StyledLine } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import { levelWords } from '../theme/glyphs.ts';
import type { TextRole } from '../theme/roles.ts';

/** A level as it is always shown: glyph and word, in the level's colour. `word` in place of the level's own. */
export const renderLevel = (pen: TextPen, level: Level, word: string = levelWords[level]): StyledLine => [
  pen.glyph(level, level),
  pen.run(` ${word}`, level),
];

/** The same for something that was seen too long ago to be believed. */
export const renderStale = (pen: TextPen, word: string, role: TextRole = 'stale'): StyledLine => [
  pen.glyph('stale', role),
  pen.run(` ${word}`, role),
];

/** What tells, in a pane's own words, what is wrong with one of its rows, and since when. */
export interface ProblemDescriber<R> {
  describe(view: RenderContext, row: R): string;
  since(row: R): Millis | undefined;
  /** The source that cannot be seen because of which the row is unknown; absent or undefined: the row's own. */
  blindSource?(row: R): string | undefined;
}

/** A row that was made of one fact. */
interface OfFact {
  readonly row: { readonly stale: boolean; readonly since?: Millis };
  readonly fact: { readonly at: Millis };
}

/** What was seen too long ago to be believed says so first: 'seen 3m27s ago: OPEN'. */
export const staleSeenText = (view: RenderContext, at: Millis, stale: boolean): string =>
  stale ? `stale, ${formatAge(view.now - at)} old: ` : '';

/** The same for rows of facts, from the parts that tell; empty ones are left out. */
export const describeProblem = <R extends OfFact>(
  parts: (row: R, view: RenderContext) => readonly (string | undefined)[],
): ProblemDescriber<R> => ({
  describe: (view, row) => {
    const told = parts(row, view).filter((part) => part !== undefined && part !== '');
    return `${staleSeenText(view, row.fact.at, row.row.stale)}${told.join(' · ')}`;
  },
  since: ({ row }) => row.since,
});
