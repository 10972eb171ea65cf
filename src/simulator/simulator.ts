import type { Millis } from '../domain/base/fault.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { SystemModel } from './model/system-model.ts';
import type { ChangeRequest } from './servers/http/change-request-log.ts';
import type { FindProgram } from './servers/http/programs.ts';

/** A running simulator: real servers on loopback, all projections of one model. */
export interface RunningSimulator {
  readonly system: string;
  /** Vars of one environment for its profile's URLs: `world.bus` → `http://127.0.0.1:40123/...`. */
  vars(env: string): Readonly<Record<string, string>>;
  /** Values for the vars of a real profile, so that `--rehearse` redirects its sources to the simulator. */
  rehearsalVars(env: string): Readonly<Record<string, string>>;
  readonly incidents: readonly string[];
  /** The incidents in words, by name. */
  readonly titles: Readonly<Record<string, string>>;
  /** The incident of any environment. */
  readonly incident: string | undefined;
  /** The incident of one environment; the others of the system are not affected. */
  incidentIn(env: string): string | undefined;
  /** Starts an incident in one environment (changes the model, never a server); undefined fixes everything. */
  rehearse(incident: string | undefined, env?: string): void;
  /** All requests to change something, regardless of their responses: the newest 10,000, oldest first. */
  changes(): readonly ChangeRequest[];
  /** The simulated program for an argv, run in this process; undefined for other programs. */
  readonly program: FindProgram;
  close(): Promise<void>;
}

/** A simulator of this process. */
export interface ModeledSimulator extends RunningSimulator {
  /** The model that all servers project. */
  readonly model: SystemModel;
}

export interface SimulatorOptions {
  readonly clock: Clock;
  /** 1 is real time; 10 makes incidents develop ten times as fast. */
  readonly speed?: number;
  /** An incident that has fully developed at the start (for one-shot commands). */
  readonly incident?: string;
  /** Environment of the incident; default production. */
  readonly incidentEnv?: string;
  /** Fixed ports for tests; default: free ones. */
  readonly seed?: number;
  /** Distinguishes its servers from those of another simulator of the same system. */
  readonly identity?: string;
  /** Duration of traffic before the start; default: as long as the windows of its metrics. */
  readonly warmUpMs?: Millis;
}
