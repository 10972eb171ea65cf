import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Level } from '../../../domain/facts/level.ts';
import { type PossibleStart, startOf } from '../../../domain/facts/state-start.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { errorLine, reportInternalError } from '../../kit/runtime/internal-error.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { levelWords } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { PaneProblem } from '../contract/pane.ts';
import type { PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { memoizePerObject } from '../state/memoize.ts';
import { pendingLevel } from './ranking.ts';
import { isRoot, triageRows } from './row-triage.ts';

/** The role of a word beside a glyph of this role. Green is a dot, never a word: what is well does not stand out. */
export const wordRole = (role: TextRole): TextRole => (role === 'ok' ? 'plain' : role);

/** Minimum width of a table whose levels have words: in a narrower one the glyph carries the level. */
export const levelWordsFrom = 79;

/** Renders a level as glyph and word in the level's color. `word` replaces the level's own word. */
export const renderLevel = (pen: TextPen, level: Level, word: string = levelWords[level]): StyledLine => [
  pen.glyph(level, level),
  pen.run(` ${word}`, wordRole(level)),
];

/** Renders a state. In the overview the glyph and the title say that a row is OK. */
export const renderState = ({ pen, ui }: RenderContext, level: Level, word: string): StyledLine =>
  ui.place === 'overview' && word === 'OK' ? [pen.glyph(level, level)] : renderLevel(pen, level, word);

/** Renders a stale value. */
export const renderStale = (pen: TextPen, word: string, role: TextRole = 'stale'): StyledLine => [
  pen.glyph('stale', role),
  pen.run(` ${word}`, role),
];

/** Describes the problem of a row and its start. */
export interface ProblemDescriber<R> {
  describe(view: RenderContext, row: R): string;
  start(row: R): PossibleStart;
  /** The failed source that makes the row unknown; undefined: the row's own source. */
  blindSource?(row: R): string | undefined;
}

/** A row of a single fact. */
interface OfFact {
  readonly row: PossibleStart & { readonly stale: boolean };
  readonly fact: { readonly at: Millis };
}

/** The prefix of a stale value: 'stale, 3m27s old: '; empty otherwise. */
export const staleSeenText = (view: RenderContext, time: Millis, stale: boolean): string =>
  stale ? `stale, ${formatAge(view.now - time)} old: ` : '';

/** Creates a describer for rows of facts that joins the non-empty parts. */
export const describeProblem = <R extends OfFact>(
  parts: (row: R, view: RenderContext) => readonly (string | undefined)[],
): ProblemDescriber<R> => ({
  describe: (view, row) => {
    const present = parts(row, view).filter((part) => part !== undefined && part !== '');
    return `${staleSeenText(view, row.fact.at, row.row.stale)}${present.join(' · ')}`;
  },
  start: ({ row }) => row,
});

/** True if the row is not OK or has a pending level. Child rows of a tree are covered by their root. */
const isFinding = (row: PaneRow): boolean =>
  row.isAwaited !== true &&
  row.isToldElsewhere !== true &&
  (row.level !== 'ok' || pendingLevel(row) !== undefined) &&
  isRoot(row);

/** The problem text of a row. The function may be that of a plugin. */
const problemText = <R extends PaneRow>(
  problem: ProblemDescriber<R> | undefined,
  view: RenderContext,
  row: R,
): string => {
  try {
    return problem?.describe(view, row) ?? '';
  } catch (error) {
    reportInternalError(`problem of ${row.label}`, error);
    return `internal error: ${errorLine(error)}`;
  }
};

const memoizedFindings = memoizePerObject<readonly PaneProblem[]>();

/** The problems among these rows; the same list for the same rows. */
export const findingsOf = <R extends PaneRow>(
  rows: readonly R[],
  problem: ProblemDescriber<R> | undefined,
): readonly PaneProblem[] => memoizedFindings(rows, [problem], () => problemsAmong(rows, problem));

const problemsAmong = <R extends PaneRow>(
  rows: readonly R[],
  problem: ProblemDescriber<R> | undefined,
): readonly PaneProblem[] =>
  triageRows(rows)
    .special.filter(isFinding)
    .map((row): PaneProblem => {
      const blindBy = problem?.blindSource?.(row);
      return {
        row,
        ...startOf(problem?.start(row) ?? {}),
        ...defined({ blindSource: blindBy }),
        describe: (view) => problemText(problem, view, row),
      };
    });
