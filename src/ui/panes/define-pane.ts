import { count } from '../../domain/format.ts';
import type { FeedKind } from '../../domain/reading.ts';
import type { Row as FactRow } from '../../domain/snapshot.ts';
import { type Column, foldedLine, headLine, place, rowLine } from '../components/table.ts';
import { cursorIndex, type Window, windowOf } from '../components/window.ts';
import { hitsOf } from '../features/filter/hits.ts';
import { marksOf, paneStateOf } from '../model.ts';
import type { Pen } from '../text/pen.ts';
import { fitLine, type Line, textOf } from '../text/run.ts';
import type { View } from '../view.ts';
import type { NoteAsk } from './notes.ts';
import { onDemand } from './notes.ts';
import type { Binding, Finding, Hand, Pane } from './pane.ts';
import type { Drawn, Form, PaneRow, Room, Sheet } from './row.ts';
import { keptOn, madeOnce } from './rows-of.ts';
import { blindCount, type Counted, stateLines } from './state.ts';
import { overHeads, titleTags } from './title.ts';
import type { Order } from './wanted.ts';
import { wantedOf } from './wanted.ts';
import { isCalm, pendingOf } from './worst-first.ts';
import type { Wrong } from './wrong.ts';

/** What tells one pane from another. */
interface PaneSpec<R extends PaneRow> {
  readonly id: string;
  /** Absent: no key opens it. */
  readonly key?: string;
  readonly title: string;
  /** What its rows are, in the plural: 'breakers'. */
  readonly noun: string;
  /** The feeds that its rows come from; absent: not from feeds of one kind, and `states` says how it stands. */
  readonly kind?: FeedKind;
  /** The key of the row that shows a fact of `kind`, where that is not the fact's own: of a group. */
  rowKey?(row: FactRow): string;
  /** What is said below the rows, or in their place, of a pane without a `kind`. */
  states?(view: View, counted: Counted): readonly Line[];
  readonly keys: readonly Binding[];
  /** True: in the overview only where some source gives its kind, or would. */
  readonly optional?: boolean;
  /** The facts that its rows are made from, by identity, where that is less than everything that is known. */
  readonly from?: (view: View) => readonly unknown[];
  /** All rows, worst first (or as `order` says); of a tree those that are unfolded, or `everything`. */
  rows(view: View, everything?: boolean): readonly R[];
  /** The name of the order in which `rows` gives them. */
  readonly order?: string;
  /** What is wrong with a row, in the pane's words, and since when. */
  readonly wrong?: Wrong<R>;
  /** What enter does on a row, in place of opening it. */
  enter?(hand: Hand, row: R): void;
  /** Other orders that `o` offers besides worst first. */
  readonly orders: readonly Order<R>[];
  columns?(view: View): number;
  /** What follows the title. */
  caption(view: View, rows: readonly R[], form: Form, width: number): Line;
  table(view: View, form: Form, width: number): readonly Column<R>[];
  /** What is told of the row under the cursor, below the table; more when it was opened. */
  details(view: View, row: R, opened: boolean): readonly Line[];
  /** What findings are made of, where its rows may be groups, or of other environments. */
  single?(view: View): readonly R[];
  /** What else cannot be seen where the pane is alone: of other environments. */
  besides?(view: View): readonly Line[];
  /** What the details of a row that is opened are asked for; read when it is opened, if nothing reads it anyway. */
  asks?(view: View, row: R): readonly NoteAsk[];
}

/** A row that stands for several that have nothing to say. */
interface Folded<R> extends PaneRow {
  readonly folded: readonly R[];
}

/** A row as it is shown: one of the pane's own, or several of them in one. */
type Shown<R extends PaneRow> = R | Folded<R>;

const isFolded = <R extends PaneRow>(row: Shown<R>): row is Folded<R> => 'folded' in row;

/** What is calm as one row behind the others, when there are at least two of it. */
const withFolded = <R extends PaneRow>(rows: readonly R[]): readonly Shown<R>[] => {
  const calm = rows.filter(isCalm);
  if (calm.length < 2) return rows;
  const folded: Folded<R> = {
    key: 'folded',
    level: 'ok',
    label: `${calm.length} that are OK`,
    text: '',
    folds: calm.map((row) => row.key),
    folded: calm,
  };
  return [...rows.filter((row) => !isCalm(row)), folded];
};

