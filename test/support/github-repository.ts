import { Repository } from '../../src/simulator/model/spec/repository.ts';

const minute = 60_000;
const hour = 60 * minute;

export const heads = {
  main: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334',
  'feature/retry': 'b1b2c3d4e5f60718293a4b5c6d7e8f9001122334',
} as const;

/**
 * A repository at `now`: CI on main has failed an hour ago and runs again; a deployment waits for a review; one of two
 * hours ago is in production. CI of a pull request has failed.
 */
export const githubRepository = (now: number): Repository => {
  const repository = new Repository({
    owner: 'acme',
    name: 'shop',
    defaultBranch: 'main',
    user: 'ana',
    heads,
    workflows: [
      {
        id: 101,
        name: 'CI',
        file: 'ci.yml',
        state: 'active',
        jobs: [
          { name: 'lint', steps: [{ name: 'Run lint', seconds: 20 }] },
          {
            name: 'test',
            steps: [
              { name: 'Set up JDK 21', seconds: 10 },
              {
                name: 'Run tests',
                seconds: 120,
                log: [
                  'OrderServiceTest > retries a failed order FAILED',
                  '    expected: 200',
                  '     but was: 503',
                ],
              },
              { name: 'Upload report', seconds: 5 },
            ],
          },
          { name: 'dependency-check', steps: [{ name: 'Check dependencies', seconds: 30 }] },
        ],
        schedule: '17 3 * * *',
      },
      {
        id: 102,
        name: 'Deploy',
        file: 'deploy.yml',
        state: 'active',
        jobs: [
          { name: 'build', steps: [{ name: 'Build image', seconds: 60 }] },
          { name: 'deploy', environment: 'production', steps: [{ name: 'Roll out', seconds: 90 }] },
        ],
      },
      { id: 103, name: 'Nightly', file: 'nightly.yml', state: 'disabled_manually', jobs: [] },
    ],
    environments: [{ id: 7001, name: 'production', reviewers: ['ana', 'bob'] }],
    codeScanning: [
      {
        number: 3,
        severity: 'critical',
        name: 'java/sql-injection',
        summary: 'Query built from user-controlled sources',
        place: 'src/main/java/Orders.java',
        createdAt: now - 48 * hour,
      },
      {
        number: 2,
        severity: 'low',
        name: 'java/unused-parameter',
        summary: 'Unused parameter',
        place: 'src/main/java/Carts.java',
        createdAt: now - 72 * hour,
      },
    ],
    dependabot: [
      {
        number: 1,
        severity: 'high',
        name: 'CVE-2026-1234',
        summary: 'Deserialization of untrusted data',
        place: 'com.example:codec',
        createdAt: now - 24 * hour,
      },
    ],
    artifacts: [
      { id: 801, name: 'report', bytes: 4096, createdAt: now - hour, expiresAt: now + 29 * 24 * hour },
      {
        id: 802,
        name: 'shop.jar',
        bytes: 1_048_576,
        createdAt: now - 31 * 24 * hour,
        expiresAt: now - 24 * hour,
      },
    ],
    secrets: [
      { name: 'DEPLOY_KEY', updatedAt: now - 40 * 24 * hour },
      { name: 'NPM_TOKEN', updatedAt: now - 12 * 24 * hour },
    ],
    pulls: [
      {
        number: 12,
        title: 'Retry orders with a deadline',
        author: 'ana',
        sha: heads.main,
        mergedAt: now - 3 * hour,
        reviews: [
          { user: 'cai', state: 'CHANGES_REQUESTED' },
          { user: 'bob', state: 'APPROVED' },
          { user: 'cai', state: 'DISMISSED' },
        ],
      },
    ],
    releases: [{ id: 501, tag: 'v1.4.2', actor: 'ana', publishedAt: now - 30 * minute }],
  });
  const failsAt = { job: 'test', step: 'Run tests' };
  const run = (workflow: string, ago: number, more: object = {}) =>
    repository.add({
      workflow,
      branch: 'main',
      event: 'push',
      actor: 'ana',
      title: 'Retry orders with a deadline',
      createdAt: now - ago,
      ...more,
    });
  run('ci.yml', 3 * hour);
  const deployed = run('deploy.yml', 2 * hour, { event: 'workflow_dispatch' });
  deployed.reviews.set('production', { at: now - 2 * hour + 5 * minute, isApproved: true });
  run('ci.yml', hour, { failsAt, actor: 'bob' });
  run('deploy.yml', 20 * minute, { event: 'workflow_dispatch', actor: 'bob' });
  run('ci.yml', 10 * minute, { branch: 'feature/retry', event: 'pull_request', failsAt });
  run('ci.yml', minute, { actor: 'bob' });
  repository.issues.push({
    number: 1,
    title: 'Flaky test',
    body: '',
    labels: ['incident'],
    createdAt: now - hour,
  });
  return repository;
};
