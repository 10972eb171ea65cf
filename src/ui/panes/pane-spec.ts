import type { FeedKind } from '../../domain/reading.ts';
import type { Row as FactRow } from '../../domain/snapshot.ts';
import type { Column } from '../components/table.ts';
import type { Line } from '../text/run.ts';
import type { View } from '../view.ts';
import type { NoteAsk } from './notes.ts';
import type { Binding, Hand } from './pane.ts';
import type { Form, PaneRow } from './row.ts';
import type { Counted } from './state.ts';
import type { Order } from './wanted.ts';
import type { Wrong } from './wrong.ts';

/** What tells one pane from another. */
export interface PaneSpec<R extends PaneRow> {
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
