import type { FeedKind } from '../../../domain/facts/reading.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import type { PossibleStart } from '../../../domain/facts/state-start.ts';
import type { Danger } from '../../../domain/runbooks/operation.ts';
import type { TerminalProgramResult } from '../../../platform/processes/run-in-terminal.ts';
import type {
  ExternalDocument,
  ExternalDocumentResult,
} from '../../../platform/terminal/external-documents.ts';
import type { Commands } from '../../../store/commands.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { Theme } from '../../kit/theme/theme.ts';
import type { ColumnInfo } from './column-choice.ts';
import type { UiStore } from './model.ts';
import type {
  ExportTable,
  PaneForm,
  PaneOutline,
  PaneQueryResult,
  PaneRoom,
  PaneRow,
  RenderedPane,
  RowSubject,
} from './pane-row.ts';
import type { EnvironmentView, RenderContext } from './render-context.ts';

/** The context in which a key binding runs. */
export interface KeyContext {
  readonly view: RenderContext;
  readonly model: UiStore;
  readonly commands: Commands;
  /** The focused pane, its displayed rows and the selected row. */
  readonly pane: Pane;
  readonly rows: readonly PaneRow[];
  readonly index: number;
  readonly row?: PaneRow;
  /** Position of the focused pane; undefined if it is not visible. */
  focusedRoom(): PaneRoom | undefined;
  /** Half a page, in rows. */
  readonly halfPage: number;
  /** Shows a notice in the message line. */
  notify(text: string): void;
  /** The active theme. */
  readonly theme: Theme;
  /** Sends text to the terminal clipboard (OSC 52), which the terminal may ignore. */
  copy(text: string): void;
  /** Restores the terminal and stops the process until SIGCONT. */
  suspend(): void;
  /** Runs a program in the terminal until it exits; undefined if opsdeck has no terminal to hand over. */
  runInTerminal(argv: readonly string[]): Promise<TerminalProgramResult | undefined>;
  /**
   * Opens a document in the user's editor or pager, which owns the terminal until it ends. `ended` gets undefined if the
   * terminal is not available; what it changes is drawn at once.
   */
  openDocument(document: ExternalDocument, ended: (result: ExternalDocumentResult | undefined) => void): void;
  /** Ends the cockpit. */
  quit(): void;
}

/** A key binding as data. Footer, help, palette and docs/reference/keys.md are generated from it. */
export interface Binding {
  readonly id: string;
  readonly keys: readonly string[];
  /** Help text: an imperative phrase. */
  readonly description: string;
  /** Label in the footer; absent: not shown there. */
  readonly footer?: string;
  /** Minimum screen width for the footer; default: wherever it fits. */
  readonly footerMinColumns?: number;
  readonly danger?: Danger;
  /** True: starts a change and is unavailable during time travel, like every binding with a danger. */
  readonly isChange?: boolean;
  /** True: an answer of a person, which arms, confirms, reveals or goes into the ledger. It counts only as a key of its own. */
  readonly confirms?: true | ((context: KeyContext) => boolean);
  /** The reason why the key is unavailable. The key stays visible with this reason. */
  whyNot?(context: KeyContext): string | undefined;
  run(context: KeyContext): void;
}

/** Bindings that are active together, with the title for help. */
export interface KeyTable {
  readonly title: string;
  readonly bindings: readonly Binding[];
}

/** A single-line text input. */
export interface TextField {
  readonly value: string;
  set(context: KeyContext, text: string): void;
  /** Reports why a paste is refused; absent: pastes are accepted. */
  readonly refusesPaste?: (context: KeyContext) => void;
  /** More letters than this in one read are a paste, where pastes are refused. */
  readonly mostAtOnce?: number;
}

/** A row with a problem, and the start of the problem. */
export interface PaneProblem extends PossibleStart {
  readonly row: PaneRow;
  /** The failed source that makes the row unknown, if it is not the row's own. */
  readonly blindSource?: string;
  /** The problem text: 'OPEN · 82 % fail, limit 50 %'. Computed only for visible rows, at the time of `view`. */
  describe(view: RenderContext): string;
}

/** The cell under the cursor in a pane whose columns are environments. */
export interface PaneCell {
  readonly env: string;
  /** The facts that it shows; absent: none, for the reason in `absent`. */
  readonly shown?: { readonly subject: RowSubject; readonly of: EnvironmentView };
  readonly absent?: string;
}

/** A row on a screen that is too small for tables. */
export interface ShortRow {
  readonly state: StyledLine;
  readonly problem: string;
  /** True: its label is a sentence, which reads from its beginning. */
  readonly isSentence: boolean;
}

/** The identity of a pane, and where its rows come from. */
interface PaneIdentity {
  readonly id: string;
  /** The key that opens it: a digit or a letter. Absent: opened by name only. */
  readonly key?: string;
  readonly title: string;
  /** Plural noun for its rows: 'circuit breakers'. */
  readonly noun?: string;
  /** The kind of feeds that provides its rows; absent: derived from other panes. */
  readonly kind?: FeedKind;
  /** The key of the row that shows this fact, if it differs from the fact's key (groups). */
  rowKey?(row: Row): string;
  /** False: no source of this environment provides its rows, so the overview omits it. */
  isAvailable(view: RenderContext): boolean;
}

