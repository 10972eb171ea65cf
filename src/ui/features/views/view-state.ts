import type { Millis } from '../../../domain/base/fault.ts';
import type { PaneId } from '../../kit/components/cursor.ts';
import type { ColumnChoice } from '../../shell/contract/column-choice.ts';
import type { Layout } from '../../shell/contract/layout.ts';

/** A way to look at a pane: what it shows, how it is sorted, and where it is on the screen. */
export interface SavedView {
  readonly pane: PaneId;
  /** The zoom, the split and the arrangement of the overview. */
  readonly layout: Layout;
  readonly filter: string;
  readonly least?: 'bad' | 'crit';
  /** The name of the order. */
  readonly order: string;
  /** Head of the column that the rows are sorted by, instead of `order`. */
  readonly sortColumn?: string;
  readonly reversed: boolean;
  /** Absent: the default columns. */
  readonly columns?: ColumnChoice;
  /** Options of the pane's own keys: grouping, limits. */
  readonly options?: Readonly<Record<string, number>>;
  /** The time window of sparklines and charts. */
  readonly windowMs: Millis;
}

/** A row to return to. */
export interface Bookmark {
  readonly pane: PaneId;
  readonly key: string;
  /** Finds the row if its key has changed. */
  readonly label: string;
}
