/**
 * A simulator in a process of its own, started by `startSeparateSimulator`: its argument is the system. Sends its addresses
 * once it listens, takes incidents as messages, and ends when its parent is gone.
 */

import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { startSimulator } from '../../../src/simulator/start.ts';
import { simulatedEnvironments } from '../../../src/simulator/systems.ts';
import type { RehearseMessage, SimulatorReady } from './simulator-messages.ts';

const [system = ''] = process.argv.slice(2);
const simulator = await startSimulator(system, { clock: systemClock() });
process.on('message', ({ rehearse, env }: RehearseMessage) => simulator.rehearse(rehearse, env));
process.once('disconnect', () => void simulator.close().finally(() => process.exit()));
const ready: SimulatorReady = {
  incidents: simulator.incidents,
  titles: simulator.titles,
  environments: Object.fromEntries(
    simulatedEnvironments(system).map((env) => [
      env,
      { vars: simulator.vars(env), rehearsalVars: simulator.rehearsalVars(env) },
    ]),
  ),
};
process.send?.(ready);
