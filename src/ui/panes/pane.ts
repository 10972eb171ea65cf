import type { Millis } from '../../domain/fault.ts';
import type { Danger } from '../../domain/operation.ts';
import type { FeedKind } from '../../domain/reading.ts';
import type { Row } from '../../domain/snapshot.ts';
import type { TerminalProgramResult } from '../../platform/processes/run-in-terminal.ts';
import type { Commands } from '../../store/commands.ts';
import type { UiStore } from '../model.ts';
import type { RenderContext } from '../render-context.ts';
import type { StyledLine } from '../text/line.ts';
import type { Theme } from '../theme/theme.ts';
import type { PaneQueryResult } from './pane-query.ts';
import type { ExportTable, PaneForm, PaneRoom, PaneRow, RenderedPane } from './pane-row.ts';

/** What a key finds when it is pressed. */
export interface KeyContext {
  readonly view: RenderContext;
  readonly model: UiStore;
  readonly commands: Commands;
  /** The focused pane, its rows as shown, and the one under the cursor. */
  readonly pane: Pane;
  readonly rows: readonly PaneRow[];
  readonly index: number;
  readonly row?: PaneRow;
  /** Where the focused pane stands; undefined when it is not on the screen. */
  focusedRoom(): PaneRoom | undefined;
  /** Half a page, in rows. */
  readonly halfPage: number;
  /** Says something in the message row. */
  notify(text: string): void;
  /** How the screen is drawn. */
  readonly theme: Theme;
  /** Sends text to the clipboard of the terminal, which may or may not take it. */
  copy(text: string): void;
  /** Gives the terminal back and stops the process until it is continued. */
  suspend(): void;
  /** Gives the terminal to a program until that has ended; undefined when it could not be given. */
  runInTerminal(argv: readonly string[]): Promise<TerminalProgramResult | undefined>;
  /** Ends the cockpit. */
  quit(): void;
}

/** A key is data: footer, help, palette and docs/reference/keys.md are made of it. */
export interface Binding {
  readonly id: string;
  readonly keys: readonly string[];
  /** What it does, in the words of help. */
  readonly description: string;
  /** Its word in the footer; without one it is not in the footer. */
  readonly footer?: string;
  /** In the footer only where there are so many columns; default: wherever it fits. */
  readonly footerMinColumns?: number;
  readonly danger?: Danger;
  /** True, and where it has a danger: it begins a change, and cannot be used while an earlier moment is looked at. */
  readonly isChange?: boolean;
  /** Why it cannot be used now. The key stays visible and says so. */
  whyNot?(hand: KeyContext): string | undefined;
  run(hand: KeyContext): void;
}

/** Bindings that are live together, under the name that help gives them. */
export interface KeyTable {
  readonly title: string;
  readonly bindings: readonly Binding[];
}

/** A line of text that is being typed. */
export interface TextField {
  readonly value: string;
  set(hand: KeyContext, text: string): void;
  /** Why what came in one piece is not taken; absent: a paste is as good as typing. */
  readonly refusesPaste?: (hand: KeyContext) => void;
}

/** A row with something wrong, in the words of its pane. */
export interface PaneProblem {
  readonly row: PaneRow;
  /** Since when it has been so; absent: not known. */
  readonly since?: Millis;
  /** The source because of which it is not known, where that is not the row's own. */
  readonly blindSource?: string;
  /** What is wrong: 'OPEN · 82 % fail, limit 50 %'. Made only for rows that are looked at, at the moment of `view`. */
  describe(view: RenderContext): string;
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
  isAvailable(view: RenderContext): boolean;
  /** Names of its orders; `o` goes through them. */
  readonly orders: readonly string[];
  /** Number of columns among which `h l` choose; 0: none. */
  columnCount(view: RenderContext): number;
  /** The keys that only this pane has. */
  readonly keys: readonly Binding[];
  /** How many of its rows the filters leave, of how many, and what is wrong with the filter. */
  query(view: RenderContext): PaneQueryResult<PaneRow>;
  /** Every row that there is, in a tree those of closed branches as well. */
  everyRow(view: RenderContext): readonly PaneRow[];
  /** Some of its rows as a table, for a place that is no screen; a row of another pane is left out. */
  table(view: RenderContext, rows: readonly PaneRow[]): ExportTable;
  /** All its rows, worst first where it has not been told otherwise, whatever the filter says. */
  allRows(view: RenderContext): readonly PaneRow[];
  /** Its rows, filtered and ordered. */
  rows(view: RenderContext): readonly PaneRow[];
  /** The rows as the overview shows them: what is OK may be one row. The cursor moves over these. */
  displayedRows(view: RenderContext, form: PaneForm): readonly PaneRow[];
  /** Lines that it would like to have. */
  desiredHeight(view: RenderContext, form: PaneForm, width: number): number;
  /** Ids of the feeds that are read only when somebody asks, and that the details of this row are made of. */
  detailFeeds?(view: RenderContext, key: string): readonly string[];
  render(view: RenderContext, room: PaneRoom): RenderedPane;
  /** Its rows that are not OK, or about to be so, whatever it is filtered by; of a tree, its roots. */
  problems(view: RenderContext): readonly PaneProblem[];
  /** What enter does on the row under the cursor, where that is not to open and close it. */
  readonly enter?: (hand: KeyContext) => void;
  /** What `E` writes of it, where that is not its rows. */
  readonly exportName?: string;
  /** True: in the overview it stands at the right of all others, from top to bottom. */
  readonly isColumn?: true;
  /** Ids of keys from everywhere that mean nothing here. One of `keys` that has the id of such a key stands in its place. */
  readonly disabledKeys?: readonly string[];
  /** A line of text that it asks for below the panes, while it does. */
  readonly prompt?: {
    isAsked(view: RenderContext): boolean;
    readonly keys: readonly Binding[];
    field(hand: KeyContext): TextField;
    line(view: RenderContext): StyledLine;
  };
  /** Moves its cursor by so many rows, Infinity to an end: of a pane whose rows are too many to be made as a list. */
  readonly moveCursor?: (hand: KeyContext, step: number) => void;
  /** What a click does on one of its lines (its title is 0), in place of moving the cursor to the row there. */
  readonly click?: (hand: KeyContext, room: PaneRoom, x: number, line: number) => void;
}
