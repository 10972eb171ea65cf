import type { Expectation, Expectations } from '../support/expectations.ts';

const pods = [/-7b9b8989bb-9xblx .*status Running/, /^mem · microservices · postgres-0: 2\.19/m];
const replaced = (deployment: string) => [
  new RegExp(`PATCH .*deployments/${deployment} → 200`),
  new RegExp(`deployment/${deployment}: (\\d) of \\1 pods updated, \\1 available`),
];
const full = [/active 141 of 147/, /^pg\.usable: 147$/m];
const members = [
  /saga-orchestrator-group: Stable · 2 members/,
  /saga-orchestrator-0 at \S+ saga-events 0-1/,
  /saga-events\/0: committed 28\d{4} of 28\d{4}, \d{3} behind/,
];
const topic = /saga-events: 3 partitions, 3 replicas/;
const reports = /pid 2129 +user reports +state active +waiting IO: DataFileRead/;
const seqScan = [/Seq Scan on saga_instances/, /Filter: .*'IN_PROGRESS'/];

const unused = [/^postgres · connections: active \d+ of 147, pending/m, /^pg\.conn: 2[89]/m];
const rollout = /deployment\/saga-orchestrator: complete, available; 2 of 2/;

const unusedPools = { d1: unused, env: [rollout, /env DB_MAX_OPEN_CONNS=20/] };

const restartUnhelped: Expectation = {
  diagnose: { d1: full, d3: reports },
  acts: { a2: replaced('saga-orchestrator') },
  holds: ['vr'],
  fails: ['v-conn'],
};

