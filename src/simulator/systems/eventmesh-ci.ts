import { headOf } from '../model/checkout/checkout.ts';
import type { CiIncidentSpec, CiSpec, RunSpec } from '../model/spec/ci.ts';
import type { JobSpec } from '../model/spec/repository-spec.ts';
import type { IncidentSpec } from '../model/spec/system-spec.ts';
import { eventmeshCheckout } from './eventmesh-checkout.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The commits of the releases: 0.1.1 is HEAD of the checkout. */
const released = {
  'v0.1.1': headOf({ spec: eventmeshCheckout, committed: 0 }),
  'v0.1.0': '5d0f3ac1'.repeat(5),
} as const;
/** Commits after HEAD, which only incidents push. */
const later = { 'v0.1.2': '9be1774a'.repeat(5), 'v0.2.0': 'c47d20e8'.repeat(5) } as const;

const ciJobs: readonly JobSpec[] = [
  { name: 'fmt', steps: [{ name: 'Run cargo fmt --check', seconds: 20 }] },
  { name: 'clippy', steps: [{ name: 'Run cargo clippy', seconds: 160 }] },
  {
    name: 'build',
    steps: [
      { name: 'Set up Rust', seconds: 25 },
      { name: 'Restore cache', seconds: 35 },
      { name: 'Run cargo build --release', seconds: 580 },
    ],
  },
  {
    name: 'test',
    steps: [
      { name: 'Start Redis', seconds: 10 },
      { name: 'Run cargo test', seconds: 410 },
      { name: 'Upload test report', seconds: 4 },
    ],
  },
  { name: 'audit', steps: [{ name: 'Run cargo audit', seconds: 40 }] },
];

const releaseJobs: readonly JobSpec[] = [
  { name: 'package', steps: [{ name: 'Build packages', seconds: 310 }] },
  { name: 'staging', environment: 'staging', steps: [{ name: 'Publish to staging', seconds: 12 }] },
  {
    name: 'publish',
    environment: 'production',
    steps: [
      { name: 'Publish package', seconds: 15 },
      { name: 'Check production health', seconds: 10 },
    ],
  },
];

const onMain = { workflow: 'ci.yml', branch: 'main', event: 'push' } as const;

/** A release that was approved for production some minutes after it was packaged. */
const release = (
  tag: keyof typeof released | keyof typeof later,
  agoMs: number,
  more: Partial<RunSpec> = {},
) => ({
  workflow: 'release.yml',
  branch: tag,
  event: 'release',
  actor: 'dana',
  title: `release ${tag.slice(1)}`,
  sha: { ...released, ...later }[tag],
  agoMs,
  approved: { production: 9 * minute },
  ...more,
});

/** The repository of the event mesh: CI, a nightly scan of the API, and releases that a reviewer approves. */
export const eventmeshCi: CiSpec = {
  owner: 'riptide',
  name: 'eventmesh',
  defaultBranch: 'main',
  user: 'dana',
  heads: { main: released['v0.1.1'], ...released },
  workflows: [
    { id: 201, name: 'CI', file: 'ci.yml', state: 'active', jobs: ciJobs },
    {
      id: 202,
      name: 'API validation',
      file: 'api-validation.yml',
      state: 'active',
      schedule: '17 3 * * *',
      jobs: [
        { name: 'contract', steps: [{ name: 'Validate OpenAPI responses', seconds: 14 }] },
        {
          name: 'zap',
          steps: [
            { name: 'Start riptide-api', seconds: 4 },
            { name: 'OWASP ZAP API scan', seconds: 30 },
          ],
        },
      ],
    },
    { id: 203, name: 'Release', file: 'release.yml', state: 'active', jobs: releaseJobs },
  ],
  environments: [
    { id: 8001, name: 'staging', reviewers: [] },
    { id: 8002, name: 'production', reviewers: ['dana', 'ravi'] },
  ],
  history: [
    { ...onMain, actor: 'ravi', title: 'release 0.1.0', sha: released['v0.1.0'], agoMs: 9 * day },
    release('v0.1.0', 9 * day - hour),
    {
      ...onMain,
      actor: 'mika',
      title: 'core: bound the retry queue',
      sha: '41c09b7d'.repeat(5),
      agoMs: 2 * day,
    },
    {
      workflow: 'ci.yml',
      branch: 'feature/shards',
      event: 'pull_request',
      actor: 'mika',
      title: 'core: shard the event log',
      sha: 'e07a11f2'.repeat(5),
      agoMs: 20 * hour,
      failsAt: {
        job: 'clippy',
        step: 'Run cargo clippy',
        log: [
          'error: this function has too many arguments (9/7)',
          '  --> crates/riptide-core/src/shard.rs:31:1',
        ],
      },
    },
    {
      workflow: 'api-validation.yml',
      branch: 'main',
      event: 'schedule',
      actor: 'dana',
      title: 'API validation',
      sha: released['v0.1.1'],
      agoMs: 7 * hour,
    },
    { ...onMain, actor: 'dana', title: 'release 0.1.1', sha: released['v0.1.1'], agoMs: 12 * hour },
    release('v0.1.1', 11 * hour),
  ],
  releases: [
    { id: 902, tag: 'v0.1.1', actor: 'dana', publishedAtAgo: 11 * hour },
    { id: 901, tag: 'v0.1.0', actor: 'ravi', publishedAtAgo: 9 * day - hour },
  ],
  artifacts: [
    {
      id: 7003,
      name: 'eventmesh-0.1.1',
      bytes: 25_165_824,
      createdAtAgo: 11 * hour,
      expiresAtAgo: 11 * hour - 30 * day,
    },
    {
      id: 7002,
      name: 'test-report',
      bytes: 183_500,
      createdAtAgo: 12 * hour,
      expiresAtAgo: 12 * hour - 30 * day,
    },
    { id: 7001, name: 'eventmesh-0.1.0', bytes: 25_034_752, createdAtAgo: 9 * day, expiresAtAgo: -21 * day },
  ],
  pulls: [
    {
      number: 118,
      title: 'release 0.1.1',
      author: 'dana',
      sha: released['v0.1.1'],
      mergedAtAgo: 12 * hour,
      reviews: [
        { user: 'mika', state: 'COMMENTED' },
        { user: 'ravi', state: 'APPROVED' },
      ],
    },
    {
      number: 121,
      title: 'release 0.1.2',
      author: 'mika',
      sha: later['v0.1.2'],
      mergedAtAgo: hour,
      reviews: [{ user: 'ravi', state: 'APPROVED' }],
    },
  ],
};

