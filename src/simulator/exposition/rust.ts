import type { Sight } from '../servers/sight.ts';
import { counter, type Family, gauge } from './family.ts';
import { requestFamilies } from './go.ts';

/** Its requests, and among them those that its limit refused: a series from the start, so that the first refusal is a change. */
const requestsOf = (sight: Sight): readonly Family[] => {
  const { hosts } = sight.env.parts;
  const refused = counter('http_requests_total', '', [
    [{ service: sight.instance.service.name, status: '429' }, hosts?.refused ?? 0],
  ]);
  return requestFamilies(sight).map((family) =>
    family.name === refused.name && hosts !== undefined
      ? { ...family, samples: [...family.samples, ...refused.samples] }
      : family,
  );
};

/** What a Rust service exposes with the metrics crates, by name. */
export const rustFamilies = (sight: Sight): readonly Family[] => {
  const { instance, toClock } = sight;
  return [
    ...requestsOf(sight),
    gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds', [
      [{}, toClock(instance.startedAt) / 1000],
    ]),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
};
