import { bands, countedPanes } from '../panes/bands.ts';
import { paneById } from '../panes/index.ts';
import type { Drawn, Form, Pane } from '../panes/pane.ts';
import { watchedPanes } from '../panes/watched.ts';
import { fitLine, type Line } from '../text/run.ts';
import type { View } from '../view.ts';

/** Under so many columns panes stand one above the other. */
const sideBySide = 120;
/** A title and one row: less says nothing. */
const leastHeight = 2;

/** Under so many columns the overview has counts and the worst row of a pane before further rows. */
const narrow = 100;

/** From so many columns on nothing is folded. */
const wide = 180;
/** Header, summary, message row and footer. */
export const framing = 4;

/** A body of the screen: its lines, and the one that the cursor is on. */
export interface Body {
  readonly lines: readonly Line[];
  readonly selected?: number;
}

/** Panes of one band, left to right, that stand beside each other. */
const bandsOf = (view: View): readonly (readonly Pane[])[] => {
  const there = bands
    .map((band) => band.flatMap((id) => watchedPanes.filter((pane) => pane.id === id && pane.there(view))))
    .filter((band) => band.length > 0);
  return view.columns >= sideBySide ? there : there.flatMap((band) => band.map((pane) => [pane]));
};

/**
 * Lines for each of several things that want some: everyone the least first, then, one line at a time and from the top,
 * up to what it wants `first`, and then up to all that it wants.
 */
export const share = (
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

const beside = (drawn: readonly Drawn[], widths: readonly number[], height: number, mark: string): Body => {
  const lines = Array.from({ length: height }, (_, row) =>
    drawn.flatMap((pane, index) => fitLine(pane.lines[row] ?? [], widths[index] ?? 0, 'plain', mark)),
  );
  const selected = drawn.find((pane) => pane.selected !== undefined)?.selected;
  return selected === undefined ? { lines } : { lines, selected };
};

const wantsOf = (view: View, form: Form): readonly number[] =>
  bandsOf(view).map((band) =>
    Math.max(...band.map((pane) => pane.wants(view, form, Math.floor(view.columns / band.length)))),
  );

/** How panes show their rows now: what is OK is folded in the overview only where there is not room for all of it. */
export const formOf = (view: View): Form => {
  if (view.ui.place !== 'overview') return 'full';
  if (view.columns >= wide) return 'brief';
  const wants = wantsOf(view, 'brief');
  const total = wants.reduce((sum, lines) => sum + lines, wants.length - 1);
  return total <= view.rows - framing ? 'brief' : 'folded';
};

/** Every pane under the other, each as high as it wants as far as there is room; blank rows between them if any are left. */
export const overviewBody = (view: View, height: number): Body => {
  const rows = bandsOf(view);
  const form = formOf(view);
  const wants = wantsOf(view, form);
  const first = wants.map((want, index) => {
    const isCounted = rows[index]?.every(({ id }) => countedPanes.has(id)) === true;
    return view.columns < narrow && isCounted ? Math.min(want, leastHeight) : want;
  });
  const heights = share(wants, height, leastHeight, first);
  let spare = height - heights.reduce((sum, lines) => sum + lines, 0);
  const lines: Line[] = [];
  let selected: number | undefined;
  rows.forEach((band, index) => {
    const widths = band.map(
      (_, at) =>
        Math.floor((view.columns * (at + 1)) / band.length) - Math.floor((view.columns * at) / band.length),
    );
    const room = heights[index] ?? 0;
    const drawn = band.map((pane, at) =>
      pane.draw(view, {
        width: widths[at] ?? 0,
        height: room,
        form,
        focused: pane.id === view.ui.focus,
      }),
    );
    const body = beside(drawn, widths, room, view.pen.mark);
    if (body.selected !== undefined) selected = lines.length + body.selected;
    lines.push(...body.lines);
    if (spare > 0 && index < rows.length - 1) {
      lines.push([]);
      spare--;
    }
  });
  return selected === undefined ? { lines } : { lines, selected };
};

/** One pane alone, as high as there is room. */
export const paneBody = (view: View, height: number): Body =>
  paneById(view.ui.place).draw(view, { width: view.columns, height, form: 'full', focused: true });
