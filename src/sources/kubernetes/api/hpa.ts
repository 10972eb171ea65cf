import { defined } from '../../../domain/base/defined.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { field, list, number, text } from '../../kit/values/wire-value.ts';
import { type Condition, parseConditions, parseMeta } from './object-meta.ts';

/** The kept fields of a HorizontalPodAutoscaler. Source: autoscaling/v2. */
export interface Hpa {
  readonly name: string;
  readonly namespace: string;
  /** 'deployment/billing' */
  readonly target: string;
  readonly min: number;
  readonly max: number;
  readonly current?: number;
  readonly desired?: number;
  /** 'cpu 80% of 70%' */
  readonly metrics: readonly string[];
  readonly conditions: readonly Condition[];
  /** The reason it cannot scale, or is limited. */
  readonly problem?: string;
}

export const parseHpa = (raw: unknown): Hpa => {
  const { name, namespace } = parseMeta(raw);
  const spec = field(raw, 'spec');
  const status = field(raw, 'status');
  const ref = field(spec, 'scaleTargetRef');
  const current = number(field(status, 'currentReplicas'));
  const conditions = parseConditions(raw);
  // Without metrics the API reports 0, which is not a computed value.
  const isBlind = conditions.some(
    (condition) => condition.type === 'ScalingActive' && condition.status === 'False',
  );
  const reported = number(field(status, 'desiredReplicas'));
  const desired = isBlind && reported === 0 ? undefined : reported;
  const stuck = conditions.find(
    ({ type, status: is }) =>
      (type !== 'ScalingLimited' && is === 'False') || (type === 'ScalingLimited' && is === 'True'),
  );
  const targets = list(field(spec, 'metrics')).map(parseHpaMetric);
  const seen = list(field(status, 'currentMetrics')).map(parseHpaMetric);
  return {
    name,
    namespace,
    target: `${(text(field(ref, 'kind')) ?? '').toLowerCase()}/${text(field(ref, 'name')) ?? ''}`,
    min: number(field(spec, 'minReplicas')) ?? 1,
    max: number(field(spec, 'maxReplicas')) ?? 0,
    conditions,
    ...defined({ current, desired }),
    metrics: targets.map(({ name: metric, value }) => {
      const now = seen.find((entry) => entry.name === metric)?.value ?? 'unknown';
      return `${metric} ${now} of ${value}`;
    }),
    ...(stuck === undefined ? {} : { problem: oneLine(`${stuck.reason}: ${stuck.message}`) }),
  };
};

/** A desired (`target`) or current (`current`) metric: a percentage of the request, or an amount. */
const parseHpaMetric = (raw: unknown): { readonly name: string; readonly value: string } => {
  const type = text(field(raw, 'type')) ?? '';
  const metric = field(raw, type.charAt(0).toLowerCase() + type.slice(1));
  const value = field(metric, 'target') ?? field(metric, 'current');
  const share = number(field(value, 'averageUtilization'));
  const amount = text(field(value, 'averageValue')) ?? text(field(value, 'value'));
  return {
    name: text(field(metric, 'name')) ?? text(field(field(metric, 'metric'), 'name')) ?? type.toLowerCase(),
    value: share === undefined ? (amount ?? 'unknown') : `${share}%`,
  };
};

/** 'deployment/billing has 3 replicas (allowed: 1 to 5), wants 4; cpu 80% of 70%' */
export const formatHpa = ({ target, min, max, current, desired, metrics, problem: trouble }: Hpa): string => {
  const wants =
    desired === undefined ? ', wants an unknown number' : desired === current ? '' : `, wants ${desired}`;
  const limit = current !== undefined && current >= max ? ', and cannot grow beyond the maximum' : '';
  const replicas = `${current ?? 'an unknown number of'} ${current === 1 ? 'replica' : 'replicas'} (allowed: ${min} to ${max})`;
  return [`${target} has ${replicas}${wants}${limit}`, ...metrics, trouble ?? '']
    .filter((part) => part !== '')
    .join('; ');
};
