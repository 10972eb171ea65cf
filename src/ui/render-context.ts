import type { Millis } from '../domain/fault.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { CockpitState } from '../store/cockpit.ts';
import type { FactsState } from '../store/facts.ts';
import type { OmittedRowsByKind, PastSnapshot } from '../store/past/decode-state.ts';
import { buildSnapshot } from '../store/snapshot.ts';
import type { UiState } from './model.ts';
import type { TextPen } from './text/pen.ts';

/** The facts of one environment, as they are and as they are judged. */
export interface EnvironmentView {
  readonly facts: FactsState;
  readonly snapshot: Snapshot;
}

/** That, and which, earlier moment is looked at. Moments on the machine's clock. */
export interface TimeTravelState {
  readonly requestedAt: Millis;
  /** The moment that was kept and is shown; absent when nothing was. */
  readonly at?: Millis;
  readonly lookup: PastSnapshot;
  /** Rows that are not among those shown because there were too many. */
  readonly omitted: OmittedRowsByKind;
  /** What goes on meanwhile. */
  readonly live: RenderContext;
}

/** Everything that one frame is made of. Frames are pure functions of it. */
export interface RenderContext {
  readonly ui: UiState;
  readonly cockpit: CockpitState;
  /** Facts of the open environment; absent until there is one. */
  readonly own?: EnvironmentView;
  /** Facts of the other environments of the system, by name. */
  readonly others: ReadonlyMap<string, EnvironmentView>;
  readonly now: Millis;
  /** What to add to `now` for the clock on the wall. */
  readonly wallOffset: Millis;
  readonly columns: number;
  readonly rows: number;
  readonly pen: TextPen;
  /** Earlier moments can be looked at. */
  readonly hasHistory: boolean;
  /** Absent: everything here is live. Else all of it but this is as it was at an earlier moment. */
  readonly past?: TimeTravelState;
  /** There is no colour: what it says otherwise is said in characters. */
  readonly mono?: boolean;
  /** ctrl-z is possible: something can stop and continue this process. */
  readonly canSuspend: boolean;
}

/** It is read now, and nothing of it was kept of the moment that is looked at. */
export const isMissingFromHistory = ({ past, others }: RenderContext, env: string): boolean =>
  past?.live.others.has(env) === true && !others.has(env);

/** What goes on now, whatever is looked at: for runs, messages and arming. */
export const liveContext = (view: RenderContext): RenderContext => view.past?.live ?? view;

/** Facts and what is made of them at this moment. */
export const environmentView = (facts: FactsState, now: Millis): EnvironmentView => ({
  facts,
  snapshot: buildSnapshot(facts, now),
});
