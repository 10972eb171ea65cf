import type { Millis } from '../../../domain/base/fault.ts';
import type { Snapshot } from '../../../domain/facts/snapshot.ts';
import type { Runbook } from '../../../domain/runbooks/runbook.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { Executor } from '../../../runs/context/executor-api.ts';
import { defaultAnswers } from '../../../runs/reads/default-answers.ts';
import { unmetNeeds } from '../../../runs/runbooks/unmet-needs.ts';

/** The obstacles of the suggested runbooks, learned in the background by reads only. */
export interface ObstacleChecks {
  /** Plans the next of these runbooks that is due, unless a plan is under way. */
  check(runbooks: readonly Runbook[], snapshot: Snapshot): void;
  /** Why a runbook cannot be carried out now; undefined: nothing is known against it. */
  obstacleOf(runbook: Runbook, snapshot: Snapshot): string | undefined;
  /** Forgets everything: a run has changed what it rested on. */
  forget(): void;
  /** Ends the plan under way. Resolves when it has ended. */
  close(): Promise<void>;
}

/** Suggestions that are checked: only the first ones are followed. One with an obstacle comes last, and is checked until it has none. */
const mostChecked = 5;

/** Interval at which a suggestion is planned again. */
const everyMs: Millis = 60_000;
/** An obstacle that was seen longer ago is not said to be there now. */
const staleMs: Millis = 3 * everyMs;

interface Checked {
  readonly at: Millis;
  readonly why: string | undefined;
}

/** Creates the checks of one open environment. `changed`: called when something else is known. */
export const createObstacleChecks = (
  executor: Pick<Executor, 'obstacle'>,
  clock: Clock,
  changed: () => void,
): ObstacleChecks => {
  const checked = new Map<string, Checked>();
  const stop = new AbortController();
  /** Counts what was forgotten: a plan from before that is not kept. */
  let generation = 0;
  let underWay: Promise<void> | undefined;

  /** The obstacle of every target; none, as long as one target is left or nothing can be tried. */
  const find = async (runbook: Runbook, snapshot: Snapshot): Promise<string | undefined> => {
    let first: string | undefined;
    for (const params of defaultAnswers(runbook, snapshot)) {
      const why = await executor.obstacle({ runbook, params }, stop.signal);
      if (why === undefined) return undefined;
      first ??= why;
    }
    return first;
  };

  const learn = async (runbook: Runbook, snapshot: Snapshot): Promise<void> => {
    const before = checked.get(runbook.id);
    const begun = generation;
    const why = await find(runbook, snapshot).catch(() => undefined);
    if (stop.signal.aborted || begun !== generation) return;
    checked.set(runbook.id, { at: clock.now(), why });
    if (before?.why !== why) changed();
  };

  const isDue = ({ id, act }: Runbook): boolean =>
    act.some(({ use }) => use !== undefined) &&
    clock.now() - (checked.get(id)?.at ?? Number.NEGATIVE_INFINITY) >= everyMs;

  return {
    check: (runbooks, snapshot) => {
      if (underWay !== undefined || stop.signal.aborted) return;
      const due = runbooks.find(
        (runbook, index) =>
          (index < mostChecked || checked.get(runbook.id)?.why !== undefined) && isDue(runbook),
      );
      if (due === undefined) return;
      underWay = learn(due, snapshot).finally(() => {
        underWay = undefined;
      });
    },
    obstacleOf: (runbook, snapshot) => {
      const known = checked.get(runbook.id);
      if (known?.why !== undefined && clock.now() - known.at < staleMs) return known.why;
      const answers = defaultAnswers(runbook, snapshot);
      const unmet = answers.map((params) => unmetNeeds(runbook, params, snapshot, clock.now()));
      return unmet.includes(undefined) ? undefined : unmet[0];
    },
    forget: () => {
      generation += 1;
      checked.clear();
    },
    close: async () => {
      stop.abort(new DOMException('the environment was closed', 'AbortError'));
      await underWay;
    },
  };
};
