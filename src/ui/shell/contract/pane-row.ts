import type { FactKind, FactTypes } from '../../../domain/facts/facts.ts';
import type { Level } from '../../../domain/facts/level.ts';
import type { SignalRow } from '../../../domain/facts/snapshot.ts';
import type { StyledLine } from '../../kit/text/line.ts';

/** The object of a row, which determines its actions. */
export type RowSubject =
  | { [K in FactKind]: { readonly kind: K; readonly fact: FactTypes[K] } }[FactKind]
  | { readonly kind: 'signal'; readonly signal: SignalRow };

/** Properties common to the rows of all panes. */
export interface PaneRow {
  /** Stable across readings; identifies the row for the cursor. */
  readonly key: string;
  readonly level: Level;
  /** Display name, unique across panes: 'billing-0 · psp'. */
  readonly label: string;
  /** Text that the filter searches. */
  readonly text: string;
  readonly subject?: RowSubject;
  /** Fields for `name=value` filters, of a row without a subject. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The facts of the row, if it has more than its subject. */
  facts?(): readonly RowSubject[];
  /** The key of the row of another pane that it is about: a finding, a change. */
  readonly aboutKey?: string;
  /** Text to copy instead of the cells: an address, a number. */
  readonly copyText?: string;
  /** The row of another pane that this one repeats. */
  readonly origin?: { readonly pane: string; readonly key: string };
  /** Keys of the rows folded into this one. */
  readonly foldedKeys?: readonly string[];
  /** The number of rows that it stands for in counts; absent: 1. A line above unfolded rows stands for none. */
  readonly standsFor?: number;
  /** True: it has no data, which is expected: its level is no statement, and it is not counted as OK. */
  readonly isWithoutData?: true;
  /** True: its first reading is still to come: it is neither a problem nor counted. */
  readonly isAwaited?: true;
  /** True: another row tells its problem. */
  readonly isToldElsewhere?: true;
  /** True: it has a value and no limits, so nothing was checked: it is not counted as OK. */
  readonly isWithoutLimits?: true;
  /** True: never folded, although its level is OK. */
  readonly isNotable?: boolean;
  /** Position in a tree; absent: the pane is not a tree. */
  readonly treePosition?: TreePosition;
}

/** The number of rows, folded ones included. */
export const countWithFolded = (rows: readonly PaneRow[]): number =>
  rows.reduce((sum, { standsFor = 1 }) => sum + standsFor, 0);

/** The position of a row in a tree. */
export interface TreePosition {
  /** 0: a root. */
  readonly depth: number;
  /** Absent: a leaf. */
  readonly state?: 'open' | 'closed';
  /** The key of the row above it. */
  readonly parent?: string;
}

/** Size class of a pane: `full` alone in the body; in the overview `brief`, or `folded` without room for every row. */
export type PaneForm = 'folded' | 'brief' | 'full';

export interface PaneRoom {
  readonly width: number;
  readonly height: number;
  readonly form: PaneForm;
  readonly focused: boolean;
  /** True: no frame is drawn around it, because it draws boxes of its own. */
  readonly isUnframed?: true;
  /** True: a screen reader reads it line by line, so a detail follows the list instead of sharing its lines. */
  readonly isRead?: true;
}

/** The outline of a part of a pane, in cells from the inner upper left corner of the pane. */
export interface PaneOutline {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** True: it has the focus of the pane. */
  readonly isList: boolean;
}

export interface RenderedPane {
  /** At most `height` lines, each `width` wide; the first one is the title. */
  readonly lines: readonly StyledLine[];
  /** Index into `lines` of the row under the cursor. */
  readonly selected?: number;
  /** The number of lines of that row; absent: one. */
  readonly selectedLines?: number;
  /** The cells of the list, which the ground of that row covers; absent: the whole width. */
  readonly list?: ListCells;
  /** True: it has boxes below its list, whose borders are not those of the pane. */
  readonly hasBoxes?: true;
  /** The visible rows. */
  readonly rows?: VisibleRows;
}

/** The part of a pane that is its list. */
export interface ListCells {
  /** Its first cell. */
  readonly from: number;
  readonly width: number;
}

/** The visible rows of a pane, one per line: index of the first, their count, and the index of its line. */
interface VisibleRows {
  readonly from: number;
  readonly count: number;
  readonly top: number;
  /** The index of the first line of each row, where headings are between them or rows have several; absent: one after another. */
  readonly lines?: readonly number[];
  /** The number of lines of each row; absent: one. */
  readonly heights?: readonly number[];
}

/** A table for export: heads and cells as text. */
export interface ExportTable {
  readonly heads: readonly string[];
  readonly cells: readonly (readonly string[])[];
}

/** A filter error and its position, from 1. */
export interface FilterError {
  readonly text: string;
  readonly at: number;
}

/** The filtered and ordered rows of a pane, with information about the filter. */
export interface PaneQueryResult<R> {
  readonly rows: readonly R[];
  /** Number of rows before filtering. */
  readonly all: number;
  /** True: a word of the filter has no exact match, so rows match approximately. */
  readonly isFuzzy: boolean;
  /** The error of the filter; the rows are those of the last valid filter. */
  readonly filterError?: FilterError;
}
