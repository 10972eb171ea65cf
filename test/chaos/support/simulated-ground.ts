import { openEngine } from '../../../src/engine/engine.ts';
import { withFaultyFiles } from './fault-files.ts';
import type { RoundGround } from './round.ts';
import { type FaultyEnvironment, partOf } from './targets.ts';

const stepMs = 1000;

/** A source of a simulated system, in simulated time. */
export const simulatedGround = (
  { simulation, network, context, profile, modules }: FaultyEnvironment,
  sourceId: string,
): RoundGround => {
  const { clock } = simulation;
  const type = profile.sources.find(({ id }) => id === sourceId)?.type;
  return {
    clock,
    faults: network,
    stepMs,
    slackMs: stepMs,
    startMs: 90_000,
    openEngine: () =>
      openEngine(partOf(profile, sourceId), {
        modules,
        clock,
        random: context.random,
        memory: true,
        openIo: (_, way) => {
          const io = context.openIo(way);
          return type === 'file' ? withFaultyFiles(io, clock, network.current, network.note) : io;
        },
      }),
    until: simulation.until,
    wait: simulation.wait,
    timers: simulation.timers,
    quiet: simulation.quiet,
    settle: () => simulation.wait(stepMs),
  };
};