/** Outside of a screen there is room for every column. */
const sheetWidth = 200;

const cellText = <R>(column: Column<R>, row: R): string => {
  const cell = column.cell(row);
  return ('text' in cell ? cell.text : textOf(cell)).trim();
};

/** Rows as a table with every column. */
const sheetOf = <R extends PaneRow>(
  columnsFor: (width: number) => readonly Column<R>[],
  rows: readonly R[],
): Sheet => {
  const placed = place(columnsFor(sheetWidth), sheetWidth);
  const columns = placed.map(({ column }) => column);
  const heads = columns.map(({ head }, index) => (head === '' && index === 0 ? 'STATE' : head));
  return {
    heads,
    cells: rows.map((row) => columns.map((column) => cellText(column, row))),
  };
};

/** It is not OK, or about to be so; what stands under it in a tree is told by it. */
const isFinding = (row: PaneRow): boolean =>
  (row.level !== 'ok' || pendingOf(row) !== undefined) && (row.branch?.depth ?? 0) === 0;

/** What is wrong among these rows, in the words of their pane. */
const findingsOf = <R extends PaneRow>(rows: readonly R[], wrong: Wrong<R> | undefined): readonly Finding[] =>
  rows.filter(isFinding).map((row): Finding => {
    const since = wrong?.since(row);
    const blindBy = wrong?.blindBy?.(row);
    return {
      row,
      ...(since === undefined ? {} : { since }),
      ...(blindBy === undefined ? {} : { blindBy }),
      says: (view) => wrong?.says(view, row) ?? '',
    };
  });

/** Some source gives this kind, or would if it could be read. */
const isGiven = ({ own }: View, kind: FeedKind): boolean => {
  if (own === undefined || kind === 'samples' || kind === 'notes') return true;
  const { asked, blind, rows } = own.snapshot.kinds[kind];
  return asked || blind.length > 0 || rows.length > 0;
};

/** Details that do not fit say how many lines of them are out of sight. */
const fittedDetails = (pen: Pen, details: readonly Line[], room: number): readonly Line[] =>
  details.length <= room || room === 0
    ? details.slice(0, room)
    : [...details.slice(0, room - 1), [pen.run(`   ${details.length - room + 1} more lines`, 'faint')]];

/** Fewer rows than this are not made fewer still by a line that tells of the others. */
const leastToScroll = 4;

/** '   rows 1 to 16 of 23' */
const seenLine = (pen: Pen, { from, to }: Window, all: number): Line => [
  pen.run(`   rows ${count(from + 1)} to ${count(to)} of ${count(all)}`, 'faint'),
];

