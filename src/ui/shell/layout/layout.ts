import type { Pane } from '../contract/pane.ts';
import type { PaneForm, PaneRoom } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { memoizePerObject } from '../state/memoize.ts';
import { bodyHeight } from './body-rows.ts';
import { distributeLines, partRows, sumOf } from './distribute-lines.ts';
import {
  type BandPart,
  filterPanes,
  firstHeight,
  minSideBySideColumns,
  overviewBands,
  panesInOverview,
  panesWithCounts,
} from './overview-bands.ts';
import { borderRoom, hasPanelSides, isSmallScreen } from './screen-size.ts';

/** Minimum pane height in the overview: a title and one row. */
const minPaneHeight = 2;

/** Below this width, counts and the worst row of each pane take precedence over further rows. */
const narrow = 100;

/** Minimum width at which no rows are folded. */
const wide = 180;

type Bands = readonly (readonly BandPart[])[];

/** The bands of the overview without full-height columns. */
const stacked = (view: RenderContext): Bands =>
  filterPanes(overviewBands(view), ({ isColumn }) => isColumn !== true);

/** The form of each pane. */
type PaneForms = (pane: Pane) => PaneForm;

const all =
  (form: PaneForm): PaneForms =>
  () =>
    form;

/** The parts of `width` cells, without the borders between them. */
const partCells = (
  view: RenderContext,
  parts: readonly BandPart[],
  { x, width }: Cells,
): readonly Cells[] => {
  const { between } = borderRoom(view);
  const total = sumOf(parts.map(({ share }) => share));
  let before = 0;
  return parts.map(({ share }) => {
    const from = Math.floor(((width + between) * before) / total);
    before += share;
    const to = Math.floor(((width + between) * before) / total);
    return { x: x + from, width: to - from - between };
  });
};

const panesOf = (parts: readonly BandPart[]): readonly Pane[] => parts.flatMap(({ panes }) => panes);

/** The charts, if they have boxes of their own here: the overview gives them room before the other panes unfold. */
const isBoxed = (view: RenderContext, { boxes }: Pane): boolean =>
  boxes !== undefined && hasPanelSides(view) && view.ui.place === 'overview';

/** The desired heights of bands in `cells`; panes with boxes of their own want nothing by themselves. */
const wantsOf = (
  view: RenderContext,
  bands: Bands,
  forms: PaneForms,
  cells: Cells,
  limited = (_: RenderContext, __: Pane, want: number): number => want,
): readonly number[] => {
  const { below } = borderRoom(view);
  return bands.map((parts) => {
    const widths = partCells(view, parts, cells);
    return Math.max(
      ...parts.map(
        ({ panes }, index) =>
          sumOf(
            panes.map((pane) =>
              limited(view, pane, pane.desiredHeight(view, forms(pane), widths[index]?.width ?? 0)),
            ),
          ) +
          (panes.length - 1) * below,
      ),
    );
  });
};

/** The rows of the pane that fills spare rows, of `spare` ones. */
const filledRows = (view: RenderContext, panes: readonly Pane[], spare: number, width: number): number =>
  Math.max(
    0,
    ...panes.map(({ spareRows }) =>
      spareRows === undefined || spareRows.from > spare ? 0 : spareRows.most(view, width),
    ),
  );

/** The rows of the body that a pane with boxes of its own takes, and the bands of the others. */
interface BoxedPlan {
  readonly pane: Pane;
  readonly height: number;
}

/** Rows of a healthy pane besides its title, heads and one folded row: without them, more rows of charts are of less use. */
const leastUnfolded = 4;

/** The boxes at the top of the overview: as many rows of them as leave the other panes their folded rows. */
const boxedPlan = (view: RenderContext): BoxedPlan | undefined => {
  const pane = panesInOverview(view).find((candidate) => isBoxed(view, candidate));
  if (pane?.boxes === undefined) return undefined;
  const others = filterPanes(stacked(view), (candidate) => candidate !== pane);
  const { below } = borderRoom(view);
  const width = hasColumn(view) ? besideColumn(view.columns - 2) : view.columns - 2;
  const needed = sumOf(wantsOf(view, others, all('folded'), { x: 1, width })) + others.length * below;
  const spare = bodyHeight(view) - needed;
  const height = pane.boxes(view).find((rows) => rows <= spare - leastUnfolded) ?? pane.boxes(view).at(-1);
  return height === undefined || height > spare ? undefined : { pane, height };
};

