import type { Millis } from '../../../domain/base/fault.ts';
import type { NewRun } from './repository.ts';
import type { ArtifactSpec, FindingSpec, PullSpec, ReleaseSpec, RepositorySpec } from './repository-spec.ts';

/** A run in a system's data. */
export interface RunSpec extends Omit<NewRun, 'createdAt' | 'id'> {
  /** Time from its creation to the start of the environment, or of the incident; negative: after the start. */
  readonly agoMs: Millis;
  /** Environments that were approved right after the run asked for it, with the time since its creation. */
  readonly approved?: Readonly<Record<string, Millis>>;
}

/** Replaces times by their age at the start. */
type Aged<T, K extends keyof T> = Omit<T, K> & { readonly [N in K as `${string & N}Ago`]: Millis };

/** The repository of a system on GitHub, with its history at the start. */
export interface CiSpec
  extends Omit<
    RepositorySpec,
    'codeScanning' | 'dependabot' | 'releases' | 'artifacts' | 'secrets' | 'pulls'
  > {
  readonly history: readonly RunSpec[];
  readonly releases?: readonly Aged<ReleaseSpec, 'publishedAt'>[];
  /** `expiresAtAgo` is negative for a time in the future. */
  readonly artifacts?: readonly Aged<ArtifactSpec, 'createdAt' | 'expiresAt'>[];
  readonly pulls?: readonly Aged<PullSpec, 'mergedAt'>[];
  /** Days since each secret was changed. A checkout of the same repository has its own. */
  readonly secretDays?: Readonly<Record<string, number>>;
}

/** Effects of an incident on CI. */
export interface CiIncidentSpec {
  /** True: the runs only record an incident of another part, which ends without them. */
  readonly isRecord?: true;
  /** Runs that belong to the incident. It ends when newer runs of their workflows and branches have succeeded. */
  readonly runs: readonly RunSpec[];
  /** Open alerts of code scanning; they stay until everything is fixed. */
  readonly findings?: readonly Omit<FindingSpec, 'createdAt'>[];
  /** Releases that the incident publishes, as the tag and its commit. */
  readonly tags?: Readonly<Record<string, string>>;
}
