import { latencyBoundsMs } from '../model/latency.ts';
import type { Series } from '../model/traffic.ts';
import type { Labels, Sample } from './family.ts';

/** One series of requests as a histogram in seconds: buckets added up, `le` as its language writes numbers. */
export const histogram = (
  { count, totalMs, buckets }: Series,
  labels: Labels,
  bound: (seconds: number) => string,
): readonly Sample[] => {
  let upTo = 0;
  const bounds = [...latencyBoundsMs.map((ms) => bound(ms / 1000)), '+Inf'];
  const each = bounds.map((le, index): Sample => {
    upTo += buckets[index] ?? 0;
    return { suffix: '_bucket', labels: { ...labels, le }, value: upTo };
  });
  return [
    ...each,
    { suffix: '_count', labels, value: count },
    { suffix: '_sum', labels, value: totalMs / 1000 },
  ];
};
