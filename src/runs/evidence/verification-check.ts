import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { createMissingMemory } from '../../domain/facts/missing-observation.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { SignalSpec } from '../../domain/profile/profile.ts';
import type { OperationResult } from '../../domain/runbooks/operation.ts';
import type { VerifyStep } from '../../domain/runbooks/runbook.ts';
import type { CheckState } from '../../domain/runs/run.ts';
import { createConditionStarts, evaluateExpression, type Truth } from '../../expressions/evaluate.ts';
import type { EarlierReading } from '../../expressions/expect.ts';
import type { EvaluationContext } from '../../expressions/rows/evaluation-context.ts';
import { parseExpression } from '../../expressions/rows/parse.ts';
import type { Feed } from '../../sources/kit/contract/source.ts';
import type { FactsState } from '../../store/facts.ts';
import {
  checkEveryMs,
  checkFeeds,
  effectFeeds,
  evidenceFeeds,
  isAboutLastingPods,
  workloadFeeds,
} from './check-feeds.ts';
import { type SameSystem, strangerProblem } from './same-system.ts';
import { unreadAmong } from './unread.ts';

/** A reading of the verification: before a run's first action, or the last one. */
export interface VerificationBaseline {
  readonly states: readonly CheckState[];
  /** Results of the checks that read a source, by step ID. Absent: that step could not be read. */
  readonly found: ReadonlyMap<string, readonly OperationResult[]>;
  /** The facts against which its expressions were evaluated. */
  readonly snapshot?: Snapshot;
  /** Everything that was known then, whenever it was read: it tells which objects there were. */
  readonly known?: Snapshot;
}

/** A check's reading before the first action, or the reason for its absence. */
export const earlierReading = (before: VerificationBaseline | undefined, id: string): EarlierReading =>
  before?.found.get(id) ?? before?.states.find((state) => state.id === id)?.why ?? [];

/** Inputs for evaluating a check at one moment. */
export interface CheckContext {
  readonly snapshot: Snapshot;
  readonly history: FactsState['history'];
  /** The readings behind the snapshot. */
  readonly feeds: FactsState['feeds'];
  readonly now: Millis;
}

/** One check of a verification in progress. */
export interface VerificationCheck {
  /** ID of its step. */
  readonly id: string;
  /** The current feeds: a restarted pod is read by other feeds. */
  readonly feeds: readonly Feed[];
  readonly everyMs: Millis;
  /** Reads the source, if a read is due; resolves when it has completed. Absent: the check depends on feeds. */
  read?(signal: AbortSignal): Promise<void>;
  /** Evaluates the check again and records since when it has held. */
  evaluate(sight: CheckContext): CheckState;
  /** True: the last evaluation had a response, including "not found". False: it could not be read. */
  isAnswered(): boolean;
  /**
   * True: it became true before the deadline, held for the required time, and still held after the settle time. False:
   * it can no longer succeed.
   */
  verdict(now: Millis): boolean | undefined;
  /** The next time after `now` at which the verdict may change by the clock alone. */
  nextAt(now: Millis): Millis | undefined;
  /** Results of its last reading; absent: it depends on feeds, or could not be read. */
  found?(): readonly OperationResult[] | undefined;
  /** Closes the connections it opened. */
  close?(): Promise<void>;
}

/** The sources of facts for checks. */
export interface VerificationFacts {
  feeds(): readonly Feed[];
  /** True: more feeds may appear, from a source that is reached through another one. */
  readonly mayGrow: boolean;
  readonly signals: readonly SignalSpec[];
  /** Tells whether the system from before the action answers. Absent: the action has not happened yet. */
  readonly systems?: SameSystem | undefined;
}

/**
 * Minimum time between the last action and `recovered`. It reveals a change that a controller, a cron job or a
 * colleague reverts at once.
 */
export const minSettleMs: Millis = 12_000;

