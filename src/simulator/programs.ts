import type { Duplex } from 'node:stream';

/** A program of the simulated system that runs in this process, where its caller starts programs through the simulator. */
export interface ProgramCall {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Where it writes, and what ends it. */
export interface ProgramStreams {
  out(bytes: string | Uint8Array): void;
  err(text: string): void;
  readonly signal: AbortSignal;
}

/** A program that the simulator can run by itself. */
export interface SimulatedProgram {
  /** Resolves to its exit status. */
  run(streams: ProgramStreams): Promise<number>;
  /** The connection that it carries on its standard input and output, or why there is none, in ssh's words. */
  openTunnel?(): Duplex | string;
}

/** The program that an argv starts; undefined: it is none of the simulator's. */
export type FindProgram = (call: ProgramCall) => SimulatedProgram | undefined;
