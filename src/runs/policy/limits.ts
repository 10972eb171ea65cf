import type { Millis } from '../../domain/base/fault.ts';
import type { Guard } from '../../domain/runbooks/guard.ts';
import type { OperationImpact } from '../../domain/runbooks/operation.ts';
import type { BlastRadius } from '../../domain/runs/proposal.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { asks, type CheckRuling, forbids, passes } from './ruling.ts';

/** Actions of the recent past, as far as they could be counted. */
interface CountedActs {
  /** Start times, oldest first, in wall-clock ms. */
  readonly at: readonly Millis[];
  /** False: there may be more. */
  readonly whole: boolean;
}

/** Formats whole seconds, at least 1s: 'in 0s' would mean now. */
const inText = (ms: Millis): string => formatDuration(Math.max(1, Math.ceil(ms / 1000)) * 1000);

/**
 * Checks the rate limit, and when the next actions fit. `newActs`: the number of new actions; `now`: wall-clock ms.
 */
export const rateRuling = (
  { acts, perMs }: NonNullable<Guard['rate']>,
  { at, whole }: CountedActs,
  newActs: number,
  now: Millis,
): CheckRuling => {
  const rate = `${pluralize(acts, 'action')} per ${formatDuration(perMs)}`;
  if (newActs > acts)
    return forbids(
      'rate',
      `this run has ${newActs} actions, and the profile permits ${rate}`,
      'select fewer targets',
    );
  const over = at.length + newActs - acts;
  if (over > 0) {
    const free = at[over - 1] ?? now;
    return forbids(
      'rate',
      `the profile permits ${rate}: ${at.length} are used, and this run adds ${newActs}`,
      `retry in ${inText(free + perMs - now)}`,
    );
  }
  if (!whole)
    return passes('rate', `${rate}: the ledger was only partly read, so the count may be higher`, 'unknown');
  return passes('rate', `${at.length} of ${rate} used`);
};

type Share = NonNullable<OperationImpact['share']>;

/** Percent, rounded up so that it never falls below a limit by rounding. */
export const percentOf = ({ part, whole }: Share): number =>
  whole > 0 ? Math.ceil((100 * part) / whole) : 0;

const objectsText = (count: number): string => pluralize(count, 'object');
const shareText = (share: Share): string => `${share.part} of ${share.whole} ${share.of}`;

/** Checks the blast radius of a run against the profile's limits. Empty where the profile sets none. */
export const blastRadiusCheck = (
  { objects, share }: BlastRadius,
  limits: Guard['blast'],
): readonly CheckRuling[] => {
  if (limits === undefined || objects === 0) return [];
  const affected = `this run affects ${objectsText(objects)}${share === undefined ? '' : `, ${shareText(share)}`}`;
  const { limit } = limits;
  if (limit !== undefined && objects > limit) {
    const why = `this run affects ${objectsText(objects)}, and the profile permits ${limit} per run`;
    return [forbids('blast', why, 'select fewer targets')];
  }
  const passed = [
    limits.objects !== undefined && objects > limits.objects ? objectsText(limits.objects) : '',
    limits.share !== undefined && share !== undefined && percentOf(share) > limits.share
      ? `${limits.share} %`
      : '',
  ].filter((words) => words !== '');
  if (passed.length > 0)
    return [
      asks('blast', `${affected}. Above ${passed.join(' and ')}, type the name of the target to confirm`),
    ];
  if (limits.share !== undefined && share === undefined) {
    const why = `${affected}. opsdeck does not know what share of the whole that is`;
    return [passes('blast', why, 'unknown')];
  }
  return [passes('blast', affected)];
};
