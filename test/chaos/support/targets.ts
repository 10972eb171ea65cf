import { Command } from 'commander';
import type { CommandContext } from '../../../src/cli/command/context.ts';
import { createContext } from '../../../src/cli/command/context.ts';
import { addGlobalOptions, globalOptionsOf } from '../../../src/cli/command/global-options.ts';
import { searchProfilesUnambiguous } from '../../../src/cli/opening/choose-profile.ts';
import { openEnvironment } from '../../../src/cli/opening/open-environment.ts';
import {
  createSimulatorRegistry,
  type SimulatorRegistry,
} from '../../../src/cli/opening/simulator-registry.ts';
import type { Profile } from '../../../src/domain/profile/profile.ts';
import type { SourceModule } from '../../../src/sources/kit/contract/source.ts';
import { openSimulation, type Simulation } from '../../simulation/simulation.ts';
import { createFaultNetwork, type FaultNetwork } from './fault-network.ts';

/** The environments whose simulators serve every source type. */
export const environments = [
  'demo/production',
  'event-bus/production',
  'event-processing/production',
  'eventmesh/production',
  'saga/production',
  'trading/production',
] as const;

/** A simulated system behind a faulty network. */
export interface FaultyEnvironment extends AsyncDisposable {
  readonly simulation: Simulation;
  readonly network: FaultNetwork;
  readonly context: CommandContext;
  readonly profile: Profile;
  readonly modules: readonly SourceModule[];
}

/** Opens the simulator of an environment, and its profile. */
export const openFaultyEnvironment = async (env: string, seed: number): Promise<FaultyEnvironment> => {
  const network = createFaultNetwork(() => simulation.clock);
  const simulation = openSimulation({ seed, network });
  const program = new Command();
  addGlobalOptions(program);
  program.parse(['--env', env, '--rehearse', '--state-dir', simulation.stateDir], { from: 'user' });
  const context = createContext(globalOptionsOf(program, {}), simulation.platform, () => {});
  const simulators: SimulatorRegistry = createSimulatorRegistry(context);
  const open = async (): Promise<Pick<FaultyEnvironment, 'profile' | 'modules'>> => {
    const profiles = await searchProfilesUnambiguous(context);
    const chosen = profiles.choose(env);
    if (chosen.is !== 'one') throw new Error(chosen.message);
    const how = { memory: true, simulators, catalogue: profiles.catalogue, paused: true };
    const session = await openEnvironment(context, chosen.entry, how);
    if ('refused' in session) throw new Error(session.refused.join('\n'));
    await session.state.close();
    await session.engine.close();
    return session;
  };
  const { profile, modules } = await simulation.until(open());
  return {
    simulation,
    network,
    context,
    profile,
    modules,
    [Symbol.asyncDispose]: async () => {
      network.set(undefined);
      await simulation.until(simulators.close());
      await simulation[Symbol.asyncDispose]();
    },
  };
};

/** The part of a profile with one source, and the sources that it is reached through. */
export const partOf = (profile: Profile, id: string): Profile => {
  const ids = new Set([id]);
  const viaOf = ({ via }: Profile['sources'][number]): string | undefined =>
    via !== undefined && 'source' in via ? via.source : undefined;
  // A source may be reached through one that is reached through another.
  for (const _ of profile.sources)
    for (const source of profile.sources) {
      const via = viaOf(source);
      if (ids.has(source.id) && via !== undefined) ids.add(via);
    }
  return {
    ...profile,
    sources: profile.sources.filter((source) => ids.has(source.id)),
    signals: profile.signals.filter(({ source }) => source === id),
  };
};
