import type { Tracked } from '../machine/children.ts';

export type Tier = 'fast' | 'all';

/** Address of a running server, passed to the suites. */
export interface Address {
  readonly name: string;
  /** Kind of server: selects its suites. */
  readonly kind:
    | 'spring'
    | 'node-exporter'
    | 'prometheus'
    | 'alertmanager'
    | 'kubernetes'
    | 'kube-node'
    | 'mongodb'
    | 'mongosh'
    | 'postgres'
    | 'state-database'
    | 'incident-database'
    | 'redis'
    | 'kafka'
    | 'kafka-cluster'
    | 'docker'
    | 'docker-compose'
    | 'host'
    | 'loki'
    | 'moto'
    | 'elasticmq'
    | 'sshd'
    | 'node-release';
  readonly version: string;
  readonly port: number;
  /** Its password file; it is reread with every request. */
  readonly passwords?: string;
  /** Named paths, process ids and so on for the suites of its kind (`detailOf`). */
  readonly details?: Readonly<Record<string, string>>;
}

export interface Running extends Tracked {
  readonly address: Address;
  readonly readyMs: number;
}

/** Options for provisioning a server. */
export interface Machine {
  /** False: nothing is installed, built or downloaded. */
  readonly provision: boolean;
  /** Directory of builds by version. */
  readonly cache: string;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** Availability of a server: its version, or the reason. Excused: this machine cannot provision it. */
export type Availability =
  | { readonly is: 'available'; readonly version: string }
  | { readonly is: 'missing'; readonly why: string; readonly excused: boolean };

export interface StartContext {
  /** A directory of this server, removed after the run. */
  readonly dir: string;
  readonly version: string;
  readonly machine: Machine;
  /** Its running dependencies. */
  readonly others: readonly Address[];
}

/** A third-party server (for Spring, a third-party framework). */
export interface RealServer {
  readonly name: string;
  readonly tier: Tier;
  /** Debian packages required by it or its build. */
  readonly packages: readonly { readonly program: string; readonly name: string }[];
  /** Servers that it or its suites use: started with it if available. */
  readonly uses: readonly string[];
  /** Called after its packages were installed; builds it. */
  have(machine: Machine): Promise<Availability>;
  /** Rejects when it does not start. */
  start(context: StartContext): Promise<Running>;
}
