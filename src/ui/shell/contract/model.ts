import type { StoreApi } from 'zustand/vanilla';
import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { ThemeName } from '../../../domain/profile/settings.ts';
import type { MainView, PaneId, SeenFrame } from '../../kit/components/cursor.ts';
import { type Cursor, initialCursor } from '../../kit/components/cursor.ts';
import type { ColumnChoice } from './column-choice.ts';
import type { Layout, OverviewBands, SplitView } from './layout.ts';
import type { NavigationHistory } from './navigation-history.ts';
import type { Overlay } from './overlay.ts';
import type { UnseenChanges } from './row-changes.ts';
import type { OrderHold } from './row-order.ts';

/** The level filter: rows that are not OK, or only critical rows. */
export type LevelFilter = 'bad' | 'crit';

/** The view state of one pane. Kept while other panes are shown. */
export interface PaneState {
  readonly cursor: Cursor;
  /** Selected column, in panes with column selection. */
  readonly column?: number;
  readonly filter: string;
  /** The last valid filter, applied while `filter` has an error. */
  readonly goodFilter?: string;
  /** The last search text, used by n and N after the filter is cleared. */
  readonly sought?: string;
  /** The level filter; absent: all rows. */
  readonly least?: LevelFilter | undefined;
  /** Keys of marked rows, including hidden ones. */
  readonly marks?: ReadonlySet<string> | undefined;
  /** Index into the pane's orders. */
  readonly order: number;
  /** Head of the column that the rows are sorted by, instead of `order`. */
  readonly sortColumn?: string | undefined;
  /** True: the order is reversed. */
  readonly reversed?: boolean;
  /** True: details of the selected row are expanded. */
  readonly opened: boolean;
  /** Keys of the expanded branches, in tree panes. */
  readonly expandedKeys?: readonly string[];
  /** The row to return to after a jump within the pane. */
  readonly returnTo?: string;
  /** Options set by the pane's own keys, by name. */
  readonly options?: Readonly<Record<string, number>>;
  /** The columns as the user arranged them; absent: the default. */
  readonly columns?: ColumnChoice | undefined;
}

/** Input state of a run card. Belongs to one question and is discarded with it. */
export interface CardState {
  readonly questionId: string;
  readonly text: string;
  readonly cursor: number;
  readonly scroll: number;
  readonly showsCalls: boolean;
  /** Marked choices of a multi-select, in the order of marking. */
  readonly marked: readonly string[];
  readonly error?: string;
}

/**
 * The state that features add to that of the screen: each merges its part into this interface, and gives its initial value
 * with `defineFeature`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: the features fill it
export interface FeatureState {}

/** Where the user is: the panes on the screen, their focus and their history. */
interface PlaceState {
  readonly place: MainView;
  readonly focus: PaneId;
  /** Split view of two panes; `place` and `focus` name the pane that receives keys. */
  readonly split?: SplitView;
  /** Overview layout; absent: the default. */
  readonly bands?: OverviewBands;
  /** The last chosen environment, which is opening until an environment is open. */
  readonly openingEnvironment?: string;
  /** Back and forward history. */
  readonly history: NavigationHistory;
  /** Number of navigations by key. */
  readonly navigationCount: number;
  /** The pane of the last pressed pane key; a second press zooms it. */
  readonly paneKey?: PaneId;
}

/** The view state of panes, and what has changed in them. */
interface PaneStates {
  readonly panes: Readonly<Record<PaneId, PaneState>>;
  /** True while the filter text field is open. */
  readonly isFiltering: boolean;
  /** Number of problems per pane ten minutes ago; absent: unknown. */
  readonly problemsBefore?: Readonly<Record<PaneId, number>>;
  /** Rows whose level changed and that were not seen since. */
  readonly changes: UnseenChanges;
  /** The rows that are not sorted again, because the user moves in them. */
  readonly orderHold?: OrderHold | undefined;
  /** The pane whose rows were just sorted again, and when (engine clock). */
  readonly resorted?: { readonly pane: PaneId; readonly at: Millis } | undefined;
}

