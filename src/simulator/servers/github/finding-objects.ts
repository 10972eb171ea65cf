import type { Millis } from '../../../domain/base/fault.ts';
import type { Repository } from '../../model/spec/repository.ts';
import type { FindingSpec, ReleaseSpec } from '../../model/spec/repository-spec.ts';
import { githubTime, maybeGithubTime, nodeId, type Site, userObject } from './objects.ts';

/** An alert of code scanning. Source: GitHub's OpenAPI description, code-scanning-alert-items. */
export const codeScanningObject = (site: Site, { fullName, spec }: Repository, one: FindingSpec) => {
  const url = `${site.api}/repos/${fullName}/code-scanning/alerts/${one.number}`;
  return {
    number: one.number,
    created_at: githubTime(one.createdAt),
    updated_at: githubTime(one.createdAt),
    url,
    html_url: `${site.web}/${fullName}/security/code-scanning/${one.number}`,
    instances_url: `${url}/instances`,
    state: 'open',
    fixed_at: null,
    dismissed_by: null,
    dismissed_at: null,
    dismissed_reason: null,
    dismissed_comment: null,
    rule: {
      id: one.name,
      severity: 'error',
      security_severity_level: one.severity,
      description: one.summary,
      name: one.name,
      tags: ['security'],
    },
    tool: { name: 'CodeQL', guid: null, version: '2.23.0' },
    most_recent_instance: {
      ref: `refs/heads/${spec.defaultBranch}`,
      analysis_key: '.github/workflows/codeql.yml:analyze',
      environment: '{}',
      category: '/language:java',
      state: 'open',
      commit_sha: spec.heads[spec.defaultBranch] ?? '',
      message: { text: one.summary },
      location: { path: one.place, start_line: 17, end_line: 17, start_column: 5, end_column: 20 },
      classifications: [],
    },
  };
};

/** An alert of Dependabot. Source: GitHub's OpenAPI description, dependabot-alert. */
export const dependabotObject = (site: Site, { fullName }: Repository, one: FindingSpec) => {
  const dependency = { ecosystem: 'maven', name: one.place };
  const vulnerability = {
    package: dependency,
    severity: one.severity,
    vulnerable_version_range: '< 2.0.0',
    first_patched_version: { identifier: '2.0.0' },
  };
  return {
    number: one.number,
    state: 'open',
    dependency: {
      package: dependency,
      manifest_path: 'pom.xml',
      scope: 'runtime',
      relationship: 'direct',
    },
    security_advisory: {
      ghsa_id: `GHSA-aaaa-bbbb-${String(one.number).padStart(4, '2')}`,
      cve_id: one.name,
      summary: one.summary,
      description: one.summary,
      vulnerabilities: [vulnerability],
      severity: one.severity,
      classification: 'general',
      cvss: { score: 9.8, vector_string: null },
      cwes: [{ cwe_id: 'CWE-502', name: 'Deserialization of Untrusted Data' }],
      identifiers: [{ type: 'CVE', value: one.name }],
      references: [{ url: 'https://example.com/advisory' }],
      published_at: githubTime(one.createdAt),
      updated_at: githubTime(one.createdAt),
      withdrawn_at: null,
    },
    security_vulnerability: vulnerability,
    url: `${site.api}/repos/${fullName}/dependabot/alerts/${one.number}`,
    html_url: `${site.web}/${fullName}/security/dependabot/${one.number}`,
    created_at: githubTime(one.createdAt),
    updated_at: githubTime(one.createdAt),
    dismissed_at: null,
    dismissed_by: null,
    dismissed_reason: null,
    dismissed_comment: null,
    fixed_at: null,
    auto_dismissed_at: null,
  };
};

/** A release. Source: GitHub's OpenAPI description, release. */
export const releaseObject = (site: Site, { fullName, spec }: Repository, one: ReleaseSpec) => {
  const url = `${site.api}/repos/${fullName}/releases/${one.id}`;
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    html_url: `${site.web}/${fullName}/releases/tag/${one.tag}`,
    id: one.id,
    author: userObject(site, one.actor),
    node_id: nodeId('Release', one.id),
    tag_name: one.tag,
    target_commitish: spec.defaultBranch,
    name: one.tag,
    draft: false,
    prerelease: false,
    created_at: githubTime(one.publishedAt),
    published_at: githubTime(one.publishedAt),
    assets: [],
    tarball_url: `${url}/tarball`,
    zipball_url: `${url}/zipball`,
    body: '',
  };
};

/** A commit. Source: GitHub's OpenAPI description, commit. */
export const commitObject = (site: Site, repository: Repository, sha: string, at: Millis) => {
  const { fullName } = repository;
  const url = `${site.api}/repos/${fullName}/commits/${sha}`;
  const person = { name: 'ana', email: 'ana@example.com', date: githubTime(at) };
  return {
    url,
    sha,
    node_id: nodeId('Commit', sha),
    html_url: `${site.web}/${fullName}/commit/${sha}`,
    comments_url: `${url}/comments`,
    commit: {
      url,
      author: person,
      committer: person,
      message: repository.commitTitle(sha) ?? 'Initial commit',
      tree: { sha, url: `${site.api}/repos/${fullName}/git/trees/${sha}` },
      comment_count: 0,
    },
    author: userObject(site, 'ana'),
    committer: userObject(site, 'ana'),
    parents: [],
  };
};

/** An issue. Source: GitHub's OpenAPI description, issue. */
export const issueObject = (
  site: Site,
  { fullName, spec }: Repository,
  issue: Repository['issues'][number],
) => {
  const url = `${site.api}/repos/${fullName}/issues/${issue.number}`;
  return {
    id: 60_000 + issue.number,
    node_id: nodeId('Issue', issue.number),
    url,
    repository_url: `${site.api}/repos/${fullName}`,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `${site.web}/${fullName}/issues/${issue.number}`,
    number: issue.number,
    state: issue.closedAt === undefined ? 'open' : 'closed',
    title: issue.title,
    body: issue.body,
    user: userObject(site, spec.user),
    labels: [...issue.labels],
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    comments: 0,
    closed_at: maybeGithubTime(issue.closedAt),
    created_at: githubTime(issue.createdAt),
    updated_at: githubTime(issue.closedAt ?? issue.createdAt),
  };
};
