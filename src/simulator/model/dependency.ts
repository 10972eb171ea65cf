import type { Chance } from './chance.ts';
import type { Reply } from './reply.ts';
import type { DependencySpec } from './spec.ts';

/** Something that services need and that is not one of them. */
export interface Dependency {
  readonly spec: DependencySpec;
  up: boolean;
  restarts: number;
}

/** How a call to a dependency ends now: one that is down refuses quickly. */
export const callTo = ({ spec, up }: Dependency, slowness: number, chance: Chance): Reply => {
  const ms = Math.round(spec.latencyMs * slowness * (0.6 + 0.8 * chance()));
  return up ? { ms } : { ms: 2, error: spec.error };
};
