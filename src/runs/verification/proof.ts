import type { Millis } from '../../domain/fault.ts';
import type { OperationResult } from '../../domain/operation.ts';
import type { SignalSpec } from '../../domain/profile.ts';
import type { ProofState } from '../../domain/run.ts';
import type { VerifyStep } from '../../domain/runbook.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { createHoldMemory, evaluateExpression, type Truth } from '../../expressions/evaluate.ts';
import type { EvaluationContext } from '../../expressions/evaluation-context.ts';
import { parseExpression } from '../../expressions/parse.ts';
import type { Feed } from '../../sources/source.ts';
import type { FactsState } from '../../store/facts.ts';
import { proofEveryMs, proofFeeds } from './proof-feeds.ts';

/** The verification before a run's first act. */
export interface VerificationBaseline {
  readonly states: readonly ProofState[];
  /** Results of verification steps by reading, by step. Absent: that step could not be read. */
  readonly found: ReadonlyMap<string, readonly OperationResult[]>;
  /** The facts that its expressions were evaluated with. */
  readonly snapshot?: Snapshot;
}

/** What a proof is judged by at one moment. */
export interface ProofContext {
  readonly snapshot: Snapshot;
  readonly history: FactsState['history'];
  readonly now: Millis;
}

/** One proof, while it is being shown. */
export interface Proof {
  /** As they are now: a pod that was restarted is read by other feeds. */
  readonly feeds: readonly Feed[];
  readonly everyMs: Millis;
  /** Asks for it where no feed tells of it, if it is due; resolves when that has come back. Absent: its feeds tell. */
  read?(signal: AbortSignal): Promise<void>;
  /** Judges it anew and keeps since when it has held. */
  look(sight: ProofContext): ProofState;
  /** Whether what it last rested on was answered, also with "no such object". False: it could not be read. */
  isAnswered(): boolean;
  /** True: it came true in time, has held for as long as it must, and still did when the act had settled. False: it cannot any more. */
  verdict(now: Millis): boolean | undefined;
  /** The next moment after `now` at which its verdict may change by the clock alone. */
  nextAt(now: Millis): Millis | undefined;
  /** Ends what it opened. */
  close?(): Promise<void>;
}

/** What proofs are read from. */
export interface ProofFacts {
  feeds(): readonly Feed[];
  /** True: feeds may still come, of a source that is reached through another. */
  readonly mayGrow: boolean;
  readonly signals: readonly SignalSpec[];
}

/** No run has recovered sooner after its last act: what a controller, a cron job or a colleague takes back at once is seen. */
export const minSettleMs: Millis = 12_000;

/**
 * `actedAt`: from when `within` counts. `given`: the run's values, and the facts before its first act; without those the facts
 * seen now are compared with themselves, which is what is so before the act.
 */
export const createProof = (
  step: VerifyStep,
  at: ProofFacts,
  given: EvaluationContext,
  actedAt: Millis,
): Proof => {
  const parsed = parseExpression(step.that ?? '');
  const memory = createHoldMemory();
  const feedsNow = (): readonly Feed[] =>
    parsed.ok ? proofFeeds(parsed.expression, at.feeds(), at.signals) : [];
  const deadline = actedAt + step.withinMs;
  const settledAt = actedAt + minSettleMs;
  let holdsSince: Millis | undefined;
  let lookedAt: Millis | undefined;
  let isAnswered = false;

  const truth = ({ snapshot, history, now }: ProofContext): Truth => {
    if (!parsed.ok) return { value: 'unknown', why: `col ${parsed.col}: ${parsed.message}` };
    return evaluateExpression(parsed.expression, snapshot, {
      memory,
      before: snapshot,
      ...given,
      now,
      history: (key) => history[key] ?? [],
    });
  };

  return {
    get feeds() {
      return feedsNow();
    },
    get everyMs() {
      return proofEveryMs(feedsNow(), step);
    },
    look: (sight) => {
      const { value, why, isEmpty = false } = truth(sight);
      lookedAt = sight.now;
      isAnswered = value !== 'unknown' || isEmpty;
      holdsSince = value === 'true' ? (holdsSince ?? sight.now) : undefined;
      const since = holdsSince === undefined ? {} : { holdsSince };
      return { id: step.id, title: step.title, value, why, ...since };
    },
    isAnswered: () => isAnswered,
    verdict: (now) => {
      // Nothing will ever be read that could make it true.
      if (!at.mayGrow && feedsNow().length === 0 && holdsSince === undefined) return false;
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
