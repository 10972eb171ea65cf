import type { Millis } from '../../../domain/base/fault.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { field, list, number, text } from '../../kit/values/wire-value.ts';
import { parseHpa } from '../api/hpa.ts';
import { parseConditions } from '../api/object-meta.ts';
import { missedRun } from './missed-schedule.ts';
import { type AgeOf, type ObjectState, problem } from './object-state.ts';

const minutes = (count: number): Millis => count * 60_000;

/** A run may start this late. */
const scheduleGraceMs = minutes(10);
const scalesByMs = minutes(5);
const atMaximumMs = minutes(15);
const healthyByMs = minutes(15);

const wallTime = (value: unknown): number | undefined => {
  const ms = Date.parse(text(value) ?? '');
  // Go writes a time that is not set as the year 1.
  return ms > 0 ? ms : undefined;
};

/** State of a CronJob. Source: batch/v1, CronJobSpec, CronJobStatus. */
export const cronJobState = (raw: unknown, wallNow: number): ObjectState => {
  const spec = field(raw, 'spec');
  const status = field(raw, 'status');
  if (field(spec, 'suspend') === true) return { status: 'suspended' };
  const isRunning = list(field(status, 'active')).length > 0;
  const ran = wallTime(field(status, 'lastScheduleTime'));
  const last = ran ?? wallTime(field(field(raw, 'metadata'), 'creationTimestamp'));
  const schedule = text(field(spec, 'schedule'));
  // A run that has not ended holds up the next one, as intended.
  if (isRunning) return { status: 'running' };
  if (schedule === undefined || last === undefined) return { status: 'scheduled' };
  const times = {
    schedule,
    timeZone: text(field(spec, 'timeZone')),
    last,
    hasRun: ran !== undefined,
  };
  const due = missedRun(times, wallNow, scheduleGraceMs);
  if (due !== undefined)
    return problem(
      'missed schedule',
      `${schedule}: a run was due ${formatAge(wallNow - due)} ago`,
      ran === undefined ? 'the cron job has never run' : `last run ${formatAge(wallNow - ran)} ago`,
    );
  const succeeded = wallTime(field(status, 'lastSuccessfulTime'));
  const keepsFailures = number(field(spec, 'failedJobsHistoryLimit')) !== 0;
  // Otherwise its failed job is a row.
  return !keepsFailures && ran !== undefined && wallNow - ran > scheduleGraceMs && (succeeded ?? 0) < ran
    ? problem(
        'last run failed',
        `${formatAge(wallNow - ran)} ago, and failedJobsHistoryLimit: 0 keeps no failed job`,
      )
    : { status: 'scheduled' };
};

/** State of a HorizontalPodAutoscaler. Source: autoscaling/v2, HorizontalPodAutoscalerCondition. */
export const autoscalerState = (raw: unknown, ageOf: AgeOf): ObjectState => {
  const { conditions, min, max, current, target } = parseHpa(raw);
  const stuck = conditions.find(
    ({ type, status, reason, since }) =>
      (type === 'AbleToScale' || type === 'ScalingActive') &&
      status === 'False' &&
      // A person has scaled the target to 0.
      reason !== 'ScalingDisabled' &&
      (ageOf(since) ?? scalesByMs) >= scalesByMs,
  );
  if (stuck !== undefined) return problem('cannot scale', `${stuck.reason}: ${stuck.message}`);
  const limited = conditions.find(
    ({ type, status, reason }) =>
      type === 'ScalingLimited' && status === 'True' && reason === 'TooManyReplicas',
  );
  const limitedMs = ageOf(limited?.since) ?? 0;
  return limited !== undefined &&
    max > min &&
    current !== undefined &&
    current >= max &&
    limitedMs >= atMaximumMs
    ? problem('at max replicas', `${target} has needed more than ${max} replicas for ${formatAge(limitedMs)}`)
    : { status: 'active' };
};

/** State of a PodDisruptionBudget. Source: policy/v1, PodDisruptionBudgetStatus. */
export const budgetState = (raw: unknown, ageOf: AgeOf): ObjectState => {
  const status = field(raw, 'status');
  const [expected, healthy, desired] = ['expectedPods', 'currentHealthy', 'desiredHealthy'].map(
    (name) => number(field(status, name)) ?? 0,
  );
  const allowed = parseConditions(raw).find(({ type }) => type === 'DisruptionAllowed');
  const lasts = ageOf(allowed?.since) ?? healthyByMs;
  if (allowed?.status === 'False' && lasts >= healthyByMs) {
    if (allowed.reason === 'SyncFailed') return problem('budget not computed', allowed.message);
    if (
      expected !== undefined &&
      healthy !== undefined &&
      desired !== undefined &&
      expected > 0 &&
      healthy < desired
    )
      return problem(
        'too few healthy pods',
        `only ${healthy} of at least ${desired} pods have been healthy for ${formatAge(lasts)}, so no pod may be evicted`,
      );
  }
  return { status: 'available' };
};
