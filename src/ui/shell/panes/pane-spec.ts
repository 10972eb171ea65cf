import type { FeedKind } from '../../../domain/facts/reading.ts';
import type { Row as FactRow } from '../../../domain/facts/snapshot.ts';
import type { BoxColumn } from '../../kit/components/box-columns.ts';
import type { MirroredList } from '../../kit/components/master-detail.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine, StyledRun } from '../../kit/text/line.ts';
import type { Binding, KeyContext, PaneCell, ShortRow } from '../contract/pane.ts';
import type { PaneForm, PaneRoom, PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import type { AlikeKey } from './folded-rows.ts';
import type { TitleCount } from './glance.ts';
import type { NoteRequest } from './note-lines.ts';
import type { PaneOrder } from './order.ts';
import type { ProblemDescriber } from './problem.ts';
import type { RowCounts } from './status-lines.ts';

/** The room of a detail, and the width of its whole pane. */
export interface DetailRoom extends Pick<PaneRoom, 'width' | 'height'> {
  readonly paneWidth: number;
}

/** The detail of the selected row beside a list: at its right. */
export interface DetailBeside<R extends PaneRow> {
  /** Absent: the list has the left part. */
  readonly mirrored?: MirroredList;
  /** False: it has nothing to say now. Absent: always. */
  isShown?(view: RenderContext): boolean;
  /** Its name, and at the right end of the rule its place and age. The columns of `view` are those of the detail. */
  title(view: RenderContext, row: R): { readonly name: StyledLine; readonly note: StyledLine };
  /** At most `height` lines. The columns of `view` are those of the detail. */
  lines(view: RenderContext, row: R, room: DetailRoom): readonly StyledLine[];
  /** Lines above a row of the list that begins a section; none if the list is longer than its room. */
  section?(view: RenderContext, row: R, previous: R | undefined, width: number): readonly StyledLine[];
  /** Lines below a row of the list, which belong to the row; none if the list is longer than its room. */
  linesOf?(view: RenderContext, row: R, width: number): readonly StyledLine[];
  /** Lines below the list, in the rows that it leaves of `paneHeight`. `row`: the selected one. */
  below?(
    view: RenderContext,
    room: Pick<PaneRoom, 'width' | 'height'> & { readonly paneHeight: number },
    row: R | undefined,
  ): readonly StyledLine[];
}

/** The definition of a pane; everything else is common to all panes. */
export interface PaneSpec<R extends PaneRow> {
  readonly id: string;
  /** Absent: no key opens it. */
  readonly key?: string;
  readonly title: string;
  /** Plural noun for its rows: 'circuit breakers'. */
  readonly noun: string;
  /** The kind of feeds that provides its rows; absent: no single kind, and `statusLines` reports the state. */
  readonly kind?: FeedKind;
  /** The key of the row that shows a fact of `kind`, if it differs from the fact's key (groups). */
  rowKey?(row: FactRow): string;
  /** Lines between the title and the rows of the full pane: what the rows are about. The rows keep room for a few. */
  head?(view: RenderContext): readonly StyledLine[];
  /** Status lines below the rows, or instead of them, for a pane without a `kind`. */
  statusLines?(view: RenderContext, counted: RowCounts): readonly StyledLine[];
  readonly keys: readonly Binding[];
  /** True: shown in the overview only if a source provides its kind. */
  readonly optional?: boolean;
  /** All rows, worst first (or in `order`); of a tree the expanded ones, or all with `everything`. */
  rows(view: RenderContext, everything?: boolean): readonly R[];
  /** The name of the default order. */
  readonly order?: string;
  /** True: its default order is newest first, and a cursor at the first row follows what comes. */
  readonly followsNewest?: true;
  /** Describes the problem of a row and its start time. */
  readonly problem?: ProblemDescriber<R>;
  /** The row that the pane's key leads to, because the header points at it; undefined: the row visited last. */
  landingRow?(view: RenderContext): string | undefined;
  /** Replaces the default action of enter, which expands the row. */
  enter?(context: KeyContext, row: R): void;
  /** Further orders for `o`, besides the default. */
  readonly orders: readonly PaneOrder<R>[];
  columns?(view: RenderContext): number;
  /** The cell under the cursor, of a pane whose columns are environments. */
  cell?(view: RenderContext, row: R): PaneCell;
  /** Text after the counts of the title, if there is room. */
  caption?(view: RenderContext, rows: readonly R[], form: PaneForm, width: number): string;
  /** The rows by state, for the title of a box that has room for words; absent: by level only. Computed once per rows. */
  stateCounts?(rows: readonly R[]): readonly TitleCount[];
  /** True: a small screen has a row for its heads too, because its numbers say nothing without them. */
  readonly asksForHeads?: true;
  /** Memoized parts of its rows, each of which a frame prepares in a turn of its own. */
  readonly rowParts?: readonly ((view: RenderContext) => unknown)[];
  /** The number of OK rows that a folded box shows before it counts the others. */
  readonly keptOkRows?: number;
  /** True: on a small screen its title is all it shows while every row is OK. */
  readonly isLineWhenOk?: true;
  /** False: its rows have no levels that the title could count. */
  readonly hasLevels?: false;
  /** True: the title counts the row; absent: it counts all rows. */
  isCounted?(row: R): boolean;
  /**
   * The key of what a row says, for rows that are one in a folded overview: the same state for the same cause. Undefined: no rows
   * are gathered on a screen of this size.
   */
  alikeKey?(view: RenderContext): AlikeKey<R> | undefined;
  table(view: RenderContext, form: PaneForm, width: number): readonly Column<R>[];
  /** Details of the selected row, below the table; more lines when expanded. The columns of `view` are those of the pane. */
  details(view: RenderContext, row: R, opened: boolean): readonly StyledLine[];
  /** Lines of the full pane below rows and details: at most `height`. */
  below?(view: RenderContext, row: R, room: Pick<PaneRoom, 'width' | 'height'>): readonly StyledLine[];
  /** True: where there is room, charts of the worst signals are above it, and the full-height column of the overview at its right. */
  isFramed?(view: RenderContext): boolean;
  /** The opened row in full, in a detail beside the list where both have room; absent: below the table. */
  readonly opened?: {
    /** The mark of the row, as in the table. */
    mark(view: RenderContext, row: R): StyledRun;
    /** The columns of `view` are those of the detail. */
    lines(view: RenderContext, row: R): readonly StyledLine[];
  };
  /** The opened row as boxes below the list, `cells` wide, where both have room; absent: as lines. */
  boxes?(view: RenderContext, row: R, cells: number): readonly BoxColumn[];
  /** The selected row explained beside a list, where both have room; absent: below the table, as everywhere else. */
  readonly beside?: DetailBeside<R>;
  /** Draws a row on a screen that is too small for the table; absent: its level and its problem. */
  shortRow?(view: RenderContext, row: PaneRow): ShortRow | undefined;
  /** Rows to derive problems from, if they differ from `rows` (groups, other environments). */
  findingRows?(view: RenderContext): readonly R[];
  /** Additional status lines of the full pane, such as faults of other environments. */
  extraLines?(view: RenderContext): readonly StyledLine[];
  /** Notes for the details of an expanded row; on-demand feeds are read when the row is expanded. */
  noteRequests?(view: RenderContext, row: R): readonly NoteRequest[];
}
