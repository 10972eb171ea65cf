import { defined } from '../../domain/base/defined.ts';
import { isFailedCi } from '../../kinds/ci/status.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { field, list, number, parseRfc3339, text } from '../kit/values/wire-value.ts';

/** A workflow run. Times are wall-clock ms. Source: GitHub REST API, workflow runs. */
export interface WorkflowRun {
  readonly id: string;
  readonly workflow: string;
  /** 'ci.yml' */
  readonly file: string;
  readonly branch: string;
  readonly number?: number;
  readonly attempt: number;
  readonly title: string;
  /** The conclusion of a completed run, otherwise its status. */
  readonly status: string;
  readonly isCompleted: boolean;
  readonly event: string;
  readonly actor: string;
  readonly sha: string;
  readonly createdAt?: number;
  readonly startedAt?: number;
  readonly updatedAt?: number;
  readonly url?: string;
}

/** A job of a run, with its steps. */
export interface WorkflowJob {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly isCompleted: boolean;
  readonly startedAt?: number;
  readonly completedAt?: number;
  readonly runner: string;
  readonly steps: readonly JobStep[];
}

export interface JobStep {
  readonly number: number;
  readonly name: string;
  readonly status: string;
  readonly startedAt?: number;
  readonly completedAt?: number;
}

const maxText = 200;

/** The name of a field as a word; the API never sends an empty one. */
const word = (value: unknown): string => oneLine(text(value) ?? '', maxText);

/** A list in a field of a page. Throws `malformed` without it. */
export const listIn = (body: unknown, name: string): readonly unknown[] => {
  const items = field(body, name);
  if (!Array.isArray(items))
    throw new WireError('malformed', `the response of GitHub has no list ${name}: check url of the source`);
  return items;
};

/** A page that is a list itself. Throws `malformed` for anything else. */
export const listOf = (body: unknown): readonly unknown[] => {
  if (!Array.isArray(body))
    throw new WireError('malformed', 'the response of GitHub is not a list: check url of the source');
  return body;
};

/** The id of an object as text. Throws `malformed` without it. */
const idOf = (value: unknown, what: string): string => {
  const id = number(field(value, 'id'));
  if (id === undefined)
    throw new WireError('malformed', `a ${what} in the response has no id: check url of the source`);
  return String(id);
};

const login = (value: unknown): string => word(field(value, 'login'));

const timeIn = (value: unknown, name: string): number | undefined => parseRfc3339(field(value, name));

/** Parses a workflow run. Throws `malformed` without an id. */
export const parseRun = (body: unknown): WorkflowRun => {
  const status = word(field(body, 'status'));
  const isCompleted = status === 'completed';
  // 'path' ends with '@ref' for a workflow of another repository.
  const file = word(field(body, 'path')).split('@')[0]?.split('/').at(-1) ?? '';
  const actor = login(field(body, 'triggering_actor'));
  return {
    id: idOf(body, 'workflow run'),
    workflow: word(field(body, 'name')) || file,
    file,
    branch: word(field(body, 'head_branch')),
    attempt: number(field(body, 'run_attempt')) ?? 1,
    title: word(field(body, 'display_title')),
    status: (isCompleted ? word(field(body, 'conclusion')) : status) || 'unknown',
    isCompleted,
    event: word(field(body, 'event')),
    actor: actor === '' ? login(field(body, 'actor')) : actor,
    sha: word(field(body, 'head_sha')),
    ...defined({
      number: number(field(body, 'run_number')),
      createdAt: timeIn(body, 'created_at'),
      startedAt: timeIn(body, 'run_started_at') ?? timeIn(body, 'created_at'),
      updatedAt: timeIn(body, 'updated_at'),
      url: text(field(body, 'html_url')),
    }),
  };
};

const parseStep = (body: unknown): JobStep => {
  const conclusion = word(field(body, 'conclusion'));
  return {
    number: number(field(body, 'number')) ?? 0,
    name: word(field(body, 'name')),
    status: conclusion === '' ? word(field(body, 'status')) : conclusion,
    ...defined({ startedAt: timeIn(body, 'started_at'), completedAt: timeIn(body, 'completed_at') }),
  };
};

/** Parses a job. Throws `malformed` without an id. */
export const parseWorkflowJob = (body: unknown): WorkflowJob => {
  const status = word(field(body, 'status'));
  const isCompleted = status === 'completed';
  return {
    id: idOf(body, 'job'),
    name: word(field(body, 'name')),
    status: (isCompleted ? word(field(body, 'conclusion')) : status) || 'unknown',
    isCompleted,
    runner: word(field(body, 'runner_name')),
    steps: list(field(body, 'steps')).map(parseStep),
    ...defined({ startedAt: timeIn(body, 'started_at'), completedAt: timeIn(body, 'completed_at') }),
  };
};

