import type { Millis } from '../../../domain/base/fault.ts';

/** Machines with units, processes, ports and a journal, in a system's data. There is one machine per instance of a service. */
export interface HostsSpec {
  /** Prefix of the machine names: 'vm' yields vm-1, vm-2. */
  readonly name: string;
  /** The service that runs there, as a unit of the same name. */
  readonly service: string;
  /** True for one machine apart from the services: its unit is not a service of the system. Absent: one machine per instance of `service`. */
  readonly isApart?: true;
  /** Account for logins and for the service. */
  readonly user: string;
  /** Port of the service. */
  readonly port: number;
  /** Deployment directory; `{env}` is the environment's name. */
  readonly dir: string;
  /** The program below that directory, and its arguments. */
  readonly program: string;
  readonly arguments: string;
  /** Other deployed files below that directory, with their sizes. */
  readonly files: Readonly<Record<string, number>>;
  /** Directory of the archives. */
  readonly backups: string;
  /** Environment variables of the unit. */
  readonly environment: Readonly<Record<string, string>>;
  /** Log file of the service. */
  readonly log: string;
  /** Module in the log lines, as in Rust's tracing: 'riptide_api'. */
  readonly target: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

/** Effects of an incident on every machine of an environment. */
export interface HostsIncidentSpec {
  /** Description for the control page. */
  readonly title?: string;
  /** Another process takes the port while the unit restarts, which then fails repeatedly. */
  readonly portTakenBy?: { readonly program: string; readonly user: string };
  /** The service panics and is not restarted: its log message. */
  readonly panic?: { readonly message: string; readonly at: string };
  /** A broken version was deployed: its error message. */
  readonly deployed?: { readonly version: string; readonly damage: string };
  /** The data is damaged and the service cannot work: its error message. */
  readonly damaged?: string;
  /** The service was stopped by command on every machine. */
  readonly stopped?: true;
  /** A firewall blocks the public address until its administrators fix it; the time after the start of the incident. */
  readonly cutOffMs?: Millis;
  /** The deployment directory belongs to another user for this time. */
  readonly lockedMs?: Millis;
  /** The deployment was deleted from the disk, and its process has ended. */
  readonly lost?: true;
  /** The last machine is new and has no archives. */
  readonly replaced?: true;
  /** A thread is in a busy loop until the process restarts: the extra time of every request, and the CPU usage (0..1). */
  readonly spinning?: { readonly ms: Millis; readonly share: number };
}
