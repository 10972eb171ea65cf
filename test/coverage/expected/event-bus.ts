import { type Expectation, type Expectations, nothing } from '../support/expectations.ts';
import { eventBusChecks } from './event-bus-checks.ts';
import { eventBusIncidentsExpected } from './event-bus-incidents.ts';

const replaced = /3 of 3 pods updated, 3 available/;
const healthyRollout = /: complete, available; 3 of 3 updated, 3 ready, 3 available/;
const dumped = /pg_dump.* → exited with status 0; .*eventbus_backup_.*\.sql\.gz/;

const deploy: Expectation = {
  diagnose: {
    'd-rollout': /: complete, available/,
    'before-sla': /^true: sla .* is 100 %/,
    'before-errors': /^true: error\.rate is 0 %/,
  },
  acts: {
    c5: [
      /configmaps\/event-bus-service-config → 200/,
      /deployments\/event-bus-service → 200/,
      /kept-.*\.yaml → [\d.]+ KiB/,
    ],
    a1: [
      /PATCH .*deployments\/event-bus-service\?fieldManager=opsdeck&force=true → 200/,
      /waiting for deployment\/event-bus-service → complete/,
    ],
  },
  holds: ['vr', 'vh', 'vi', 'v-sla', 'v-errors', 'v-breakers'],
};

/** Expected results of the event bus exercises. */
export const eventBusExpected: Expectations = {
  ...eventBusChecks,
  ...eventBusIncidentsExpected,
  deploy: {
    diagnose: {
      c4: [/image: "\S+:1\.0\.0" → "\S+:/, /1 of 2 objects differ/],
      'c1-ci': /^true: ci Build · main status is success/,
      'c2-ci': /^true: all 2 ci .*"Unit tests", "Integration tests"\): status = success/,
    },
  },
  'deploy of event-bus/production': { diagnose: { smoke: /^true: staging\.failures is 0/ } },
  'deploy of event-bus/staging, healthy': deploy,
  'deploy of event-bus/production, healthy': deploy,
  'deploy of event-bus/production, breaker-left-open': {
    diagnose: {
      'd-rollout': healthyRollout,
      'before-sla': /^false: sla .* is \d+(\.\d+)? %/,
      'before-errors': /^false: error\.rate is [89]\d/,
    },
    proves: ['vh', 'v-sla', 'v-breakers'],
    holds: ['v-errors'],
  },
  'deploy of event-bus/production, stopped: executed-not-recovered': {
    diagnose: {
      'd-rollout': /: complete, scaled to 0; 0 of 0 updated/,
      'before-sla': /^unknown: sla has no value: .* no pod or container of the target is running/,
      'before-errors': /^unknown: error\.rate has no value: no series match/,
    },
    fails: ['vr', 'vi'],
  },
  'roll-back of event-bus/production, wont-start': {
    diagnose: { d1: /JAVA_TOOL_OPTIONS=.*jmx_prometheus_javaagent\.jar=8080/ },
    acts: { a1: [/PATCH .*deployments\/event-bus-service → 200/, replaced] },
    proves: ['vr', 'vi'],
  },
  'change-configuration of event-bus/production, healthy': {
    diagnose: {
      d1: [/application\.yml: 105 B, sha256 ef2bea322425, valid/, /maximum-pool-size: 20/],
      d2: healthyRollout,
    },
    acts: {
      keep: [/configmaps\/event-bus-service-config → 200/, /kept-.*\.yaml → 447 B, sha256 [0-9a-f]{8}/],
      a1: /PATCH .*configmaps\/event-bus-service-config → 200/,
      a2: [/PATCH .*deployments\/event-bus-service → 200/, replaced],
    },
    proves: ['v-same'],
    holds: ['vr', 'vh'],
  },
  'back-up of event-bus/production, healthy': {
    diagnose: { d1: /^\d+ MB$|^\d+(\.\d+)? [MG]i?B$/m },
    acts: { a1: dumped },
    proves: ['v1'],
  },
  'restore-dump of event-bus/production, healthy': {
    diagnose: {
      d1: healthyRollout,
      d2: /database eventbus_db +pid \d+ +user eventbus_user +state active/,
      d3: /^public\.outbox: 2 rows in the dump, 1,900 in the database/m,
    },
  },
  'stop-service of event-bus/production, healthy': {
    diagnose: { d1: healthyRollout },
    acts: { a1: [/PATCH .*event-bus-service\/scale → 200/, /0 of 0 pods updated, 0 available/] },
    proves: ['v1'],
  },
  'start-service of event-bus/production, stopped': {
    acts: { a1: [/PATCH .*event-bus-service\/scale → 200/, replaced] },
    proves: ['vi'],
    holds: ['vr', 'vd'],
  },
  'nightly-dump': {
    diagnose: {
      d1: /eventbus-backup-\d+ .*status complete/,
      d2: /eventbus_20260304\.sql\.gz: 290 bytes, written 8h ago/,
      d3: /^true: backup\.whole is 1/,
      // No dump is older than 30 days.
      d4: nothing,
    },
  },
  'restart-pods of event-bus/production, service-down': {
    diagnose: { d1: /^deployment\/event-bus-service: not ready/ },
    acts: { a1: /PATCH .*deployments\/event-bus-service → 200/ },
    proves: ['vr', 'vi'],
  },
  'restart-pods of event-bus/production, slow-service: executed-not-recovered': {
    diagnose: { d1: /^deployment\/event-bus-service: complete, available; 3 of 3 updated, 3 ready/ },
    holds: ['vn', 'vr'],
    fails: ['vp'],
  },
  'view event-bus of event-bus/production, dependency-down': { lines: /./ },
  'view access of event-bus/production, dependency-down': {
    lines: /\b(GET|POST|PUT|PATCH|DELETE) \/\S* \d{3}\b/,
  },
  'view error of event-bus/production, dependency-down': { lines: /ERROR/ },
  'view errors of event-bus/production, dependency-down': { lines: /ERROR|FATAL|SQLException/ },
  'view performance of event-bus/production, dependency-down': { lines: /SLA VIOLATION|Circuit breaker/ },
  'view oom of event-bus/production, high-memory': { lines: /OutOfMemoryError/ },
};
