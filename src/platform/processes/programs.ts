import type { Duplex } from 'node:stream';
import type { Program } from './program.ts';
import type { ProgramWire } from './program-wire.ts';
import type { RunningProgram, RunOptions } from './run-process.ts';

/** Where programs are started: this machine, or the simulator, which runs the programs of its system in this process. */
export interface Programs {
  /** Starts a program without a shell. The signal ends it and all that it has started. */
  start(program: Program, options: RunOptions, signal: AbortSignal): RunningProgram;
  /** A connection that a program carries on its standard input and output (`ssh -W`). Throws WireError. */
  wire(wire: ProgramWire, signal: AbortSignal): Promise<Duplex>;
}

/** The programs of this machine. What starts them is loaded by the first one. */
export const loadMachinePrograms = async (): Promise<Programs> => {
  const [{ startProgram }, { openProgramWire }] = await Promise.all([
    import('./run-process.ts'),
    import('./program-wire.ts'),
  ]);
  return { start: startProgram, wire: openProgramWire };
};
