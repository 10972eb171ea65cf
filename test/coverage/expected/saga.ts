import type { Expectations } from '../support/expectations.ts';
import { sagaChecks } from './saga-checks.ts';
import { sagaIncidentsExpected } from './saga-incidents.ts';

const replaced = (deployment: string) => [
  new RegExp(`PATCH .*deployments/${deployment} → 200`),
  new RegExp(`deployment/${deployment}: (\\d) of \\1 pods updated, \\1 available`),
];
const set = (name: string, value: string) => [
  new RegExp(`ALTER SYSTEM SET ${name} = '${value}' → written`),
  /configuration reload requested/,
];
const deployed = /deployment\/saga-orchestrator: complete, available; 2 of 2 updated, 2 ready, 2 available/;
const deployments = [
  /inventory-service +status available +ready 2 +wanted 2/,
  /notification-service +status available +ready 1/,
];
const goroutines = [/goroutine profile: total 3\d/, /main\.\(\*Orchestrator\)\.awaitReply/];
const podMemory = /^mem · microservices · inventory-service-\S+: 37\.\d/m;
const threeTables = /^3$/m;

/** Expected results of the saga exercises. */
export const sagaExpected: Expectations = {
  ...sagaChecks,
  ...sagaIncidentsExpected,
  'view inventory of saga/production, healthy': { lines: /^time=\S+ level=/ },
  'view payment of saga/production, healthy': { lines: /\[payment-service\]/ },
  'release of saga/production, healthy': {
    diagnose: {
      d1: [deployed, /saga-orchestrator:1\.8\.0/],
      d2: /^true: saga\.ok is 100 % and error\.rate is 0 %/,
    },
    acts: { a1: replaced('saga-orchestrator') },
    holds: ['vr', 'v-ok', 'v-err'],
  },
  'roll-back of saga/production, bad-release': {
    diagnose: {
      d1: deployed,
      d2: deployed,
      d3: [/^revision 2 · \S+:1\.9\.0 .* · current$/m, /^revision 1 · \S+:1\.8\.0/m],
    },
    acts: { a1: replaced('saga-orchestrator') },
    proves: ['v-ok'],
    holds: ['vr'],
  },
  'heap-profile of saga/production, healthy': {
    diagnose: { d3: /heap profile: 256392: 262545164/, 'd3-goroutines': goroutines },
    acts: { a1: /debug\/pprof\/heap → 200 OK; .*heap-saga-orchestrator-\S+/ },
    proves: ['v1'],
  },
  'restart-services': { diagnose: { d1: deployments } },
  'restart-services of saga/production, healthy': {
    acts: {
      a1: replaced('saga-orchestrator'),
      a2: replaced('inventory-service'),
      a3: replaced('payment-service'),
      a4: replaced('notification-service'),
    },
    holds: ['v-all', 'v-up'],
  },
  'restart-services of saga/production, healthy: executed-not-recovered': {
    unmet: ['v-notification'],
    fails: ['v-all', 'v-up'],
  },
  'topic-recovery of saga/production, healthy': {
    diagnose: {
      d1: [/saga-events: 3 partitions, 3 replicas/, /payment-events: 3 partitions/],
      d2: [/saga-orchestrator-group: Stable · 2 members/, /notification-service-0 at \S+ payment-events 0-2/],
    },
    acts: { a1: /CreateTopics saga-replies partitions 3 replication 2 → done/ },
    holds: ['v1'],
  },
  'database-tuning of saga/production, healthy': {
    diagnose: {
      d1: [/max_connections: 150/, /effective_cache_size: 4 GiB/, /random_page_cost: 4$/m],
      d2: /container postgres: image postgres:15\.8/,
    },
    acts: {
      a1: set('max_connections', '200'),
      a2: set('shared_buffers', '256MB'),
      a3: [...set('effective_cache_size', '1GB'), /effective_cache_size: 1 GiB/],
      a4: [...set('random_page_cost', '1.1'), /random_page_cost: 1\.1/],
      a5: set('seq_page_cost', '1.0'),
      a6: set('checkpoint_completion_target', '0.9'),
      a7: set('wal_buffers', '16MB'),
      a8: [/PATCH .*statefulsets\/postgres → 200/, /1 of 1 pods updated, 1 available/],
    },
    proves: ['v1', 'v2', 'v3', 'v4', 'v7'],
    holds: ['v-pg', 'v-pending', 'v5', 'v6', 'v-all'],
  },
  'backup of saga/production, healthy': {
    diagnose: {
      d1: /^true: pg\.bytes is 1\.1 GiB/,
      d2: /saga_20260304\.sql\.gz: 290 bytes, written 8h ago/,
    },
    acts: { a1: /pg_dump.*microservices.* → exited with status 0; .*\.sql\.gz/ },
    proves: ['v1'],
    holds: ['v2'],
  },
  'database-start of saga/production, healthy': {
    diagnose: { d1: deployments, d2: threeTables },
    acts: { a1: [/PATCH .*saga-orchestrator\/scale → 200/, /3 of 3 pods updated, 3 available/] },
    holds: ['v-all', 'v-up'],
  },
  'vacuum of saga/production, healthy': {
    diagnose: { d1: /public\.payments: 4,100 dead of 926,100 rows .*vacuumed 4h ago/ },
    acts: { a1: /VACUUM \(ANALYZE\) → done/ },
    proves: ['v1'],
  },
  'jvm-options of saga/production, healthy': {
    diagnose: { d1: /deployment\/payment-service: complete, available; 2 of 2/, d2: podMemory },
    acts: { a1: replaced('payment-service') },
    holds: ['vr', 'v-oom'],
  },
  'go-options of saga/production, healthy': {
    diagnose: { d1: deployed, d2: podMemory },
    acts: { a1: replaced('saga-orchestrator') },
    holds: ['vr', 'v-mem'],
  },
  'certificate of saga/production, healthy': {
    diagnose: { d1: /^false: tls is 26[45]/, d2: [/tls\.crt: 440 B/, /tls\.key: 119 B/] },
    acts: { a1: /PATCH .*secrets\/microservices-tls → 200/, a2: replaced('notification-service') },
    proves: ['v-restart'],
    holds: ['v1'],
  },
  'password of saga/production, healthy': {
    diagnose: { d1: /user postgres/, d2: /password: hidden/, d3: deployed },
    acts: {
      a1: /ALTER ROLE "postgres" PASSWORD .* → changed/,
      a2: /PATCH .*secrets\/postgres-secret → 200/,
      a3: replaced('inventory-service'),
    },
    proves: ['v-new', 'v-restart'],
    holds: ['v-pool', 'v-log'],
  },
  'database-recovery': {
    diagnose: {
      d1: deployments,
      d2: /saga_20260304\.sql\.gz: 290 bytes, written 8h ago/,
      d3: [/database microservices: 1\.1 GiB/, /table public\.saga_instances: 760 MiB/],
      d4: /public\.saga_instances: 2 rows in the dump, 1,310,000 in the database/,
      d5: /overlay +20971520 +6291456 +14680064 +30% \//,
    },
  },
  'database-recovery of saga/production, healthy': {
    acts: {
      a1: /PATCH .*saga-orchestrator\/scale → 200/,
      a2: /PATCH .*inventory-service\/scale → 200/,
      a3: /PATCH .*payment-service\/scale → 200/,
      a4: /PATCH .*notification-service\/scale → 200/,
      c1: /ALTER DATABASE "microservices" WITH ALLOW_CONNECTIONS false → done/,
      c2: /pg_terminate_backend.* → done in \d+ ms, \d+ rows?/,
      c3: /ALTER DATABASE "microservices" RENAME TO "microservices_old_\d+t\d+z" → done/,
      c4: /CREATE DATABASE "microservices" OWNER "postgres" ENCODING 'UTF8' TEMPLATE template0 → done/,
      c5: /CREATE INDEX/,
    },
  },
  'log-rotation': {
    diagnose: {
      d1: /payment-service-\S+ \/var\/log\/daily-1\.log/,
      d2: /daemonset\/fluentd: complete, available; 3 of 3 updated/,
    },
  },
  'log-rotation of saga/production, healthy': {
    acts: { a1: /-delete → exited with status 0/, a2: /PATCH .*daemonsets\/fluentd → 200/ },
    holds: ['v1', 'v2'],
  },
};
