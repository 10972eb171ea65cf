import type { GateCheck } from '../../domain/proposal.ts';
import type { Refusal } from '../planning/source-reads.ts';
import { haltChecks } from '../policy/halts.ts';
import { rateRuling } from '../policy/limits.ts';
import type { Ruling } from '../policy/ruling.ts';
import { roleCheck } from '../policy/ruling.ts';
import type { CheckParts, Subject } from './check-parts.ts';

const rateCheck = async (
  mine: number,
  { engine, countActs }: CheckParts,
  wall: number,
): Promise<readonly Ruling[]> => {
  const { system, env, guard } = engine.profile;
  if (guard.rate === undefined || mine === 0) return [];
  try {
    const counted = await countActs({ system, env, now: wall, perMs: guard.rate.perMs });
    return [rateRuling(guard.rate, counted, mine, wall)];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ check: { what: 'rate', ok: 'unknown', why }, does: 'passes' }];
  }
};

export const wallOf = ({ clock }: Pick<CheckParts, 'clock'>): number => clock.now() + clock.wallOffset();

/** What may change while a card is up and while a run goes on: the time, who may, how much was done. `mine`: acts still to be sent. */
export const standingChecks = async (
  subject: Subject,
  parts: CheckParts,
  mine: number,
): Promise<readonly Ruling[]> => {
  const { guard, authority } = parts.engine.profile;
  const wall = wallOf(parts);
  return [
    ...haltChecks(subject, guard, wall),
    ...roleCheck(subject, authority, parts.who.user),
    ...(await rateCheck(mine, parts, wall)),
  ];
};

/** 'frozen until …: why; wait for its end' */
const words = ({ why, remedy }: GateCheck): string => (remedy === undefined ? why : `${why}; ${remedy}`);

/** Everything that forbids a run, in one refusal; undefined when nothing does. */
export const refusalOf = (looked: readonly Ruling[]): Refusal | undefined => {
  const forbidding = looked.filter(({ does }) => does === 'forbids');
  if (forbidding.length === 0) return undefined;
  return { ending: 'forbidden', why: forbidding.map(({ check }) => words(check)).join('; ') };
};
