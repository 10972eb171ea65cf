import { ageText } from '../domain/duration.ts';
import type { Fault, Millis } from '../domain/fault.ts';
import type { SignalSpec } from '../domain/profile.ts';
import { judge, judgeOnce, type Verdict } from '../domain/threshold.ts';
import type { Derived } from './derive.ts';
import { thresholdOfLoss } from './signal-series.ts';

/** True while a part of it has never been read: that is no silence, and nothing to judge. */
const isAwaited = ({ value, fault }: Derived): boolean => value === undefined && fault === undefined;

const silent = (
  one: Derived,
  spec: SignalSpec,
  was: Verdict | undefined,
  faults: readonly Fault[],
  now: Millis,
): Verdict => {
  const lost = one.fault === undefined ? faults : [one.fault];
  const verdict = judge(was, undefined, thresholdOfLoss(spec.threshold, lost), one.staleSince ?? now);
  const age = one.at === undefined ? '' : `last read ${ageText(now - one.at)} ago`;
  return { ...verdict, why: one.fault?.message ?? age };
};

const isSilent = (one: Derived): boolean => one.value === undefined || one.staleSince !== undefined;

/** The verdict after a part of it was read. `faults`: of the feeds that it is made of. Undefined while it is awaited. */
export const judgeDerived = (
  one: Derived,
  spec: SignalSpec,
  was: Verdict | undefined,
  faults: readonly Fault[],
  { memory, now }: { readonly memory: boolean; readonly now: Millis },
): Verdict | undefined => {
  if (isAwaited(one)) return undefined;
  if (isSilent(one)) return silent(one, spec, memory ? was : undefined, faults, now);
  return memory ? judge(was, one.value, spec.threshold, now) : judgeOnce(one.value, spec.threshold, now);
};

/**
 * The verdict as it stands at a moment between readings: what has become too old since is silence. What was never judged
 * (or of which the verdict does not count any more) has none: nothing may rest on a silence that nobody has met.
 */
export const derivedVerdictNow = (
  one: Derived,
  spec: SignalSpec,
  was: Verdict | undefined,
  faults: readonly Fault[],
  now: Millis,
): Verdict | undefined => {
  if (was === undefined || isAwaited(one)) return undefined;
  return isSilent(one) && was.silent !== true ? silent(one, spec, was, faults, now) : was;
};
