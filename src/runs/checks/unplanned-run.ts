import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { Danger } from '../../domain/runbooks/operation.ts';
import type { Runbook } from '../../domain/runbooks/runbook.ts';
import type { Gate, MissingRequirement } from '../../domain/runs/proposal.ts';
import type { Source } from '../../sources/kit/contract/source.ts';
import { armingNeeded } from '../context/arming.ts';
import { answerFlag } from '../policy/answer-flags.ts';
import { mostDangerous } from '../policy/danger.ts';
import { freezeChecks } from '../policy/freezes.ts';
import { gateOf, manualGate, strictestGate } from '../policy/gates.ts';
import { missingAnswer, missingRequirements } from '../policy/missing-requirements.ts';
import { type CheckRuling, genericActionCheck, permittedVerbs, roleCheck } from '../policy/ruling.ts';
import { estimatedStepDanger } from '../runbooks/estimated-danger.ts';

/** The circumstances of a run without a plan. */
interface UnplannedParts {
  readonly profile: Profile;
  readonly sources: ReadonlyMap<string, Pick<Source, 'operations'>>;
  readonly user: string;
  /** Wall-clock ms. */
  readonly wall: Millis;
}

/** A run that cannot be planned yet, as its runbook and the profile tell it. */
interface UnplannedRun {
  readonly danger: Danger;
  readonly gate: Gate;
  /** The checks that need no plan. */
  readonly rulings: readonly CheckRuling[];
}

/**
 * Estimates danger and gate of a runbook without values, and makes the checks that need no plan. They tell what else a run lacks
 * that cannot be planned yet; whether it may be sent is decided by its plan alone.
 */
export const unplannedRun = (
  runbook: Runbook,
  { profile, sources, user, wall }: UnplannedParts,
): UnplannedRun => {
  const { tier, guard, env, authority } = profile;
  const steps = runbook.act.map((step) => ({ step, danger: estimatedStepDanger(step, sources) }));
  const danger = mostDangerous(steps.map((planned) => planned.danger));
  const verb = runbook.generic?.verb;
  const subject = { runbook: runbook.id, danger, ...defined({ verb }) };
  return {
    danger,
    gate: strictestGate(
      steps.map(({ step, danger: own }) => {
        const gate = gateOf(tier, own, guard, step);
        return step.manual === true ? manualGate(gate) : gate;
      }),
    ),
    rulings: [
      ...freezeChecks(subject, guard, wall),
      ...roleCheck(subject, authority, user),
      ...genericActionCheck(subject, { env, permitted: permittedVerbs(tier, guard) }),
    ],
  };
};

/** The answers that were given for a run without a plan. */
interface UnplannedAnswers {
  readonly isArmed: boolean;
  readonly isConfirmed: boolean;
}

/** Everything that a run lacks besides what keeps it from being planned, as far as that is known without a plan. */
export const unplannedRequirements = (
  runbook: Runbook,
  parts: UnplannedParts,
  { isArmed, isConfirmed }: UnplannedAnswers,
): readonly MissingRequirement[] => {
  const { gate, rulings } = unplannedRun(runbook, parts);
  const { profile } = parts;
  return [
    ...missingRequirements(rulings, profile),
    ...(gate.arm && !isArmed ? [missingAnswer('arm', armingNeeded(profile.env), profile)] : []),
    ...(gate.confirm && !isConfirmed
      ? [missingAnswer('confirm', `type the exact name of the target ${answerFlag.confirm}`, profile)]
      : []),
  ];
};
