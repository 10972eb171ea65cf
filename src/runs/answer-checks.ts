import type { Millis } from '../domain/base/fault.ts';
import type { MissingRequirement, PlannedStep, Proposal } from '../domain/runs/proposal.ts';
import type { OperatorAnswers } from '../domain/runs/run.ts';
import { formatDuration } from '../domain/text/duration.ts';
import type { ArmingState } from '../store/cockpit.ts';
import { armingRefusal } from './context/arming.ts';
import { stepIdOf } from './context/pending-run.ts';
import { answerFlag } from './policy/answer-flags.ts';
import { missingAnswer, type PlacedSettings } from './policy/missing-requirements.ts';
import { namesToConfirm, namesToType, namesTyped } from './policy/typed-token.ts';

/**
 * The maximum age of a proposal at confirmation: its readings must still match what the operator has in mind.
 */
export const maxProposalAgeMs: Millis = 10 * 60_000;

/** The circumstances of an answer. */
interface AnswerContext {
  readonly arming: ArmingState;
  /** The age of the plan. */
  readonly ageMs: Millis;
  readonly settings: PlacedSettings;
}

const list = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ');

const nameRefusal = (proposal: Proposal, answers: OperatorAnswers): string | undefined => {
  const { gate, names } = proposal;
  // Only a person who types may shorten a name: a script names its targets in full.
  const given = answers.by === 'typed' ? namesTyped(proposal, answers.names) : answers.names;
  const strange = given.filter((name) => !names.includes(name));
  if (strange.length > 0)
    return names.length === 0
      ? `${list(strange)} is not a target of this run. The run asks for no target name: remove --confirm`
      : `${list(strange)} is not a target of this run. Confirm ${list(names)}`;
  const wantedTexts = answers.by === 'typed' ? namesToType(proposal) : namesToConfirm(proposal);
  const lacking = gate.confirm ? wantedTexts.filter((name) => !given.includes(name)) : [];
  if (lacking.length > 0) return `type the exact name of the target: ${list(lacking)} ${answerFlag.confirm}`;
  if (!gate.typed) return undefined;
  if (answers.pasted) return 'the name of the target must be typed, and cannot be pasted';
  return answers.by === 'key' ? 'type the name of the target. A key press alone does not confirm' : undefined;
};

/**
 * Checks manual steps, and abort points after a step that sends something: once per step, not once per iteration of a
 * loop.
 */
const tickRefusal = ({ steps, followUps = [] }: Proposal, { ticks }: OperatorAnswers): string | undefined => {
  if (ticks === undefined) return undefined;
  const idsOf = (some: readonly PlannedStep[]): readonly string[] => [
    ...new Set(some.map((planned) => stepIdOf({ planned }))),
  ];
  const first = steps.findIndex(({ manual }) => !manual);
  const manual = idsOf(steps.filter((step) => step.manual));
  const asking = idsOf(steps.filter(({ ask }) => ask === true));
  const confirmations = idsOf(steps.filter(({ ask }, index) => ask === true && first >= 0 && index > first));
  // Work that follows the run may be said to be done already: it holds nothing.
  const known = [...manual, ...asking, ...followUps.map(({ id }) => id)];
  const strange = ticks.filter((id) => !known.includes(id));
  if (strange.length > 0)
    return `${list(strange)} is not a manual step of this run. ${known.length === 0 ? 'This run has no manual steps: remove --done' : `Choose from ${list(known)}`}`;
  const undone = manual.filter((id) => !ticks.includes(id));
  const unsaid = confirmations.filter((id) => !ticks.includes(id) && !undone.includes(id));
  const reasons = [
    ...(undone.length > 0
      ? [`do the manual steps ${list(undone)} first, and mark them as done ${answerFlag.done}`]
      : []),
    ...(unsaid.length > 0
      ? [`the run asks before it continues with ${list(unsaid)} ${answerFlag.done}`]
      : []),
  ];
  return reasons.length === 0 ? undefined : reasons.join('; ');
};

/** Everything that the answers lack. Empty when they pass every gate of every step. */
export const missingAnswers = (
  proposal: Proposal,
  answers: OperatorAnswers,
  { arming, ageMs, settings }: AnswerContext,
): readonly MissingRequirement[] => {
  const old =
    ageMs > maxProposalAgeMs
      ? `the plan is ${formatDuration(ageMs)} old, so targets may have changed. Plan the run again`
      : undefined;
  const reasons = {
    plan: old,
    arm: armingRefusal(proposal, arming),
    confirm: nameRefusal(proposal, answers),
    done: tickRefusal(proposal, answers),
  };
  return (['plan', 'arm', 'confirm', 'done'] as const).flatMap((what) => {
    const why = reasons[what];
    return why === undefined ? [] : [missingAnswer(what, why, settings)];
  });
};
