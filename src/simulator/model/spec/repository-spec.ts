import type { Millis } from '../../../domain/base/fault.ts';

/** A step of a simulated job. */
export interface StepSpec {
  readonly name: string;
  readonly seconds: number;
  /** Lines of its log. */
  readonly log?: readonly string[];
}

/** A job of a simulated workflow; jobs run one after the other. */
export interface JobSpec {
  readonly name: string;
  readonly steps: readonly StepSpec[];
  /** The environment that it deploys to. */
  readonly environment?: string;
}

export interface WorkflowSpec {
  readonly id: number;
  readonly name: string;
  /** 'ci.yml' */
  readonly file: string;
  readonly state: 'active' | 'disabled_manually';
  readonly jobs: readonly JobSpec[];
  /** Cron line of its schedule; absent: it has none. */
  readonly schedule?: string;
}

export interface CiEnvironmentSpec {
  readonly id: number;
  readonly name: string;
  /** Users whose review a deployment requires. */
  readonly reviewers: readonly string[];
  readonly waitMinutes?: number;
}

/** The step at which a run fails. */
export interface StepFailureSpec {
  readonly job: string;
  readonly step: string;
  readonly log?: readonly string[];
  /** True: the cause is in the code, and a new attempt fails again. */
  readonly isPermanent?: true;
}

export interface FindingSpec {
  readonly number: number;
  readonly severity: string;
  readonly name: string;
  readonly summary: string;
  readonly place: string;
  readonly createdAt: Millis;
}

export interface ReleaseSpec {
  readonly id: number;
  readonly tag: string;
  readonly actor: string;
  readonly publishedAt: Millis;
}

/** An artifact of a run. */
export interface ArtifactSpec {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly createdAt: Millis;
  readonly expiresAt: Millis;
}

/** A secret of the repository: its value is never served. */
export interface SecretSpec {
  readonly name: string;
  readonly updatedAt: Millis;
}

/** A merged pull request with its reviews. */
export interface PullSpec {
  readonly number: number;
  readonly title: string;
  readonly author: string;
  /** The merge commit. */
  readonly sha: string;
  readonly mergedAt: Millis;
  readonly reviews: readonly {
    readonly user: string;
    readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  }[];
}

export interface RepositorySpec {
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  /** The user of every token. */
  readonly user: string;
  readonly workflows: readonly WorkflowSpec[];
  readonly environments: readonly CiEnvironmentSpec[];
  /** Branch or tag → newest commit. */
  readonly heads: Readonly<Record<string, string>>;
  readonly codeScanning?: readonly FindingSpec[];
  readonly dependabot?: readonly FindingSpec[];
  readonly releases?: readonly ReleaseSpec[];
  readonly artifacts?: readonly ArtifactSpec[];
  readonly secrets?: readonly SecretSpec[];
  readonly pulls?: readonly PullSpec[];
}
