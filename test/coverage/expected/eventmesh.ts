import type { Expectations } from '../support/expectations.ts';
import { eventmeshChecks } from './eventmesh-checks.ts';
import { eventmeshHostsExpected } from './eventmesh-hosts.ts';

const knownIssues = [/^known\.issues: 2$/m, /^known\.days: 20\.6 d$/m];
const commits = [/^c31af81 release 0\.1\.1$/m, /^faa7014 api: answer 409/m];
const noUpdates = /Locking 0 packages to latest compatible versions/;
const release = /^v0\.1\.1$/m;
const checked = [/Checking riptide-api v0\.1\.1/, /exited with status 0/];
const built = [/Compiling riptide-api v0\.1\.1/, /exited with status 0/];
const tested = /test result: ok\. [34] passed; 0 failed/;
const deployed = [/backup of \S+: ok/, /deployed eventmesh-api 0\.1\.1: healthy/];
const running = [/eventmesh-api: up +200/, /^version: 0\.1\.0$/m];
const metricsTables = [/^build\.result: success$/m, /^build\.time: 1,469 s$/m, /^cache\.rate: 81 %$/m];

/** A number of health checks in 61 s. */
const checks = (env: string, count: number): RegExp =>
  new RegExp(`^(OK ${env} healthz 200(\\n|$)){${count}}(?!OK)`);