/** Expected output of the saga runbooks in each incident. */
export const sagaIncidentsExpected: Expectations = {
  'saga-failures of saga/production, saga-failures': {
    diagnose: {
      'd1-rate': /^true: saga\.failing is 2\d(\.\d+)? %/,
      'd1-alert': /^true: .*SagaFailureRate/,
      'd-services': /^false: .*inventory-service/,
      'd-providers': /^true: all 3 health/,
      d1: /^true: saga\.failed .* is 1[0-3]\d \/min/,
      d2: /"step":"inventory-service","error":"inventory-service: reserve stock: reservation 7f31 is held/,
      'd2-sql': /^[0-9a-f]{8} \| payment \| inventory-service \| .*reservation 7f31 is held/m,
      d3: pods,
      'd4-inventory': /level=ERROR msg="request failed" .*status=500/,
      'd4-payment': /payment-service-\S+ .*WARN .*No mapping for GET/,
      d5: [/active \d of 147/, /^pg\.usable: 147$/m],
      'd5-short': /^false: pg\.conn is 2\d/,
      d6: [topic, /saga-events-dlq: 1 partition/],
      'd6-lag': /^false: none of 6 lag/,
    },
    acts: { a1: replaced('inventory-service') },
    proves: ['v-ok'],
    holds: ['vr'],
  },
  'latency-scale of saga/production, high-latency': {
    diagnose: {
      d1: [/own\.p50 · \S+: 0\.875 s$/m, /own\.p95 · \S+: 0\.988 s$/m],
      'd1-alert': /^true: .*HighLatency/,
      'd1-slow': /^true: p95 service=saga-orchestrator is 0\.988 s/,
      d2: pods,
      d3: /FROM payments GROUP BY 1: mean 1\.8s · 96 calls/,
      d4: [
        /^\s*saga_instances \| id \| -1 \|/m,
        /saga_instances \| status \| 5 \| 0\.12/,
        /inventory \| sku \| -1/,
      ],
      'd4-scans':
        /public\.saga_instances: 22,500 dead of 1,332,500 rows .*12 sequential scans, 3,930,000 by index/,
      'a3-plain': /Index Scan using saga_instances_status_idx/,
      'a1-hpa': [
        /hpa inventory-service: .*2 replicas \(allowed: 2 to 6\); cpu 34% of 70%/,
        /the autoscaler hpa\/saga-orchestrator was not found/,
      ],
      'a1-partitions': /^true: members\.room is 1/,
      'a1-slots': /^true: pg\.conn is 39/,
    },
    acts: { a1: [/PATCH .*saga-orchestrator\/scale → 200/, /5 of 5 pods updated, 5 available/] },
    proves: ['v-p95'],
    holds: ['vr'],
  },
  'latency-plan of saga/production, slow-statements': {
    diagnose: { d3: /WHERE status = \$1: mean 620ms · 4,210 calls/, 'a3-plain': seqScan },
    acts: { a3: [...seqScan, /actual time=0\.031\.\.620\.000 rows=5240/, /Rows Removed by Filter: 1304760/] },
  },
  'latency-index of saga/production, slow-statements': {
    diagnose: {
      d3: /WHERE status = \$1: mean 620ms · 4,210 calls/,
      'a3-plain': seqScan,
      'd4-scans': /saga_instances/,
    },
    proves: ['v-valid', 'v-p95'],
  },
  'latency-hpa of saga/production, high-latency': {
    diagnose: {
      'a2-now': /2 of 2 updated, 2 ready, 2 available/,
      'a2-hpas': /the autoscaler hpa\/saga-orchestrator was not found/,
      'a2-metrics': /^true: all 2 workloads .*memoryBytes > 0/,
    },
    acts: { a2: /PATCH .*horizontalpodautoscalers\/saga-orchestrator\S* → 200/ },
    proves: ['v-p95'],
    holds: ['v-active'],
  },
  'memory-leak of saga/production, memory-leak': {
    diagnose: {
      d1: [/-7b9b8989bb-9xblx .*status Running/, /^oom: 2$/m],
      d0: /^11$/m,
      'd1-oom': /^true: oom is 2/,
      d2: /^true: mem\.left pod=saga-orchestrator-\S+ is 0\.007 h/,
      d3: [/heap profile: 530560: 543293262/, /main\.\(\*Orchestrator\)\.awaitReply/],
      'd3-goroutines': [/goroutine profile: total 5710/, /^5670 @/m],
    },
    acts: { a1: replaced('saga-orchestrator') },
    proves: ['v-oom'],
    holds: ['vr', 'v-mem'],
  },
  'memory-limit': {
    diagnose: { d1: /-7b9b8989bb-9xblx .*status Running/, nodes: /saga-production-node-1 +status Ready/ },
  },
  'memory-limit of saga/production, memory-leak': {
    acts: { a2: replaced('saga-orchestrator') },
    proves: ['v-mem'],
    holds: ['vr'],
  },
  connections: {
    diagnose: {
      d1: full,
      'd1-alert': /^true: .*DatabaseConnections/,
      'd1-short': /^true: pg\.conn is 9\d/,
      d2: [/pool · \S+-t7ctm: (?:1|0\.\d+)$/m, /own\.p95 · \S+-prg96: 5 s$/m],
      d3: reports,
      'd3-long': /^true: pg\.long is 2,47\d/,
    },
  },
  'connections of saga/production, pool-exhaustion': {
    acts: { a1: /76 of 76 gone/ },
    proves: ['v-gone', 'v-conn'],
  },
  // Verified with the given age: younger sessions still hold the slots.
  'connections of saga/production, pool-exhaustion: executed-not-recovered': { fails: ['v-conn'] },
  'connections-restart of saga/production, pool-exhaustion: executed-not-recovered': restartUnhelped,
  'connections-restart of saga/production, healthy': {
    diagnose: { d1: unused, d3: /pid \d+ +user postgres +state active/ },
    acts: { a2: replaced('saga-orchestrator') },
    proves: ['v-new'],
    holds: ['vr', 'v-conn'],
  },
  'connections-more': {
    diagnose: {
      d1: full,
      settings: /max_connections: 150 · changes require a restart/,
      rollout: /statefulset\/postgres: complete, available; 1 of 1 updated/,
    },
  },
  'connections-more of saga/production, pool-exhaustion': {
    acts: {
      a3: [/ALTER SYSTEM SET max_connections = '200' → written/, /a new value is pending a restart/],
      a4: [/PATCH .*statefulsets\/postgres → 200/, /1 of 1 pods updated, 1 available/],
    },
    proves: ['v-conn'],
    holds: ['v-pg', 'v-all'],
  },
  'pool-size of saga/production, pool-exhaustion: executed-not-recovered': {
    diagnose: { d1: full, env: [rollout, /env DB_MAX_OPEN_CONNS=20/] },
    acts: { a5: replaced('saga-orchestrator') },
    holds: ['vr'],
    fails: ['v-conn'],
  },
  'pool-size of saga/production, healthy': {
    diagnose: unusedPools,
    acts: { a5: replaced('saga-orchestrator') },
    proves: ['v-env'],
    holds: ['vr', 'v-pool', 'v-conn'],
  },
  'pool-size of saga/production, healthy: executed-not-recovered': {
    diagnose: unusedPools,
    acts: { a5: replaced('saga-orchestrator') },
    proves: ['v-env'],
    holds: ['vr'],
    fails: ['v-pool'],
  },
  'consumer-lag': {
    diagnose: {
      d1: members,
      'd1-lag': /^true: lag is 1,2\d\d/,
      d2: /^lag\.exporter · kafka_consumergroup_lag: 1,2\d\d$/m,
      d3: [topic, /0: leader 1, replicas 1 2 3, in sync 1 2 3/],
      'd3-room': /^true: members\.room is 1/,
    },
  },
  'consumer-lag of saga/production, consumer-lag': {
    acts: { a1: [/PATCH .*saga-orchestrator\/scale → 200/, /3 of 3 pods updated, 3 available/] },
    proves: ['v-members'],
    holds: ['vr', 'v-lag'],
  },
  'more-partitions of saga/production, consumer-lag: executed-not-recovered': {
    diagnose: { d1: members, d3: topic, 'd3-idle': /^false: members\.idle is 0/ },
    acts: { a2: /CreatePartitions saga-events count 6 → done/ },
    holds: ['v-count'],
    fails: ['v-lag'],
  },
  'more-partitions of saga/production, partitions-short': {
    diagnose: {
      d1: [
        /saga-orchestrator-group: Stable · 5 members/,
        /saga-orchestrator-4 at \S+ no partition is assigned to this member/,
      ],
      d3: topic,
      'd3-idle': /^true: members\.idle is 2/,
    },
    acts: { a2: /CreatePartitions saga-events count 5 → done/ },
    proves: ['v-count', 'v-leaders', 'v-lag'],
  },
  'consumer-batch of saga/production, consumer-stalled': {
    diagnose: { d1: members, env: /deployment\/saga-orchestrator: complete, available; 2 of 2/ },
    acts: { a3: replaced('saga-orchestrator') },
    holds: ['vr', 'v-lag'],
  },
};