/** A push to main by its author, whose CI fails at a step. */
const failedPush = (
  actor: string,
  title: string,
  job: string,
  step: string,
  log: readonly string[],
  more: { readonly isPermanent?: true } = { isPermanent: true },
): CiIncidentSpec => ({
  runs: [{ ...onMain, actor, title, agoMs: 25 * minute, failsAt: { job, step, log, ...more } }],
});

/** The same, and a push that fixes it after the start of the incident. */
const fixedPush = (failed: CiIncidentSpec, title: string, afterMs: number): CiIncidentSpec => ({
  runs: [
    ...failed.runs,
    // A cached build, so that the fix is visible within a drill.
    { ...onMain, actor: failed.runs[0]?.actor ?? '', title, agoMs: -afterMs, slowness: 0.01 },
  ],
});

const compileFailure = failedPush('mika', 'cli: configure retries', 'build', 'Run cargo build --release', [
  '   Compiling riptide-core v0.1.1 (crates/riptide-core)',
  '   Compiling riptide-cli v0.1.1 (crates/riptide-cli)',
  'error[E0063]: missing field `retry_limit` in initializer of `ClientConfig`',
  '  --> crates/riptide-cli/src/main.rs:57:18',
  '   |',
  '57 |     let config = ClientConfig {',
  '   |                  ^^^^^^^^^^^^ missing `retry_limit`',
  '',
  'error: could not compile `riptide-cli` (bin "riptide-cli") due to 1 previous error',
]);

const testFailure = failedPush('mika', 'api: retry after a timeout', 'test', 'Run cargo test', [
  'test publishes_and_delivers ... ok',
  'test retries_after_timeout ... FAILED',
  '',
  '---- retries_after_timeout stdout ----',
  "thread 'retries_after_timeout' panicked at tests/integration_tests.rs:88:5:",
  'assertion `left == right` failed',
  '  left: 503',
  ' right: 200',
  'test result: FAILED. 3 passed; 1 failed; 0 ignored',
]);

/** Effects of other parts' incidents on CI, by the name of the incident. */
export const eventmeshIncidentsInCi: Readonly<Record<string, CiIncidentSpec>> = {
  'build-broken': compileFailure,
  'tests-broken': testFailure,
  'build-fixed': fixedPush(compileFailure, 'cli: set retry_limit', 80_000),
  'tests-fixed': fixedPush(testFailure, 'api: wait for the retry', 80_000),
  'bad-release': {
    // The failed release stays in the history after a rollback.
    isRecord: true,
    tags: { 'v0.2.0': later['v0.2.0'] },
    runs: [
      release('v0.2.0', 14 * minute, {
        actor: 'mika',
        approved: { production: 6 * minute },
        failsAt: {
          job: 'publish',
          step: 'Check production health',
          isPermanent: true,
          log: [
            'GET https://api.eventmesh.com/healthz: 503',
            '{"status":"unhealthy","version":"0.2.0","error":"cannot migrate: column \\"shard\\" of relation \\"events\\" does not exist"}',
          ],
        },
      }),
    ],
  },
  'deploy-denied': {
    tags: { 'v0.1.2': later['v0.1.2'] },
    runs: [
      release('v0.1.2', 12 * minute, {
        actor: 'mika',
        approved: { production: 6 * minute },
        failsAt: {
          job: 'publish',
          step: 'Publish package',
          log: [
            'scp: dest open "/opt/eventmesh/production/bin/riptide-api": Permission denied',
            'lost connection',
          ],
        },
      }),
    ],
  },
};

/** Incidents of CI itself. */
export const eventmeshCiIncidents: readonly IncidentSpec[] = [
  {
    name: 'release-waiting',
    title: 'release 0.1.2 is packaged and waits for a reviewer: nothing is published to production',
    ci: {
      tags: { 'v0.1.2': later['v0.1.2'] },
      runs: [release('v0.1.2', 40 * minute, { actor: 'mika', approved: {} })],
    },
  },
  {
    name: 'ci-flaky',
    title:
      'CI on main fails while it downloads a crate: the code builds, and new attempts of the job succeed',
    ci: failedPush(
      'ravi',
      'docs: explain topics',
      'audit',
      'Run cargo audit',
      [
        '    Fetching advisory database from `https://github.com/RustSec/advisory-db.git`',
        "error: couldn't fetch advisory database: git operation failed: failed to send request; operation timed out",
      ],
      {},
    ),
  },
  {
    name: 'ci-slow',
    title: 'CI on main takes twice as long since its cache was lost',
    ci: { runs: [{ ...onMain, actor: 'ravi', title: 'ci: new cache key', agoMs: 50 * minute, slowness: 2 }] },
  },
];
