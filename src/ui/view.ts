import type { Millis } from '../domain/fault.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { CockpitState } from '../store/cockpit.ts';
import type { FactsState } from '../store/facts.ts';
import type { Looked, UnkeptByKind } from '../store/past/state-of.ts';
import { snapshotOf } from '../store/snapshot.ts';
import type { UiState } from './model.ts';
import type { Pen } from './text/pen.ts';

/** The facts of one environment, as they are and as they are judged. */
export interface EnvView {
  readonly facts: FactsState;
  readonly snapshot: Snapshot;
}

/** That, and which, earlier moment is looked at. Moments on the machine's clock. */
export interface PastView {
  readonly wanted: Millis;
  /** The moment that was kept and is shown; absent when nothing was. */
  readonly at?: Millis;
  readonly looked: Looked;
  /** Rows that are not among those shown because there were too many. */
  readonly unkept: UnkeptByKind;
  /** What goes on meanwhile. */
  readonly live: View;
}

/** Everything that one frame is made of. Frames are pure functions of it. */
export interface View {
  readonly ui: UiState;
  readonly cockpit: CockpitState;
  /** Facts of the open environment; absent until there is one. */
  readonly own?: EnvView;
  /** Facts of the other environments of the system, by name. */
  readonly others: ReadonlyMap<string, EnvView>;
  readonly now: Millis;
  /** What to add to `now` for the clock on the wall. */
  readonly wallOffset: Millis;
  readonly columns: number;
  readonly rows: number;
  readonly pen: Pen;
  /** Earlier moments can be looked at. */
  readonly keepsPast: boolean;
  /** Absent: everything here is live. Else all of it but this is as it was at an earlier moment. */
  readonly past?: PastView;
  /** There is no colour: what it says otherwise is said in characters. */
  readonly mono?: boolean;
  /** ctrl-z is possible: something can stop and continue this process. */
  readonly canSuspend: boolean;
}

/** It is read now, and nothing of it was kept of the moment that is looked at. */
export const isNotKept = ({ past, others }: View, env: string): boolean =>
  past?.live.others.has(env) === true && !others.has(env);

/** What goes on now, whatever is looked at: for runs, messages and arming. */
export const liveView = (view: View): View => view.past?.live ?? view;

/** Facts and what is made of them at this moment. */
export const envView = (facts: FactsState, now: Millis): EnvView => ({
  facts,
  snapshot: snapshotOf(facts, now),
});
