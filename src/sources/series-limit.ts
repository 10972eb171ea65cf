import type { Fault } from '../domain/fault.ts';
import type { Endpoint } from './endpoint.ts';

/** The series of a signal that are kept, and the fault that says so when there are more: each costs a row, its history and a verdict. */
export const limitSeries = <T>(
  endpoint: Pick<Endpoint, 'say'>,
  signal: string,
  series: readonly T[],
  most: number,
  remedy: string,
): { readonly kept: readonly T[]; readonly faults: readonly Fault[] } => {
  if (series.length <= most) return { kept: series, faults: [] };
  const message = `${signal} reads ${series.length} series, of which the first ${most} are shown: ${remedy}`;
  return { kept: series.slice(0, most), faults: [endpoint.say('unconfigured', '', message)] };
};
