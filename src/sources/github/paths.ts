import type { GithubClient } from './client.ts';

type Repo = Pick<GithubClient, 'repoPath'>;

const query = (params: Readonly<Record<string, string | number>>): string =>
  new URLSearchParams(
    Object.entries(params).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();

/** Runs of a workflow, or of all workflows, newest first. */
export const runsPath = (
  { repoPath }: Repo,
  workflow: string | undefined,
  params: Readonly<Record<string, string | number>>,
): string =>
  `${repoPath}/actions/${workflow === undefined ? '' : `workflows/${encodeURIComponent(workflow)}/`}runs?${query(params)}`;

export const runPath = ({ repoPath }: Repo, id: string): string => `${repoPath}/actions/runs/${id}`;

/** The jobs of the latest attempt. */
export const jobsPath = (repo: Repo, id: string): string => `${runPath(repo, id)}/jobs?per_page=100`;

export const jobLogPath = ({ repoPath }: Repo, id: string): string => `${repoPath}/actions/jobs/${id}/logs`;

export const pendingPath = (repo: Repo, id: string): string => `${runPath(repo, id)}/pending_deployments`;

export const workflowPath = ({ repoPath }: Repo, workflow: string): string =>
  `${repoPath}/actions/workflows/${encodeURIComponent(workflow)}`;

export const workflowsPath = ({ repoPath }: Repo): string => `${repoPath}/actions/workflows?per_page=100`;

export const deploymentsPath = ({ repoPath }: Repo, perPage: number): string =>
  `${repoPath}/deployments?per_page=${perPage}`;

export const deploymentStatusPath = ({ repoPath }: Repo, id: string): string =>
  `${repoPath}/deployments/${id}/statuses?per_page=1`;

export const environmentsPath = ({ repoPath }: Repo): string => `${repoPath}/environments?per_page=100`;

export const releasesPath = ({ repoPath }: Repo): string => `${repoPath}/releases?per_page=20`;

/** Open alerts of code scanning, or of Dependabot. */
export const findingsPath = ({ repoPath }: Repo, of: 'code-scanning' | 'dependabot'): string =>
  `${repoPath}/${of}/alerts?state=open&per_page=100`;

export const commitPath = ({ repoPath }: Repo, ref: string): string =>
  `${repoPath}/commits/${encodeURIComponent(ref)}`;

/** Artifacts of all runs, newest first. */
export const artifactsPath = ({ repoPath }: Repo): string => `${repoPath}/actions/artifacts?per_page=100`;

/** Names and times of the secrets; GitHub never returns a value. */
export const secretsPath = ({ repoPath }: Repo): string => `${repoPath}/actions/secrets?per_page=100`;

/** Pull requests that contain a commit. */
export const commitPullsPath = (repo: Repo, sha: string): string =>
  `${commitPath(repo, sha)}/pulls?per_page=100`;

export const reviewsPath = ({ repoPath }: Repo, pull: number): string =>
  `${repoPath}/pulls/${pull}/reviews?per_page=100`;

/** The file of a workflow on the default branch. */
export const workflowFilePath = ({ repoPath }: Repo, file: string): string =>
  `${repoPath}/contents/.github/workflows/${encodeURIComponent(file)}`;

export const issuePath = ({ repoPath }: Repo, issue?: number): string =>
  `${repoPath}/issues${issue === undefined ? '' : `/${issue}`}`;

/** The permission of a fine-grained token for each part. Source: GitHub docs, Permissions required for fine-grained tokens. */
export const needs = {
  runs: 'actions: read',
  environments: 'actions: read',
  deployments: 'deployments: read',
  codeScanning: 'code scanning alerts: read',
  dependabot: 'dependabot alerts: read',
  contents: 'contents: read',
  secrets: 'secrets: read',
  pulls: 'pull requests: read',
  dispatch: 'actions: write',
  review: 'deployments: write',
  issues: 'issues: write',
} as const;
