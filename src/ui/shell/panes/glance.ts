import type { Level } from '../../../domain/facts/level.ts';
import { levelRank } from '../../../domain/facts/level.ts';
import { comparedName, fitName, type OtherNames } from '../../kit/text/distinct-name.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { GlyphName } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { memoizePerObject } from '../state/memoize.ts';

/** Rows that the title of a pane counts together. */
export interface TitleCount {
  readonly glyph: GlyphName;
  readonly role: TextRole;
  readonly count: number;
  /** The state of the rows; absent: their level, which the glyph shows. */
  readonly word?: string;
}

/** Problems now compared with ten minutes ago. */
type ProblemTrend = 'rising' | 'falling' | 'level';

/** Summary of the rows in the title of a pane. */
export interface Glance {
  /** Worst first. */
  readonly counts: readonly TitleCount[];
  /** The counts per state, preferred if there is room for their words. */
  readonly states?: readonly TitleCount[] | undefined;
  /** The worst row, if it is not OK. */
  readonly worst?: Pick<PaneRow, 'label' | 'level'> | undefined;
  /** The names of the rows, from which a shortened name of the worst one must differ. */
  readonly names?: readonly string[];
  readonly trend?: ProblemTrend | undefined;
}

/** Names that are compared; a longer list is no help. */
const maxNames = 200;

const levels: readonly Level[] = ['crit', 'warn', 'unknown', 'ok'];

/** Rows of the pane that are not part of another one: the roots of a tree. */
const isRoot = ({ treePosition }: PaneRow): boolean => (treePosition?.depth ?? 0) === 0;

const trendOf = (now: number, before: number | undefined): ProblemTrend | undefined => {
  if (before === undefined) return undefined;
  return now === before ? 'level' : now > before ? 'rising' : 'falling';
};

const memoized = memoizePerObject<Omit<Glance, 'trend'> & { readonly problems: number }>();

/** The roots among these rows by level. */
const countRoots = (rows: readonly PaneRow[]): Omit<Glance, 'trend'> & { readonly problems: number } =>
  memoized(rows, [], () => {
    const byLevel = { ok: 0, warn: 0, crit: 0, unknown: 0 };
    let worst: PaneRow | undefined;
    for (const row of rows) {
      if (!isRoot(row) || row.isWithoutData === true || row.isWithoutLimits === true) continue;
      byLevel[row.level]++;
      if (row.level === 'ok') continue;
      if (levelRank[row.level] > levelRank[worst?.level ?? 'ok']) worst = row;
    }
    const counts = levels.flatMap((level): readonly TitleCount[] =>
      byLevel[level] === 0 ? [] : [{ glyph: level, role: level, count: byLevel[level] }],
    );
    const names = rows.slice(0, maxNames).map(({ label }) => label);
    return { counts, worst, names, problems: byLevel.warn + byLevel.crit + byLevel.unknown };
  });

/** The number of problems among these rows, as the trend compares it. */
export const countProblems = (rows: readonly PaneRow[]): number => countRoots(rows).problems;

/** Counts these rows by level. `before`: the number of problems ten minutes ago; undefined: unknown. */
export const glanceOf = (rows: readonly PaneRow[], before?: number): Glance => {
  const { problems, ...glance } = countRoots(rows);
  return { ...glance, trend: trendOf(problems, before) };
};

/** The trend of a pane, unless an earlier time is shown. */
export const problemsBefore = ({ ui, past }: RenderContext, pane: string): number | undefined =>
  past === undefined ? ui.problemsBefore?.[pane] : undefined;

const trendRoles: Readonly<Record<ProblemTrend, TextRole>> = {
  rising: 'warn',
  falling: 'ok',
  level: 'faint',
};

/** Minimum width of a name that is cut. A shorter piece does not tell it from similar names, and the row itself is close by. */
const minNameCells = 16;

const countsLine = (pen: TextPen, counts: readonly TitleCount[], gap: string): StyledLine =>
  counts.flatMap(
    ({ glyph, role, count, word }, index): StyledLine => [
      pen.run(index === 0 ? '' : gap),
      pen.glyph(glyph, role),
      pen.run(` ${count}${word === undefined ? '' : ` ${word}`}`, role),
    ],
  );

/** The width of the counts per state; infinite if there are none. */
export const statesWidth = (pen: TextPen, { states }: Glance): number =>
  states === undefined ? Number.POSITIVE_INFINITY : lineWidth(countsLine(pen, states, '  '));

/** The width of the counts by level. */
export const countsWidth = (pen: TextPen, { counts }: Glance): number =>
  lineWidth(countsLine(pen, counts, ' '));

/** The counts that fit: with their words, otherwise as many as possible, worst first. */
const fittingCounts = (
  pen: TextPen,
  { counts, states }: Glance,
  room: number,
): { readonly line: StyledLine; readonly isComplete: boolean } => {
  const named = states === undefined ? [] : countsLine(pen, states, '  ');
  if (named.length > 0 && lineWidth(named) <= room) return { line: named, isComplete: true };
  for (let kept = counts.length; kept > 0; kept--) {
    const line = countsLine(pen, counts.slice(0, kept), ' ');
    if (lineWidth(line) <= room) return { line, isComplete: kept === counts.length };
  }
  return { line: [], isComplete: false };
};

/**
 * '✗ 2 ▲ 1 ● 39 ↗  billing-0 · psp': counts, trend and the worst row in at most `room` cells. The trend is left out first,
 * then the name, then the counts from the right.
 */
export const renderGlance = (pen: TextPen, glance: Glance, room: number): StyledLine => {
  const { line: counts, isComplete } = fittingCounts(pen, glance, room);
  const { worst, trend } = glance;
  const left = room - lineWidth(counts);
  if (!isComplete) return counts;
  // Blanks of any width would become a part of the rule.
  const name = worst === undefined ? '' : pen.run(worst.label).text.trim();
  const nameCells = name === '' ? 0 : 2 + Math.min(minNameCells, widthOf(name));
  const hasName = nameCells > 0 && nameCells <= left;
  const hasTrend = trend !== undefined && 2 + (hasName ? nameCells : 0) <= left;
  const nameRoom = left - 2 - (hasTrend ? 2 : 0);
  const otherNames: OtherNames = () => (glance.names ?? []).map((other) => comparedName([pen.run(other)]));
  return [
    ...counts,
    ...(hasTrend ? [pen.run(' '), pen.glyph(trend, trendRoles[trend])] : []),
    ...(hasName && worst !== undefined
      ? [
          pen.run('  '),
          ...(widthOf(name) <= nameRoom
            ? [pen.run(name, worst.level)]
            : fitName([{ text: name, role: worst.level }], nameRoom, otherNames, pen.ellipsis)),
        ]
      : []),
  ];
};