/** The rows of a pane. */
interface PaneRowAccess {
  /** Filtered rows, total count, and the error of the filter if any. */
  query(view: RenderContext): PaneQueryResult<PaneRow>;
  /** Every row, including rows in collapsed branches. */
  everyRow(view: RenderContext): readonly PaneRow[];
  /** Memoized parts of its rows, each of which a frame prepares in a turn of its own; absent: none takes long. */
  readonly rowParts?: readonly ((view: RenderContext) => unknown)[];
  /** All rows before filtering, worst first by default. */
  allRows(view: RenderContext): readonly PaneRow[];
  /** Its rows, filtered and ordered. */
  rows(view: RenderContext): readonly PaneRow[];
  /** The displayed rows, with OK rows possibly folded into one. The cursor moves over these. */
  displayedRows(view: RenderContext, form: PaneForm): readonly PaneRow[];
  /** The given rows as an export table; rows of other panes are skipped. */
  table(view: RenderContext, rows: readonly PaneRow[]): ExportTable;
  /** Ids of the on-demand feeds for the details of this row. */
  detailFeeds?(view: RenderContext, key: string): readonly string[];
  /** Names of its orders, cycled by `o`. */
  readonly orders: readonly string[];
  /** True: a cursor at the first row stays there when new rows come, until the row is opened or a key moves it. */
  readonly followsNewest?: true;
  /** Its text for an editor or a pager; undefined: nothing now. Absent: its rows. */
  documentText?(
    view: RenderContext,
  ): { readonly name: string; readonly text: string | Iterable<string> } | undefined;
  /** Describes what `E` exports, if not the rows. */
  readonly exportName?: string;
}

/** The columns of a pane. */
interface PaneColumns {
  /** Heads of the columns that `B` sorts by; absent: none. */
  sortColumns?(view: RenderContext): readonly string[];
  /** Its columns, for the column chooser; absent: they cannot be changed. */
  columns?(view: RenderContext): readonly ColumnInfo[];
  /** Number of columns selectable with `h l`; 0: none. */
  columnCount(view: RenderContext): number;
  /** The cell under the cursor, for its explanation; absent: the row is explained. */
  cell?(view: RenderContext, row: PaneRow): PaneCell | undefined;
}

/** The problems of a pane, for its title, the header and Problems. */
interface PaneProblems {
  /** Number of problems that its title counts; absent: the title counts none. */
  problemCount?(view: RenderContext): number;
  /** Problems: rows that are not OK or pending, before filtering; of a tree, its roots. */
  problems(view: RenderContext): readonly PaneProblem[];
}

/** The look and the size of a pane. */
interface PaneDrawing {
  /** Preferred height in lines. */
  desiredHeight(view: RenderContext, form: PaneForm, width: number): number;
  render(view: RenderContext, room: PaneRoom): RenderedPane;
  /** The rows that `render` shows, without drawing them; absent: `render` says so. */
  visibleRows?(view: RenderContext, room: PaneRoom): RenderedPane['rows'];
  /** Draws a row on a screen that is too small for the table; absent: its level and its problem. */
  shortRow?(view: RenderContext, row: PaneRow): ShortRow | undefined;
  /** The rule between its list and its detail: its cell, and whether the list is at its right; undefined: it has none in this room. */
  divider?(
    view: RenderContext,
    room: PaneRoom,
  ): { readonly cell: number; readonly isListRight: boolean } | undefined;
  /** The outlines of its list and of the boxes that explain the opened row; undefined: it is one box. */
  outlines?(view: RenderContext, room: PaneRoom): readonly PaneOutline[] | undefined;
  /** True: where there is room, charts of the worst signals are above it, and the full-height column of the overview at its right. */
  isFramed?(view: RenderContext): boolean;
  /** True: a full-height column at the right of the overview. */
  readonly isColumn?: true;
  /**
   * The overview shows it only in rows that the other panes leave: at least `from` of them, and no more than it can use in
   * `width` cells.
   */
  readonly spareRows?: { readonly from: number; most(view: RenderContext, width: number): number };
  /**
   * It draws boxes of its own at the top of the overview, where panes are boxes: heights with all borders from which the overview
   * takes the first that leaves the other panes enough; none if there is nothing to draw.
   */
  boxes?(view: RenderContext): readonly number[];
}

/** The effects of keys and clicks in a pane. */
interface PaneInput {
  /** Bindings of this pane only. */
  readonly keys: readonly Binding[];
  /** Ids of global keys that are disabled here. A binding in `keys` with such an id replaces the global one. */
  readonly disabledKeys?: readonly string[];
  /** Replaces the default action of enter, which expands or collapses the row. */
  readonly enter?: (context: KeyContext) => void;
  /** True: the details of an opened row name its runbooks, and enter opens the first one. */
  readonly offersRunbooks?: true;
  /** The row that the pane's key leads to, because the header points at it; undefined: the row visited last. */
  landingRow?(view: RenderContext): string | undefined;
  /** The prompt of the pane, shown in the message line while active. */
  readonly prompt?: {
    isAsked(view: RenderContext): boolean;
    readonly keys: readonly Binding[];
    field(context: KeyContext): TextField;
    line(view: RenderContext): StyledLine;
  };
  /** Moves the cursor by rows, Infinity to an end; for panes with too many rows for a list. */
  readonly moveCursor?: (context: KeyContext, step: number) => void;
  /** Handles a click on a line (0 is the title) instead of moving the cursor there. */
  readonly click?: (context: KeyContext, room: PaneRoom, x: number, line: number) => void;
  /** True: it was opened from the card of a run, to which `esc` returns. */
  isOpenedFromCard?(view: RenderContext): boolean;
}

/** A pane of a feature. */
export interface Pane
  extends PaneIdentity,
    PaneRowAccess,
    PaneColumns,
    PaneProblems,
    PaneDrawing,
    PaneInput {}
