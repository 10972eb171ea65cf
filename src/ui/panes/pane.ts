import type { FactKind, FactTypes } from '../../domain/facts.ts';
import type { Millis } from '../../domain/fault.ts';
import type { Level } from '../../domain/level.ts';
import type { FeedKind } from '../../domain/reading.ts';
import type { Row, SignalRow } from '../../domain/snapshot.ts';
import type { Binding, Hand } from '../keys/binding.ts';
import type { TextField } from '../keys/text-field.ts';
import type { Line } from '../text/run.ts';
import type { View } from '../view.ts';
import type { Wanted } from './wanted.ts';

/** The object that a row stands for: what actions are offered for. */
export type Subject =
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
  readonly subject?: Subject;
  /** What `name=value` finds in it, of a row that stands for no object. */
  readonly fields?: Readonly<Record<string, string>>;
  /** What it is made of, when that is more than its subject. */
  facts?(): readonly Subject[];
  /** What copying the row copies, where that is not its cells: an address, a number. */
  readonly copies?: string;
  /** Keys of the rows that it stands for, when several are folded into it. */
  readonly folds?: readonly string[];
  /** True: worth a row of its own although its level is OK. */
  readonly notable?: boolean;
  /** Where it stands in a tree; absent: there is none. */
  readonly branch?: Branch;
}

/** A row's place in a tree. */
export interface Branch {
  /** 0: a root. */
  readonly depth: number;
  /** Absent: a leaf. */
  readonly state?: 'open' | 'closed';
  /** The key of the row above it. */
  readonly parent?: string;
}

/** Among others in the overview (`folded` where there is not room for every row), or alone in the middle. */
export type Form = 'folded' | 'brief' | 'full';

export interface Room {
  readonly width: number;
  readonly height: number;
  readonly form: Form;
  readonly focused: boolean;
}

export interface Drawn {
  /** At most `height` lines, each `width` wide; the first one is the title. */
  readonly lines: readonly Line[];
  /** Index into `lines` of the row under the cursor. */
  readonly selected?: number;
  /** The rows that are seen, one a line under the title: the index of the first, and how many. */
  readonly rows?: { readonly from: number; readonly count: number };
}

/** A table that leaves the screen: heads and cells as text. */
export interface Sheet {
  readonly heads: readonly string[];
  readonly cells: readonly (readonly string[])[];
}

/** A row with something wrong, in the words of its pane. */
export interface Finding {
  readonly row: PaneRow;
  /** Since when it has been so; absent: not known. */
  readonly since?: Millis;
  /** The source because of which it is not known, where that is not the row's own. */
  readonly blindBy?: string;
  /** What is wrong: 'OPEN · 82 % fail, limit 50 %'. Made only for rows that are looked at, at the moment of `view`. */
  says(view: View): string;
}

/** A pane: one file, and one line in `panes/index.ts`. */
export interface Pane {
  readonly id: string;
  /** The key that opens it: a digit, or a letter. Absent: it is reached by its name. */
  readonly key?: string;
  readonly title: string;
  /** The kind of feeds that its rows come from; absent: it gathers from others. */
  readonly kind?: FeedKind;
  /** The key of its row that shows this fact, where that is not the fact's own: of a group. */
  rowKey?(row: Row): string;
  /** False: nothing in this environment would give it rows, and the overview leaves it out. */
  there(view: View): boolean;
  /** Names of its orders; `o` goes through them. */
  readonly orders: readonly string[];
  /** Number of columns among which `h l` choose; 0: none. */
  columns(view: View): number;
  /** The keys that only this pane has. */
  readonly keys: readonly Binding[];
  /** How many of its rows the filters leave, of how many, and what is wrong with the filter. */
  wanted(view: View): Wanted<PaneRow>;
  /** Every row that there is, in a tree those of closed branches as well. */
  every(view: View): readonly PaneRow[];
  /** Some of its rows as a table, for a place that is no screen; a row of another pane is left out. */
  sheet(view: View, rows: readonly PaneRow[]): Sheet;
  /** All its rows, worst first where it has not been told otherwise, whatever the filter says. */
  all(view: View): readonly PaneRow[];
  /** Its rows, filtered and ordered. */
  rows(view: View): readonly PaneRow[];
  /** The rows as the overview shows them: what is OK may be one row. The cursor moves over these. */
  shown(view: View, form: Form): readonly PaneRow[];
  /** Lines that it would like to have. */
  wants(view: View, form: Form, width: number): number;
  /** Ids of the feeds that are read only when somebody asks, and that the details of this row are made of. */
  feedsOf?(view: View, key: string): readonly string[];
  draw(view: View, room: Room): Drawn;
  /** Its rows that are not OK, or about to be so, whatever it is filtered by; of a tree, its roots. */
  findings(view: View): readonly Finding[];
  /** What enter does on the row under the cursor, where that is not to open and close it. */
  readonly enter?: (hand: Hand) => void;
  /** What `E` writes of it, where that is not its rows. */
  readonly exports?: string;
  /** True: in the overview it stands at the right of all others, from top to bottom. */
  readonly isColumn?: true;
  /** Ids of keys from everywhere that mean nothing here. One of `keys` that has the id of such a key stands in its place. */
  readonly without?: readonly string[];
  /** A line of text that it asks for below the panes, while it does. */
  readonly asking?: {
    isAsked(view: View): boolean;
    readonly keys: readonly Binding[];
    field(hand: Hand): TextField;
    line(view: View): Line;
  };
  /** Moves its cursor by so many rows, Infinity to an end: of a pane whose rows are too many to be made as a list. */
  readonly walk?: (hand: Hand, step: number) => void;
  /** What a click does on one of its lines (its title is 0), in place of moving the cursor to the row there. */
  readonly click?: (hand: Hand, room: Room, x: number, line: number) => void;
}
