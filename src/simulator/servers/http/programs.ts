import type { Duplex } from 'node:stream';

/** A simulated program that runs in this process instead of being started. */
export interface ProgramCall {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Its outputs and cancellation. */
export interface ProgramStreams {
  out(bytes: string | Uint8Array): void;
  err(text: string): void;
  readonly signal: AbortSignal;
}

/** A program that the simulator implements. */
export interface SimulatedProgram {
  /** Resolves to the exit status. */
  run(streams: ProgramStreams): Promise<number>;
  /** The connection that it carries on stdin and stdout, or the reason for its failure, in ssh's words. */
  openTunnel?(): Duplex | string;
}

/** The program for an argv; undefined if the simulator does not implement it. */
export type FindProgram = (call: ProgramCall) => SimulatedProgram | undefined;
