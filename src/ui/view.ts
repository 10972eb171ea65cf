import type { Millis } from '../domain/fault.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { CockpitState } from '../store/cockpit.ts';
import type { FactsState } from '../store/facts.ts';
import { snapshotOf } from '../store/snapshot.ts';
import type { UiState } from './model.ts';
import type { Pen } from './text/pen.ts';

/** The facts of one environment, as they are and as they are judged. */
export interface EnvView {
  readonly facts: FactsState;
  readonly snapshot: Snapshot;
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
  /** ctrl-z is possible: something can stop and continue this process. */
  readonly canSuspend: boolean;
}

/** Facts and what is made of them at this moment. */
export const envView = (facts: FactsState, now: Millis): EnvView => ({
  facts,
  snapshot: snapshotOf(facts, now),
});
