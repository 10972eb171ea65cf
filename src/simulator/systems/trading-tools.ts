import type { CiSpec, RunSpec } from '../model/spec/ci.ts';
import type { PagerSpec } from '../model/spec/pager.ts';
import type { RedisSpec } from '../model/spec/redis.ts';
import type { JobSpec } from '../model/spec/repository-spec.ts';
import type { IncidentSpec } from '../model/spec/system-spec.ts';
import { tradingKeyDays } from './trading-platform.ts';

const minute = 60_000;
const hour = 60 * minute;
const mib = 1024 * 1024;
const commits = {
  main: '2b7f81c9'.repeat(5),
  earlier: '60ae55d1'.repeat(5),
  broken: 'd3c0917e'.repeat(5),
} as const;

const jobs: readonly JobSpec[] = [
  { name: 'unit-tests', steps: [{ name: 'Run mvn test', seconds: 40 }] },
  { name: 'integration-tests', steps: [{ name: 'Run mvn verify', seconds: 60 }] },
  { name: 'owasp-dependency-check', steps: [{ name: 'Run dependency-check', seconds: 30 }] },
  { name: 'sonarqube', steps: [{ name: 'Wait for quality gate', seconds: 25 }] },
  { name: 'gatling', steps: [{ name: 'Run load test', seconds: 45 }] },
  { name: 'deploy', environment: 'production', steps: [{ name: 'Run blue-green-deploy.sh', seconds: 20 }] },
];

const pipeline = (
  actor: string,
  title: string,
  sha: string,
  agoMs: number,
  more: Partial<RunSpec> = {},
): RunSpec => ({
  workflow: 'ci-cd-pipeline.yml',
  branch: 'main',
  event: 'push',
  actor,
  title,
  sha,
  agoMs,
  ...more,
});

/** A run for a release whose pipeline began some minutes ago. */
export const tradingRelease = (
  actor: string,
  title: string,
  sha: string,
  more: Partial<RunSpec> = {},
): RunSpec => pipeline(actor, title, sha, 15 * minute, more);

/** The repository of the trading service: one pipeline, whose gates are its jobs. */
export const tradingCi: CiSpec = {
  secretDays: tradingKeyDays,
  owner: 'trademaster',
  name: 'trading',
  defaultBranch: 'main',
  user: 'dana',
  heads: { main: commits.main },
  workflows: [{ id: 401, name: 'CI/CD pipeline', file: 'ci-cd-pipeline.yml', state: 'active', jobs }],
  environments: [{ id: 8101, name: 'production', reviewers: [] }],
  history: [
    pipeline('ravi', 'release 2.3.0', commits.earlier, 80 * hour),
    pipeline('dana', 'release 2.3.1', commits.main, 30 * hour),
  ],
};

export const tradingPager: PagerSpec = { service: { id: 'PTRADING', summary: 'Trading' } };
export const tradingChannel = { id: 'C0TRADING', name: 'trademaster-critical' } as const;
export const tradingDashboards = [
  { uid: 'errors', title: 'Errors by endpoint', tags: ['trading'] },
  { uid: 'latency', title: 'Latency', tags: ['trading'] },
  { uid: 'overnight', title: 'Overnight', tags: ['trading'] },
] as const;

/** The cache of the trading service. */
export const tradingRedis: RedisSpec = {
  name: 'cache',
  user: 'opsdeck',
  password: 'rehearsal',
  maxMemoryBytes: 512 * mib,
  usedMemoryBytes: 210 * mib,
  maxClients: 1000,
  keys: { 'quotes:NSE': { type: 'hash', length: 2104 }, 'sessions:open': { type: 'set', length: 87 } },
  clients: [
    { name: 'trading-0', address: '10.0.2.11:51002', command: 'hget', idleSeconds: 1 },
    { name: 'trading-1', address: '10.0.2.12:51544', command: 'hget', idleSeconds: 0 },
  ],
  slow: [],
};

/** Incidents of CI, of PagerDuty and of the cache. */
export const tradingToolIncidents: readonly IncidentSpec[] = [
  {
    name: 'pipeline-failed',
    title: 'the integration tests of the pipeline could not pull their database image: nothing is deployed',
    ci: {
      runs: [
        pipeline('mika', 'release 2.3.2', commits.broken, 15 * minute, {
          failsAt: {
            job: 'integration-tests',
            step: 'Run mvn verify',
            log: [
              '[INFO] Running com.trademaster.trading.OrderRepositoryIT',
              '[ERROR] Could not pull image postgres:15: context deadline exceeded',
              '[ERROR] Tests run: 12, Failures: 0, Errors: 12, Skipped: 0',
            ],
          },
        }),
      ],
    },
  },
  {
    name: 'paged',
    title:
      'customers report rejected orders: support has triggered an incident in PagerDuty, and it is not acknowledged',
    page: { title: 'Customers report rejected orders', urgency: 'high' },
  },
  {
    name: 'cache-full',
    title: 'the cache has reached its memory limit and evicts keys',
    redis: { usedMemoryBytes: 600 * mib },
  },
];
