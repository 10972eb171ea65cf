import { didYouMean } from '../../profile/complaints.ts';
import type { World } from '../../simulator/world.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../exit-code.ts';

/** The embedded worlds of this process: at most one of each system, shared by all that is opened. */
export interface Worlds {
  /**
   * The world of a system, started when first asked for; `--rehearse INCIDENT` has then struck `env`. Rejects with a
   * UsageError for a system, environment or incident that there is none of.
   */
  of(system: string, env: string): Promise<World>;
  close(): Promise<void>;
}

/** Starts a world; names that it does not know are usage errors that say what there is. */
export const startKnownWorld = async (
  system: string,
  env: string | undefined,
  {
    startWorld,
    ...parts
  }: Pick<Context, 'clock' | 'startWorld'> & { readonly incident?: string; readonly speed?: number },
): Promise<World> => {
  const { systemSpec, worldEnvironments, worldSystems } = await import('../../simulator/systems.ts');
  if (!worldSystems.includes(system))
    throw new UsageError(`there is no embedded world of ${system}; ${didYouMean(system, worldSystems)}`);
  const environments = worldEnvironments(system);
  if (env !== undefined && !environments.includes(env))
    throw new UsageError(
      `the embedded world of ${system} has no environment ${env}; ${didYouMean(env, environments)}`,
    );
  const incidents = systemSpec(system).incidents.map(({ name }) => name);
  const { incident } = parts;
  if (incident !== undefined && !incidents.includes(incident))
    throw new UsageError(
      `the embedded world of ${system} has no incident ${incident}; ${didYouMean(incident, incidents)}`,
    );
  return startWorld(system, { ...parts, ...(env === undefined ? {} : { incidentEnv: env }) });
};

export const createWorlds = (context: Context): Worlds => {
  const started = new Map<string, Promise<World>>();
  const incident = context.options.rehearse?.incident;
  return {
    of: (system, env) => {
      const known = started.get(system);
      if (known !== undefined) return known;
      const world = startKnownWorld(system, env, {
        clock: context.clock,
        startWorld: context.startWorld,
        ...(incident === undefined ? {} : { incident }),
      });
      started.set(system, world);
      return world;
    },
    close: async () => {
      const worlds = await Promise.allSettled(started.values());
      started.clear();
      await Promise.all(worlds.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
    },
  };
};