/** A pane from what tells it from another: filter, order, folding, cursor, title and details are the same for all. */
export const definePane = <R extends PaneRow>(spec: PaneSpec<R>): Pane => {
  const allRows = madeOnce(spec.id, (view) => spec.rows(view), spec.from);
  const everyRow = madeOnce(spec.id, (view) => spec.rows(view, true), spec.from);
  const wanted = wantedOf(spec.id, allRows, spec.orders);
  const keptShown = keptOn<readonly Shown<R>[]>();

  const shownOf = (view: View, form: Form): readonly Shown<R>[] => {
    const { rows } = wanted(view);
    return form === 'folded' ? keptShown(rows, [], () => withFolded(rows)) : rows;
  };

  const states = (view: View, form: Form): readonly Line[] => {
    const { rows, all, wrong } = wanted(view);
    const counted: Counted = {
      all,
      shown: rows.length,
      wrong: view.ui.filtering ? undefined : wrong,
      ...paneStateOf(view.ui, spec.id),
    };
    const lines =
      spec.kind === undefined
        ? (spec.states?.(view, counted) ?? [])
        : stateLines(view, spec.kind, spec.noun, counted);
    if (form === 'full') return [...lines, ...(spec.besides?.(view) ?? [])];
    // Where room is short, rows that are there speak for themselves.
    return lines.slice(0, form === 'brief' || rows.length === 0 ? 1 : 0);
  };

  const titleLine = (view: View, room: Room, head: Line): Line => {
    const { pen } = view;
    const name = pen.run(
      spec.key === undefined ? spec.title : `${spec.key} ${spec.title}`,
      room.focused ? 'focus' : 'title',
    );
    const found = wanted(view);
    const caption = found.rows.length === 0 ? [] : spec.caption(view, found.rows, room.form, room.width);
    const lead = room.focused ? pen.glyph('focus', 'focus') : pen.run(' ');
    // Where there is no room for a line of its own, what is not seen is counted at least, if no row speaks for it.
    const speaks = found.rows.length === 0 || found.rows.some(({ level }) => level === 'unknown');
    const unseen = room.form !== 'folded' || speaks ? 0 : blindCount(view, spec.kind);
    const blind = unseen === 0 ? [] : [pen.run(`  ${unseen} blind`, 'down')];
    const gap = caption.length === 0 ? [] : [pen.run('   '), ...caption];
    const tags = titleTags(view, spec.id, found, () => everyRow(view), room.form);
    const title = overHeads([pen.run(' '), ...head], [lead, name, ...tags, ...blind, ...gap]);
    return fitLine(title, room.width, 'plain', pen.mark);
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
    const forRows = fits - detailRoom;
    // Rows above and below what is seen are told of where there is room for it.
    const scrolls = room.form === 'full' && rows.length > forRows && forRows >= leastToScroll;
    const seen = windowOf(rows.length, scrolls ? forRows - 1 : forRows, room.focused ? index : 0);
    const marks = marksOf(view.ui, spec.id);
    const withHits = hitsOf(state.filter);
    const lines = rows.slice(seen.from, seen.to).map((shown): Line => {
      if (isFolded(shown)) return [pen.run(' '), ...foldedLine(placed, shown.folded, pen.mark)];
      const lead = marks.has(shown.key) ? pen.glyph('marked', 'key') : pen.run(' ');
      return [lead, ...withHits(rowLine(placed, shown, pen.mark))];
    });
    // Where there is room for one row only, it is the worst one, and the title counts the others.
    const isCut = seen.hidden > 0 && room.form !== 'full' && lines.length > 1;
    if (isCut) lines.splice(-1, 1, [pen.run(`   ${seen.hidden + 1} more, z shows them`, 'faint')]);
    const all = [
      titleLine(view, room, headLine(placed, pen.mark)),
      ...lines,
      ...(scrolls ? [seenLine(pen, seen, rows.length)] : []),
      ...told,
      ...fittedDetails(pen, details, detailRoom),
    ];
    const fitted = all.slice(0, room.height).map((line) => fitLine(line, room.width, 'plain', pen.mark));
    const at = 1 + index - seen.from;
    const shown = { from: seen.from, count: lines.length - (isCut ? 1 : 0) };
    return room.focused && rows.length > 0 && at <= lines.length
      ? { lines: fitted, selected: at, rows: shown }
      : { lines: fitted, rows: shown };
  };

  const enter = (hand: Hand): void => {
    const row = allRows(hand.view).find(({ key }) => key === hand.row?.key);
    if (row !== undefined) spec.enter?.(hand, row);
  };

  return {
    id: spec.id,
    ...(spec.key === undefined ? {} : { key: spec.key }),
    title: spec.title,
    ...(spec.kind === undefined ? {} : { kind: spec.kind }),
    ...(spec.rowKey === undefined ? {} : { rowKey: spec.rowKey }),
    there: (view) => spec.optional !== true || spec.kind === undefined || isGiven(view, spec.kind),
    orders: [spec.order ?? 'worst first', ...spec.orders.map((order) => order.name)],
    columns: (view) => spec.columns?.(view) ?? 0,
    keys: spec.keys,
    wanted,
    every: everyRow,
    sheet: (view, rows) => {
      const own = new Map(everyRow(view).map((row) => [row.key, row]));
      const known = rows.flatMap(({ key }) => own.get(key) ?? []);
      return sheetOf((width) => spec.table(view, 'full', width), known);
    },
    all: allRows,
    rows: (view) => wanted(view).rows,
    shown: shownOf,
    wants: (view, form) => 1 + shownOf(view, form).length + states(view, form).length,
    feedsOf: (view, key) => {
      const row = spec.asks === undefined ? undefined : allRows(view).find((one) => one.key === key);
      return row === undefined ? [] : onDemand(view, spec.asks?.(view, row) ?? []);
    },
    draw,
    findings: (view) => findingsOf(spec.single?.(view) ?? allRows(view), spec.wrong),
    ...(spec.enter === undefined ? {} : { enter }),
  };
};
