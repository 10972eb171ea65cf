import { latencyBoundsMs } from '../model/latency.ts';
import type { Series } from '../model/traffic.ts';
import type { Sight } from '../servers/sight.ts';
import { type Family, gauge, type Sample } from './family.ts';
import { javaDouble } from './java-double.ts';

const bounds = [...latencyBoundsMs.map((ms) => javaDouble(ms / 1000)), '+Inf'];

/** One series of requests as a histogram: buckets added up, in the order in which Micrometer writes them. */
const histogram = ({ tags, count, totalMs, buckets }: Series): readonly Sample[] => {
  let upTo = 0;
  const each = bounds.map((le, index): Sample => {
    upTo += buckets[index] ?? 0;
    return { suffix: '_bucket', labels: { ...tags, le }, value: upTo };
  });
  return [
    ...each,
    { suffix: '_count', labels: tags, value: count },
    { suffix: '_sum', labels: tags, value: totalMs / 1000 },
  ];
};

const byStatus = (a: Series, b: Series): number =>
  `${a.tags.method}${a.tags.outcome}${a.tags.status}` < `${b.tags.method}${b.tags.outcome}${b.tags.status}`
    ? -1
    : 1;

/** `http.server.requests`; nothing before the first request. */
export const webFamilies = ({ instance }: Sight): readonly Family[] => {
  const series = [...instance.traffic.series].sort(byStatus);
  if (series.length === 0) return [];
  const name = 'http_server_requests_seconds';
  return [
    { name, help: ' ', type: 'histogram', samples: series.flatMap(histogram) },
    gauge(
      `${name}_max`,
      ' ',
      series.map(({ tags, maxMs }) => [tags, maxMs / 1000]),
    ),
  ];
};
