import type { Series } from '../model/traffic.ts';
import type { Sight } from '../servers/sight.ts';
import { type Family, gauge } from './family.ts';
import { histogram } from './histogram.ts';
import { javaDouble } from './java-double.ts';

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
    {
      name,
      help: ' ',
      type: 'histogram',
      samples: series.flatMap((one) => histogram(one, one.tags, javaDouble)),
    },
    gauge(
      `${name}_max`,
      ' ',
      series.map(({ tags, maxMs }) => [tags, maxMs / 1000]),
    ),
  ];
};
