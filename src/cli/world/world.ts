import { defined } from '../../domain/base/defined.ts';
import type { CommandContext } from '../command/context.ts';
import { searchProfilesUnambiguous } from '../opening/choose-profile.ts';
import type { SubCommand } from '../opening/command-invocation.ts';
import { untilAny } from '../opening/command-invocation.ts';
import { startNamedSimulator } from '../opening/simulator-registry.ts';
import type { SimulatorFlags } from './flags.ts';

/** Interval of writes to a pipe: a closed reader shows only on a write. */
const probeMs = 2000;
const fallbackSystem = 'demo';

/** Returns the system to simulate, and from `--env` the environment of the incident. */
const startRequested = async (
  context: CommandContext,
  flags: SimulatorFlags,
): Promise<{ system: string; env?: string }> => {
  const parts = (context.options.env ?? '').split('/');
  const env = parts.at(-1) ?? '';
  const named = flags.system ?? (parts.length > 1 ? parts[0] : undefined);
  const system =
    named ?? (await searchProfilesUnambiguous(context)).catalogue.defaultSystem ?? fallbackSystem;
  return { system, ...(env === '' ? {} : { env }) };
};

/** `opsdeck world`: runs the simulator until SIGINT, SIGTERM or SIGHUP, or until stdout is closed. */
export const world: SubCommand<SimulatorFlags> = async ({
  options,
  global,
  context,
  interruption,
  output,
}) => {
  const stopped = interruption();
  const incident = options.scenario ?? options.incident ?? global.rehearse?.incident;
  const { system, env } = await startRequested(context, options);
  const running = await startNamedSimulator(system, env, {
    clock: context.clock,
    startSimulator: context.startSimulator,
    speed: options.speed,
    ...defined({ incident }),
  });
  const { simulatedEnvironments } = await import('../../simulator/systems.ts');
  const control = running.vars(env ?? simulatedEnvironments(system)[0] ?? '')['world.control'] ?? '';
  const environments = Object.fromEntries(
    simulatedEnvironments(system).map((name) => {
      const { 'world.control': _, ...listens } = running.vars(name);
      return [name, listens];
    }),
  );
  const { incidents } = running;
  if (options.json === true) {
    const profileVars = Object.fromEntries(
      Object.keys(environments).map((name) => [name, running.rehearsalVars(name)]),
    );
    const incident = running.incident ?? null;
    output.json({ opsdeck: 1, system, incident, incidents, control, environments, profileVars });
  } else {
    output.line(`system    ${system}`);
    output.line(`control   ${control}`);
    output.line(`incidents ${incidents.join(', ')}; now: ${running.incident ?? 'none'}`);
    for (const [name, listens] of Object.entries(environments)) {
      output.line(name);
      for (const [what, where] of Object.entries(listens)) output.line(`  ${what.padEnd(24)} ${where}`);
    }
  }
  // A space ends no line and leaves JSON valid.
  const stopProbing = output.isPipe ? context.clock.every(probeMs, () => output.raw(' ')) : () => {};
  await untilAny(stopped, output.closed);
  stopProbing();
  await running.close();
  return 0;
};
