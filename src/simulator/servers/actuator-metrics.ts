import { type Meter, metersOf, type Statistic } from './meters.ts';
import type { Answer, Ask } from './serve.ts';
import type { Sight } from './sight.ts';
import { nothingThere, springError } from './spring-error.ts';

const statistics: readonly Statistic[] = ['COUNT', 'TOTAL_TIME', 'MAX', 'VALUE'];

/** COUNT and TOTAL_TIME of several series are added, MAX is their highest; Micrometer adds gauges too. */
const measure = (meters: readonly Meter[]) =>
  statistics.flatMap((statistic) => {
    const values = meters.flatMap(({ measures }) => measures[statistic] ?? []);
    if (values.length === 0) return [];
    return [{ statistic, value: statistic === 'MAX' ? Math.max(...values) : values.reduce((a, b) => a + b) }];
  });

const availableTags = (meters: readonly Meter[], fixed: ReadonlySet<string>) => {
  const names = [...new Set(meters.flatMap(({ tags }) => Object.keys(tags)))].filter(
    (tag) => !fixed.has(tag),
  );
  return names.map((tag) => ({ tag, values: [...new Set(meters.flatMap(({ tags }) => tags[tag] ?? []))] }));
};

/** `GET /metrics` and `GET /metrics/{name}?tag=k:v`: a name or a tag that no series has is an empty 404. */
export const metrics = (ask: Ask, path: readonly string[], sight: Sight): Answer => {
  if (ask.method !== 'GET') return springError(405, ask, sight.at, 'GET');
  const all = metersOf(sight);
  const [name, ...rest] = path;
  if (name === undefined) return { status: 200, json: { names: Object.keys(all).sort() } };
  const wanted = ask.query.getAll('tag').map((tag) => /^([^:]+):(.+)$/.exec(tag) ?? []);
  if (wanted.some(([tag]) => tag === undefined)) return springError(400, ask, sight.at);
  const metric = rest.length === 0 ? all[name] : undefined;
  const meters =
    metric?.meters.filter(({ tags }) => wanted.every(([, key = '', value]) => tags[key] === value)) ?? [];
  if (metric === undefined || meters.length === 0) return nothingThere;
  return {
    status: 200,
    json: {
      name,
      ...(metric.description === '' ? {} : { description: metric.description }),
      ...(metric.baseUnit === undefined ? {} : { baseUnit: metric.baseUnit }),
      measurements: measure(meters),
      availableTags: availableTags(meters, new Set(wanted.map(([, key = '']) => key))),
    },
  };
};
