import type { Millis } from '../../../domain/base/fault.ts';
import type { Repository, SimulatedRun, TimedJob } from '../../model/spec/repository.ts';
import type { WorkflowSpec } from '../../model/spec/repository-spec.ts';

/** RFC 3339 with whole seconds, as GitHub writes times. */
export const githubTime = (time: Millis): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
/** null without a time. */
export const maybeGithubTime = (time: Millis | undefined): string | null =>
  time === undefined ? null : githubTime(time);

/** A node id, as GraphQL uses them. */
export const nodeId = (kind: string, id: number | string): string =>
  Buffer.from(`${kind}:${id}`).toString('base64url');

/** Addresses of the API and of the web pages. */
export interface Site {
  readonly api: string;
  readonly web: string;
}

const userLinks = [
  'followers',
  'following',
  'gists',
  'starred',
  'subscriptions',
  'organizations',
  'repos',
  'events',
  'received_events',
] as const;

/** A user. Source: GitHub's OpenAPI description, simple-user. */
export const userObject = ({ api, web }: Site, login: string) => ({
  login,
  id: 1000 + login.length,
  node_id: nodeId('User', login),
  avatar_url: `${web}/avatars/${login}`,
  gravatar_id: '',
  url: `${api}/users/${login}`,
  html_url: `${web}/${login}`,
  ...Object.fromEntries(userLinks.map((name) => [`${name}_url`, `${api}/users/${login}/${name}`])),
  type: 'User',
  site_admin: false,
});

const repositoryLinks = [
  'archive assignees blobs branches collaborators comments commits compare contents contributors deployments',
  'downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels',
  'languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags',
  'teams trees',
]
  .join(' ')
  .split(' ');

/** A repository without its counts. Source: GitHub's OpenAPI description, minimal-repository. */
const repositoryObject = (site: Site, { id, spec, fullName }: Repository) => ({
  id,
  node_id: nodeId('Repository', fullName),
  name: spec.name,
  full_name: fullName,
  owner: { ...userObject(site, spec.owner), type: 'Organization' },
  private: true,
  html_url: `${site.web}/${fullName}`,
  description: null,
  fork: false,
  url: `${site.api}/repos/${fullName}`,
  ...Object.fromEntries(
    repositoryLinks.map((name) => [`${name}_url`, `${site.api}/repos/${fullName}/${name}`]),
  ),
});

/** The repository itself. Source: GitHub's OpenAPI description, full-repository. */
export const fullRepositoryObject = (site: Site, repository: Repository) => ({
  ...repositoryObject(site, repository),
  clone_url: `${site.web}/${repository.fullName}.git`,
  git_url: `git://github.example/${repository.fullName}.git`,
  ssh_url: `git@github.example:${repository.fullName}.git`,
  svn_url: `${site.web}/${repository.fullName}`,
  mirror_url: null,
  homepage: null,
  language: null,
  license: null,
  default_branch: repository.spec.defaultBranch,
  forks: 0,
  forks_count: 0,
  stargazers_count: 0,
  watchers: 0,
  watchers_count: 0,
  subscribers_count: 1,
  network_count: 0,
  open_issues: repository.issues.length,
  open_issues_count: repository.issues.length,
  size: 100,
  has_issues: true,
  has_projects: false,
  has_wiki: false,
  has_pages: false,
  has_discussions: false,
  has_downloads: false,
  archived: false,
  disabled: false,
  pushed_at: githubTime(0),
  created_at: githubTime(0),
  updated_at: githubTime(0),
  permissions: { admin: false, maintain: false, push: true, triage: true, pull: true },
});

