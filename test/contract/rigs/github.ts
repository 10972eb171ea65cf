import { expect } from 'vitest';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import { githubHandler } from '../../../src/simulator/servers/github/api.ts';
import { serve } from '../../../src/simulator/servers/http/http-server.ts';
import type { SourceRig, TimelessFact } from '../../../src/testing/source-rig.ts';
import { githubRepository, heads } from '../../support/github-repository.ts';

const source = 'github';
const at = (time: string): number => Date.parse(`2026-03-0${time}Z`);
const page = (run: number) =>
  expect.stringMatching(
    new RegExp(`^http://127\\.0\\.0\\.1:\\d+/web/acme/shop/actions/runs/900000000${run}$`),
  );

/** A row of a run by its last digit. */
const row = (run: number, more: TimelessFact): TimelessFact => ({
  source,
  repo: 'acme/shop',
  branch: 'main',
  run: `900000000${run}`,
  attempt: 1,
  displayTitle: 'Retry orders with a deadline',
  sha: heads.main,
  isRequired: true,
  url: page(run),
  ...more,
});
const ofCi = { workflow: 'CI', file: 'ci.yml', event: 'push', actor: 'bob' };
const ofDeploy = {
  workflow: 'Deploy',
  file: 'deploy.yml',
  event: 'workflow_dispatch',
  actor: 'bob',
  number: 2,
  status: 'waiting',
};
const note = (title: string, text: unknown): TimelessFact => ({ source, title, text });

/** The rows of runs, gates and approvals. */
const runRows: readonly TimelessFact[] = [
  row(6, {
    ...ofCi,
    kind: 'run',
    number: 4,
    status: 'in_progress',
    lastStatus: 'failure',
    startedAt: at('4T10:14:07'),
    seconds: expect.any(Number),
    failedStep: 'test / Run tests',
  }),
  row(4, {
    ...ofDeploy,
    kind: 'run',
    lastStatus: 'success',
    startedAt: at('4T09:55:07'),
    seconds: expect.any(Number),
  }),
  row(4, {
    ...ofDeploy,
    kind: 'approval',
    environment: 'production',
    waitsFor: ['ana', 'bob'],
    startedAt: at('4T09:56:12'),
  }),
  row(3, {
    ...ofCi,
    kind: 'gate',
    gate: 'Tests',
    number: 2,
    status: 'failure',
    startedAt: at('4T09:15:32'),
    seconds: 130,
    failedStep: 'test / Run tests',
  }),
  row(3, {
    ...ofCi,
    kind: 'gate',
    gate: 'OWASP',
    number: 2,
    status: 'skipped',
    startedAt: at('4T09:15:07'),
    seconds: 0,
  }),
  {
    source,
    repo: 'acme/shop',
    workflow: '',
    run: '',
    kind: 'gate',
    gate: 'Load',
    branch: 'main',
    status: 'missing',
    isRequired: true,
  },
];

