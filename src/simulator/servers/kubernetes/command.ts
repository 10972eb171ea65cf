import type { Millis } from '../../../domain/fault.ts';
import type { Cluster } from '../../model/cluster/cluster.ts';
import type { Pod } from '../../model/cluster/objects.ts';
import type { PodLife } from '../../model/cluster/pod-life.ts';
import type { Database } from '../../model/database/database.ts';
import type { InsideFile } from '../inside/tools.ts';

/** A command line in a container. */
export interface Command {
  readonly cluster: Cluster;
  /** The environment's database server, if it has one. */
  readonly database: Database | undefined;
  readonly pod: Pod;
  readonly life: PodLife;
  readonly argv: readonly string[];
  toClock(at: Millis): Millis;
}

export interface Outcome {
  readonly out?: string | Uint8Array;
  readonly err?: string;
  readonly code: number;
}

/** What comes of a command: an end, an answer to what is fed into it, or lines for as long as somebody listens. */
export type Running =
  | ({ readonly kind: 'done' } & Outcome)
  | { readonly kind: 'reads'; told(input: string): Outcome }
  | { readonly kind: 'file'; readonly file: InsideFile }
  | { readonly kind: 'follows'; readonly out: string; follow(listener: (text: string) => void): () => void };
