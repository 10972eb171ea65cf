import type { Millis } from '../../domain/base/fault.ts';
import type { Fact } from '../../domain/facts/facts.ts';

/**
 * `run`: the newest run of a workflow on a branch, and older ones that are not completed · `gate`: a required job of the
 * default branch · `approval`: a run that waits for the protection rules of an environment · `deployment`: the newest
 * one of an environment.
 */
export type CiKind = 'run' | 'gate' | 'approval' | 'deployment';

/** A row of a CI system. A value that the system does not report is absent. */
export interface CiRow extends Fact {
  readonly kind: CiKind;
  /** 'owner/name' */
  readonly repo: string;
  /** Name of the workflow; of a deployment its task. */
  readonly workflow: string;
  /** File of the workflow: 'ci.yml'. */
  readonly file?: string;
  /** Branch or tag. */
  readonly branch: string;
  readonly gate?: string;
  readonly environment?: string;
  /** Id of the run, of a deployment its own id. */
  readonly run: string;
  readonly number?: number;
  readonly attempt?: number;
  /** Title of the run, or the description of the deployment. */
  readonly displayTitle?: string;
  /** The word of the system, in lower case: 'in_progress', 'failure'; 'unknown' without one. */
  readonly status: string;
  /** Conclusion of the newest completed run before one that is not completed. */
  readonly lastStatus?: string;
  /** True: its failure is critical: of the default branch, a gate, a production environment. */
  readonly isRequired: boolean;
  /** True: a newer run of the same workflow and branch exists. */
  readonly isOlder?: true;
  readonly event?: string;
  readonly actor?: string;
  readonly sha?: string;
  readonly startedAt?: Millis;
  /** Duration; of a run that is not completed, until the reading. */
  readonly seconds?: number;
  /** 'test / Run tests': the first failed job with its first failed step. */
  readonly failedStep?: string;
  /** The reviewers and timers that an approval waits for. */
  readonly waitsFor?: readonly string[];
  readonly url?: string;
  /** Identity in the system: id and attempt. */
  readonly uid?: string;
}

declare module '../../domain/facts/facts.ts' {
  interface FactTypes {
    readonly ci: CiRow;
  }
}