export const githubRig: SourceRig = {
  type: source,
  start: async (clock: Clock) => serve(githubHandler(githubRepository(clock.now()), clock), clock),
  config: (url, secret) => ({
    url,
    repo: 'acme/shop',
    auth: { bearer: secret },
    gates: { Tests: 'test', OWASP: 'dependency-*', Load: 'gatling' },
    findings: 'high',
    identity: { path: '/repos/acme/shop', json: { full_name: 'acme/shop' } },
  }),
  signals: [
    { id: 'build', read: { seconds: 'ci.yml' } },
    { id: 'green', read: { sinceSuccess: 'CI' } },
    { id: 'disabled', read: { workflows: 'disabled' } },
    { id: 'artifacts', read: { artifacts: 'available' } },
    { id: 'oldest', read: { secrets: 'oldest' } },
  ],
  healthy: {
    'github/runs': {
      items: runRows,
      samples: [
        { source, signal: 'build', labels: {}, value: 155 },
        { source, signal: 'green', labels: {}, value: expect.any(Number) },
      ],
    },
    'github/deployments': {
      items: [
        {
          source,
          kind: 'deployment',
          repo: 'acme/shop',
          workflow: 'deploy',
          environment: 'production',
          branch: 'main',
          run: '900000000211',
          status: 'success',
          isRequired: true,
          actor: 'ana',
          sha: heads.main,
          displayTitle: 'protected by reviewers ana, bob',
          startedAt: at('4T08:20:07'),
          seconds: 90,
          url: page(2),
        },
      ],
    },
    'github/code-scanning': {
      items: [
        {
          source,
          name: 'java/sql-injection',
          severity: 'critical',
          state: 'firing',
          labels: { finding: 'code-scanning #3', tool: 'CodeQL', path: 'src/main/java/Orders.java:17' },
          summary: 'Query built from user-controlled sources · src/main/java/Orders.java:17',
          since: at('2T10:15:07'),
        },
      ],
    },
    'github/dependabot': {
      items: [
        {
          source,
          name: 'CVE-2026-1234',
          severity: 'high',
          state: 'firing',
          labels: {
            finding: 'dependabot #1',
            package: 'com.example:codec',
            ecosystem: 'maven',
            manifest: 'pom.xml',
          },
          summary: 'Deserialization of untrusted data · fixed in com.example:codec 2.0.0',
          since: at('3T10:15:07'),
        },
      ],
    },
    'github/history': {
      items: [
        note('CI #4', 'in_progress · main · push by bob · 2026-03-04T10:14Z'),
        note('CI #3', 'failure · feature/retry · pull_request by ana · 2m35s · 2026-03-04T10:05Z'),
        note('Deploy #2', 'waiting · main · workflow_dispatch by bob · 2026-03-04T09:55Z'),
        note('CI #2', 'failure · main · push by bob · 2m35s · 2026-03-04T09:15Z'),
        note('Deploy #1', 'success · main · workflow_dispatch by ana · 6m30s · 2026-03-04T08:15Z'),
        note('CI #1', 'success · main · push by ana · 3m10s · 2026-03-04T07:15Z'),
      ],
    },
    'github/failures': {
      items: [
        note(
          'CI #2 failure · main · push by bob · 2m35s · test / Run tests',
          [
            'Run tests',
            'OrderServiceTest > retries a failed order FAILED',
            '    expected: 200',
            '     but was: 503',
            'error: Process completed with exit code 1.',
          ].join('\n'),
        ),
      ],
    },
    'github/workflows': {
      items: [
        note('CI', 'ci.yml · active'),
        note('Deploy', 'deploy.yml · active'),
        note('Nightly', 'nightly.yml · disabled_manually'),
      ],
      samples: [{ source, signal: 'disabled', labels: {}, value: 1 }],
    },
    'github/artifacts': {
      items: [note('report', '4 KiB · expires in 29 d'), note('shop.jar', '1 MiB · expired')],
      samples: [{ source, signal: 'artifacts', labels: {}, value: 1 }],
    },
    'github/secrets': {
      items: [note('DEPLOY_KEY', 'changed 40 d ago'), note('NPM_TOKEN', 'changed 12 d ago')],
      samples: [{ source, signal: 'oldest', labels: {}, value: 40 }],
    },
    'github/releases': { items: [note('v1.4.2', 'release · by ana · 2026-03-04T09:45:07.000Z')] },
    'github/limits': {
      items: [
        note('core', expect.stringMatching(/^4,\d{3} of 5,000 requests left, resets in \d+m(?:\d\ds)?$/)),
        note('search', expect.stringMatching(/^30 of 30 requests left/)),
      ],
    },
  },
  unknowns: {
    'github/runs': ({ items }) =>
      items.flatMap((item) => ('gate' in item && item.status === 'missing' ? [item.seconds] : [])),
  },
  partial: {
    denied: /\/pending_deployments/,
    feed: 'github/runs',
    items: runRows.filter(({ kind }) => kind !== 'approval'),
  },
  moving: /4,\d{3} of 5,000/g,
  operations: {
    dispatch: { workflow: 'deploy.yml', ref: 'main', inputs: { version: '1.4.3' } },
    rerun: { run: '9000000003' },
    cancel: { run: '9000000006' },
    approve: { run: '9000000004', environment: 'production', reason: 'checked' },
    issue: { title: 'Orders fail', body: 'since 10:15', labels: ['incident'] },
    closeIssue: { issue: 1 },
    commitRuns: { ref: 'main', workflow: 'ci.yml' },
    reviews: { ref: 'main' },
    schedule: { workflow: 'ci.yml' },
  },
};