/** The first failed job, and its first failed step if it has one. */
export const firstFailure = (
  jobs: readonly WorkflowJob[],
): { readonly job: WorkflowJob; readonly step?: JobStep } | undefined => {
  const job = jobs.find(isFailedCi);
  if (job === undefined) return undefined;
  const step = job.steps.find(isFailedCi);
  return { job, ...defined({ step }) };
};

/** 'test / Run tests' */
export const failureText = (jobs: readonly WorkflowJob[]): string | undefined => {
  const found = firstFailure(jobs);
  if (found === undefined) return undefined;
  return found.step === undefined ? found.job.name : `${found.job.name} / ${found.step.name}`;
};

/** A review or timer that a run waits for. Source: GitHub REST API, pending deployments of a workflow run. */
export interface PendingDeployment {
  readonly environmentId: number;
  readonly environment: string;
  readonly canApprove: boolean;
  /** Users as their login, teams as 'team NAME'. */
  readonly reviewers: readonly string[];
  /** Minutes. */
  readonly waitMinutes: number;
  readonly waitingSince?: number;
}

const parseReviewer = (body: unknown): string => {
  const reviewer = field(body, 'reviewer');
  return field(body, 'type') === 'Team' ? `team ${word(field(reviewer, 'slug'))}` : login(reviewer);
};

/** Parses the pending deployments of a run. Throws `malformed` when they are not a list. */
export const parsePendingDeployments = (body: unknown): readonly PendingDeployment[] =>
  listOf(body).map((value) => {
    const environment = field(value, 'environment');
    return {
      environmentId: number(field(environment, 'id')) ?? 0,
      environment: word(field(environment, 'name')),
      canApprove: field(value, 'current_user_can_approve') === true,
      reviewers: listIn(value, 'reviewers')
        .map(parseReviewer)
        .filter((name) => name !== ''),
      waitMinutes: number(field(value, 'wait_timer')) ?? 0,
      ...defined({ waitingSince: timeIn(value, 'wait_timer_started_at') }),
    };
  });

/** An environment with its protection rules. */
export interface CiEnvironment {
  readonly name: string;
  /** 'reviewers ana, team ops', 'wait 30 min', 'branch policy' */
  readonly rules: readonly string[];
}

const parseRule = (body: unknown): string => {
  switch (field(body, 'type')) {
    case 'required_reviewers': {
      const names = list(field(body, 'reviewers')).map(parseReviewer);
      return `reviewers ${names.filter((name) => name !== '').join(', ')}`;
    }
    case 'wait_timer':
      return `wait ${number(field(body, 'wait_timer')) ?? 0} min`;
    case 'branch_policy':
      return 'branch policy';
    default:
      return word(field(body, 'type'));
  }
};

export const parseEnvironment = (body: unknown): CiEnvironment => ({
  name: word(field(body, 'name')),
  rules: list(field(body, 'protection_rules')).map(parseRule),
});

/** A deployment. Source: GitHub REST API, deployments. */
export interface CiDeployment {
  readonly id: string;
  readonly environment: string;
  readonly ref: string;
  readonly sha: string;
  readonly task: string;
  readonly actor: string;
  readonly isProduction: boolean;
  readonly createdAt?: number;
}

/** Parses a deployment. Throws `malformed` without an id. */
export const parseCiDeployment = (body: unknown): CiDeployment => ({
  id: idOf(body, 'deployment'),
  environment: word(field(body, 'environment')),
  ref: word(field(body, 'ref')),
  sha: word(field(body, 'sha')),
  task: word(field(body, 'task')),
  actor: login(field(body, 'creator')),
  isProduction: field(body, 'production_environment') === true,
  ...defined({ createdAt: timeIn(body, 'created_at') }),
});

/** The newest status of a deployment. */
export interface DeploymentStatus {
  readonly state: string;
  readonly description: string;
  readonly at?: number;
  readonly url?: string;
}

export const parseDeploymentStatus = (body: unknown): DeploymentStatus => ({
  state: word(field(body, 'state')) || 'unknown',
  description: word(field(body, 'description')),
  ...defined({
    at: timeIn(body, 'created_at'),
    url: text(field(body, 'log_url')) || text(field(body, 'target_url')) || undefined,
  }),
});

/** A release. */
export interface GithubRelease {
  readonly tag: string;
  readonly name: string;
  readonly actor: string;
  readonly isDraft: boolean;
  readonly isPrerelease: boolean;
  readonly publishedAt?: number;
}

export const parseRelease = (body: unknown): GithubRelease => ({
  tag: word(field(body, 'tag_name')),
  name: word(field(body, 'name')),
  actor: login(field(body, 'author')),
  isDraft: field(body, 'draft') === true,
  isPrerelease: field(body, 'prerelease') === true,
  ...defined({ publishedAt: timeIn(body, 'published_at') }),
});
