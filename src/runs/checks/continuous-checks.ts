import type { GateCheck } from '../../domain/runs/proposal.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import type { EntryCondition } from '../../persistence/ledger/ledger.ts';
import { actsAmong, type CheckedRun, type CheckParts } from '../context/check-parts.ts';
import type { ProposalRefusal } from '../context/source-reads.ts';
import { freezeChecks } from '../policy/freezes.ts';
import { rateRuling } from '../policy/limits.ts';
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
    return refusalOf(rulings)?.why;
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

/** 'frozen until …: why; wait for its end' */
const words = ({ why, remedy }: GateCheck): string =>
  remedy === undefined ? why : `${why}. ${sentenceCase(remedy)}`;

/** Combines everything that forbids a run into one refusal. Undefined when nothing does. */
export const refusalOf = (rulings: readonly CheckRuling[]): ProposalRefusal | undefined => {
  const forbidding = rulings.filter(({ does }) => does === 'forbids');
  if (forbidding.length === 0) return undefined;
  return { ending: 'forbidden', why: forbidding.map(({ check }) => words(check)).join('; ') };
};
