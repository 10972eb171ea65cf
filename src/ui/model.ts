import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Millis } from '../domain/fault.ts';
import type { ThemeName } from '../domain/settings.ts';
import type { MainView, PaneId } from './cursor.ts';
import { type Cursor, initialCursor } from './cursor.ts';
import {
  emptyNavigationHistory,
  type NavigationHistory,
} from './features/environments/navigation-history.ts';
import type { Layout, OverviewBands, SplitView } from './features/layouts/layout.ts';
import { initialLogViewState, type LogViewState } from './features/logs/view-state.ts';
import { noOverlay, type Overlay } from './overlays/overlay.ts';

/** What the level filter leaves: what is worse than OK, or critical. */
export type LevelFilter = 'bad' | 'crit';

/** How one pane is looked at. Outlives every visit to it. */
export interface PaneState {
  readonly cursor: Cursor;
  /** Column under the cursor, where columns can be chosen. */
  readonly column?: number;
  readonly filter: string;
  /** The last filter that could be understood: what is shown while `filter` is wrong. */
  readonly goodFilter?: string;
  /** What was looked for last, for n and N when the filter is gone. */
  readonly sought?: string;
  /** Only rows this bad are shown; absent: all. */
  readonly least?: LevelFilter | undefined;
  /** Keys of the rows that are marked, whether they are shown or not. */
  readonly marks?: ReadonlySet<string> | undefined;
  /** Index into the pane's orders. */
  readonly order: number;
  /** The order from its end. */
  readonly reversed?: boolean;
  /** More of the selected row is shown. */
  readonly opened: boolean;
  /** Keys of the branches whose rows are shown, in a pane that is a tree. */
  readonly expandedKeys?: readonly string[];
  /** The row from which a key of the pane has led to another. */
  readonly returnTo?: string;
  /** What the pane's own keys have chosen, by name. */
  readonly options?: Readonly<Record<string, number>>;
}

/** What has been typed and chosen on the card of a run. Belongs to one question (`of`), and is forgotten with it. */
export interface CardState {
  readonly questionId: string;
  readonly text: string;
  readonly cursor: number;
  readonly scroll: number;
  readonly showsCalls: boolean;
  /** What is marked where several are asked for, in the order in which it was. */
  readonly marked: readonly string[];
  readonly error?: string;
}

/** All that the screen itself remembers. Facts, runs and messages are in the stores of the engine. */
export interface UiState {
  readonly place: MainView;
  readonly focus: PaneId;
  readonly panes: Readonly<Record<PaneId, PaneState>>;
  /** The filter's text field is open. */
  readonly isFiltering: boolean;
  readonly overlay: Overlay;
  /** The environment that was chosen last: while nothing is open yet, it is on its way. */
  readonly openingEnvironment?: string;
  readonly card: CardState;
  /** When a letter was typed last on the card of a run that takes none. */
  readonly strayKeyAt?: Millis | undefined;
  /** The theme that is tried out, until the settings name another one than they did then. */
  readonly theme?: { readonly name: ThemeName; readonly over: ThemeName };
  /** The last thing the screen itself had to say. */
  readonly notice?: { readonly at: Millis; readonly text: string };
  /** Others see this screen: aliases are drawn in place of names. */
  readonly shared: boolean;
  /** The earlier moment that is looked at (machine's clock), and since when (engine's clock). Absent: what is live. */
  readonly past?: { readonly wanted: Millis; readonly since: Millis };
  /** Ids of what was last run from the palette, newest first. */
  readonly recentItems: readonly string[];
  /** Commands that were run from `:`, newest last. */
  readonly commands: readonly string[];
  /** Two panes in the middle instead of one; `place` and `focus` are the one that keys reach. */
  readonly split?: SplitView;
  /** What the overview shows; absent: as it comes. */
  readonly bands?: OverviewBands;
  /** Layouts of the open environment that were saved, by name. */
  readonly layouts: Readonly<Record<string, Layout>>;
  /** What `:mouse` said, whatever the settings say. */
  readonly mouse?: boolean;
  /** How lines of logs are looked at. */
  readonly logs: LogViewState;
  /** Where one has been. */
  readonly history: NavigationHistory;
  /** Counts how often a key went somewhere else. */
  readonly navigationCount: number;
}

const freshPane: PaneState = { cursor: initialCursor, filter: '', order: 0, opened: false };
const freshCard: CardState = {
  questionId: '',
  text: '',
  cursor: 0,
  scroll: 0,
  showsCalls: false,
  marked: [],
};
const recentKept = 8;

export type UiStore = StoreApi<UiState>;

/** The screen's own state, before the first key. */
export const createUiStore = (focus: PaneId, shared = false): UiStore =>
  createStore<UiState>()(() => ({
    place: 'overview',
    focus,
    panes: {},
    isFiltering: false,
    overlay: noOverlay,
    card: freshCard,
    shared,
    recentItems: [],
    commands: [],
    layouts: {},
    logs: initialLogViewState,
    history: emptyNavigationHistory,
    navigationCount: 0,
  }));

export const paneState = (state: UiState, pane: PaneId): PaneState => state.panes[pane] ?? freshPane;

/** Changes how one pane is looked at. */
export const updatePane = (model: UiStore, pane: PaneId, change: Partial<PaneState>): void =>
  model.setState((s) => ({ panes: { ...s.panes, [pane]: { ...paneState(s, pane), ...change } } }));

const noMarks: ReadonlySet<string> = new Set();

export const markedKeys = (state: UiState, pane: PaneId): ReadonlySet<string> =>
  paneState(state, pane).marks ?? noMarks;

/** What was typed on the card that asks `of`; blank when the question is another one. */
export const cardState = (state: UiState, of: string): CardState =>
  state.card.questionId === of ? state.card : { ...freshCard, questionId: of };

export const updateCard = (model: UiStore, of: string, change: Partial<Omit<CardState, 'of'>>): void =>
  model.setState((s) => ({ card: { ...cardState(s, of), ...change } }));

/** What is typed takes the complaint about what was there before away. */
export const setCardText = (model: UiStore, of: string, text: string): void =>
  model.setState((s) => {
    const { error: _, ...card } = cardState(s, of);
    return { card: { ...card, text } };
  });

export const rememberItem = (model: UiStore, id: string): void =>
  model.setState((s) => ({
    recentItems: [id, ...s.recentItems.filter((other) => other !== id)].slice(0, recentKept),
  }));

/** Every pane shows an earlier moment of the machine's clock from now on. */
export const travelTo = (model: UiStore, wanted: Millis, now: Millis): void =>
  model.setState(({ past }) => ({ past: { wanted, since: past?.since ?? now } }));

/** Every pane shows what is live. */
export const returnToLive = (model: UiStore): void => model.setState(({ past: _, ...rest }) => rest, true);

/** What the screen said stands until the next key. */
export const clearNotice = (model: UiStore): void => model.setState(({ notice: _, ...rest }) => rest, true);

/** The screen with another layout; filters, cursors and overlays are none of its business. */
export const applyLayout = (
  { split: _, bands: __, ...ui }: UiState,
  { bands, place, focus, split }: Layout,
): UiState => ({
  ...ui,
  ...(bands === undefined ? {} : { bands }),
  place,
  focus,
  ...(split === undefined ? {} : { split }),
});
