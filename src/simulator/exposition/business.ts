import { type Series, summaryOf } from '../model/traffic.ts';
import type { Sight } from '../servers/sight.ts';
import { counter, type Family, gauge } from './family.ts';

/** Why a request failed, in the words of the business, by the exception behind it. */
const reasons: Readonly<Record<string, string>> = {
  CallNotPermittedException: 'circuit_open',
  ResourceAccessException: 'dependency_unavailable',
  IllegalStateException: 'rejected',
  NullPointerException: 'internal_error',
};

const sumOf = (series: readonly Series[]): number => series.reduce((sum, { count }) => sum + count, 0);
const failed = ({ tags }: Series): boolean => tags.outcome === 'SERVER_ERROR';

/** Failed requests by reason; every reason is there from the start, so that its rate is known when it begins. */
const byReason = (series: readonly Series[]): (readonly [{ reason: string }, number])[] =>
  Object.entries(reasons)
    .map(([exception, reason]) => {
      const these = series.filter((one) => failed(one) && one.tags.exception === exception);
      return [{ reason }, sumOf(these)] as const;
    })
    .sort(([a], [b]) => (a.reason < b.reason ? -1 : 1));

/** The service's own metrics: what its requests mean to the business, and how it complies with its service level. */
export const businessFamilies = ({ env, instance }: Sight): readonly Family[] => {
  const { business, slaMs } = instance.service;
  const { series } = instance.traffic;
  const recent = summaryOf(instance.traffic.recent(env.now), slaMs);
  const words = (name: string): string => name.replaceAll('_', ' ');
  return [
    ...(business === undefined
      ? []
      : [
          counter(`${business.done}_total`, `Number of ${words(business.done)}`, [
            [{}, (business.each ?? 1) * sumOf(series.filter((one) => !failed(one)))],
          ]),
        ]),
    ...(business?.failed === undefined
      ? []
      : [
          counter(
            `${business.failed}_total`,
            `Number of ${words(business.failed)}, by reason`,
            byReason(series),
          ),
        ]),
    ...(slaMs === undefined || recent.slaPercent === undefined
      ? []
      : [
          gauge('sla_compliance_rate', 'Requests answered well and in time, in percent', [
            [{}, recent.slaPercent],
          ]),
        ]),
  ];
};
