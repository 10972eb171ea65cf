import type { FactKind, FactTypes } from '../../domain/facts.ts';
import type { Level } from '../../domain/level.ts';
import type { SignalRow } from '../../domain/snapshot.ts';
import type { StyledLine } from '../text/line.ts';

/** The object that a row stands for: what actions are offered for. */
export type RowSubject =
  | { [K in FactKind]: { readonly kind: K; readonly fact: FactTypes[K] } }[FactKind]
  | { readonly kind: 'signal'; readonly signal: SignalRow };

/** What every row of every pane has, whatever it shows. */
export interface PaneRow {
  /** The same in every reading: the cursor holds on to it. */
  readonly key: string;
  readonly level: Level;
  /** What it is called in a list of everything: 'billing-0 · psp'. */
  readonly label: string;
  /** What the filter looks into. */
  readonly text: string;
  readonly subject?: RowSubject;
  /** What `name=value` finds in it, of a row that stands for no object. */
  readonly fields?: Readonly<Record<string, string>>;
  /** What it is made of, when that is more than its subject. */
  facts?(): readonly RowSubject[];
  /** What copying the row copies, where that is not its cells: an address, a number. */
  readonly copyText?: string;
  /** Keys of the rows that it stands for, when several are folded into it. */
  readonly foldedKeys?: readonly string[];
  /** True: worth a row of its own although its level is OK. */
  readonly isNotable?: boolean;
  /** Where it stands in a tree; absent: there is none. */
  readonly treePosition?: TreePosition;
}

/** A row's place in a tree. */
export interface TreePosition {
  /** 0: a root. */
  readonly depth: number;
  /** Absent: a leaf. */
  readonly state?: 'open' | 'closed';
  /** The key of the row above it. */
  readonly parent?: string;
}

/** Among others in the overview (`folded` where there is not room for every row), or alone in the middle. */
export type PaneForm = 'folded' | 'brief' | 'full';

export interface PaneRoom {
  readonly width: number;
  readonly height: number;
  readonly form: PaneForm;
  readonly focused: boolean;
}

export interface RenderedPane {
  /** At most `height` lines, each `width` wide; the first one is the title. */
  readonly lines: readonly StyledLine[];
  /** Index into `lines` of the row under the cursor. */
  readonly selected?: number;
  /** The rows that are seen, one a line under the title: the index of the first, and how many. */
  readonly rows?: { readonly from: number; readonly count: number };
}

/** A table that leaves the screen: heads and cells as text. */
export interface ExportTable {
  readonly heads: readonly string[];
  readonly cells: readonly (readonly string[])[];
}
