import type { Millis } from '../../../domain/base/fault.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { field, number, text } from '../../kit/values/wire-value.ts';
import { parseMeta } from '../api/object-meta.ts';
import type { TimestampConverter } from './container-summary.ts';

/** An event of an object, reduced to what is kept. Source: core/v1 Event. */
export interface KubeEvent {
  readonly namespace: string;
  /** 'pod billing-7c9f' */
  readonly object: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** Time of the last occurrence. */
  readonly lastAt: Millis;
  /** Time of the first occurrence, if it is another one. */
  readonly firstAt?: Millis;
}

export const parseKubeEvent = (raw: unknown, toClock: TimestampConverter): KubeEvent => {
  const { namespace } = parseMeta(raw);
  const about = field(raw, 'involvedObject');
  const series = field(raw, 'series');
  const times = [
    field(series, 'lastObservedTime'),
    field(raw, 'lastTimestamp'),
    field(raw, 'eventTime'),
    field(raw, 'firstTimestamp'),
    field(field(raw, 'metadata'), 'creationTimestamp'),
  ];
  const firstAt = toClock(field(raw, 'firstTimestamp')) ?? toClock(field(raw, 'eventTime'));
  const lastAt = times.map(toClock).find((position) => position !== undefined) ?? 0;
  return {
    namespace,
    object: `${(text(field(about, 'kind')) ?? '').toLowerCase()} ${text(field(about, 'name')) ?? ''}`,
    type: text(field(raw, 'type')) ?? '',
    reason: text(field(raw, 'reason')) ?? '',
    message: oneLine(text(field(raw, 'message')) ?? '', 240),
    count: number(field(series, 'count')) ?? number(field(raw, 'count')) ?? 1,
    lastAt,
    ...(firstAt === undefined || firstAt >= lastAt ? {} : { firstAt }),
  };
};

/** '2026-03-04T10:14:07Z ×14 Back-off restarting failed container' */
export const formatKubeEvent = ({ lastAt, count, message }: KubeEvent): string => {
  const time = lastAt === 0 ? '' : `${new Date(lastAt).toISOString().slice(0, 19)}Z `;
  return `${time}${count > 1 ? `×${count} ` : ''}${message}`;
};
