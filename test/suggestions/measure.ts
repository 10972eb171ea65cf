import { Command } from 'commander';
import { composeCockpit } from '../../src/cli/cockpit/open-cockpit.ts';
import { createContext } from '../../src/cli/command/context.ts';
import { addGlobalOptions, globalOptionsOf } from '../../src/cli/command/global-options.ts';
import type { Millis } from '../../src/domain/base/fault.ts';
import { situationSentence } from '../../src/situation/sentence.ts';
import { type CockpitStore, createCockpitStore } from '../../src/store/cockpit.ts';
import type { Commands } from '../../src/store/commands.ts';
import { environmentSituation } from '../../src/store/environment-situation.ts';
import type { FactsStore } from '../../src/store/facts-store.ts';
import type { RunbookSuggestion } from '../../src/store/runbook-suggestion.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { openSimulation, type Simulation } from '../simulation/simulation.ts';

/** A cockpit without a screen, in a simulation. */
interface HeadlessCockpit extends AsyncDisposable {
  readonly simulation: Simulation;
  readonly cockpit: CockpitStore;
  /** What the keys of a screen would call. */
  readonly commands: Commands;
  /** The facts that a screen would show. */
  readonly shown: {
    readonly facts: FactsStore | undefined;
    readonly across: ReadonlyMap<string, FactsStore>;
  };
  /** Opens the environment again: what happened before is the past. */
  reopen(): Promise<void>;
}

/** Opens an environment in a new simulation at the start of an incident. Throws the errors of its profile. */
export const openHeadless = async (env: string, incident: string): Promise<HeadlessCockpit> => {
  const simulation = openSimulation();
  const program = new Command();
  addGlobalOptions(program);
  program.parse(['--env', env, '--rehearse', incident, '--state-dir', simulation.stateDir], { from: 'user' });
  const context = createContext(globalOptionsOf(program, {}), simulation.platform, () => {});
  const cockpit = createCockpitStore();
  const shown: Parameters<typeof composeCockpit>[2] = {
    facts: undefined,
    across: new Map(),
    past: undefined,
    state: undefined,
  };
  const composed = composeCockpit(
    context,
    cockpit,
    shown,
    () => {},
    () => {},
  );
  const open = async (): Promise<void> => {
    await simulation.until(composed.controller.first(env));
    const { profileErrors } = cockpit.getState();
    if (profileErrors !== undefined) throw new Error(profileErrors.join('\n'));
  };
  await open();
  return {
    simulation,
    cockpit,
    commands: composed.controller,
    shown,
    reopen: open,
    [Symbol.asyncDispose]: async () => {
      await simulation.until(composed.close());
      await simulation[Symbol.asyncDispose]();
    },
  };
};

/** The times after the start of an incident at which the suggestions are read. */
const readAfterMs = [5_000, 15_000, 30_000, 60_000] as const satisfies readonly Millis[];

/** The matching runbooks at one time, first one first. */
export interface SuggestedAt {
  readonly afterMs: Millis;
  readonly runbooks: readonly RunbookSuggestion[];
  /** The incident has ended by itself: no effect of it is left in the simulator. */
  readonly isOver: boolean;
}

/** The situation of the open environment as one sentence, as every output says it. */
const sentenceOf = ({ simulation, cockpit, shown }: HeadlessCockpit): string => {
  const facts = shown.facts?.getState();
  const { open } = cockpit.getState();
  if (facts === undefined || open === undefined) throw new Error('no environment is open');
  const { dependencies = {}, sentences } = open;
  const now = simulation.clock.now();
  const situation = environmentSituation(buildSnapshot(facts, now), facts, {
    dependencies,
    ...(sentences === undefined ? {} : { sentences }),
  });
  return situationSentence(situation, { now, clockOffset: simulation.clock.wallOffset() });
};

/** What an incident looks like over time. */
interface MeasuredIncident {
  readonly suggested: readonly SuggestedAt[];
  /** The situation at the end. */
  readonly sentence: string;
}

/** Reads the suggested runbooks of an incident in their order on Problems, and then its situation. `untilMs`: the last time. */
export const measureIncident = async (
  env: string,
  incident: string,
  untilMs: Millis = 60_000,
): Promise<MeasuredIncident> => {
  await using opened = await openHeadless(env, incident);
  const { simulation, cockpit } = opened;
  const since = simulation.clock.now();
  const read: SuggestedAt[] = [];
  for (const afterMs of readAfterMs.filter((value) => value <= untilMs)) {
    await simulation.wait(since + afterMs - simulation.clock.now());
    read.push({
      afterMs,
      runbooks: cockpit.getState().suggestions.filter(({ fits }) => fits === 'yes'),
      isOver: simulation.simulators.every((simulator) => simulator.incident === undefined),
    });
  }
  return { suggested: read, sentence: sentenceOf(opened) };
};
