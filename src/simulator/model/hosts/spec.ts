import type { Millis } from '../../../domain/fault.ts';

/** Machines with units, processes, ports and a journal, as a system's data says it: one machine per instance of a service. */
export interface HostsSpec {
  /** The first part of their names: 'vm' makes vm-1, vm-2. */
  readonly name: string;
  /** The service that runs there, as a unit of the same name. */
  readonly service: string;
  /** Who may log in, and who it runs as. */
  readonly user: string;
  /** The port that it listens to. */
  readonly port: number;
  /** Where what it runs is deployed to; `{env}` stands for the environment. */
  readonly dir: string;
  /** Its program below that directory, and what is behind it on its command line. */
  readonly program: string;
  readonly arguments: string;
  /** What else is deployed with it: files below that directory, and their bytes. */
  readonly files: Readonly<Record<string, number>>;
  /** Where archives of that directory are kept. */
  readonly backups: string;
  /** Variables that the unit is started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** The file that it writes its log to. */
  readonly log: string;
  /** The module that its log lines name, as Rust's tracing does: 'riptide_api'. */
  readonly target: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

/** What an incident does to every machine of an environment. */
export interface HostsIncidentSpec {
  /** In words, for the control page. */
  readonly title?: string;
  /** Another process takes the port while the unit is being started anew, which then fails again and again. */
  readonly portTakenBy?: { readonly program: string; readonly user: string };
  /** The service panics and is not started again: what its log says. */
  readonly panic?: { readonly message: string; readonly at: string };
  /** Another version was deployed, and cannot work: what it says of itself. */
  readonly deployed?: { readonly version: string; readonly damage: string };
  /** What it has stored is damaged, and it cannot work: what it says of itself. */
  readonly damaged?: string;
  /** A firewall keeps the public address from the hosts until its administrators have mended it, so long after the incident struck. */
  readonly cutOffMs?: Millis;
  /** The directory of the deployment belongs to another account for so long, until it is given back. */
  readonly lockedMs?: Millis;
  /** What was deployed is gone from the disk, and the process with it. */
  readonly lost?: true;
  /** The last of them is a new machine: it has no archives. */
  readonly replaced?: true;
  /** A thread turns in circles until the process starts anew: every request waits so long, and so much of the processor is in use, 0..1. */
  readonly spinning?: { readonly ms: Millis; readonly share: number };
}