/** The forms in the overview: OK rows are folded only if they do not fit. Bands are unfolded from the top as long as rows are left. */
const overviewForms = (view: RenderContext): PaneForms => {
  if (view.columns >= wide) return all('brief');
  const plan = boxedPlan(view);
  const bands = filterPanes(stacked(view), (pane) => pane !== plan?.pane);
  const room = bodyHeight(view) - (plan?.height ?? 0) - bands.length * borderRoom(view).below;
  const cells = insideEdges(view);
  const brief = wantsOf(view, bands, all('brief'), cells);
  if (sumOf(brief) <= room) return all('brief');
  const folded = wantsOf(view, bands, all('folded'), cells);
  const spare = room - sumOf(folded);
  const filled = plan === undefined ? filledRows(view, bands.flatMap(panesOf), spare, cells.width) : 0;
  let left = spare - Math.min(spare, filled);
  const unfolded = new Set<string>();
  for (const [index, parts] of bands.entries()) {
    const more = (brief[index] ?? 0) - (folded[index] ?? 0);
    const panes = panesOf(parts);
    // Of healthy rows, the first ones say more than their number.
    const isPartly =
      plan !== undefined && left >= leastUnfolded && panes.every((pane) => isHealthy(view, pane));
    if (more <= 0 || (more > left && !isPartly)) continue;
    left -= Math.min(left, more);
    for (const { id } of panes) unfolded.add(id);
  }
  return ({ id }) => (unfolded.has(id) ? 'brief' : 'folded');
};

const isHealthy = (view: RenderContext, pane: Pane): boolean => pane.problems(view).length === 0;

const memoizedForms = memoizePerObject<PaneForms>();

const currentForms = (view: RenderContext): PaneForms =>
  view.ui.place === 'overview' && !isSmallScreen(view)
    ? memoizedForms(view, [], () => overviewForms(view))
    : all('full');

/** The current form of a pane. Computed once per render context for all of them. */
export const currentForm = (view: RenderContext, pane: Pane): PaneForm => currentForms(view)(pane);

/** The content of a pane in the body, inside of its rules: cells and rows from the top left. The first row is the title. */
export interface PanePosition extends PaneRoom {
  readonly pane: Pane;
  readonly x: number;
  readonly y: number;
}

/** The start of each of `count` equal parts, and the end of the last one. */
const cuts = (cells: number, count: number): readonly number[] =>
  Array.from({ length: count + 1 }, (_, index) => Math.floor((cells * index) / count));

/** A stretch of cells on the screen. */
interface Cells {
  readonly x: number;
  readonly width: number;
}

/** The cells between the rules at the left and the right edge of the screen. */
const insideEdges = ({ columns }: RenderContext): Cells => ({ x: 1, width: columns - 2 });

const band = (
  view: RenderContext,
  parts: readonly BandPart[],
  forms: PaneForms,
  { y, height, x, width }: Cells & { readonly y: number; readonly height: number },
): readonly PanePosition[] => {
  const { below } = borderRoom(view);
  const cells = partCells(view, parts, { x, width });
  return parts.flatMap(({ panes }, index) => {
    const own = cells[index] ?? { x, width };
    const wants = panes.map((pane) => pane.desiredHeight(view, forms(pane), own.width));
    const rows = partRows(wants, height - (panes.length - 1) * below, minPaneHeight);
    let top = y;
    return panes.flatMap((pane, place): readonly PanePosition[] => {
      const high = rows[place] ?? 0;
      const placed = {
        pane,
        ...own,
        y: top,
        height: high,
        form: forms(pane),
        focused: pane.id === view.ui.focus,
      };
      top += high + below;
      return high < Math.min(minPaneHeight, wants[place] ?? minPaneHeight) ? [] : [placed];
    });
  });
};

