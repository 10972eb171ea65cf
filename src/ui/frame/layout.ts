import { paneById } from '../panes/index.ts';
import type { Pane } from '../panes/pane.ts';
import type { PaneForm, PaneRoom } from '../panes/pane-row.ts';
import type { RenderContext } from '../render-context.ts';
import { fitLine, type StyledLine } from '../text/line.ts';
import { minSideBySideColumns, overviewBands, panesWithCounts } from './overview-bands.ts';
import { isSmallScreen } from './screen-size.ts';

/** Minimum pane height in the overview: a title and one row. */
const minPaneHeight = 2;

/** Below this width, counts and the worst row of each pane take precedence over further rows. */
const narrow = 100;

/** Minimum width at which no rows are folded. */
const wide = 180;
/** Number of rows outside the body: header, summary, message line and footer. */
export const frameRows = 4;

/** The cells of the cursor: in row `y`, from `x`. */
export interface CursorCells {
  readonly y: number;
  readonly x: number;
  readonly width: number;
}

/** The body of the screen: its lines and the cursor position. */
export interface FrameBody {
  readonly lines: readonly StyledLine[];
  readonly selected?: CursorCells;
}

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
  let left = room - given.reduce((sum, lines) => sum + lines, 0);
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

const wantsOf = (view: RenderContext, form: PaneForm): readonly number[] =>
  stacked(view).map((panes) =>
    Math.max(...panes.map((pane) => pane.desiredHeight(view, form, Math.floor(view.columns / panes.length)))),
  );

/** The current form of the panes. The overview folds OK rows only if they do not fit. */
export const currentForm = (view: RenderContext): PaneForm => {
  if (view.ui.place !== 'overview' || isSmallScreen(view)) return 'full';
  if (view.columns >= wide) return 'brief';
  const wants = wantsOf(view, 'brief');
  const total = wants.reduce((sum, lines) => sum + lines, wants.length - 1);
  return total <= view.rows - frameRows ? 'brief' : 'folded';
};

/** The position of a pane in the body, in cells and rows from the top left. */
export interface PanePosition extends PaneRoom {
  readonly pane: Pane;
  readonly x: number;
  readonly y: number;
}

/** The start of each of `count` equal parts, and the end of the last one. */
const cuts = (cells: number, count: number): readonly number[] =>
  Array.from({ length: count + 1 }, (_, at) => Math.floor((cells * at) / count));

const band = (
  view: RenderContext,
  panes: readonly Pane[],
  form: PaneForm,
  y: number,
  height: number,
): readonly PanePosition[] => {
  const at = cuts(view.columns, panes.length);
  return panes.map((pane, index) => ({
    pane,
    x: at[index] ?? 0,
    y,
    width: (at[index + 1] ?? 0) - (at[index] ?? 0),
    height,
    form,
    focused: pane.id === view.ui.focus,
  }));
};

/** Stacks the bands, each with its desired height if possible. Spare rows separate them. */
const stack = (view: RenderContext, form: PaneForm, height: number): readonly PanePosition[] => {
  const rows = stacked(view);
  const wants = wantsOf(view, form);
  const first = wants.map((want, index) => {
    const isCounted = rows[index]?.every(({ id }) => panesWithCounts.has(id)) === true;
    return view.columns < narrow && isCounted ? Math.min(want, minPaneHeight) : want;
  });
  const heights = distributeLines(wants, height, minPaneHeight, first);
  let spare = height - heights.reduce((sum, lines) => sum + lines, 0);
  let y = 0;
  return rows.flatMap((panes, index) => {
    const room = heights[index] ?? 0;
    const placed = band(view, panes, form, y, room);
    y += room;
    if (spare > 0 && index < rows.length - 1) {
      y++;
      spare--;
    }
    return placed;
  });
};

/** The width left beside a full-height column: two thirds. */
const besideColumn = (columns: number): number => Math.floor((columns * 2) / 3);

/** All panes of the overview; a full-height column is at the right. */
const overview = (view: RenderContext, height: number): readonly PanePosition[] => {
  const form = currentForm(view);
  const column = overviewBands(view)
    .flat()
    .find(({ isColumn }) => isColumn === true);
  if (column === undefined) return stack(view, form, height);
  const x = besideColumn(view.columns);
  const others = stack({ ...view, columns: x }, form, height);
  const focused = column.id === view.ui.focus;
  return [...others, { pane: column, x, y: 0, width: view.columns - x, height, form, focused }];
};

/** Two panes; side by side if the terminal is wide enough. */
const splitInTwo = (view: RenderContext, panes: readonly Pane[], height: number): readonly PanePosition[] => {
  if (view.columns >= minSideBySideColumns) return band(view, panes, 'full', 0, height);
  const at = cuts(height, panes.length);
  return panes.flatMap((pane, index) =>
    band(view, [pane], 'full', at[index] ?? 0, (at[index + 1] ?? 0) - (at[index] ?? 0)),
  );
};

/** The positions of the visible panes: the overview, two panes or one. A small screen shows the focused pane. */
export const panePositions = (view: RenderContext, height: number): readonly PanePosition[] => {
  const { place, split, focus } = view.ui;
  if (isSmallScreen(view)) return band(view, [paneById(focus)], 'full', 0, height);
  if (place === 'overview') return overview(view, height);
  if (split === undefined) return band(view, [paneById(place)], 'full', 0, height);
  return splitInTwo(view, split.panes.map(paneById), height);
};

/** Renders the body. */
export const renderBody = (view: RenderContext, height: number): FrameBody => {
  const lines: StyledLine[] = Array.from({ length: height }, () => []);
  let selected: CursorCells | undefined;
  for (const placed of panePositions(view, height)) {
    const drawn = placed.pane.render(view, placed);
    for (let row = 0; row < placed.height; row++)
      lines[placed.y + row] = [
        ...fitLine(lines[placed.y + row] ?? [], placed.x, 'plain', view.pen.ellipsis),
        ...fitLine(drawn.lines[row] ?? [], placed.width, 'plain', view.pen.ellipsis),
      ];
    if (drawn.selected !== undefined)
      selected = { y: placed.y + drawn.selected, x: placed.x, width: placed.width };
  }
  return selected === undefined ? { lines } : { lines, selected };
};
