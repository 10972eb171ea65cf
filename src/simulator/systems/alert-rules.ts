import { defined } from '../../domain/base/defined.ts';
import type { AlertRule } from '../model/spec/system-spec.ts';

const seconds = 1000;
const requests = 'http_server_requests_seconds';

/** Window and `for` duration are shortened for drills: real rules use five minutes for both. */
const window = '15s';
const holdsMs = 15 * seconds;

/** The same rule with the severity only in the label priority, P0 to P3. */
export const withPrioritySeverity = (rule: AlertRule): AlertRule => {
  const { priority, ...labels } = rule.labels ?? {};
  return { ...rule, labels: { ...labels, ...defined({ severity: priority }) } };
};

/** More than 1 % of requests fail. */
export const errorRule: AlertRule = {
  name: 'HighErrorRate',
  expr: `100 * sum by (job) (rate(${requests}_count{status=~"5.."}[${window}])) / sum by (job) (rate(${requests}_count[${window}])) > 1`,
  forMs: holdsMs,
  labels: { severity: 'critical', priority: 'P1' },
  annotations: {
    summary: '{{ $labels.job }} fails too often',
    description: '{{ $value }} percent of its requests fail',
  },
};

const latencyRule = (name: string, severity: string, quantile: number, ms: number): AlertRule => ({
  name,
  expr: `1000 * histogram_quantile(${quantile}, sum by (job, le) (rate(${requests}_bucket[${window}]))) > ${ms}`,
  forMs: holdsMs,
  labels: { severity, priority: 'P2' },
  annotations: {
    summary: '{{ $labels.job }} answers slowly',
    description: `{{ $value }} ms at quantile ${quantile}`,
  },
});

/** High tail latency by service; the critical alert inhibits the warning. */
export const latencyRules = (limits: {
  readonly p95Ms: number;
  readonly p99Ms: number;
}): readonly AlertRule[] => [
  latencyRule('HighAPILatencyP95', 'warning', 0.95, limits.p95Ms),
  latencyRule('CriticalAPILatencyP99', 'critical', 0.99, limits.p99Ms),
];

export const breakerRule: AlertRule = {
  name: 'CircuitBreakerOpen',
  expr: 'max by (job, name) (resilience4j_circuitbreaker_state{state=~"open|forced_open"}) == 1',
  forMs: holdsMs,
  labels: { severity: 'critical', priority: 'P1' },
  annotations: { summary: 'The breaker {{ $labels.name }} of {{ $labels.job }} is open' },
};

export const downRule = (name: string): AlertRule => ({
  name,
  expr: 'up == 0',
  forMs: holdsMs,
  labels: { severity: 'critical', priority: 'P0' },
  annotations: { summary: '{{ $labels.instance }} does not answer' },
});

export const heapRule: AlertRule = {
  name: 'HighMemoryUsage',
  expr: 'sum by (job, pod) (jvm_memory_used_bytes{area="heap"}) / sum by (job, pod) (jvm_memory_max_bytes{area="heap"} > 0) > 0.8',
  forMs: holdsMs,
  labels: { severity: 'warning', priority: 'P1' },
  annotations: { summary: 'The heap of {{ $labels.pod }} is nearly full' },
};

export const slaRule: AlertRule = {
  name: 'SLAComplianceIssue',
  expr: 'min by (job) (sla_compliance_rate) < 95',
  forMs: holdsMs,
  labels: { severity: 'warning', priority: 'P1' },
  annotations: { summary: '{{ $labels.job }} keeps its service level for {{ $value }} percent of requests' },
};

export const poolRule: AlertRule = {
  name: 'DatabaseConnectionPoolExhaustion',
  expr: 'max by (job, pool) (hikaricp_connections_pending) > 0',
  forMs: holdsMs,
  labels: { severity: 'warning', priority: 'P1' },
  annotations: { summary: '{{ $value }} threads of {{ $labels.job }} wait for a connection' },
};

export const ordersRule: AlertRule = {
  name: 'OrderPlacementFailures',
  expr: `sum by (job, reason) (rate(orders_failed_total[${window}])) > 0.1`,
  forMs: holdsMs,
  labels: { severity: 'critical', priority: 'P0' },
  annotations: { summary: 'Orders fail: {{ $labels.reason }}' },
};

/** A frequent statement is slow, by pg_stat_statements as postgres_exporter exports it. */
export const slowQueriesRule: AlertRule = {
  name: 'SlowDatabaseQueries',
  expr: 'max by (datname) (pg_stat_statements_mean_time_seconds and pg_stat_statements_calls > 1000) > 0.5',
  forMs: holdsMs,
  labels: { severity: 'warning', priority: 'P2' },
  annotations: { summary: 'A frequent query of {{ $labels.datname }} takes {{ $value }} seconds' },
};

/** The same for Go services. */
export const goErrorRule: AlertRule = {
  ...errorRule,
  expr: `100 * sum by (job) (rate(http_requests_total{status=~"5.."}[${window}])) / sum by (job) (rate(http_requests_total[${window}])) > 1`,
};

/** The p95 of Go services, in seconds. */
export const goLatencyRule: AlertRule = {
  name: 'HighLatency',
  expr: `histogram_quantile(0.95, sum by (le, service) (rate(http_request_duration_seconds_bucket[${window}]))) > 0.5`,
  forMs: holdsMs,
  labels: { severity: 'warning', priority: 'P2' },
  annotations: { summary: '{{ $labels.service }} answers slowly: {{ $value }} s at quantile 0.95' },
};

/** Failure rate of started sagas. */
export const sagaRule: AlertRule = {
  name: 'SagaFailureRate',
  expr: `sum(rate(saga_failed_total[${window}])) / sum(rate(saga_created_total[${window}])) > 0.005`,
  forMs: holdsMs,
  labels: { severity: 'critical', priority: 'P1' },
  annotations: { summary: 'Sagas fail: {{ $value }} of 1' },
};

/** Nearly all connections of Go's database/sql pool are open. */
export const connectionsRule: AlertRule = {
  name: 'DatabaseConnections',
  expr: 'max by (job, pod) (database_connections{state="open"} / ignoring(state) database_connections{state="max"}) > 0.8',
  forMs: holdsMs,
  labels: { severity: 'warning', priority: 'P2' },
  annotations: { summary: '{{ $labels.pod }} has opened its pool up to {{ $value }} of its maximum' },
};
