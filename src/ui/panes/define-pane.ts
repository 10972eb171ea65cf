import type { FeedKind } from '../../domain/reading.ts';
import type { Binding } from '../keys/binding.ts';
import { paneStateOf } from '../model.ts';
import { type Column, foldedLine, headLine, place, rowLine } from '../parts/table.ts';
import { cursorIndex, windowOf } from '../parts/window.ts';
import { fitLine, type Line, layOver } from '../text/run.ts';
import type { View } from '../view.ts';
import { isFolded, type Shown, withFolded } from './folded.ts';
import { keptOn } from './kept.ts';
import type { Drawn, Form, Pane, PaneRow, Room } from './pane.ts';
import { madeOnce } from './rows-of.ts';
import { stateLines } from './state.ts';

/** What tells one pane from another. */
export interface PaneSpec<R extends PaneRow> {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  /** What its rows are, in the plural: 'breakers'. */
  readonly noun: string;
  /** The feeds that its rows come from. */
  readonly kind: FeedKind;
  readonly keys: readonly Binding[];
  /** True: in the overview only where some source gives its kind, or would. */
  readonly optional?: boolean;
  /** All rows, worst first. */
  rows(view: View): readonly R[];
  /** Other orders that `o` offers besides worst first. */
  readonly orders: readonly {
    readonly name: string;
    /** Absent: `rows` has put them into this order already, as a tree does. */
    compare?(a: R, b: R): number;
  }[];
  columns?(view: View): number;
  /** What follows the title. */
  caption(view: View, rows: readonly R[], form: Form, width: number): Line;
  table(view: View, form: Form, width: number): readonly Column<R>[];
  /** What is told of the row under the cursor, below the table; more when it was opened. */
  details(view: View, row: R, opened: boolean): readonly Line[];
}

/** Some source gives this kind, or would if it could be read. */
const isGiven = ({ own }: View, kind: FeedKind): boolean => {
  if (own === undefined || kind === 'samples' || kind === 'notes') return true;
  const { asked, blind, rows } = own.snapshot.kinds[kind];
  return asked || blind.length > 0 || rows.length > 0;
};

/** A pane from what tells it from another: filter, order, folding, cursor, title and details are the same for all. */
export const definePane = <R extends PaneRow>(spec: PaneSpec<R>): Pane => {
  const allRows = madeOnce(spec.id, spec.rows);
  const keptWanted = keptOn<readonly R[]>();
  const keptShown = keptOn<readonly Shown<R>[]>();

  const wanted = (view: View): readonly R[] => {
    const { filter, order } = paneStateOf(view.ui, spec.id);
    const all = allRows(view);
    return keptWanted(all, [filter, order], () => {
      const words = filter.toLowerCase().split(/\s+/);
      const found =
        filter === ''
          ? all
          : all.filter((row) => words.every((word) => row.text.toLowerCase().includes(word)));
      const chosen = spec.orders[order - 1];
      return chosen?.compare === undefined ? found : found.toSorted(chosen.compare);
    });
  };

  const shownOf = (view: View, form: Form): readonly Shown<R>[] => {
    const rows = wanted(view);
    return form === 'folded' ? keptShown(rows, [], () => withFolded(rows)) : rows;
  };

  const states = (view: View, form: Form): readonly Line[] => {
    const lines = stateLines(view, spec.kind, spec.noun, {
      all: allRows(view).length,
      shown: wanted(view).length,
      filter: paneStateOf(view.ui, spec.id).filter,
    });
    if (form === 'full') return lines;
    // Where room is short, rows that are there speak for themselves.
    return lines.slice(0, form === 'brief' || wanted(view).length === 0 ? 1 : 0);
  };

  const titleLine = (view: View, room: Room, head: Line): Line => {
    const { pen } = view;
    const name = pen.run(`${spec.key} ${spec.title}`, room.focused ? 'focus' : 'title');
    const rows = wanted(view);
    const caption = rows.length === 0 ? [] : spec.caption(view, rows, room.form, room.width);
    const lead = room.focused ? pen.glyph('focus', 'focus') : pen.run(' ');
    const gap = caption.length === 0 ? [] : [pen.run('   '), ...caption];
    return fitLine(layOver([pen.run(' '), ...head], 0, [lead, name, ...gap]), room.width, 'plain', pen.mark);
  };

  const draw = (view: View, room: Room): Drawn => {
    const { pen } = view;
    const rows = shownOf(view, room.form);
    const state = paneStateOf(view.ui, spec.id);
    // A blank before the first column, one behind the last.
    const inner = room.width - 2;
    const placed = place(spec.table(view, room.form, inner), inner);
    const index = cursorIndex(rows, state.cursor);
    const row = rows[index];
    const told = states(view, room.form);
    const details =
      room.form === 'full' && row !== undefined && !isFolded(row)
        ? spec.details(view, row, state.opened)
        : [];
    const fits = Math.max(1, room.height - 1 - told.length);
    const detailRoom = Math.min(details.length, Math.max(0, fits - Math.min(rows.length, 3)));
    const seen = windowOf(rows.length, fits - detailRoom, room.focused ? index : 0);
    const lines = rows.slice(seen.from, seen.to).map((shown): Line => {
      const cells = isFolded(shown)
        ? foldedLine(placed, shown.folded, pen.mark)
        : rowLine(placed, shown, pen.mark);
      return [pen.run(' '), ...cells];
    });
    if (seen.hidden > 0 && room.form !== 'full')
      lines.splice(-1, 1, [pen.run(`   ${seen.hidden + 1} more, z shows them`, 'faint')]);
    const all = [
      titleLine(view, room, headLine(placed, pen.mark)),
      ...lines,
      ...told,
      ...details.slice(0, detailRoom),
    ];
    const fitted = all.slice(0, room.height).map((line) => fitLine(line, room.width, 'plain', pen.mark));
    const at = 1 + index - seen.from;
    return room.focused && rows.length > 0 && at <= lines.length
      ? { lines: fitted, selected: at }
      : { lines: fitted };
  };

  return {
    id: spec.id,
    key: spec.key,
    title: spec.title,
    there: (view) => spec.optional !== true || isGiven(view, spec.kind),
    orders: ['worst first', ...spec.orders.map((order) => order.name)],
    columns: (view) => spec.columns?.(view) ?? 0,
    keys: spec.keys,
    all: allRows,
    rows: wanted,
    shown: shownOf,
    wants: (view, form) => 1 + shownOf(view, form).length + states(view, form).length,
    draw,
  };
};
