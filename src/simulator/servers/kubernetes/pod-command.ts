import type { Millis } from '../../../domain/base/fault.ts';
import type { Cluster } from '../../model/cluster/cluster.ts';
import type { PodRuntime } from '../../model/cluster/state/pod-runtime.ts';
import type { Database } from '../../model/database/database.ts';
import type { Pod } from '../../model/spec/cluster-objects.ts';
import type { ContainerFile } from '../container-tools/file-tools.ts';

/** A command line in a container. */
export interface PodCommand {
  readonly cluster: Cluster;
  /** The environment's database server, if present. */
  readonly database: Database | undefined;
  readonly pod: Pod;
  readonly life: PodRuntime;
  readonly argv: readonly string[];
  toClock(time: Millis): Millis;
}

export interface CommandOutcome {
  readonly out?: string | Uint8Array;
  readonly err?: string;
  readonly code: number;
}

/** Result of a command: an exit, a handler of its input, or lines until the client disconnects. */
export type CommandResult =
  | ({ readonly kind: 'done' } & CommandOutcome)
  | { readonly kind: 'reads'; respond(input: string): CommandOutcome }
  | { readonly kind: 'file'; readonly file: ContainerFile }
  | { readonly kind: 'follows'; readonly out: string; follow(listener: (text: string) => void): () => void };