/** A workflow run. Source: GitHub's OpenAPI description, workflow-run. */
export const runObject = (site: Site, repository: Repository, run: SimulatedRun, now: Millis) => {
  const { status, conclusion, updatedAt } = repository.state(run, now);
  const workflow = repository.workflow(run.workflow);
  const own = `${site.api}/repos/${repository.fullName}`;
  const url = `${own}/actions/runs/${run.id}`;
  const actor = userObject(site, run.actor);
  const person = { name: run.actor, email: `${run.actor}@example.com` };
  return {
    id: run.id,
    name: workflow?.name ?? null,
    node_id: nodeId('WorkflowRun', run.id),
    check_suite_id: run.id + 1,
    check_suite_node_id: nodeId('CheckSuite', run.id),
    head_branch: run.branch,
    head_sha: run.sha,
    path: `.github/workflows/${run.workflow}`,
    run_number: run.number,
    run_attempt: run.attempt,
    referenced_workflows: [],
    event: run.event,
    status,
    conclusion: conclusion ?? null,
    workflow_id: workflow?.id ?? 0,
    url,
    html_url: `${site.web}/${repository.fullName}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: githubTime(run.createdAt),
    updated_at: githubTime(updatedAt),
    actor,
    triggering_actor: actor,
    run_started_at: githubTime(run.startedAt),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${own}/check-suites/${run.id + 1}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.attempt === 1 ? null : `${url}/attempts/${run.attempt - 1}`,
    workflow_url: `${own}/actions/workflows/${workflow?.id ?? 0}`,
    display_title: run.title,
    head_commit: {
      id: run.sha,
      tree_id: run.sha,
      message: run.title,
      timestamp: githubTime(run.createdAt),
      author: person,
      committer: person,
    },
    repository: repositoryObject(site, repository),
    head_repository: repositoryObject(site, repository),
  };
};

const statusOf = ({ conclusion, startedAt }: Pick<TimedJob, 'conclusion' | 'startedAt'>): string =>
  conclusion !== undefined ? 'completed' : startedAt === undefined ? 'queued' : 'in_progress';

/** A job. Source: GitHub's OpenAPI description, job. */
export const jobObject = (site: Site, repository: Repository, run: SimulatedRun, job: TimedJob) => {
  const own = `${site.api}/repos/${repository.fullName}`;
  const startedAt = job.startedAt ?? job.completedAt ?? run.startedAt;
  return {
    id: job.id,
    run_id: run.id,
    run_url: `${own}/actions/runs/${run.id}`,
    run_attempt: run.attempt,
    node_id: nodeId('CheckRun', job.id),
    head_sha: run.sha,
    url: `${own}/actions/jobs/${job.id}`,
    html_url: `${site.web}/${repository.fullName}/actions/runs/${run.id}/job/${job.id}`,
    status: job.isWaiting ? 'waiting' : statusOf(job),
    conclusion: job.conclusion ?? null,
    created_at: githubTime(run.startedAt),
    started_at: githubTime(startedAt),
    completed_at: job.conclusion === undefined ? null : githubTime(job.completedAt ?? startedAt),
    name: job.name,
    steps: job.steps.map((step, index) => ({
      name: step.name,
      status: statusOf(step),
      conclusion: step.conclusion ?? null,
      number: index + 1,
      started_at: maybeGithubTime(step.startedAt),
      completed_at: maybeGithubTime(step.conclusion === undefined ? undefined : step.completedAt),
    })),
    check_run_url: `${own}/check-runs/${job.id}`,
    labels: ['ubuntu-latest'],
    runner_id: job.startedAt === undefined ? null : 1,
    runner_name: job.startedAt === undefined ? null : 'GitHub Actions 1',
    runner_group_id: job.startedAt === undefined ? null : 0,
    runner_group_name: job.startedAt === undefined ? null : 'GitHub Actions',
    workflow_name: repository.workflow(run.workflow)?.name ?? null,
    head_branch: run.branch,
  };
};

/** The log of a job: lines with their time, as the runner writes them. */
export const jobLog = ({ steps }: TimedJob): string =>
  steps
    .flatMap(({ name, startedAt = 0, completedAt = startedAt, conclusion, log }) => {
      if (conclusion === 'skipped') return [];
      const stamp = (time: Millis): string => `${new Date(time).toISOString().slice(0, 23)}0000Z`;
      const lines = [
        `##[group]${name.startsWith('Run ') ? name : `Run ${name}`}`,
        '##[endgroup]',
        ...(conclusion === 'success' ? [] : log),
      ];
      return [
        ...lines.map((line, index) => `${stamp(Math.min(startedAt + index, completedAt))} ${line}`),
        ...(conclusion === 'failure'
          ? [`${stamp(Math.max(startedAt, completedAt - 1))} ##[error]Process completed with exit code 1.`]
          : []),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');

/** A workflow. Source: GitHub's OpenAPI description, workflow. */
export const workflowObject = (
  site: Site,
  { fullName }: Repository,
  { id, name, file, state }: WorkflowSpec,
) => ({
  id,
  node_id: nodeId('Workflow', id),
  name,
  path: `.github/workflows/${file}`,
  state,
  created_at: githubTime(0),
  updated_at: githubTime(0),
  url: `${site.api}/repos/${fullName}/actions/workflows/${id}`,
  html_url: `${site.web}/${fullName}/blob/main/.github/workflows/${file}`,
  badge_url: `${site.web}/${fullName}/workflows/${id}/badge.svg`,
});