/** A band of panes side by side, with equal shares. */
const equalParts = (...panes: readonly Pane[]): readonly BandPart[] =>
  panes.map((pane) => ({ panes: [pane], share: 1 }));

/** The rows of each band that others do not need: first to the pane that fills them, the rest to the last band. */
const shareSpare = (view: RenderContext, bands: Bands, spare: number, width: number): readonly number[] => {
  let left = spare;
  const shares = bands.map((parts) => {
    const share = Math.min(left, filledRows(view, panesOf(parts), left, width));
    left -= share;
    return share;
  });
  return shares.map((share, index) => share + (index === bands.length - 1 ? left : 0));
};

/** Stacks bands from row `y`, each with its desired height if possible. */
const stack = (
  view: RenderContext,
  bands: Bands,
  forms: PaneForms,
  { y: top, height, ...cells }: Cells & { readonly y: number; readonly height: number },
): readonly PanePosition[] => {
  const { below } = borderRoom(view);
  const wants = wantsOf(view, bands, forms, cells);
  const limits = wantsOf(view, bands, forms, cells, firstHeight);
  const first = limits.map((want, index) => {
    const isCounted = panesOf(bands[index] ?? []).every(({ id }) => panesWithCounts.has(id));
    return view.columns < narrow && isCounted ? Math.min(want, minPaneHeight) : want;
  });
  const least = bands.map((parts) =>
    Math.max(...parts.map(({ panes }) => panes.length * (minPaneHeight + below) - below)),
  );
  const room = height - bands.length * below;
  const heights = distributeLines(wants, room, least, first);
  const shares = shareSpare(view, bands, room - sumOf(heights), cells.width);
  let y = top;
  return bands.flatMap((parts, index) => {
    const rows = (heights[index] ?? 0) + (shares[index] ?? 0);
    if (rows === 0) return [];
    const placed = band(view, parts, forms, { y, height: rows, ...cells });
    y += rows + below;
    return placed;
  });
};

/** The width left beside a full-height column: two thirds. */
const besideColumn = (columns: number): number => Math.floor((columns * 2) / 3);

const columnOf = (view: RenderContext): Pane | undefined =>
  panesInOverview(view).find(({ isColumn }) => isColumn === true);

const hasColumn = (view: RenderContext): boolean => columnOf(view) !== undefined;

/** The cells beside the full-height column, and the column, in these rows; all cells without one. */
const withColumn = (
  view: RenderContext,
  rows: Pick<PanePosition, 'y' | 'height'>,
): { readonly main: Cells; readonly column: readonly PanePosition[] } => {
  const { x, width } = insideEdges(view);
  const pane = columnOf(view);
  if (pane === undefined) return { main: { x, width }, column: [] };
  const left = besideColumn(width);
  const from = x + left + borderRoom(view).between;
  const cells = { x: from, width: x + width - from };
  const column = { pane, form: 'brief', focused: pane.id === view.ui.focus, ...cells, ...rows } as const;
  return { main: { x, width: left }, column: [column] };
};

const boxedPosition = (view: RenderContext, { pane, height }: BoxedPlan): PanePosition => ({
  ...{ pane, form: 'brief', focused: pane.id === view.ui.focus, isUnframed: true },
  ...{ x: 0, y: 0, width: view.columns, height },
});

/** Rows that charts above a pane leave to it. */
const leastBelowCharts = 16;

const isFramed = (view: RenderContext, pane: Pane): boolean =>
  hasPanelSides(view) && view.ui.split === undefined && pane.isFramed?.(view) === true;

/** The charts above a pane, if it keeps enough rows. */
const chartsAbove = (view: RenderContext, height: number): BoxedPlan | undefined => {
  const charts = view.features.panes.all().find(({ boxes }) => boxes !== undefined);
  const rows = charts?.isAvailable(view) === true ? charts.boxes?.(view).at(-1) : undefined;
  return charts === undefined || rows === undefined || height - rows < leastBelowCharts
    ? undefined
    : { pane: charts, height: rows };
};

