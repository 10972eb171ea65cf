import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Repository } from '../../model/spec/repository.ts';
import type { ArtifactSpec, PullSpec, SecretSpec, WorkflowSpec } from '../../model/spec/repository-spec.ts';
import { fullRepositoryObject, githubTime, nodeId, type Site, userObject } from './objects.ts';

const hash = (text: string): string => createHash('sha1').update(text).digest('hex');

/** An artifact. Source: GitHub's OpenAPI description, artifact. */
export const artifactObject = (
  site: Site,
  { fullName }: Repository,
  artifactSpec: ArtifactSpec,
  now: Millis,
) => {
  const url = `${site.api}/repos/${fullName}/actions/artifacts/${artifactSpec.id}`;
  return {
    id: artifactSpec.id,
    node_id: nodeId('Artifact', artifactSpec.id),
    name: artifactSpec.name,
    size_in_bytes: artifactSpec.bytes,
    url,
    archive_download_url: `${url}/zip`,
    expired: now >= artifactSpec.expiresAt,
    created_at: githubTime(artifactSpec.createdAt),
    expires_at: githubTime(artifactSpec.expiresAt),
    updated_at: githubTime(artifactSpec.createdAt),
  };
};

/** A secret without its value. Source: GitHub's OpenAPI description, actions-secret. */
export const secretObject = ({ name, updatedAt }: SecretSpec) => ({
  name,
  created_at: githubTime(updatedAt),
  updated_at: githubTime(updatedAt),
});

const branchLabel = (site: Site, repository: Repository, ref: string, sha: string) => ({
  label: `${repository.spec.owner}:${ref}`,
  ref,
  sha,
  user: userObject(site, repository.spec.owner),
  repo: fullRepositoryObject(site, repository),
});

const linksOf = (links: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }]));

/** A pull request. Source: GitHub's OpenAPI description, pull-request-simple. */
export const pullObject = (site: Site, repository: Repository, pullSpec: PullSpec) => {
  const { fullName, spec } = repository;
  const own = `${site.api}/repos/${fullName}`;
  const url = `${own}/pulls/${pullSpec.number}`;
  const page = `${site.web}/${fullName}/pull/${pullSpec.number}`;
  const addresses = {
    issue: `${own}/issues/${pullSpec.number}`,
    commits: `${url}/commits`,
    review_comments: `${url}/comments`,
    review_comment: `${own}/pulls/comments{/number}`,
    comments: `${own}/issues/${pullSpec.number}/comments`,
    statuses: `${own}/statuses/${pullSpec.sha}`,
  };
  return {
    url,
    id: 70_000 + pullSpec.number,
    node_id: nodeId('PullRequest', pullSpec.number),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    ...Object.fromEntries(Object.entries(addresses).map(([name, href]) => [`${name}_url`, href])),
    labels: [],
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    author_association: 'MEMBER',
    auto_merge: null,
    _links: linksOf({ self: url, html: page, ...addresses }),
    number: pullSpec.number,
    state: 'closed',
    locked: false,
    title: pullSpec.title,
    user: userObject(site, pullSpec.author),
    body: null,
    created_at: githubTime(pullSpec.mergedAt),
    updated_at: githubTime(pullSpec.mergedAt),
    closed_at: githubTime(pullSpec.mergedAt),
    merged_at: githubTime(pullSpec.mergedAt),
    merge_commit_sha: pullSpec.sha,
    draft: false,
    head: branchLabel(site, repository, `pull-${pullSpec.number}`, pullSpec.sha),
    base: branchLabel(site, repository, spec.defaultBranch, pullSpec.sha),
  };
};

/** The reviews of a pull request, oldest first. Source: GitHub's OpenAPI description, pull-request-review. */
export const reviewObjects = (site: Site, { fullName }: Repository, pullSpec: PullSpec) =>
  pullSpec.reviews.map(({ user, state }, index) => {
    const page = `${site.web}/${fullName}/pull/${pullSpec.number}#pullrequestreview-${index + 1}`;
    const pull = `${site.api}/repos/${fullName}/pulls/${pullSpec.number}`;
    return {
      id: pullSpec.number * 100 + index,
      node_id: nodeId('PullRequestReview', pullSpec.number * 100 + index),
      user: userObject(site, user),
      body: '',
      state,
      html_url: page,
      pull_request_url: pull,
      _links: { html: { href: page }, pull_request: { href: pull } },
      submitted_at: githubTime(pullSpec.mergedAt),
      commit_id: pullSpec.sha,
      author_association: 'MEMBER',
    };
  });

/** The text of a workflow file: its triggers and jobs. */
const workflowText = ({ name, schedule, jobs }: WorkflowSpec): string =>
  stringify({
    name,
    on: {
      workflow_dispatch: null,
      ...(schedule === undefined ? { push: { branches: ['main'] } } : { schedule: [{ cron: schedule }] }),
    },
    jobs: Object.fromEntries(
      jobs.map((job) => [
        job.name,
        {
          'runs-on': 'ubuntu-latest',
          ...defined({ environment: job.environment }),
          steps: job.steps.map((step) => ({ name: step.name })),
        },
      ]),
    ),
  });

/** A workflow file. Source: GitHub's OpenAPI description, content-file. */
export const workflowFileObject = (site: Site, { fullName }: Repository, workflow: WorkflowSpec) => {
  const path = `.github/workflows/${workflow.file}`;
  const text = workflowText(workflow);
  const url = `${site.api}/repos/${fullName}/contents/${path}`;
  const page = `${site.web}/${fullName}/blob/main/${path}`;
  const git = `${site.api}/repos/${fullName}/git/blobs/${hash(text)}`;
  return {
    type: 'file',
    encoding: 'base64',
    size: Buffer.byteLength(text),
    name: workflow.file,
    path,
    content: Buffer.from(text)
      .toString('base64')
      .replace(/(.{60})/g, '$1\n'),
    sha: hash(text),
    url,
    git_url: git,
    html_url: page,
    download_url: `${site.web}/${fullName}/raw/main/${path}`,
    _links: { git, self: url, html: page },
  };
};
