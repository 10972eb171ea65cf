import type { Millis } from '../../../domain/base/fault.ts';
import type { Snapshot } from '../../../domain/facts/snapshot.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { FactsState } from '../../../store/facts.ts';
import type { OmittedRowsByKind, PastSnapshot } from '../../../store/past/decode-state.ts';
import { buildSnapshot } from '../../../store/snapshot.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import type { UiState } from './model.ts';

/** The facts of one environment and the snapshot evaluated from them. */
export interface EnvironmentView {
  readonly facts: FactsState;
  readonly snapshot: Snapshot;
}

/** The state of time travel. Times are wall-clock times. */
export interface TimeTravelState {
  readonly requestedAt: Millis;
  /** The time of the shown history; absent if there is none. */
  readonly at?: Millis;
  readonly lookup: PastSnapshot;
  /** Counts of rows omitted from history because there were too many. */
  readonly omitted: OmittedRowsByKind;
  /** The live context. */
  readonly live: RenderContext;
}

/** Everything that a frame depends on. Frames are pure functions of it. */
export interface RenderContext {
  readonly ui: UiState;
  readonly cockpit: CockpitState;
  /** Facts of the open environment; absent until one is open. */
  readonly own?: EnvironmentView;
  /** Facts of the other environments of the system, by name. */
  readonly others: ReadonlyMap<string, EnvironmentView>;
  readonly now: Millis;
  /** The time for which panes are drawn: at most 400 ms before `now`, so that a key redraws only what it changes. */
  readonly paneNow: Millis;
  /** Offset from `now` to wall-clock time. */
  readonly wallOffset: Millis;
  readonly columns: number;
  readonly rows: number;
  readonly pen: TextPen;
  /** True if time travel is available. */
  readonly hasHistory: boolean;
  /** Absent: live. Otherwise all other properties describe the past. */
  readonly past?: TimeTravelState;
  /** True: no color, so state is shown in characters only. */
  readonly mono?: boolean;
  /** True if ctrl-z works: a shell can stop and continue this process. */
  readonly canSuspend: boolean;
}

/** True if the environment is read live but has no history at the shown time. */
export const isMissingFromHistory = ({ past, others }: RenderContext, env: string): boolean =>
  past?.live.others.has(env) === true && !others.has(env);

/** Wall clock time of the view in ms since the epoch. */
export const wallNow = ({ now, wallOffset }: Pick<RenderContext, 'now' | 'wallOffset'>): Millis =>
  now + wallOffset;

/** Wall clock time of a moment of the monotonic clock. */
export const toWallTime = ({ wallOffset }: Pick<RenderContext, 'wallOffset'>, time: Millis): Millis =>
  time + wallOffset;

/** The live context, also during time travel: for runs, messages and arming. */
export const liveContext = (view: RenderContext): RenderContext => view.past?.live ?? view;

const paneViews = new WeakMap<RenderContext, RenderContext>();

/** The context for drawing panes, whose `now` is `paneNow`. */
export const viewOfPanes = (view: RenderContext): RenderContext => {
  if (view.now === view.paneNow) return view;
  const made = paneViews.get(view) ?? { ...view, now: view.paneNow };
  paneViews.set(view, made);
  return made;
};

/** Creates the environment view at time `now`. */
export const environmentView = (facts: FactsState, now: Millis): EnvironmentView => ({
  facts,
  snapshot: buildSnapshot(facts, now),
});
