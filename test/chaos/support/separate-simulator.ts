import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RunningSimulator } from '../../../src/simulator/simulator.ts';
import type { RehearseMessage, SimulatorReady } from './simulator-messages.ts';

const program = fileURLToPath(new URL('./simulator-process.ts', import.meta.url));

/** A simulator in a process of its own. */
interface SeparateSimulator {
  readonly simulator: RunningSimulator;
  /** Whether its process still runs. */
  runs(): boolean;
}

/**
 * Starts the simulator of a system in a process of its own, on the real clock: its heap and its pauses are not those of this
 * process. Its simulated programs run as processes too, and `changes` is empty. Rejects if the process ends before it listens.
 */
export const startSeparateSimulator = async (system: string): Promise<SeparateSimulator> => {
  const child = fork(program, [system], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const ready = await Promise.race([
    once(child, 'message').then(([message]): SimulatorReady => message),
    ended.then(([code, signal]) => {
      throw new Error(`the simulator of ${system} ended before it listened: ${code ?? signal}`);
    }),
  ]);
  const of = (env: string): SimulatorReady['environments'][string] => {
    const own = ready.environments[env];
    if (own === undefined) throw new Error(`the simulator of ${system} has no environment ${env}`);
    return own;
  };
  let struck: { readonly incident: string; readonly env: string | undefined } | undefined;
  return {
    runs: () => child.exitCode === null && child.signalCode === null,
    simulator: {
      system,
      vars: (env) => of(env).vars,
      rehearsalVars: (env) => of(env).rehearsalVars,
      incidents: ready.incidents,
      titles: ready.titles,
      get incident() {
        return struck?.incident;
      },
      incidentIn: (env) => (struck?.env === env ? struck.incident : undefined),
      rehearse: (name, env) => {
        struck = name === undefined ? undefined : { incident: name, env };
        child.send({ rehearse: name, env } satisfies RehearseMessage);
      },
      changes: () => [],
      program: () => undefined,
      close: async () => {
        if (child.connected) child.disconnect();
        await ended;
      },
    },
  };
};