/** Expected results of the event mesh exercises. */
export const eventmeshExpected: Expectations = {
  ...eventmeshChecks,
  ...eventmeshHostsExpected,
  'view errors of eventmesh/production, crashed': { lines: /error|panic|fatal/i },
  'view known-issues of eventmesh/dev, build-broken': {
    lines: /error\[E0063\]: missing field|could not compile/,
  },
  'view compile-errors of eventmesh/dev, build-broken': { lines: /^error/ },
  'view warnings of eventmesh/dev, healthy': { lines: /ERROR|WARN/ },
  'build-failure': {
    diagnose: {
      d3: knownIssues,
      'd-log': commits,
      'd-diff': /crates\/riptide-api\/src\/routes\/events\.rs \| 14/,
      'd-version': release,
    },
  },
  'build-failure of eventmesh/dev, healthy': {
    acts: { d2: built },
  },
  'build-failure of eventmesh/dev, build-broken: failed': {
    acts: { d2: /missing field `retry_limit`|status 101/ },
  },
  'build-clean of eventmesh/dev, stale-cache': {
    diagnose: { d3: knownIssues, 'd-size': /^8\.0K\ttarget$/m },
    acts: { a1: /Removed 4211 files, 1\.6GiB total/, a3: checked },
  },
  'build-update of eventmesh/dev, healthy: executed-not-recovered': { diagnose: { d1: noUpdates } },
  'build-update of eventmesh/dev, vulnerable': {
    diagnose: { d1: /Updating tracing-subscriber v0\.3\.19 -> v0\.3\.20/ },
    acts: {
      'a2-copy': /cp -p Cargo\.lock \S+ → exited with status 0/,
      a2: /Updating tracing-subscriber v0\.3\.19 -> v0\.3\.20/,
      'a2-diff': /git diff --stat .*→ exited with status 0/,
      a3: checked,
    },
  },
  'build-mend of eventmesh/dev, healthy': { diagnose: { d3: knownIssues }, acts: { a3: checked } },
  'test-failure': { diagnose: { d3: /^PATH=/m } },
  'test-failure of eventmesh/dev, healthy': { acts: { d1: tested } },
  'test-failure of eventmesh/dev, tests-broken: failed': { acts: { d1: /FAILED|failed/ } },
  'test-one': { diagnose: { d3: /^PATH=/m } },
  'test-one of eventmesh/dev, healthy': { acts: { d2: tested } },
  'test-mend of eventmesh/dev, healthy': { acts: { d1: tested } },
  'build-fast of eventmesh/local, healthy': {
    acts: { a1: /Removed 4211 files/, a2: [/CARGO_BUILD_JOBS=4/, ...built] },
  },
  'build-cached of eventmesh/local, healthy': { acts: { a1: [/RUSTC_WRAPPER=sccache/, ...built] } },
  'test-suite of eventmesh/local, healthy': { acts: { a1: [/cargo test --lib/, tested] } },
  'test-quick of eventmesh/local, healthy': { acts: { a1: tested } },
  'inspect-build of eventmesh/local, healthy': {
    acts: { a1: /cargo clippy .*exited with status 0/, a2: built },
  },
  'report-metrics of eventmesh/dev, healthy': {
    diagnose: { d1: metricsTables },
    acts: { a1: /wrote metrics of the last 5 builds/ },
    proves: ['v1'],
  },
  'watch-health of eventmesh/dev, healthy': { diagnose: { d1: /^OK dev healthz 200$/m } },
  'watch-health of eventmesh/local, healthy': { diagnose: { d1: checks('local', 3) } },
  'watch-health of eventmesh/staging, healthy': { diagnose: { d1: checks('staging', 3) } },
  'watch-health of eventmesh/production, healthy': { diagnose: { d1: checks('production', 5) } },
  'watch-resources of eventmesh/dev, healthy': { diagnose: { d1: /^cpu=14\.2% memory=33\.1%/m } },
  'profile-memory of eventmesh/local, healthy': { acts: { a1: /--tool=massif .*exited with status 0/ } },
  'benchmarks of eventmesh/local, healthy': {
    acts: { a1: /cargo bench --package riptide-api .*exited with status 0/ },
  },
  'debug-run of eventmesh/local, healthy': {
    acts: { a1: /RUST_LOG=debug RUST_BACKTRACE=full .*stopped after 3s as requested/ },
  },
  'security-scan': { diagnose: { d2: /SAFETY: the index is masked/ } },
  'security-scan of eventmesh/dev, unsafe-code: executed-not-recovered': { diagnose: { d1: noUpdates } },
  'security-scan of eventmesh/dev, healthy': {
    diagnose: { d1: noUpdates },
    acts: { a2: /advisories ok/ },
    holds: ['v1', 'v2'],
  },
  'deploy-dry-run of eventmesh/staging, healthy': {
    diagnose: { d1: release },
    acts: { a1: /DRY_RUN=true .*exited with status 0/ },
  },
  'deploy of eventmesh/dev': { diagnose: { d1: release, d2: commits, d3: running } },
  'deploy of eventmesh/staging': { diagnose: { d1: release, d2: running } },
  'deploy of eventmesh/production': {
    diagnose: {
      d1: release,
      d2: running,
      c3: /"dependency-count":4\}.*"vulnerabilities":\{"found":false/,
      c4: /^benchmark: 414,110\.2 ns$/m,
      c6: [/manual-backup-20260301000000\.tar\.gz$/m, /eventmesh-backup-20260304000000\.tar\.gz$/m],
      tls: /api-without-tls: up +301 .*redirects to https:/,
      'c1-runs': [/^[0-9a-f]{7}: success$/m, /^Release #\d success$/m, /^CI #\d success$/m],
      c8: /api-validation\.yml: active, schedule 17 3 \* \* \*/,
      'd-approved': /^true: ci\.approvals is 0/,
    },
  },
  'deploy of eventmesh/dev, healthy': {
    acts: { a1: [/build: ok/, /tests: ok/, ...deployed] },
    proves: ['v-version'],
    holds: ['vh'],
  },
  'deploy of eventmesh/dev, build-broken: failed': { acts: { a1: /ERROR build failed/ } },
  'deploy-by-hand of eventmesh/dev, healthy': {
    diagnose: { d1: release },
    acts: {
      a1: built,
      a2: tested,
      'a3-keep': /before-copy-\S+\.tar\.gz: 6 entries/,
      a3: /scp .*riptide-api vm-1:\/opt\/eventmesh\/dev.* → exited with status 0/,
      'a3-sum': /^afd1e34ab0d1e4dd\w+ +target\/release\/riptide-api/m,
      'a3-there': /^afd1e34ab0d1e4dd\w+ +\/opt\/eventmesh\/dev\/bin\/riptide-api/m,
    },
    holds: ['vh'],
  },
  'deploy-without-backup': { diagnose: { d1: release, d2: commits, d3: running } },
  'deploy-without-tests of eventmesh/dev, tests-broken': {
    diagnose: { d1: release, d2: commits, d3: running },
    acts: { a1: [/WARN tests skipped: SKIP_TESTS=true/, ...deployed] },
    proves: ['v-version'],
    holds: ['vh'],
  },
  'ci-failure of eventmesh/dev, ci-flaky': {
    diagnose: {
      d1: [/CI #5 failure · main .*audit \/ Run cargo audit/, /couldn't fetch advisory database/],
      d2: [/CI #5: failure · main · push by ravi/, /CI #3: failure · feature\/shards/],
      d3: [/API validation: api-validation\.yml · active/],
    },
    acts: { a1: /POST .*rerun-failed-jobs → 201/ },
    proves: ['v-attempt', 'v1'],
  },
  'ci-failure of eventmesh/dev, build-broken: executed-not-recovered': {
    diagnose: {
      d1: /^ *error\[E0063\]: missing field `retry_limit`/m,
      d2: [/^CI #5: failure · main · push by mika/m, /^CI #4: success/m],
      d3: [/^CI: ci\.yml · active$/m, /^ci\.disabled: 0$/m],
    },
    fails: ['v1'],
  },
  'rate-limit of eventmesh/dev, healthy': {
    diagnose: { d1: /^requests\.refused · http_requests_total: 0$/m },
  },
  'release-rerun of eventmesh/production, deploy-denied: failed': { diagnose: { d1: running } },
  'local-health of eventmesh/local, crashed: executed-not-recovered': {
    diagnose: {
      d0: [/eventmesh-api: down +502/, /^health\.failures: 1$/m],
      d1: /^no process matches: riptide$/m,
      d2: /^no process listens on port 8080$/m,
      d3: /tail: cannot open '\/var\/log\/eventmesh\/api\.log'/,
      d4: /^502 0\.00/m,
    },
  },
  'api-scan of eventmesh/dev, healthy': {
    diagnose: { d1: /api-validation\.yml: active, schedule 17 3 \* \* \*/, d2: /API validation #1 success/ },
    acts: { a1: [/POST .*api-validation\.yml\/dispatches → 200/, /^run 9\d+$/m] },
    proves: ['v1', 'v2'],
  },
  'approve-release of eventmesh/production, release-waiting': {
    diagnose: { d1: /Release #3 waiting/, d2: /#121 release 0\.1\.2: approved by ravi/, d3: running },
    acts: { c2: /approved by ravi/, a1: /POST .*pending_deployments → 200/ },
    proves: ['v1', 'v2'],
  },
  'deploy of eventmesh/staging, healthy': {
    acts: {
      a1: deployed,
      a3: [/EVENTMESH_URL=\S+ \S*cargo test --release --test integration_tests/, tested],
    },
    proves: ['v-version'],
    holds: ['v2'],
  },
  'deploy of eventmesh/staging, crashed': {
    diagnose: { d2: [/eventmesh-api: down +502/, /^health\.failures: 1$/m] },
    proves: ['v2', 'v-version'],
  },
  secrets: {
    diagnose: {
      d1: /git secrets --scan → exited with status 0$/m,
      // Like grep, rg exits with 1 where nothing matches.
      d2: /rg -n -i -c .* logs\/ → exited with status 1$/m,
      d3: [/^DATABASE_URL: changed 41 d ago$/m, /^secrets\.age: 63 d$/m],
    },
  },
  'secrets of eventmesh/dev, secrets-due': {
    diagnose: { d3: [/^DATABASE_URL: changed 112 d ago$/m, /^secrets\.age: 112 d$/m] },
    proves: ['v-age'],
    holds: ['v1'],
  },
  'secrets of eventmesh/dev, secret-committed: executed-not-recovered': {
    diagnose: { d1: /crates\/riptide-cli\/src\/client\.rs:19/ },
    fails: ['v1'],
  },
  'security-scan of eventmesh/dev, vulnerable: failed': {
    diagnose: { d1: /Updating tracing-subscriber v0\.3\.19 -> v0\.3\.20/ },
    acts: { a1: /RUSTSEC-2025-0055/ },
    unmet: ['v1', 'v-deny'],
  },
};
