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
  /** Its command line; `{env}` stands for the environment. */
  readonly program: string;
  /** The file that it writes its log to. */
  readonly log: string;
  /** The module that its log lines name, as Rust's tracing does: 'riptide_api'. */
  readonly target: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

/** What an incident does to every machine of an environment. */
export interface HostsTrouble {
  /** In words, for the control page. */
  readonly title?: string;
  /** Another process takes the port while the unit is being started anew, which then fails again and again. */
  readonly portTakenBy?: { readonly program: string; readonly user: string };
  /** The service panics and is not started again: what its log says. */
  readonly panic?: { readonly message: string; readonly at: string };
}
