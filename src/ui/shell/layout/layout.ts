import type { PanelOutline } from '../../kit/components/panel.ts';
import type { Pane } from '../contract/pane.ts';
import type { PaneForm, PaneRoom } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { memoizePerObject } from '../state/memoize.ts';
import { bodyHeight } from './body-rows.ts';
import { minSideBySideColumns, overviewBands, panesInOverview, panesWithCounts } from './overview-bands.ts';
import { isSmallScreen } from './screen-size.ts';

/** Minimum pane height in the overview: a title and one row. */
const minPaneHeight = 2;

/** Below this width, counts and the worst row of each pane take precedence over further rows. */
const narrow = 100;

/** Minimum width at which no rows are folded. */
const wide = 180;

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/**
 * Distributes lines among panes: first the minimum, then one line at a time from the top up to `first`, then up to all
 * they want.
 */
export const distributeLines = (
  wants: readonly number[],
  room: number,
  least: number,
  first: readonly number[] = wants,
): readonly number[] => {
  const given = wants.map((want) => Math.min(want, least));
  let left = room - sumOf(given);
  const grow = (upTo: readonly number[]): void => {
    for (let grew = true; left > 0 && grew; ) {
      grew = false;
      for (const [index, want] of upTo.entries()) {
        const has = given[index] ?? 0;
        if (left <= 0 || has >= want) continue;
        given[index] = has + 1;
        left--;
        grew = true;
      }
    }
  };
  grow(first);
  grow(wants);
  return given;
};

/** The bands of the overview without full-height columns. */
const stacked = (view: RenderContext): readonly (readonly Pane[])[] =>
  overviewBands(view)
    .map((panes) => panes.filter(({ isColumn }) => isColumn !== true))
    .filter((panes) => panes.length > 0);

/** The form of each pane. */
type PaneForms = (pane: Pane) => PaneForm;

const all =
  (form: PaneForm): PaneForms =>
  () =>
    form;

/** The desired heights of bands in `width` cells. */
const wantsOf = (
  view: RenderContext,
  bands: readonly (readonly Pane[])[],
  forms: PaneForms,
  width: number,
): readonly number[] =>
  bands.map((panes) =>
    Math.max(
      ...panes.map((pane) =>
        pane.desiredHeight(view, forms(pane), Math.floor((width + 1) / panes.length) - 1),
      ),
    ),
  );

/** The rows of the pane that fills spare rows, of `spare` ones. */
const filledRows = (view: RenderContext, panes: readonly Pane[], spare: number, width: number): number =>
  Math.max(
    0,
    ...panes.map(({ spareRows }) =>
      spareRows === undefined || spareRows.from > spare ? 0 : spareRows.most(view, width),
    ),
  );

/**
 * The forms in the overview: OK rows are folded only if they do not fit. Bands are unfolded from the top as long as rows are
 * left that nothing else fills.
 */
const overviewForms = (view: RenderContext): PaneForms => {
  if (view.columns >= wide) return all('brief');
  const bands = stacked(view);
  const room = bodyHeight(view);
  const width = view.columns - 2;
  const brief = wantsOf(view, bands, all('brief'), width);
  if (sumOf(brief) <= room) return all('brief');
  const folded = wantsOf(view, bands, all('folded'), width);
  const spare = room - sumOf(folded);
  let left = spare - Math.min(spare, filledRows(view, bands.flat(), spare, width));
  const unfolded = new Set<string>();
  for (const [index, panes] of bands.entries()) {
    const more = (brief[index] ?? 0) - (folded[index] ?? 0);
    if (more <= 0 || more > left) continue;
    left -= more;
    for (const { id } of panes) unfolded.add(id);
  }
  return ({ id }) => (unfolded.has(id) ? 'brief' : 'folded');
};

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
  panes: readonly Pane[],
  forms: PaneForms,
  { y, height, x, width }: Cells & { readonly y: number; readonly height: number },
): readonly PanePosition[] => {
  // Neighbors share one rule, so each part but the last ends with it.
  const at = cuts(width + 1, panes.length);
  return panes.map((pane, index) => ({
    pane,
    x: x + (at[index] ?? 0),
    y,
    width: (at[index + 1] ?? 0) - (at[index] ?? 0) - 1,
    height,
    form: forms(pane),
    focused: pane.id === view.ui.focus,
  }));
};

/** The rows of each band that others do not need: first to the pane that fills them, the rest to the last band. */
const shareSpare = (
  view: RenderContext,
  rows: readonly (readonly Pane[])[],
  spare: number,
  width: number,
): readonly number[] => {
  let left = spare;
  const shares = rows.map((panes) => {
    const share = Math.min(left, filledRows(view, panes, left, width));
    left -= share;
    return share;
  });
  return shares.map((share, index) => share + (index === rows.length - 1 ? left : 0));
};

/** Stacks the bands, each with its desired height if possible. */
const stack = (
  view: RenderContext,
  forms: PaneForms,
  height: number,
  cells: Cells,
  elsewhere?: Pane,
): readonly PanePosition[] => {
  const rows = stacked(view).filter((panes) => panes[0] !== elsewhere);
  const wants = wantsOf(view, rows, forms, cells.width);
  const first = wants.map((want, index) => {
    const isCounted = rows[index]?.every(({ id }) => panesWithCounts.has(id)) === true;
    return view.columns < narrow && isCounted ? Math.min(want, minPaneHeight) : want;
  });
  const heights = distributeLines(wants, height, minPaneHeight, first);
  const spare = height - sumOf(heights);
  const shares = shareSpare(view, rows, spare, cells.width);
  let y = 0;
  return rows.flatMap((panes, index) => {
    const room = (heights[index] ?? 0) + (shares[index] ?? 0);
    if (room === 0) return [];
    const placed = band(view, panes, forms, { y, height: room, ...cells });
    y += room;
    return placed;
  });
};