/** The feeds that decide an expression, and those that explain what is missing. */
const createNeededFeeds = (
  parsed: ReturnType<typeof parseExpression>,
  { feeds, signals }: VerificationFacts,
  context: EvaluationContext,
): {
  readonly ownFeeds: () => readonly Feed[];
  readonly explainingFeeds: (hasGone: boolean) => readonly Feed[];
} => {
  const { effects = [], known } = context.witnesses ?? {};
  /** Found out once: nothing of before the action changes any more. */
  let isAboutPods: boolean | undefined;
  const podFeeds = (): readonly Feed[] => {
    if (!parsed.ok || !('before' in context)) return [];
    const past = { before: context.before, known };
    isAboutPods ??= isAboutLastingPods(parsed.expression, signals, past);
    return isAboutPods ? workloadFeeds(feeds()) : [];
  };
  return {
    ownFeeds: () => {
      if (!parsed.ok) return [];
      const all = feeds();
      const deciding = checkFeeds(parsed.expression, all, signals);
      return [...new Set([...deciding, ...evidenceFeeds(parsed.expression, all, signals)])];
    },
    // While something is gone, what the action ends or replaces is read as well: it may explain that.
    explainingFeeds: (hasGone) => [...podFeeds(), ...(hasGone ? effectFeeds(effects, feeds()) : [])],
  };
};

/**
 * Creates a check on facts. `actedAt`: start of `within`. `context`: the run's parameters, and the facts before its first
 * action. Without those, the current facts are compared with themselves, which is correct before the action, and no rule of an
 * alert needs to be evaluated again.
 */
export const createVerificationCheck = (
  step: VerifyStep,
  verificationFacts: VerificationFacts,
  context: EvaluationContext,
  actedAt: Millis,
): VerificationCheck => {
  const parsed = parseExpression(step.that ?? '');
  let memory = createConditionStarts('unknown');
  const { ownFeeds, explainingFeeds } = createNeededFeeds(parsed, verificationFacts, context);
  const deadline = actedAt + step.withinMs;
  const settledAt = actedAt + minSettleMs;
  let holdsSince: Millis | undefined;
  let lookedAt: Millis | undefined;
  let isAnswered = false;
  let hasGone = false;
  const missed = createMissingMemory();

  const truth = ({ snapshot, history, feeds, now }: CheckContext): Truth => {
    if (!parsed.ok) return { value: 'unknown', why: `col ${parsed.col}: ${parsed.message}` };
    const stranger = strangerProblem(verificationFacts.systems, ownFeeds(), parsed.expression, feeds);
    if (stranger !== undefined) {
      const { why, source } = stranger;
      // A part that held before may not have held meanwhile: the window of `for` begins again.
      memory = createConditionStarts('unknown');
      return { value: 'unknown', why, missing: { is: 'stranger', source } };
    }
    return evaluateExpression(parsed.expression, snapshot, {
      memory,
      before: snapshot,
      ...('before' in context ? { actedAt } : {}),
      ...context,
      now,
      history: (key) => history[key],
    });
  };

  return {
    id: step.id,
    get feeds() {
      return [...new Set([...ownFeeds(), ...explainingFeeds(hasGone)])];
    },
    get everyMs() {
      return checkEveryMs(ownFeeds(), step);
    },
    evaluate: (sight) => {
      const result = truth(sight);
      const { value, why, isEmpty = false } = result;
      const missing =
        value !== 'unknown' || isEmpty ? undefined : (result.missing ?? unreadAmong(ownFeeds(), sight.feeds));
      hasGone = missing?.is === 'gone' || missing?.is === 'early';
      const noted = missed.note(missing, sight.now);
      lookedAt = sight.now;
      isAnswered = value !== 'unknown' || isEmpty;
      holdsSince = value === 'true' ? (holdsSince ?? sight.now) : undefined;
      const since = holdsSince === undefined ? {} : { holdsSince };
      return {
        id: step.id,
        title: step.title,
        value,
        why,
        ...since,
        ...defined({ missing: noted }),
      };
    },
    isAnswered: () => isAnswered,
    verdict: (now) => {
      // No feed can ever make it true.
      if (!verificationFacts.mayGrow && ownFeeds().length === 0 && holdsSince === undefined) return false;
      const inTime = holdsSince !== undefined && holdsSince <= deadline;
      const isSettled = lookedAt !== undefined && lookedAt >= settledAt;
      if (inTime && isSettled && now - (holdsSince ?? now) >= step.forMs) return true;
      return inTime || now < deadline ? undefined : false;
    },
    nextAt: (now) =>
      [deadline, settledAt, ...(holdsSince === undefined ? [] : [holdsSince + step.forMs])]
        .filter((moment) => moment > now)
        .sort((a, b) => a - b)[0],
  };
};
