import type { Expectations } from '../support/expectations.ts';

const closed = /"circuitBreakerName":"database","currentState":"CLOSED"/;
const breakerOpen = /database: open +failed .* not permitted [1-9]/;
const fits = /^true: pools\.room is 137 and db\.slots is 3\d/;
const letIn = /database: up/;
const noReadyPod = /^none of the 3 pods is ready in deployment\/event-bus-service/;
const refused = /^database: down +connection refused/;
const noSession = /eventbus_db query: connection refused$/;
const databasePod = /name postgres-cluster-0 .* status Running +ready 1 +wanted 1/;
const threePods = [/-hk285/, /-ktx4b/, /-l5c6c/];
const rolledOut = (done: number) => new RegExp(`${done} of ${done} pods updated, ${done} available`);

/** Expected output of the event bus runbooks in each incident. */
export const eventBusIncidentsExpected: Expectations = {
  'wont-start of event-bus/production, wont-start': {
    diagnose: {
      d5: /BackOff: .*Back-off restarting failed container event-bus-service/,
      d1: [/Port 8080 was already in use/, /Caused by: java\.net\.BindException/],
      'd1-log': /ERROR .*SpringApplication +: Application run failed/,
      d2: [/image \S+\/event-bus-service:1\.0\.0/, /JAVA_TOOL_OPTIONS=.*jmx_prometheus_javaagent\.jar=8080/],
      d3: [
        /event-bus-service-\S+: 8080: no process of the pod is running \([^)]+\). Referred to by/,
        /JAVA_TOOL_OPTIONS=.*jmx_prometheus_javaagent\.jar=8080/,
      ],
      d4: letIn,
      a2: /eventbus_user \| eventbus_db/,
      a4: [/application\.yml: .*, valid/, /application-prod\.yml: .*, valid/],
      'a4-secret': [/db-password: hidden/, /1 key: all YAML and JSON values are valid/],
      'd1-file': noReadyPod,
      'd2-java': noReadyPod,
      'd-rollout': /deployment\/event-bus-service: progressing; 3 of 3 updated, 0 ready/,
    },
    acts: { a1: [/PATCH .*deployments\/event-bus-service → 200/, rolledOut(3)] },
    proves: ['vr', 'vi'],
    holds: ['vh'],
  },
  'database-user of event-bus/production, bad-credential': {
    diagnose: { d1: /password authentication failed for user "eventbus_usr"/, d4: letIn },
    acts: { a2: [/PATCH .*deployments\/event-bus-service → 200/, rolledOut(3)] },
    proves: ['vr', 'vi'],
    holds: ['vh'],
  },
  'high-memory of event-bus/production, high-memory': {
    diagnose: {
      'd-alert': /^true: /,
      pods: [...threePods, /^memory: 8[5-9]/m],
      d1: [...threePods, /VmRSS:\t2[1-4]\d{5} kB/],
      d2: [...threePods, /ZHeap +used 1[89]\d\dM, .* max capacity 2048M/],
      'd2-native': /Unknown diagnostic command/,
      d3: [...threePods, /OC +OU/, /0\.0 +19\d{5}\.0/],
      'a4-pools': fits,
    },
    acts: { a4: [/PATCH .*event-bus-service\/scale → 200/, rolledOut(5)] },
    proves: ['v-heap'],
    holds: ['vh'],
  },
  'memory-limit of event-bus/production, high-memory': {
    diagnose: { pods: [...threePods, /^memory: 8[5-9]/m] },
    acts: { a5: [/PATCH .*deployments\/event-bus-service → 200/, rolledOut(3)] },
    proves: ['v-heap'],
    holds: ['vr', 'vh'],
  },
  'java-options of event-bus/production, high-memory': {
    diagnose: {
      d2: [/JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=80\.0 --enable-preview/, /limits cpu 2 memory 2560Mi/],
    },
    acts: { a5: [/PATCH .*deployments\/event-bus-service → 200/, rolledOut(3)] },
    holds: ['vr', 'vh', 'vi'],
  },
  'collect-garbage of event-bus/production, heap-garbage': {
    diagnose: { d2: [...threePods, /ZHeap +used 1[89]\d\dM/], pods: threePods },
    acts: { a1: [/kubectl .*jcmd 1 GC\.run/, /Command executed successfully/] },
    proves: ['v-ran', 'v-heap'],
    holds: ['vh'],
  },
  'collect-garbage of event-bus/production, high-memory: executed-not-recovered': {
    diagnose: {
      d2: [...threePods, /ZHeap +used 1[89]\d\dM, .* max capacity 2048M/],
      pods: [...threePods, /^memory: 8[5-9]/m],
    },
    fails: ['v-heap'],
  },
  'heap-dump of event-bus/production, healthy': {
    diagnose: { d2: /ZHeap +used \d+M/, 'd-room': /14 GiB free at \/tmp, 1(?:\.\d)? GiB needed/ },
    acts: {
      d4: [/num +#instances +#bytes/, /app\.bus\.EventEnvelope/],
      a2: /Heap dump file created \[\d+ bytes/,
      'a2-size': /^\d{7,9}$/m,
      'a2-copy': /exited with status 0; \S+hk285-.*\.hprof\.gz/,
      'a2-delete': /rm \/tmp\/opsdeck\.hprof.*→ exited with status 0/,
    },
  },
  'breakers-open of event-bus/production, breaker-left-open': {
    diagnose: {
      d1: [breakerOpen, /downstream: closed/],
      'd1-events': /database NOT_PERMITTED: 2026-03-04T10:15/,
      'a2-service': [
        /event-bus-service · \S+-hk285: down +503 .*circuitBreakers\/database DOWN/,
        /liveness · \S+: up/,
      ],
      'a2-database': letIn,
      'a2-downstream': /^downstream: up +200/,
      'a2-normal': /^true: health database status is up/,
      // The breaker opened before the window of the logs of a pod.
      'd1-log': /log\?container=event-bus-service.* → 200 OK$/m,
      'a3-file': /ERROR .*CircuitBreaker 'database' is OPEN and does not permit further calls/,
    },
    acts: { a5: [closed, ...threePods] },
    proves: ['v1', 'v2'],
  },
  'breaker-anyway of event-bus/production, breaker-left-open': {
    diagnose: { d1: breakerOpen, 'a2-normal': /^true: health database status is up/ },
    acts: { a5: [closed, ...threePods] },
    proves: ['v1', 'v2'],
  },
  'sla-compliance of event-bus/production, sla': {
    diagnose: {
      d1: [
        /application · \S+: up +200/,
        /api-docs · \S+: up +200/,
        /performance · \S+: up +200/,
        /own\.sla · \S+: 0 %$/m,
        /own\.p95 · \S+: 7\d\d ms$/m,
      ],
      'd1-sla': /^true: sla .* is 0 %/,
      d2: [/^p95: 97\d/m, /^requests: 24 \/s$/m, /^error\.rate: 0 %$/m],
      'd2-own': [/http\.count · \S+-hk285: 1,798,8\d\d/, /http\.max · \S+: 0\.8\d* s$/m],
      'd2-file': [...threePods, /GET \/api\/v1\/event-bus\/\S+ 200 7\d\d ms/],
      'a3-queued': /^unknown: .* metric jvm_threads_virtual_live_threads not found/,
      d3: /SELECT type, count.* mean 412ms · 288 calls/,
      a2: /^false: db\.transaction is ok/,
      'a2-pools': /-hk285 · HikariPool-1: active \d of 20, pending 0/,
      a3: [
        /^sla · sla_compliance_rate · \S+-hk285: 0 %$/m,
        /metric jvm_threads_virtual_live_threads not found/,
      ],
      'a3-short': /^false: threads .* is 7\d/,
      'a4-pods': [...threePods, /^memory: 60\.4 %$/m],
      'a4-pools': fits,
    },
    acts: { a4: [/PATCH .*event-bus-service\/scale → 200/, rolledOut(6)] },
    proves: ['v-sla', 'v-p95', 'va'],
    holds: ['vr'],
  },
  'database-connectivity of event-bus/production, database-blocked': {
    diagnose: {
      d1: letIn,
      d2: [...threePods, /HikariPool-1: active 20 of 20, pending [56]/],
      d3: [/active \| 60/, /idle in transaction \| 1/],
      'a1-pods': /postgres-cluster-0/,
      'a1-ready': /^true: workloads .*postgres-cluster level is ok/,
      'a1-primary': /^f \| 2026-01-23T/m,
      a2: /10\.96\.0\.10 +postgres-cluster\.database/,
      'a2-port': /postgres-cluster\.database\/5432.*→ exited with status 0/,
      'a2-service': /services\/postgres-cluster → 200/,
      'a3-user': /eventbus_user \| eventbus_db/,
      a3: /eventbus_user \| t$/m,
      a4: fits,
      'a5-sessions': [/pid 2103 .* idle in transaction/, /blockedBy \[2103\]/],
    },
    acts: { a5: [/pg_cancel_backend/, /pg_terminate_backend/, /1 of 1 gone/] },
    proves: ['v-gone', 'vp'],
  },
  'restore-database of event-bus/production, dependency-down': {
    diagnose: { d1: refused, d2: databasePod },
    acts: { a1: [/PATCH .*statefulsets\/postgres-cluster → 200/, rolledOut(1)] },
    proves: ['v1', 'vn'],
  },
  'database-check of event-bus/production, dependency-down: executed-not-recovered': {
    diagnose: {
      d1: refused,
      d2: [...threePods, /HikariPool-1: active [12] of 20, pending 0/],
      d3: noSession,
      'a1-pods': databasePod,
      'a1-ready': /^true: workloads .*postgres-cluster level is ok/,
      'a1-primary': noSession,
      a2: /10\.96\.0\.10 +postgres-cluster\.database/,
      'a2-port': /postgres-cluster\.database\/5432.*→ exited with status 0/,
      'a2-service': /services\/postgres-cluster → 200/,
      'a3-user': noSession,
      a3: noSession,
      a4: /^unknown: pools\.room has no value: .* connection refused/,
      'a5-sessions': /eventbus_db sessions: connection refused/,
    },
  },
};
