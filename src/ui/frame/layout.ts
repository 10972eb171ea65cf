import { paneById } from '../panes/index.ts';
import type { Pane } from '../panes/pane.ts';
import type { PaneForm, PaneRoom } from '../panes/pane-row.ts';
import type { RenderContext } from '../render-context.ts';
import { fitLine, type StyledLine } from '../text/line.ts';
import { minSideBySideColumns, overviewBands, panesWithCounts } from './overview-bands.ts';

/** A title and one row: less says nothing. */
const leastHeight = 2;

/** Under so many columns the overview has counts and the worst row of a pane before further rows. */
const narrow = 100;

/** From so many columns on nothing is folded. */
const wide = 180;
/** Header, summary, message row and footer. */
export const frameRows = 4;

/** The cells that the cursor lies on: of row `y`, from `x` on. */
export interface CursorCells {
  readonly y: number;
  readonly x: number;
  readonly width: number;
}

/** A body of the screen: its lines, and where the cursor is. */
export interface FrameBody {
  readonly lines: readonly StyledLine[];
  readonly selected?: CursorCells;
}

/**
 * Lines for each of several things that want some: everyone the least first, then, one line at a time and from the top,
 * up to what it wants `first`, and then up to all that it wants.
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

/** The bands of the overview without what stands beside them. */
const stacked = (view: RenderContext): readonly (readonly Pane[])[] =>
  overviewBands(view)
    .map((panes) => panes.filter(({ isColumn }) => isColumn !== true))
    .filter((panes) => panes.length > 0);

const wantsOf = (view: RenderContext, form: PaneForm): readonly number[] =>
  stacked(view).map((panes) =>
    Math.max(...panes.map((pane) => pane.desiredHeight(view, form, Math.floor(view.columns / panes.length)))),
  );

/** How panes show their rows now: what is OK is folded in the overview only where there is not room for all of it. */
export const currentForm = (view: RenderContext): PaneForm => {
  if (view.ui.place !== 'overview') return 'full';
  if (view.columns >= wide) return 'brief';
  const wants = wantsOf(view, 'brief');
  const total = wants.reduce((sum, lines) => sum + lines, wants.length - 1);
  return total <= view.rows - frameRows ? 'brief' : 'folded';
};

/** Where a pane stands on the body, in cells and rows from its upper left corner. */
export interface PanePosition extends PaneRoom {
  readonly pane: Pane;
  readonly x: number;
  readonly y: number;
}

/** Where each of `count` begins that share so many cells, and at the end where the last one ends. */
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

/** Every pane under the other, each as high as it wants as far as there is room; blank rows between them if any are left. */
const stack = (view: RenderContext, form: PaneForm, height: number): readonly PanePosition[] => {
  const rows = stacked(view);
  const wants = wantsOf(view, form);
  const first = wants.map((want, index) => {
    const isCounted = rows[index]?.every(({ id }) => panesWithCounts.has(id)) === true;
    return view.columns < narrow && isCounted ? Math.min(want, leastHeight) : want;
  });
  const heights = distributeLines(wants, height, leastHeight, first);
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

/** What is left of the screen's columns beside one that goes from top to bottom: two of three parts. */
const besideColumn = (columns: number): number => Math.floor((columns * 2) / 3);

/** All panes; what is a column of its own stands at the right of the others. */
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

/** Two panes, side by side where there is room for it. */
const splitInTwo = (view: RenderContext, panes: readonly Pane[], height: number): readonly PanePosition[] => {
  if (view.columns >= minSideBySideColumns) return band(view, panes, 'full', 0, height);
  const at = cuts(height, panes.length);
  return panes.flatMap((pane, index) =>
    band(view, [pane], 'full', at[index] ?? 0, (at[index + 1] ?? 0) - (at[index] ?? 0)),
  );
};

/** What stands in the middle of the screen, and where: the overview, two panes, or one alone. */
export const panePositions = (view: RenderContext, height: number): readonly PanePosition[] => {
  const { place, split } = view.ui;
  if (place === 'overview') return overview(view, height);
  if (split === undefined) return band(view, [paneById(place)], 'full', 0, height);
  return splitInTwo(view, split.panes.map(paneById), height);
};

/** The middle of the screen, drawn. */
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
