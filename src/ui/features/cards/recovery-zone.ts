import type { RunView } from '../../../store/cockpit.ts';
import { cardInnerWidth } from '../../kit/components/card.ts';
import type { CardZone } from '../../kit/components/card-zones.ts';
import { fitLine, lineToText, type StyledLine, sliceLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { changesZone } from './change-lines.ts';
import { type RecoveryChart, recoveryChart } from './recovery-chart.ts';

/** Cells of a chart beside the changes, with the gap before it, and of the changes that need no less. */
const chartCells = 38;
const gap = '   ';
const leastChangeCells = 52;
/** Rows of the chart with its title and its time axis. */
const rowsBeside = { least: 7, most: 10 } as const;
/** Rows of a chart in a zone of its own: two of its line, and the time axis. */
const rowsBelow = 3;
/** The same where that has no room: one row of its line. */
const rowsSmall = 2;

/** Cells of a card besides its inner width, as `cardInnerWidth` computes it. */
const widthBesideInner = 12;

/** The rows that zones need at least: their rules, and of each the entries that are never hidden. */
const leastRows = (zones: readonly CardZone[]): number =>
  zones.reduce((sum, { entries }) => {
    const shown = entries.filter(({ isKept }, index) => index === 0 || isKept === true);
    return entries.length === 0 ? sum : sum + 1 + shown.reduce((count, { rows }) => count + rows.length, 0);
  }, 0);

/** True if no text of the zone is wider: a change that is cut says nothing. */
const isWithin = ({ entries }: CardZone, cells: number): boolean =>
  entries.every(({ rows }) => rows.every((row) => widthOf(lineToText(row).trimEnd()) <= cells));

/** The changes with the chart at their right: as many rows as both need. */
const beside = (view: RenderContext, changes: CardZone, chart: RecoveryChart, cells: number): CardZone => {
  const { pen } = view;
  const rows = changes.entries.flatMap((entry) => entry.rows);
  const height = Math.min(rowsBeside.most, Math.max(rowsBeside.least, rows.length));
  const lines: readonly StyledLine[] = [
    fitLine([pen.run(chart.title, 'bold')], chartCells, 'plain', pen.ellipsis),
    ...chart.lines(chartCells, height - 1),
  ];
  return {
    ...changes,
    // One entry: a part of a chart says nothing.
    entries: [
      {
        rows: Array.from({ length: Math.max(rows.length, lines.length) }, (_, index) => [
          // Blanks that align columns go on beyond it.
          ...fitLine(sliceLine(rows[index] ?? [], 0, cells), cells, 'plain', pen.ellipsis),
          pen.run(gap),
          ...(lines[index] ?? []),
        ]),
      },
    ],
  };
};

/** The changes with the chart below them, in one row and its time axis; the rule above has its title. */
const withSmallChart = (view: RenderContext, changes: CardZone, chart: RecoveryChart): CardZone => {
  const [first, ...rest] = changes.entries;
  const course = { rows: chart.lines(cardInnerWidth(view), rowsSmall), isKept: true };
  return {
    ...changes,
    note: [changes.note ?? '', chart.title].filter((part) => part !== '').join(' · '),
    entries: [...(first === undefined ? [] : [first]), course, ...rest],
  };
};

/**
 * The zones 'Before → after' with the chart that shows the recovery, in a card with `height` rows for all zones: at the right of the
 * changes, if what a card never hides has room beside it; otherwise small, in a zone of its own or below the changes. `others`: the other zones.
 */
export const recoveryZones = (
  view: RenderContext,
  run: RunView,
  others: readonly CardZone[],
  { height, all }: { readonly height: number; readonly all: boolean },
): readonly CardZone[] => {
  const changes = changesZone(view, run, all);
  const chart = recoveryChart(view, run);
  if (chart === undefined) return [changes];
  const cells = cardInnerWidth(view) - chartCells - gap.length;
  if (cells >= leastChangeCells && changes.entries.length > 0) {
    const narrow = changesZone({ ...view, columns: cells + widthBesideInner }, run, all);
    const both = beside(view, narrow, chart, cells);
    if (isWithin(narrow, cells) && (all || leastRows([...others, both]) <= height)) return [both];
  }
  const own: CardZone = {
    title: chart.title,
    entries: [{ rows: chart.lines(cardInnerWidth(view), rowsBelow) }],
  };
  if (all || leastRows([...others, changes, own]) <= height) return [changes, own];
  const small = withSmallChart(view, changes, chart);
  return leastRows([...others, small]) <= height ? [small] : [changes];
};
