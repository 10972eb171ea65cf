import type { Level } from '../../../domain/facts/level.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { type GlyphName, levelNames } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { memoizePerObject } from '../state/memoize.ts';
import { isRoot, triageRows } from './row-triage.ts';

/** Rows that the title of a pane counts together. */
export interface TitleCount {
  readonly glyph: GlyphName;
  readonly role: TextRole;
  readonly count: number;
  /** The state of the rows: 'open', or their level. */
  readonly word: string;
}

/** Problems now compared with ten minutes ago. */
type ProblemTrend = 'rising' | 'falling' | 'level';

/** Summary of the rows in the title of a pane. */
export interface Glance {
  /** Worst first. */
  readonly counts: readonly TitleCount[];
  /** The counts per state, preferred if there is room for their words. */
  readonly states?: readonly TitleCount[] | undefined;
  readonly trend?: ProblemTrend | undefined;
}

const levels: readonly Level[] = ['crit', 'warn', 'unknown', 'ok'];

const trendOf = (now: number, before: number | undefined): ProblemTrend | undefined => {
  if (before === undefined) return undefined;
  return now === before ? 'level' : now > before ? 'rising' : 'falling';
};

const memoized = memoizePerObject<Omit<Glance, 'trend'> & { readonly problems: number }>();

/** The roots among these rows by level. */
const countRoots = (rows: readonly PaneRow[]): Omit<Glance, 'trend'> & { readonly problems: number } =>
  memoized(rows, [], () => {
    const { special, plainRoots } = triageRows(rows);
    const byLevel = { ok: plainRoots, warn: 0, crit: 0, unknown: 0 };
    for (const row of special) {
      const isCounted = row.isAwaited !== true && row.isWithoutData !== true && row.isWithoutLimits !== true;
      if (isRoot(row) && isCounted) byLevel[row.level]++;
    }
    const counts = levels.flatMap((level): readonly TitleCount[] =>
      byLevel[level] === 0
        ? []
        : [{ glyph: level, role: level, count: byLevel[level], word: levelNames[level] }],
    );
    return { counts, problems: byLevel.warn + byLevel.crit + byLevel.unknown };
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

/** The count of ok rows is dim: only its glyph is green. */
const countRole = (role: TextRole): TextRole => (role === 'ok' ? 'faint' : role);

/** States in capitals would be louder than the level of their glyph: 'OPEN' is counted as 'open', 'OOMKilled' stays. */
const stateWord = (word: string): string => (word === word.toUpperCase() ? word.toLowerCase() : word);

const countsLine = (pen: TextPen, counts: readonly TitleCount[], hasWords: boolean): StyledLine =>
  counts.flatMap(
    ({ glyph, role, count, word }, index): StyledLine => [
      pen.run(index === 0 ? '' : ' '),
      pen.glyph(glyph, role),
      pen.run(` ${count}${hasWords ? ` ${stateWord(word)}` : ''}`, countRole(role)),
    ],
  );

/** The order in which counts give way: ok first, critical last. */
const yieldOrder: readonly Level[] = ['ok', 'warn', 'unknown'];

/** The counts from the best form to the smallest: with words, by level, as numbers, without ok, without warnings. */
const countForms = (
  pen: TextPen,
  { counts, states }: Pick<Glance, 'counts' | 'states'>,
): readonly { readonly line: StyledLine; readonly isComplete: boolean }[] => {
  const named = [...(states === undefined || states.length === 0 ? [] : [states]), counts];
  const fewer = yieldOrder.map((_, index) =>
    counts.filter(({ glyph }) => !yieldOrder.slice(0, index + 1).some((level) => level === glyph)),
  );
  return [
    ...named.map((shown) => ({ line: countsLine(pen, shown, true), isComplete: true })),
    { line: countsLine(pen, counts, false), isComplete: true },
    ...fewer.map((shown) => ({ line: countsLine(pen, shown, false), isComplete: false })),
  ];
};

/** The width of all counts as numbers. */
export const countsWidth = (pen: TextPen, { counts }: Glance): number =>
  lineWidth(countsLine(pen, counts, false));

/**
 * '✗ 2 critical ▲ 1 warning ● 39 ok ↗': counts and trend in at most `room` cells. The trend is left out first, then the words, then
 * the counts of ok, warning and unknown rows.
 */
export const renderGlance = (pen: TextPen, { counts, states, trend }: Glance, room: number): StyledLine => {
  const fitting = countForms(pen, { counts, states }).find(({ line }) => lineWidth(line) <= room);
  if (fitting === undefined) return [];
  const { line, isComplete } = fitting;
  const hasTrend = isComplete && trend !== undefined && lineWidth(line) + 2 <= room;
  return hasTrend ? [...line, pen.run(' '), pen.glyph(trend, trendRoles[trend])] : line;
};
