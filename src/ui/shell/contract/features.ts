import type { StoreApi } from 'zustand/vanilla';
import type { Level } from '../../../domain/facts/level.ts';
import type { FeedKind } from '../../../domain/facts/reading.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { CockpitState, RunView } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import type { TimeTravel } from '../../../store/past/decode-state.ts';
import type { Card } from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { Dialogs } from './dialog.ts';
import type { KeyPlace } from './key-place.ts';
import type { FeatureState, UiState, UiStore } from './model.ts';
import type { PaletteItem } from './palette-item.ts';
import type { Binding, KeyContext, KeyTable, Pane, TextField } from './pane.ts';
import type { PaneRoom, PaneRow } from './pane-row.ts';
import type { RenderContext } from './render-context.ts';
import type { FeatureServices } from './services.ts';
import type { StateFiles, StateRecorder } from './state-files.ts';
import type { SummaryStrip } from './summary-strip.ts';

/** The panes of all features. */
export interface PaneRegistry {
  /** All panes, in the order of their list. */
  all(): readonly Pane[];
  /** Panes with objects of the environment, shown in the overview and used for the findings of Problems. */
  ofEnvironment(): readonly Pane[];
  /** Panes of kinds without one of their own, generated from the fields of the kind. */
  generated(): readonly Pane[];
  /** The pane with this id, or the initial one. */
  byId(id: string): Pane;
  /** The pane for a kind of feeds; undefined if there is none. */
  ofKind(kind: FeedKind): Pane | undefined;
  /** The pane that has the focus at start. */
  readonly initial: Pane;
}

/** A status mark that applies to the whole screen, such as SHARED. */
export interface StatusMark {
  readonly text: string;
  /** Default: plain. */
  readonly role?: TextRole;
  /** True if it is repeated in the last row. */
  readonly below?: boolean;
}

/** Places of status marks in the header, from the left. */
export type MarkPlace = 'runs' | 'people' | 'connections' | 'resets';

/** Numbers of findings by level, of findings with a pending level, and of rows that are OK. */
export type FindingCounts = Readonly<Record<Level | 'pending', number>>;

/** The worst problem, explained for panes that have rows of their own. */
export interface ProblemExplanation {
  /** Its name, and at the right end of the rule its place and age. */
  readonly title: { readonly name: StyledLine; readonly note: StyledLine };
  /** At most `height` lines. The columns of `view` are those that they have. */
  lines(view: RenderContext, room: Pick<PaneRoom, 'width' | 'height'>): readonly StyledLine[];
}

/** The cause of a problem, explained below the opened row that it is a consequence of. */
export interface CauseExplanation {
  /** 'Cause: database' */
  readonly title: string;
  /** '16 consequences of 17 problems' */
  readonly note: string;
  /** The columns of `view` are those that they have. */
  lines(view: RenderContext): readonly StyledLine[];
}

/** Parts of the header and of the summary below it. */
interface HeaderParts {
  /** Counts what is wrong, for the header and its screens. */
  countFindings(view: RenderContext): FindingCounts;
  /** The news of a declared incident, in at most `room` cells. */
  incident(view: RenderContext, room: number): StyledLine;
  /** Rows in place of the situation, where a pane has them. */
  strip(view: RenderContext): SummaryStrip | undefined;
  /** The people on call. */
  onCall(view: RenderContext): StyledLine;
}

/** The card of a run: the shell opens it over the panes while there is a run. */
interface RunCard {
  render(view: RenderContext, run: RunView): Card;
  keys(run: RunView): readonly Binding[];
  field(view: RenderContext, run: RunView): TextField | undefined;
  /** Its keys by kind of card. */
  readonly tables: readonly KeyTable[];
}

/** Place of the box of the tour: below the header, at the focused pane, or below the open card. */
export type TourAnchor = 'header' | 'pane' | 'card';

/** The box of the tour. */
export interface TourBox {
  readonly anchor: TourAnchor;
  readonly lines: readonly StyledLine[];
}

