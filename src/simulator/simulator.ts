import type { Clock } from '../platform/clock.ts';
import type { ChangeRequest } from './change-request-log.ts';
import type { FindProgram } from './programs.ts';

/** The embedded world, running: real servers on loopback, each a projection of one model. */
export interface RunningSimulator {
  readonly system: string;
  /** For one environment, the vars that its profile's URLs are written with: `world.bus` → `http://127.0.0.1:40123/...`. */
  vars(env: string): Readonly<Record<string, string>>;
  /** Values for the vars of a real profile of this system, so that `--rehearse` redirects its sources here. */
  rehearsalVars(env: string): Readonly<Record<string, string>>;
  readonly incidents: readonly string[];
  readonly incident: string | undefined;
  /** Starts an incident in one environment (the model changes, never a server); undefined heals everything. */
  rehearse(incident: string | undefined, env?: string): void;
  /** Every request so far that was made to change something, whatever was answered; oldest first, the newest 10,000. */
  changes(): readonly ChangeRequest[];
  /** The program of the simulated system that an argv starts, run in this process; undefined: it is none of them. */
  readonly program: FindProgram;
  close(): Promise<void>;
}

export interface SimulatorOptions {
  readonly clock: Clock;
  /** 1 is real time; 10 makes incidents develop ten times as fast. */
  readonly speed?: number;
  /** An incident that has already developed when the world opens (for one-shot commands). */
  readonly incident?: string;
  /** The environment that the incident strikes; default production. */
  readonly incidentEnv?: string;
  /** Fixed ports for tests; default: free ones. */
  readonly seed?: number;
}
