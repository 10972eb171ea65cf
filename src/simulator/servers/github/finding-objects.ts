import type { Millis } from '../../../domain/base/fault.ts';
import type { Repository } from '../../model/spec/repository.ts';
import type { FindingSpec, ReleaseSpec } from '../../model/spec/repository-spec.ts';
import { githubTime, maybeGithubTime, nodeId, type Site, userObject } from './objects.ts';

/** An alert of code scanning. Source: GitHub's OpenAPI description, code-scanning-alert-items. */
export const codeScanningObject = (site: Site, { fullName, spec }: Repository, findingSpec: FindingSpec) => {
  const url = `${site.api}/repos/${fullName}/code-scanning/alerts/${findingSpec.number}`;
  return {
    number: findingSpec.number,
    created_at: githubTime(findingSpec.createdAt),
    updated_at: githubTime(findingSpec.createdAt),
    url,
    html_url: `${site.web}/${fullName}/security/code-scanning/${findingSpec.number}`,
    instances_url: `${url}/instances`,
    state: 'open',
    fixed_at: null,
    dismissed_by: null,
    dismissed_at: null,
    dismissed_reason: null,
    dismissed_comment: null,
    rule: {
      id: findingSpec.name,
      severity: 'error',
      security_severity_level: findingSpec.severity,
      description: findingSpec.summary,
      name: findingSpec.name,
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
      message: { text: findingSpec.summary },
      location: { path: findingSpec.place, start_line: 17, end_line: 17, start_column: 5, end_column: 20 },
      classifications: [],
    },
  };
};

/** An alert of Dependabot. Source: GitHub's OpenAPI description, dependabot-alert. */
export const dependabotObject = (site: Site, { fullName }: Repository, findingSpec: FindingSpec) => {
  const dependency = { ecosystem: 'maven', name: findingSpec.place };
  const vulnerability = {
    package: dependency,
    severity: findingSpec.severity,
    vulnerable_version_range: '< 2.0.0',
    first_patched_version: { identifier: '2.0.0' },
  };
  return {
    number: findingSpec.number,
    state: 'open',
    dependency: {
      package: dependency,
      manifest_path: 'pom.xml',
      scope: 'runtime',
      relationship: 'direct',
    },
    security_advisory: {
      ghsa_id: `GHSA-aaaa-bbbb-${String(findingSpec.number).padStart(4, '2')}`,
      cve_id: findingSpec.name,
      summary: findingSpec.summary,
      description: findingSpec.summary,
      vulnerabilities: [vulnerability],
      severity: findingSpec.severity,
      classification: 'general',
      cvss: { score: 9.8, vector_string: null },
      cwes: [{ cwe_id: 'CWE-502', name: 'Deserialization of Untrusted Data' }],
      identifiers: [{ type: 'CVE', value: findingSpec.name }],
      references: [{ url: 'https://example.com/advisory' }],
      published_at: githubTime(findingSpec.createdAt),
      updated_at: githubTime(findingSpec.createdAt),
      withdrawn_at: null,
    },
    security_vulnerability: vulnerability,
    url: `${site.api}/repos/${fullName}/dependabot/alerts/${findingSpec.number}`,
    html_url: `${site.web}/${fullName}/security/dependabot/${findingSpec.number}`,
    created_at: githubTime(findingSpec.createdAt),
    updated_at: githubTime(findingSpec.createdAt),
    dismissed_at: null,
    dismissed_by: null,
    dismissed_reason: null,
    dismissed_comment: null,
    fixed_at: null,
    auto_dismissed_at: null,
  };
};

/** A release. Source: GitHub's OpenAPI description, release. */
export const releaseObject = (site: Site, { fullName, spec }: Repository, releaseSpec: ReleaseSpec) => {
  const url = `${site.api}/repos/${fullName}/releases/${releaseSpec.id}`;
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    html_url: `${site.web}/${fullName}/releases/tag/${releaseSpec.tag}`,
    id: releaseSpec.id,
    author: userObject(site, releaseSpec.actor),
    node_id: nodeId('Release', releaseSpec.id),
    tag_name: releaseSpec.tag,
    target_commitish: spec.defaultBranch,
    name: releaseSpec.tag,
    draft: false,
    prerelease: false,
    created_at: githubTime(releaseSpec.publishedAt),
    published_at: githubTime(releaseSpec.publishedAt),
    assets: [],
    tarball_url: `${url}/tarball`,
    zipball_url: `${url}/zipball`,
    body: '',
  };
};

/** A commit. Source: GitHub's OpenAPI description, commit. */
export const commitObject = (site: Site, repository: Repository, sha: string, time: Millis) => {
  const { fullName } = repository;
  const url = `${site.api}/repos/${fullName}/commits/${sha}`;
  const person = { name: 'ana', email: 'ana@example.com', date: githubTime(time) };
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
