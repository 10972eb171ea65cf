import type { Tracked } from '../machine/children.ts';

export type Tier = 'fast' | 'all';

/** Where a running server answers, as the suites are told. */
export interface Address {
  readonly name: string;
  /** What it is: suites choose what they do by this. */
  readonly kind:
    | 'spring'
    | 'node-exporter'
    | 'prometheus'
    | 'alertmanager'
    | 'kubernetes'
    | 'kube-node'
    | 'postgres'
    | 'kafka'
    | 'kafka-cluster'
    | 'docker'
    | 'host'
    | 'loki'
    | 'sshd';
  readonly version: string;
  readonly port: number;
  /** The file that its passwords are in; it is read again with every request. */
  readonly passwords?: string;
  /** Paths, process ids and the like that the suites of its kind ask for by name (`detailOf`). */
  readonly details?: Readonly<Record<string, string>>;
}

export interface Running extends Tracked {
  readonly address: Address;
  readonly readyMs: number;
}

/** What a server may use to get what it runs from. */
export interface Machine {
  /** False: nothing is installed, built or downloaded. */
  readonly provision: boolean;
  /** Builds are kept here by version. */
  readonly cache: string;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** Whether a server can be had here: its version, or why not. Excused: this machine has nothing to get it with. */
export type Had =
  | { readonly is: 'had'; readonly version: string }
  | { readonly is: 'missing'; readonly why: string; readonly excused: boolean };

export interface Room {
  /** A directory for this server alone, gone after the run. */
  readonly dir: string;
  readonly version: string;
  readonly machine: Machine;
  /** Those of the servers that it uses which do run. */
  readonly others: readonly Address[];
}

/** A server that nobody here wrote (or, for Spring, whose framework nobody here wrote). */
export interface RealServer {
  readonly name: string;
  readonly tier: Tier;
  /** Debian packages that it, or its build, needs. */
  readonly packages: readonly { readonly program: string; readonly name: string }[];
  /** Servers that it, or its suites, talk to: they run beside it where they can be had. */
  readonly uses: readonly string[];
  /** Called after its packages were installed; builds what has to be built. */
  have(machine: Machine): Promise<Had>;
  /** Rejects when it does not start. */
  start(room: Room): Promise<Running>;
}
