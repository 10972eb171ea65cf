import type { Millis } from '../../../domain/base/fault.ts';
import type { Snapshot } from '../../../domain/facts/snapshot.ts';
import { goesOn } from '../../../domain/incidents/incident-status.ts';
import { baseRunbookId, type ParamValues, type Runbook } from '../../../domain/runbooks/runbook.ts';
import { isRefusalOfRunbook, type Proposal } from '../../../domain/runs/proposal.ts';
import type { RunEvent } from '../../../domain/runs/run.ts';
import { type OutcomeKey, outcomeOf } from '../../../domain/runs/run-outcome.ts';
import { choicesOf } from '../../../expressions/choices.ts';
import { defaultAnswers } from '../../../runs/reads/default-answers.ts';

/** A run of a runbook in the present incident. */
interface RunAttempt {
  /** Ms on the monotonic clock. */
  readonly at: Millis;
  readonly outcome: string;
  readonly params: ParamValues;
  /** It was not planned: refused with these values, before anything could be confirmed. */
  readonly isRefusedPlan?: true;
}

/** The end of a run that has sent something. */
export interface LastAct {
  /** Ms on the monotonic clock. */
  readonly at: Millis;
  readonly isVerified: boolean;
}

/** The runs of the present incident, which the next suggestion takes into account. */
export interface RunAttempts {
  /** A run was planned: only a refused one counts. */
  planned(proposal: Proposal): void;
  /** A run has ended. One after which the incident is over ends the memory of it. */
  ended(proposal: Proposal, event: Extract<RunEvent, { event: 'ended' }>): void;
  /** Forgets what is too old, and with `isOver` everything. */
  forget(now: Millis, isOver: boolean): void;
  /**
   * The latest run of a runbook; undefined if there was none, if it was verified and has left other targets, or if it was given a number
   * that is refused, while another one may be accepted.
   */
  attemptOf(runbook: Runbook, snapshot: Snapshot): Pick<RunAttempt, 'at' | 'outcome'> | undefined;
  /** The latest run that has sent something; undefined if there was none. */
  lastAct(): LastAct | undefined;
  /** Id of the runbook that the latest run has found for the rest of the incident; undefined: none, or too long ago. */
  foundNext(now: Millis): string | undefined;
}

/** An incident that goes on for longer than this has changed. */
const maxAgeMs: Millis = 60 * 60_000;

/** Time for which the finding of a run counts: then the present facts alone decide. */
const foundForMs: Millis = 10 * 60_000;

/** Outcomes in the words of a suggestion. Those that did nothing by the will of a person are no attempts. */
const outcomeWords: Partial<Readonly<Record<OutcomeKey, string>>> = {
  recovered: 'recovered',
  'incident-goes-on': 'step verified, incident ongoing',
  'not-verified': 'not verified',
  'executed-not-recovered': 'not recovered',
  'symptom-not-proved': 'symptom not proved',
  failed: 'failed',
  'stopped-after-sending': 'stopped',
  forbidden: 'refused',
  'not-applicable': 'refused',
};

/** True if the runbook has a target now that the run did not act on. */
const hasOtherTargets = ({ params: specs }: Runbook, params: ParamValues, snapshot: Snapshot): boolean =>
  specs.some((spec) => {
    if (spec.type !== 'choice' && spec.type !== 'choices') return false;
    const found = choicesOf(spec, snapshot, params);
    const taken = [params[spec.name] ?? []].flat();
    return 'choices' in found && found.choices.some((choice) => !taken.includes(choice));
  });

/** True if a number was refused that the runbook would not be given by default: the refusal is about the number, not about the runbook. */
const isOfNumber = (runbook: Runbook, { isRefusedPlan, params }: RunAttempt, snapshot: Snapshot): boolean => {
  const given = runbook.params.filter(({ name, type }) => type === 'int' && params[name] !== undefined);
  if (isRefusedPlan !== true || given.length === 0) return false;
  return !defaultAnswers(runbook, snapshot).some((answers) =>
    given.every(({ name }) => answers[name] === params[name]),
  );
};

/** Creates the memory of one open environment. */
export const createRunAttempts = (): RunAttempts => {
  const attempts = new Map<string, RunAttempt & { readonly isVerified: boolean }>();
  let lastAct: LastAct | undefined;
  let found: { readonly at: Millis; readonly id: string } | undefined;
  return {
    planned: (proposal) => {
      const { runbook, refusal, params, plannedAt, undoes } = proposal;
      if (undoes !== undefined || !isRefusalOfRunbook(proposal)) return;
      const isFailed = refusal?.ending === 'failed';
      attempts.set(runbook, {
        ...{ at: plannedAt, outcome: isFailed ? 'failed' : 'refused', params, isVerified: false },
        ...(isFailed ? {} : { isRefusedPlan: true }),
      });
    },
    ended: ({ runbook, params, undoes }, event) => {
      const { is } = outcomeOf(event, event.incident);
      if (event.sent.length > 0) lastAct = { at: event.at, isVerified: event.ending === 'recovered' };
      const outcome = outcomeWords[is];
      const next = event.incident?.next;
      found = next === undefined ? undefined : { at: event.at, id: next };
      if (undoes !== undefined) attempts.delete(baseRunbookId(runbook));
      else if (is === 'recovered' && !goesOn(event.incident)) attempts.clear();
      else if (outcome !== undefined)
        attempts.set(runbook, { at: event.at, outcome, params, isVerified: event.ending === 'recovered' });
    },
    forget: (now, isOver) => {
      const isOld = ({ at }: LastAct): boolean => isOver || now - at > maxAgeMs;
      for (const [runbook, attempt] of attempts) if (isOld(attempt)) attempts.delete(runbook);
      if (lastAct !== undefined && isOld(lastAct)) lastAct = undefined;
      if (isOver) found = undefined;
    },
    attemptOf: (runbook, snapshot) => {
      const attempt = attempts.get(runbook.id);
      if (attempt === undefined || isOfNumber(runbook, attempt, snapshot)) return undefined;
      return attempt.isVerified && hasOtherTargets(runbook, attempt.params, snapshot) ? undefined : attempt;
    },
    lastAct: () => lastAct,
    foundNext: (now) => (found !== undefined && now - found.at <= foundForMs ? found.id : undefined),
  };
};
