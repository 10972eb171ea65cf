import type { Duplex } from 'node:stream';
import type { Program } from './program.ts';
import type { ProgramWire } from './program-wire.ts';
import type { RunningProgram, RunOptions } from './run-process.ts';

/** Starts programs: on this machine, or in the simulator, which runs the programs of its system in this process. */
export interface Programs {
  /** Starts a program without a shell. The signal kills it and its child processes. */
  start(program: Program, options: RunOptions, signal: AbortSignal): RunningProgram;
  /** Opens a connection over the standard input and output of a program (`ssh -W`). Throws WireError. */
  wire(wire: ProgramWire, signal: AbortSignal): Promise<Duplex>;
}

/** The programs of this machine. The implementation is loaded by the first one. */
export const loadMachinePrograms = async (): Promise<Programs> => {
  const [{ startProgram }, { openProgramWire }] = await Promise.all([
    import('./run-process.ts'),
    import('./program-wire.ts'),
  ]);
  return { start: startProgram, wire: openProgramWire };
};