/** The width left beside a full-height column: two thirds. */
const besideColumn = (columns: number): number => Math.floor((columns * 2) / 3);

/** The pane that fills spare rows is below the full-height column, if there is one: at most in its lower half. */
const belowColumn = (
  view: RenderContext,
  height: number,
  width: number,
): { readonly pane: Pane; readonly height: number } | undefined => {
  const pane = overviewBands(view)
    .flat()
    .find(({ spareRows }) => spareRows !== undefined);
  if (pane?.spareRows === undefined) return undefined;
  const room = Math.min(pane.spareRows.most(view, width), Math.floor(height / 2));
  return room < pane.spareRows.from ? undefined : { pane, height: room };
};

/** All panes of the overview; a full-height column is at the right. */
const overview = (view: RenderContext, height: number): readonly PanePosition[] => {
  const forms = currentForms(view);
  const column = overviewBands(view)
    .flat()
    .find(({ isColumn }) => isColumn === true);
  const { x, width } = insideEdges(view);
  if (column === undefined) return stack(view, forms, height, { x, width });
  const left = besideColumn(width);
  const right = { x: x + left + 1, width: width - left - 1 };
  const below = belowColumn(view, height, right.width);
  const place = (pane: Pane, y: number, high: number): PanePosition => ({
    pane,
    form: forms(pane),
    focused: pane.id === view.ui.focus,
    ...right,
    y,
    height: high,
  });
  const high = height - (below?.height ?? 0);
  return [
    ...stack(view, forms, height, { x, width: left }, below?.pane),
    place(column, 0, high),
    ...(below === undefined ? [] : [place(below.pane, high, below.height)]),
  ];
};

/** Two panes; side by side if the terminal is wide enough. */
const splitInTwo = (view: RenderContext, panes: readonly Pane[], height: number): readonly PanePosition[] => {
  const cells = insideEdges(view);
  if (view.columns >= minSideBySideColumns) return band(view, panes, all('full'), { y: 0, height, ...cells });
  const at = cuts(height, panes.length);
  return panes.flatMap((pane, index) => {
    const y = at[index] ?? 0;
    return band(view, [pane], all('full'), { y, height: (at[index + 1] ?? 0) - y, ...cells });
  });
};

const positions = (view: RenderContext, height: number): readonly PanePosition[] => {
  const { place, split, focus } = view.ui;
  if (isSmallScreen(view))
    return band(view, [view.features.panes.byId(focus)], all('full'), { y: 0, height, ...insideEdges(view) });
  if (place === 'overview') return overview(view, height);
  if (split === undefined)
    return band(view, [view.features.panes.byId(place)], all('full'), { y: 0, height, ...insideEdges(view) });
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
      pane.spareRows === undefined ||
      panePositions(view, bodyHeight(view)).some((placed) => placed.pane === pane),
  );

/** Moves the focus to a visible pane if the focused one is no longer shown; on a small screen to Problems. */
export const withValidFocus = (view: RenderContext): RenderContext => {
  if (view.ui.place !== 'overview') return view;
  // The small screen shows the findings of all panes instead of the overview.
  if (isSmallScreen(view)) return { ...view, ui: { ...view.ui, focus: 'now' } };
  const focused = panesInOverview(view).find(({ id }) => id === view.ui.focus);
  if (focused !== undefined && focused.spareRows === undefined) return view;
  const visiblePanes = panesOnOverview(view);
  const [first] = visiblePanes;
  if (first === undefined || visiblePanes.some(({ id }) => id === view.ui.focus)) return view;
  return { ...view, ui: { ...view.ui, focus: first.id } };
};

/** Panes side by side, left to right, as high as the highest of them. */
export interface Band {
  readonly y: number;
  readonly height: number;
  readonly panes: readonly PanePosition[];
}

/** The body as rows of panes, and the panes in a column at their right, if any. */
export interface BodyLayout {
  readonly bands: readonly Band[];
  readonly column: readonly PanePosition[];
}

const bandsOf = (placed: readonly PanePosition[]): readonly Band[] =>
  [...new Set(placed.map(({ y }) => y))].map((y): Band => {
    const panes = placed.filter((panePosition) => panePosition.y === y);
    return { y, height: Math.max(...panes.map(({ height }) => height)), panes };
  });

/** Groups the visible panes into bands and a column, for components. */
export const bodyLayout = (view: RenderContext, height: number): BodyLayout => {
  const placed = panePositions(view, height);
  const first = view.ui.place === 'overview' ? placed.find(({ pane }) => pane.isColumn === true) : undefined;
  const [column, others] =
    first === undefined
      ? [[], placed]
      : [placed.filter(({ x }) => x >= first.x), placed.filter(({ x }) => x < first.x)];
  return { bands: bandsOf(others), column };
};

/** The outlines of the visible panes over the body and the row below it, which has their bottom rule. */
export const panelOutlines = (view: RenderContext, height: number): readonly PanelOutline[] =>
  panePositions(view, height).flatMap((placed): readonly PanelOutline[] => {
    const { pane, x, y, width, height: high, focused } = placed;
    const outline = { left: x - 1, top: y, right: x + width, bottom: y + high, focused };
    const divider = pane.divider?.(view, placed);
    if (divider === undefined) return [outline];
    return [
      { ...outline, right: x + divider },
      { ...outline, left: x + divider },
    ];
  });