/** Additions to the opened row of any pane. */
interface OpenedRow {
  /** Lines below the first one of its details. */
  lines(view: RenderContext, pane: string, row: PaneRow): readonly StyledLine[];
  /** A line in their place if the selected cell belongs to another environment. */
  foreignLine(view: RenderContext, env: string): StyledLine;
  /** Why `enter` does not close it; undefined if it does. */
  staysOpenReason(context: KeyContext): string | undefined;
}

/** Everything that a feature gets to follow the state of the cockpit and of the screen while they are open. */
export interface FollowParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Clock;
  readonly commands: Commands;
  /** The present size of the terminal. */
  readonly size: { readonly columns: number };
  readonly model: UiStore;
  readonly panes: PaneRegistry;
  /** Files of the screen state; absent: nothing is kept. */
  readonly keep?: StateFiles;
  /** Recorded history; undefined until it is available. */
  past?(): TimeTravel | undefined;
  currentContext(): KeyContext;
  /** Shows a notice at once. */
  say(text: string): void;
}

/** A feature: everything that it adds to the shell. One file per feature exports it, one line of `ui/app/features.ts` lists it. */
export interface Feature {
  readonly name: string;
  /** Panes with objects of the environment. */
  readonly environmentPanes?: readonly Pane[];
  /** Other panes. */
  readonly panes?: readonly Pane[];
  readonly dialogs?: Dialogs;
  /** The initial value of its part of the state of the screen. */
  readonly state?: Partial<FeatureState>;
  readonly keys?: Partial<Readonly<Record<KeyPlace, readonly Binding[]>>>;
  /** Commands of `:` and the palette. */
  commands?(context: KeyContext): readonly PaletteItem[];
  readonly status?: Partial<Readonly<Record<MarkPlace, (view: RenderContext) => readonly StatusMark[]>>>;
  readonly header?: Partial<HeaderParts>;
  readonly runCard?: RunCard;
  /** Services for other features. */
  readonly services?: Partial<FeatureServices>;
  readonly openedRow?: OpenedRow;
  /** Explains the worst problem; undefined without one. */
  explainWorst?(view: RenderContext): ProblemExplanation | undefined;
  /** Explains the cause of a row of a pane; undefined without one. */
  explainCause?(view: RenderContext, pane: string, row: PaneRow): CauseExplanation | undefined;
  /** The body while no environment is open: undefined if it has nothing to say. */
  emptyBody?(view: RenderContext, height: number): readonly StyledLine[] | undefined;
  readonly tour?: { isShown(ui: UiState): boolean; box(view: RenderContext): TourBox | undefined };
  /** Follows the state of the cockpit and of the screen. Returns the functions that stop it. */
  follow?(parts: FollowParts): readonly (() => void)[];
  /** Keeps its part of the state of the screen in files. */
  record?(parts: FollowParts & { readonly keep: StateFiles }): StateRecorder;
  /** Called before each key or click; the result is called after it. */
  watchKey?(model: UiStore): (context: KeyContext) => void;
}

/** Everything that the features add to the shell. */
export interface Features {
  readonly panes: PaneRegistry;
  readonly dialogs: Dialogs;
  readonly initialState: FeatureState;
  keys(place: KeyPlace): readonly Binding[];
  commands(context: KeyContext): readonly PaletteItem[];
  marks(place: MarkPlace, view: RenderContext): readonly StatusMark[];
  readonly header: HeaderParts;
  readonly runCard: RunCard | undefined;
  readonly services: Partial<FeatureServices>;
  readonly openedRow: OpenedRow | undefined;
  explainWorst(view: RenderContext): ProblemExplanation | undefined;
  explainCause(view: RenderContext, pane: string, row: PaneRow): CauseExplanation | undefined;
  emptyBody(view: RenderContext, height: number): readonly StyledLine[] | undefined;
  isTourShown(ui: UiState): boolean;
  tourBox(view: RenderContext): TourBox | undefined;
  watchKey(model: UiStore): (context: KeyContext) => void;
  follow(parts: FollowParts): readonly (() => void)[];
  record(parts: FollowParts & { readonly keep: StateFiles }): readonly StateRecorder[];
}

declare module './render-context.ts' {
  interface RenderContext {
    /** The features of this program. */
    readonly features: Features;
  }
}

/** Declares a feature, with the kinds of its dialogs in its type. */
export const defineFeature = <const F extends Feature>(feature: F): F => feature;
