import type { Sight } from '../servers/sight.ts';
import { type Family, gauge } from './family.ts';
import { requestFamilies } from './go.ts';

/** What a Rust service exposes with the metrics crates, by name. */
export const rustFamilies = (sight: Sight): readonly Family[] => {
  const { instance, toClock } = sight;
  return [
    ...requestFamilies(sight),
    gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds', [
      [{}, toClock(instance.startedAt) / 1000],
    ]),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
};
