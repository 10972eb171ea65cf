import { z } from 'zod';
import { zOneOrMore } from '../../domain/facts/schema.ts';
import {
  type LabelMatcher,
  matcherText,
  parseMatchers,
  zLabelMatchers,
} from '../kit/values/label-matchers.ts';

/** A fact kind as exported by a well-known exporter: its series, and the labels that identify their subject. */
interface ExporterMetrics<M extends string, L extends string> {
  readonly word: string;
  /** Metric names by meaning; rows require the first one. */
  readonly metrics: Readonly<Record<M, string>>;
  /** Label names by meaning: the first that a series has applies. */
  readonly labels: Readonly<Record<L, readonly string[]>>;
}

const instanceLabels = { service: ['application', 'service', 'job'], instance: ['instance'] } as const;

/** Source: resilience4j-micrometer, TaggedCircuitBreakerMetrics, as Micrometer's Prometheus registry names it. */
export const resilience4j = {
  word: 'resilience4j',
  metrics: {
    state: 'resilience4j_circuitbreaker_state',
    failureRate: 'resilience4j_circuitbreaker_failure_rate',
    slowCallRate: 'resilience4j_circuitbreaker_slow_call_rate',
    buffered: 'resilience4j_circuitbreaker_buffered_calls',
    slow: 'resilience4j_circuitbreaker_slow_calls',
    notPermitted: 'resilience4j_circuitbreaker_not_permitted_calls_total',
  },
  labels: { ...instanceLabels, name: ['name'], state: ['state'], kind: ['kind'] },
} as const;

/** Source: Micrometer, HikariCP metrics. */
export const hikaricp = {
  word: 'hikaricp',
  metrics: {
    active: 'hikaricp_connections_active',
    idle: 'hikaricp_connections_idle',
    max: 'hikaricp_connections_max',
    pending: 'hikaricp_connections_pending',
  },
  labels: { ...instanceLabels, name: ['pool'] },
} as const;

/** Source: kafka_exporter (danielqsj), README. */
export const kafkaExporter = {
  word: 'kafka_exporter',
  metrics: {
    lag: 'kafka_consumergroup_lag',
    committed: 'kafka_consumergroup_current_offset',
    end: 'kafka_topic_partition_current_offset',
    members: 'kafka_consumergroup_members',
  },
  labels: {
    cluster: ['cluster'],
    group: ['consumergroup'],
    topic: ['topic'],
    partition: ['partition'],
  },
} as const;

/** Source: kube-state-metrics, docs/metrics. With `honor_labels: false` its labels are called exported_…. */
export const kubeStateMetrics = {
  word: 'kube-state-metrics',
  metrics: {
    phase: 'kube_pod_status_phase',
    waiting: 'kube_pod_container_status_waiting_reason',
    restarts: 'kube_pod_container_status_restarts_total',
    pod: 'kube_pod_info',
    deploymentWanted: 'kube_deployment_spec_replicas',
    deploymentReady: 'kube_deployment_status_replicas_available',
    statefulsetWanted: 'kube_statefulset_replicas',
    statefulsetReady: 'kube_statefulset_status_replicas_ready',
    daemonsetWanted: 'kube_daemonset_status_desired_number_scheduled',
    daemonsetReady: 'kube_daemonset_status_number_ready',
  },
  labels: {
    namespace: ['exported_namespace', 'namespace'],
    pod: ['exported_pod', 'pod'],
    node: ['exported_node', 'node'],
    owner: ['created_by_name'],
    deployment: ['deployment'],
    statefulset: ['statefulset'],
    daemonset: ['daemonset'],
    phase: ['phase'],
    reason: ['reason'],
  },
} as const;

/** Names of the series of one fact kind in this Prometheus. */
export interface MetricNames<M extends string, L extends string> {
  readonly metrics: Readonly<Record<M, string>>;
  readonly labels: Readonly<Record<L, readonly string[]>>;
  /** Restricts every series of the kind. */
  readonly where: readonly LabelMatcher[];
}

const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>): [K, ...K[]] =>
  Object.keys(record) as [K, ...K[]]; // Object.keys forgets the key type; every record here has keys

/** Schema of `breakers: resilience4j`, or a map that renames some metrics and labels and restricts them. */
export const zMetricNames = <M extends string, L extends string>(known: ExporterMetrics<M, L>) =>
  z
    .union([
      z.literal(known.word),
      z.strictObject({
        metrics: z
          .partialRecord(z.enum(keysOf(known.metrics)), z.string())
          .meta({ description: 'other names of metrics, as a map of the usual name to the name here' })
          .exactOptional(),
        labels: z
          .partialRecord(z.enum(keysOf(known.labels)), zOneOrMore)
          .meta({
            description:
              'other names of labels. If you list several, opsdeck uses the first one that a series has',
          })
          .exactOptional(),
        where: zLabelMatchers.exactOptional(),
      }),
    ])
    .meta({ description: `${known.word}, or a map of overrides` })
    .transform((written): MetricNames<M, L> => {
      const own = typeof written === 'string' ? {} : written;
      return {
        metrics: { ...known.metrics, ...own.metrics },
        labels: { ...known.labels, ...own.labels },
        where: parseMatchers(own.where ?? {}),
      };
    });

/** Selector of a metric with its restrictions: 'hikaricp_connections_max{namespace="prod"}'. */
export const metricSelector = (names: MetricNames<string, string>, metric: string): string =>
  names.where.length === 0 ? metric : `${metric}{${names.where.map(matcherText).join(',')}}`;

/** Value of the first of these labels that a series has; '' without any. */
export const firstLabel = (labels: Readonly<Record<string, string>>, names: readonly string[]): string =>
  names.map((name) => labels[name] ?? '').find((value) => value !== '') ?? '';
