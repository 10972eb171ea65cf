import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Millis } from '../domain/fault.ts';
import type { ThemeName } from '../domain/settings.ts';
import type { PaneId, Place } from './cursor.ts';
import { type Cursor, firstRow } from './cursor.ts';
import { noTrail, type Trail } from './features/environments/spot.ts';
import type { Arrangement, Layout, Split } from './features/layouts/layout.ts';
import { firstLook, type LogLook } from './features/logs/look.ts';
import { noOverlay, type Overlay } from './overlays/overlay.ts';

/** What the level filter leaves: what is worse than OK, or critical. */
export type LeastLevel = 'bad' | 'crit';

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
  readonly least?: LeastLevel | undefined;
  /** Keys of the rows that are marked, whether they are shown or not. */
  readonly marks?: ReadonlySet<string> | undefined;
  /** Index into the pane's orders. */
  readonly order: number;
  /** The order from its end. */
  readonly reversed?: boolean;
  /** More of the selected row is shown. */
  readonly opened: boolean;
  /** Keys of the branches whose rows are shown, in a pane that is a tree. */
  readonly unfolded?: readonly string[];
  /** The row from which a key of the pane has led to another. */
  readonly cameFrom?: string;
  /** What the pane's own keys have chosen, by name. */
  readonly chosen?: Readonly<Record<string, number>>;
}

/** What has been typed and chosen on the card of a run. Belongs to one question (`of`), and is forgotten with it. */
export interface CardState {
  readonly of: string;
  readonly text: string;
  readonly cursor: number;
  readonly scroll: number;
  readonly calls: boolean;
  /** What is marked where several are asked for, in the order in which it was. */
  readonly marked: readonly string[];
  readonly complaint?: string;
}

/** All that the screen itself remembers. Facts, runs and messages are in the stores of the engine. */
export interface UiState {
  readonly place: Place;
  readonly focus: PaneId;
  readonly panes: Readonly<Record<PaneId, PaneState>>;
  /** The filter's text field is open. */
  readonly filtering: boolean;
  readonly overlay: Overlay;
  /** The environment that was chosen last: while nothing is open yet, it is on its way. */
  readonly opening?: string;
  readonly card: CardState;
  /** When a letter was typed last on the card of a run that takes none. */
  readonly strayAt?: Millis | undefined;
  /** The theme that is tried out, until the settings name another one than they did then. */
  readonly theme?: { readonly name: ThemeName; readonly over: ThemeName };
  /** The last thing the screen itself had to say. */
  readonly notice?: { readonly at: Millis; readonly text: string };
  /** Others see this screen: aliases are drawn in place of names. */
  readonly shared: boolean;
  /** The earlier moment that is looked at (machine's clock), and since when (engine's clock). Absent: what is live. */
  readonly past?: { readonly wanted: Millis; readonly since: Millis };
  /** Ids of what was last run from the palette, newest first. */
  readonly recent: readonly string[];
  /** Commands that were run from `:`, newest last. */
  readonly commands: readonly string[];
  /** Two panes in the middle instead of one; `place` and `focus` are the one that keys reach. */
  readonly split?: Split;
  /** What the overview shows; absent: as it comes. */
  readonly bands?: Arrangement;
  /** Layouts of the open environment that were saved, by name. */
  readonly layouts: Readonly<Record<string, Layout>>;
  /** What `:mouse` said, whatever the settings say. */
  readonly mouse?: boolean;
  /** How lines of logs are looked at. */
  readonly logs: LogLook;
  /** Where one has been. */
  readonly trail: Trail;
  /** Counts how often a key went somewhere else. */
  readonly jumps: number;
}

const freshPane: PaneState = { cursor: firstRow, filter: '', order: 0, opened: false };
const freshCard: CardState = { of: '', text: '', cursor: 0, scroll: 0, calls: false, marked: [] };
const recentKept = 8;

export type Model = StoreApi<UiState>;

/** The screen's own state, before the first key. */
export const createModel = (focus: PaneId, shared = false): Model =>
  createStore<UiState>()(() => ({
    place: 'overview',
    focus,
    panes: {},
    filtering: false,
    overlay: noOverlay,
    card: freshCard,
    shared,
    recent: [],
    commands: [],
    layouts: {},
    logs: firstLook,
    trail: noTrail,
    jumps: 0,
  }));

export const paneStateOf = (state: UiState, pane: PaneId): PaneState => state.panes[pane] ?? freshPane;

/** Changes how one pane is looked at. */
export const changePane = (model: Model, pane: PaneId, change: Partial<PaneState>): void =>
  model.setState((s) => ({ panes: { ...s.panes, [pane]: { ...paneStateOf(s, pane), ...change } } }));

const noMarks: ReadonlySet<string> = new Set();

export const marksOf = (state: UiState, pane: PaneId): ReadonlySet<string> =>
  paneStateOf(state, pane).marks ?? noMarks;

/** What was typed on the card that asks `of`; blank when the question is another one. */
export const cardOf = (state: UiState, of: string): CardState =>
  state.card.of === of ? state.card : { ...freshCard, of };

export const changeCard = (model: Model, of: string, change: Partial<Omit<CardState, 'of'>>): void =>
  model.setState((s) => ({ card: { ...cardOf(s, of), ...change } }));

/** What is typed takes the complaint about what was there before away. */
export const typeOnCard = (model: Model, of: string, text: string): void =>
  model.setState((s) => {
    const { complaint: _, ...card } = cardOf(s, of);
    return { card: { ...card, text } };
  });

export const remember = (model: Model, id: string): void =>
  model.setState((s) => ({ recent: [id, ...s.recent.filter((other) => other !== id)].slice(0, recentKept) }));

/** Every pane shows an earlier moment of the machine's clock from now on. */
export const lookAt = (model: Model, wanted: Millis, now: Millis): void =>
  model.setState(({ past }) => ({ past: { wanted, since: past?.since ?? now } }));

/** Every pane shows what is live. */
export const goLive = (model: Model): void => model.setState(({ past: _, ...rest }) => rest, true);

/** What the screen said stands until the next key. */
export const forgetNotice = (model: Model): void => model.setState(({ notice: _, ...rest }) => rest, true);

/** The screen with another layout; filters, cursors and overlays are none of its business. */
export const withLayout = (
  { split: _, bands: __, ...ui }: UiState,
  { bands, place, focus, split }: Layout,
): UiState => ({
  ...ui,
  ...(bands === undefined ? {} : { bands }),
  place,
  focus,
  ...(split === undefined ? {} : { split }),
});
