import type { MissingRequirement } from '../../domain/runs/proposal.ts';
import { requirementsText } from '../../domain/runs/requirement-text.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { EntryCondition } from '../../persistence/ledger/ledger.ts';
import { actsAmong, type CheckedRun, type CheckParts } from '../context/check-parts.ts';
import type { ProposalRefusal } from '../context/source-reads.ts';
import { freezeChecks } from '../policy/freezes.ts';
import { rateRuling } from '../policy/limits.ts';
import { missingRequirements, type PlacedSettings } from '../policy/missing-requirements.ts';
import { type CheckRuling, genericActionCheck, passes, permittedVerbs, roleCheck } from '../policy/ruling.ts';
import { stateCheck } from './state-check.ts';

const rateCheck = async (
  newActs: number,
  { engine, drill, countActs }: CheckParts,
  wall: number,
): Promise<readonly CheckRuling[]> => {
  const { system, env, guard } = engine.profile;
  if (guard.rate === undefined || newActs === 0) return [];
  try {
    const counted = await countActs({ system, env, drill, now: wall, perMs: guard.rate.perMs });
    return [rateRuling(guard.rate, counted, newActs, wall)];
  } catch (error) {
    const why = errorMessage(error);
    return [passes('rate', why, 'unknown')];
  }
};

/**
 * The rate as a condition of the `acting` record. Counted before it, without the lock of the ledger, two processes could
 * take the last action of a period together. Undefined where there is no limit.
 */
export const rateCondition = (newActs: number, parts: CheckParts): EntryCondition | undefined => {
  if (parts.engine.profile.guard.rate === undefined || newActs === 0) return undefined;
  return async (newest) => {
    const rulings = await rateCheck(
      newActs,
      { ...parts, countActs: actsAmong(newest) },
      parts.clock.wallNow(),
    );
    return refusalOf(rulings, parts.engine.profile)?.why;
  };
};

/**
 * The checks that may change while a preview is open or a run is in progress: time, role and rate. `newActs`: actions
 * still to be sent.
 */
export const continuousChecks = async (
  subject: CheckedRun,
  parts: CheckParts,
  newActs: number,
): Promise<readonly CheckRuling[]> => {
  const { guard, authority, env, tier } = parts.engine.profile;
  const wall = parts.clock.wallNow();
  return [
    ...freezeChecks(subject, guard, wall),
    ...roleCheck(subject, authority, parts.who.user),
    ...genericActionCheck(subject, { env, permitted: permittedVerbs(tier, guard) }),
    // First: it reads what others have recorded, which the rate counts.
    ...(newActs === 0 ? [] : await stateCheck(parts.admission)),
    ...(await rateCheck(newActs, parts, wall)),
  ];
};

/** The refusal for some requirements. Undefined when nothing is missing. */
export const refusalFor = (missing: readonly MissingRequirement[]): ProposalRefusal | undefined =>
  missing.length === 0 ? undefined : { ending: 'forbidden', why: requirementsText(missing), missing };

/** Combines everything that forbids a run into one refusal. Undefined when nothing does. */
export const refusalOf = (
  rulings: readonly CheckRuling[],
  settings: PlacedSettings,
): ProposalRefusal | undefined => refusalFor(missingRequirements(rulings, settings));
