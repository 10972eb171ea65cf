import { defined } from '../../domain/base/defined.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { didYouMean } from '../../profile/document/diagnostics.ts';
import type { RunningSimulator } from '../../simulator/simulator.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';

/** The simulators of this process: at most one per system, shared by all environments. */
export interface SimulatorRegistry {
  /**
   * Returns the simulator of a system, started on first use: that of the first system with the incident of `--rehearse` in
   * `env`, others without one. Rejects with a UsageError for an unknown system, environment or incident.
   */
  of(system: string, env: string): Promise<RunningSimulator>;
  close(): Promise<void>;
}

/** Starts a simulator. Throws a UsageError with suggestions for an unknown name. */
export const startNamedSimulator = async (
  system: string,
  env: string | undefined,
  {
    startSimulator,
    ...parts
  }: Pick<CommandContext, 'clock' | 'startSimulator'> & {
    readonly incident?: string;
    readonly speed?: number;
  },
): Promise<RunningSimulator> => {
  const { systemSpec, simulatedEnvironments, simulatedSystems } = await import('../../simulator/systems.ts');
  if (!simulatedSystems.includes(system))
    throw new UsageError(
      `opsdeck has no simulator of ${system}. ${sentenceCase(didYouMean(system, simulatedSystems))}`,
    );
  const environments = simulatedEnvironments(system);
  if (env !== undefined && !environments.includes(env))
    throw new UsageError(
      `the simulator of ${system} has no environment ${env}. ${sentenceCase(didYouMean(env, environments))}`,
    );
  const incidents = systemSpec(system).incidents.map(({ name }) => name);
  const { incident } = parts;
  if (incident !== undefined && !incidents.includes(incident))
    throw new UsageError(
      `the simulator of ${system} has no scenario ${incident}. ${sentenceCase(didYouMean(incident, incidents))}`,
    );
  return startSimulator(system, { ...parts, ...defined({ incidentEnv: env }) });
};

export const createSimulatorRegistry = (context: CommandContext): SimulatorRegistry => {
  const started = new Map<string, Promise<RunningSimulator>>();
  const incident = context.options.rehearse?.incident;
  return {
    of: (system, env) => {
      const known = started.get(system);
      if (known !== undefined) return known;
      const simulator = startNamedSimulator(system, env, {
        clock: context.clock,
        startSimulator: context.startSimulator,
        // An incident is one of a system: another system that is opened later may not have it.
        ...(incident === undefined || started.size > 0 ? {} : { incident }),
      });
      started.set(system, simulator);
      return simulator;
    },
    close: async () => {
      const simulators = await Promise.allSettled(started.values());
      started.clear();
      await Promise.all(
        simulators.map((simulator) =>
          simulator.status === 'fulfilled' ? simulator.value.close() : undefined,
        ),
      );
    },
  };
};