/** The meaning of the next key: dialogs, cards, and what the user has seen of them. */
interface InputState {
  readonly overlay: Overlay;
  readonly card: CardState;
  /** True: typed text without a text field is ignored until `esc` or `enter`. */
  readonly isIgnoringText?: boolean;
  /** True: the last key was text for a text field. */
  readonly typedIntoField?: boolean;
  /** The last frame: a key refers to it. */
  readonly seen?: SeenFrame;
  /** The last keys that arrived together (engine clock), more than a person types, or as a paste: the rest of it may follow. */
  readonly burst?: { readonly at: Millis; readonly isPaste: boolean };
  /** The last key if it was `enter` (engine clock), and whether it was ignored as a repetition. */
  readonly lastEnter?: { readonly at: Millis; readonly ignored: boolean } | undefined;
}

/** The look of the screen, and the time that it shows. */
interface DisplayState {
  /** The previewed theme, until the theme in the settings changes. */
  readonly theme?: { readonly name: ThemeName; readonly over: ThemeName };
  /** The last notice of the screen itself. */
  readonly notice?: { readonly at: Millis; readonly text: string };
  /** Share mode: names are replaced by aliases. */
  readonly shared: boolean;
  /** Time travel: the shown time (wall clock) and its start (engine clock). Absent: live. */
  readonly past?: { readonly wanted: Millis; readonly since: Millis };
  /** Mouse setting from `:mouse`, overrides the settings. */
  readonly mouse?: boolean;
}

/** The state of the screen. Facts, runs and messages are in the engine's stores. */
export interface UiState extends PlaceState, PaneStates, InputState, DisplayState, FeatureState {}

const freshPane: PaneState = { cursor: initialCursor, filter: '', order: 0, opened: false };
export const freshCard: CardState = {
  questionId: '',
  text: '',
  cursor: 0,
  scroll: 0,
  showsCalls: false,
  marked: [],
};
export type UiStore = StoreApi<UiState>;

/** The view state of a pane. A saved layout may name one that does not exist, such as `__proto__`. */
export const paneState = ({ panes }: UiState, pane: PaneId): PaneState =>
  Object.hasOwn(panes, pane) ? (panes[pane] ?? freshPane) : freshPane;

/** Updates the view state of one pane. */
export const updatePane = (model: UiStore, pane: PaneId, change: Partial<PaneState>): void =>
  model.setState((s) => ({ panes: { ...s.panes, [pane]: { ...paneState(s, pane), ...change } } }));

const noMarks: ReadonlySet<string> = new Set();

export const markedKeys = (state: UiState, pane: PaneId): ReadonlySet<string> =>
  paneState(state, pane).marks ?? noMarks;

/** The card state for question `of`; empty if the stored state belongs to another question. */
export const cardState = (state: UiState, of: string): CardState =>
  state.card.questionId === of ? state.card : { ...freshCard, questionId: of };

/** Shows all panes at an earlier wall-clock time. */
export const travelTo = (model: UiStore, wantedAmount: Millis, now: Millis): void =>
  model.setState(({ past }) => ({ past: { wanted: wantedAmount, since: past?.since ?? now } }));

/** Shows live data in all panes. */
export const returnToLive = (model: UiStore): void => model.setState(({ past: _, ...rest }) => rest, true);

/** Clears the notice, at the next key. */
export const clearNotice = (model: UiStore): void => model.setState(({ notice: _, ...rest }) => rest, true);

/** The state with another layout; filters, cursors and overlays stay. */
export const applyLayout = (
  { split: _, bands: __, ...ui }: UiState,
  { bands, place, focus, split }: Layout,
): UiState => ({
  ...ui,
  ...defined({ bands }),
  place,
  focus,
  ...defined({ split }),
});