/** A pane with the charts above it, and the full-height column of the overview at its right. */
const framed = (view: RenderContext, pane: Pane, height: number): readonly PanePosition[] => {
  const { below } = borderRoom(view);
  const charts = chartsAbove(view, height);
  const y = charts?.height ?? 0;
  const { main, column } = withColumn(view, { y, height: height - y - below });
  const room = { y, height: height - y - below, ...main };
  return [
    ...(charts === undefined ? [] : [boxedPosition(view, charts)]),
    ...band(view, equalParts(pane), all('full'), room),
    ...column,
  ];
};

/** All panes of the overview: boxes at the top, then bands; a full-height column is at the right. */
const overview = (view: RenderContext, height: number): readonly PanePosition[] => {
  const forms = currentForms(view);
  const { below } = borderRoom(view);
  const plan = boxedPlan(view);
  const y = plan?.height ?? 0;
  const boxed = plan === undefined ? [] : [boxedPosition(view, plan)];
  const bands = filterPanes(stacked(view), (pane) => pane !== plan?.pane && !isBoxed(view, pane));
  const { main, column } = withColumn(view, { y, height: height - y - below });
  return [...boxed, ...stack(view, bands, forms, { ...main, y, height: height - y }), ...column];
};

/** Two panes; side by side if the terminal is wide enough. */
const splitInTwo = (view: RenderContext, panes: readonly Pane[], height: number): readonly PanePosition[] => {
  const cells = insideEdges(view);
  const { below } = borderRoom(view);
  if (view.columns >= minSideBySideColumns)
    return band(view, equalParts(...panes), all('full'), { y: 0, height: height - below, ...cells });
  const edges = cuts(height, panes.length);
  return panes.flatMap((pane, index) => {
    const y = edges[index] ?? 0;
    const room = { y, height: (edges[index + 1] ?? 0) - y - below, ...cells };
    return band(view, equalParts(pane), all('full'), room);
  });
};

const positions = (view: RenderContext, height: number): readonly PanePosition[] => {
  const { place, split, focus } = view.ui;
  const cells = insideEdges(view);
  const single = (id: string): readonly PanePosition[] => {
    const pane = view.features.panes.byId(id);
    if (isFramed(view, pane)) return framed(view, pane, height);
    const room = { y: 0, height: height - borderRoom(view).below, ...cells };
    return band(view, equalParts(pane), all('full'), room);
  };
  // Its rows have no boxes, however few they are.
  if (isSmallScreen(view)) {
    const pane = view.features.panes.byId(focus);
    return [
      { pane, form: 'full', focused: true, x: 0, y: 0, width: view.columns, height: Math.max(0, height) },
    ];
  }
  if (place === 'overview') return overview(view, height);
  if (split === undefined) return single(place);
  return splitInTwo(view, split.panes.map(view.features.panes.byId), height);
};

const memoized = memoizePerObject<readonly PanePosition[]>();

/** The positions of the visible panes: the overview, two panes or one. Computed once per render context. */
export const panePositions = (view: RenderContext, height: number): readonly PanePosition[] =>
  memoized(view, [height], () => positions(view, height));

/** The panes that the overview has room for, in display order: those for spare rows are left out where there are none. */
export const panesOnOverview = (view: RenderContext): readonly Pane[] =>
  panesInOverview(view).filter(
    (pane) =>
      (pane.spareRows === undefined && pane.boxes === undefined) ||
      panePositions(view, bodyHeight(view)).some((placed) => placed.pane === pane),
  );

/** Moves the focus to a visible pane if the focused one is no longer shown; on a small screen to Problems. */
export const withValidFocus = (view: RenderContext): RenderContext => {
  if (view.ui.place !== 'overview') return view;
  // The small screen shows the findings of all panes instead of the overview.
  if (isSmallScreen(view)) return { ...view, ui: { ...view.ui, focus: 'now' } };
  const focused = panesInOverview(view).find(({ id }) => id === view.ui.focus);
  if (focused !== undefined && focused.spareRows === undefined && focused.boxes === undefined) return view;
  const visiblePanes = panesOnOverview(view);
  const [first] = visiblePanes;
  if (first === undefined || visiblePanes.some(({ id }) => id === view.ui.focus)) return view;
  return { ...view, ui: { ...view.ui, focus: first.id } };
};
