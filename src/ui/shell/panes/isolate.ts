import { errorLine, reportInternalError } from '../../kit/runtime/internal-error.ts';
import { fitLine, type StyledLine } from '../../kit/text/line.ts';
import type { Pane, PaneProblem } from '../contract/pane.ts';
import type { PaneRoom, PaneRow, RenderedPane } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';

/** A finding instead of the problems of a pane that cannot be computed. */
const unknownProblems = (pane: Pane, error: unknown): readonly PaneProblem[] => {
  const row: PaneRow = {
    key: 'internal error',
    level: 'unknown',
    label: pane.title,
    text: `${pane.title} internal error`,
  };
  return [{ row, describe: () => `the problems are unknown: internal error: ${errorLine(error)}` }];
};

const renderError = (
  pane: Pane,
  { pen }: RenderContext,
  { width, height, focused }: PaneRoom,
  error: unknown,
): RenderedPane => {
  const name = pane.key === undefined ? pane.title : `${pane.key} ${pane.title}`;
  const lines: readonly StyledLine[] = [
    [
      focused ? pen.glyph('focus', 'focus') : pen.run(' '),
      pen.run(name, focused ? 'focus' : 'title'),
      pen.run('  internal error', 'down'),
    ],
    [
      pen.run(' '),
      pen.glyph('down', 'down'),
      pen.run(` cannot draw ${pane.title}: ${errorLine(error)}`, 'down'),
    ],
    [pen.run('   other panes are not affected. --debug records the error in opsdeck.log', 'faint')],
  ];
  return {
    lines: lines.slice(0, height).map((line) => fitLine(line, width, 'plain', pen.ellipsis)),
  };
};

/**
 * Isolates a pane: an error in its code, or in the functions of a plugin's fact kind, is drawn in its place and
 * reported, and other panes are not affected. Its rows are then empty, and its problems one unknown finding.
 */
const isolate = (pane: Pane): Pane => {
  const orElse =
    <A extends readonly unknown[], R>(
      compute: (...input: A) => R,
      otherwise: (error: unknown, ...input: A) => R,
    ) =>
    (...input: A): R => {
      try {
        return compute(...input);
      } catch (error) {
        reportInternalError(`pane ${pane.id}`, error);
        return otherwise(error, ...input);
      }
    };
  const {
    spareRows,
    sortColumns,
    detailFeeds,
    columns,
    problemCount,
    visibleRows,
    divider,
    outlines,
    rowParts,
    boxes,
    isFramed,
  } = pane;
  return {
    ...pane,
    ...(sortColumns === undefined ? {} : { sortColumns: orElse(sortColumns, () => []) }),
    ...(columns === undefined ? {} : { columns: orElse(columns, () => []) }),
    ...(problemCount === undefined ? {} : { problemCount: orElse(problemCount, () => 1) }),
    ...(detailFeeds === undefined ? {} : { detailFeeds: orElse(detailFeeds, () => []) }),
    ...(visibleRows === undefined ? {} : { visibleRows: orElse(visibleRows, () => undefined) }),
    ...(rowParts === undefined ? {} : { rowParts: rowParts.map((make) => orElse(make, () => undefined)) }),
    ...(boxes === undefined ? {} : { boxes: orElse(boxes, () => []) }),
    ...(isFramed === undefined ? {} : { isFramed: orElse(isFramed, () => false) }),
    ...(outlines === undefined ? {} : { outlines: orElse(outlines, () => undefined) }),
    ...(divider === undefined ? {} : { divider: orElse(divider, () => undefined) }),
    ...(spareRows === undefined
      ? {}
      : { spareRows: { from: spareRows.from, most: orElse(spareRows.most, () => spareRows.from) } }),
    isAvailable: orElse(pane.isAvailable, () => true),
    columnCount: orElse(pane.columnCount, () => 0),
    query: orElse(pane.query, () => ({ rows: [], all: 0, isFuzzy: false })),
    everyRow: orElse(pane.everyRow, () => []),
    table: orElse(pane.table, () => ({ heads: [], cells: [] })),
    allRows: orElse(pane.allRows, () => []),
    rows: orElse(pane.rows, () => []),
    displayedRows: orElse(pane.displayedRows, () => []),
    desiredHeight: orElse(pane.desiredHeight, () => 3),
    render: orElse(pane.render, (error, view, room) => renderError(pane, view, room, error)),
    problems: orElse(pane.problems, (error) => unknownProblems(pane, error)),
  };
};

const isolated = new WeakMap<Pane, Pane>();

/** The isolated form of a pane; the same object for the same pane. */
export const isolatePane = (pane: Pane): Pane => {
  const known = isolated.get(pane) ?? isolate(pane);
  isolated.set(pane, known);
  return known;
};
