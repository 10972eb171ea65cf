import {
  cpuOf,
  type EnvironmentInstant,
  gcShareOf,
  heapUsedOf,
  poolUsageOf,
  threadsOf,
} from '../model/instances/instance-gauges.ts';
import { type RequestSeries, summarizeRequests } from '../model/instances/traffic.ts';
import type { InstanceContext } from '../servers/http/simulator-context.ts';
import type { MetricFamily } from './metric-family.ts';
import { counter, gauge, histogram, type MetricLabels, timeVaryingGauge } from './metric-family.ts';
import { goFamilies, isGoService } from './native-services.ts';

const states = ['closed', 'disabled', 'forced_open', 'half_open', 'metrics_only', 'open'];
const p = 'resilience4j_circuitbreaker';

/** Metrics that resilience4j-micrometer registers for every breaker, including one 0/1 gauge per state. */
const breakerFamilies = ({ instance }: InstanceContext): readonly MetricFamily[] => {
  if (instance.breakers.length === 0) return [];
  const all = [...instance.breakers]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((breaker) => ({ name: breaker.name, totals: breaker.totals, now: breaker.reading() }));
  const each = (
    value: (breaker: (typeof all)[number]) => number,
    labels: MetricLabels = {},
  ): (readonly [MetricLabels, number])[] =>
    all.map((entry) => [{ ...labels, name: entry.name }, value(entry)]);
  return [
    gauge(`${p}_buffered_calls`, 'The number of buffered failed calls stored in the ring buffer', [
      ...each(({ now }) => now.failedCalls, { kind: 'failed' }),
      ...each(({ now }) => now.bufferedCalls - now.failedCalls, { kind: 'successful' }),
    ]),
    gauge(
      `${p}_failure_rate`,
      'The failure rate of the circuit breaker',
      each(({ now }) => now.failureRate),
    ),
    counter(
      `${p}_not_permitted_calls_total`,
      'Total number of not permitted calls',
      each(({ totals }) => totals.NOT_PERMITTED, { kind: 'not_permitted' }),
    ),
    gauge(
      `${p}_slow_call_rate`,
      'The slow call of the circuit breaker',
      each(({ now }) => now.slowCallRate),
    ),
    gauge(`${p}_slow_calls`, 'The number of slow successful which were slower than a certain threshold', [
      ...each(({ now }) => now.slowFailedCalls, { kind: 'failed' }),
      ...each(({ now }) => now.slowCalls - now.slowFailedCalls, { kind: 'successful' }),
    ]),
    gauge(
      `${p}_state`,
      'The states of the circuit breaker',
      all.flatMap(({ name, now }) =>
        states.map((state) => [{ name, state }, now.state.toLowerCase() === state ? 1 : 0] as const),
      ),
    ),
  ];
};

/** Metrics that HikariCP registers for the instance's pool; empty without a pool. */
const poolFamilies = ({ env, instance }: InstanceContext): readonly MetricFamily[] => {
  const pool = poolUsageOf(env, instance);
  if (pool === undefined) return [];
  const of = (name: string, help: string, value: number): MetricFamily =>
    gauge(`hikaricp_connections${name}`, help, [[{ pool: 'HikariPool-1' }, value]]);
  return [
    of('', 'Total connections', pool.active + pool.idle),
    of('_active', 'Active connections', pool.active),
    of('_idle', 'Idle connections', pool.idle),
    of('_max', 'Max connections', pool.max),
    of('_min', 'Min connections', pool.max),
    of('_pending', 'Pending threads', pool.pending),
    counter('hikaricp_connections_timeout_total', 'Connection timeout total count', [
      [{ pool: 'HikariPool-1' }, 0],
    ]),
  ];
};

/** Formats a number like Java's Double.toString: 8.0, 1.05E8, 2.38E-4. NaN and infinities are in the notation of Prometheus. */
export const javaDouble = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e7)) {
    const plain = String(value);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  const [digits = '', power = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(power)}`;
};

const byStatus = (a: RequestSeries, b: RequestSeries): number =>
  `${a.tags.method}${a.tags.outcome}${a.tags.status}` < `${b.tags.method}${b.tags.outcome}${b.tags.status}`
    ? -1
    : 1;

/** `http.server.requests`; absent before the first request. */
const webFamilies = ({ instance }: InstanceContext): readonly MetricFamily[] => {
  const series = [...instance.traffic.series].sort(byStatus);
  if (series.length === 0) return [];
  const name = 'http_server_requests_seconds';
  return [
    {
      name,
      help: ' ',
      type: 'histogram',
      samples: series.flatMap((requestSeries) => histogram(requestSeries, requestSeries.tags, javaDouble)),
    },
    gauge(
      `${name}_max`,
      ' ',
      series.map(({ tags, maxMs }) => [tags, maxMs / 1000]),
    ),
  ];
};

const heap = { area: 'heap', id: 'ZHeap' };
const nonheap = { area: 'nonheap', id: 'Metaspace' };
/** Current Metaspace; the JVM reports -1 for its limit, because it has none. */
const metaspace = { used: 96_468_992, committed: 101_711_872, max: -1 };

const memory = ({ env, instance }: InstanceContext): readonly MetricFamily[] => {
  const max = instance.heapMaxBytes;
  const used = (moment: EnvironmentInstant): number => heapUsedOf(moment, instance);
  return [
    gauge(
      'jvm_memory_committed_bytes',
      'The amount of memory in bytes that is committed for the Java virtual machine to use',
      [
        [heap, max * 0.75],
        [nonheap, metaspace.committed],
      ],
    ),
    gauge(
      'jvm_memory_max_bytes',
      'The maximum amount of memory in bytes that can be used for memory management',
      [
        [heap, max],
        [nonheap, metaspace.max],
      ],
    ),
    {
      name: 'jvm_memory_used_bytes',
      help: 'The amount of used memory',
      type: 'gauge',
      samples: [
        { suffix: '', labels: heap, value: used(env), valueAt: used },
        { suffix: '', labels: nonheap, value: metaspace.used },
      ],
    },
  ];
};

const processor = ({ env, instance, at, toClock }: InstanceContext): readonly MetricFamily[] => {
  const upSeconds = (at - toClock(instance.startedAt)) / 1000;
  return [
    counter('process_cpu_time_ns_total', 'The "cpu time" used by the Java Virtual Machine process', [
      [{}, Math.round(upSeconds * 1e8)],
    ]),
    timeVaryingGauge(
      'process_cpu_usage',
      'The "recent cpu usage" for the Java Virtual Machine process',
      env,
      (moment) => cpuOf(moment, instance) * 0.8,
    ),
    gauge('process_start_time_seconds', 'Start time of the process since unix epoch.', [
      [{}, toClock(instance.startedAt) / 1000],
    ]),
    gauge('process_uptime_seconds', 'The uptime of the Java virtual machine', [[{}, upSeconds]]),
    gauge('system_cpu_count', 'The number of processors available to the Java virtual machine', [[{}, 4]]),
    timeVaryingGauge(
      'system_cpu_usage',
      'The "recent cpu usage" of the system the application is running in',
      env,
      (moment) => cpuOf(moment, instance),
    ),
  ];
};

/** Metrics of Micrometer's JVM and system binders. */
const jvmFamilies = (sight: InstanceContext): readonly MetricFamily[] => {
  const { env, instance } = sight;
  return [
    gauge(
      'application_ready_time_seconds',
      'Time taken for the application to be ready to service requests',
      [[{ main_application_class: 'app.Main' }, 6.4]],
    ),
    gauge('application_started_time_seconds', 'Time taken to start the application', [
      [{ main_application_class: 'app.Main' }, 6.31],
    ]),
    timeVaryingGauge(
      'jvm_gc_overhead',
      'An approximation of the percent of CPU time used by GC activities over the last lookback period or since monitoring began, whichever is shorter, in the range [0..1]',
      env,
      (moment) => gcShareOf(moment, instance),
    ),
    ...memory(sight),
    timeVaryingGauge(
      'jvm_threads_live_threads',
      'The current number of live threads including both daemon and non-daemon threads',
      env,
      (moment) => threadsOf(moment, instance),
    ),
    ...processor(sight),
  ];
};

/** Business reason of a failed request, from its exception. */
const reasons: Readonly<Record<string, string>> = {
  CallNotPermittedException: 'circuit_open',
  ResourceAccessException: 'dependency_unavailable',
  IllegalStateException: 'rejected',
  NullPointerException: 'internal_error',
};

const sumOf = (series: readonly RequestSeries[]): number => series.reduce((sum, { count }) => sum + count, 0);
const failed = ({ tags }: RequestSeries): boolean => tags.outcome === 'SERVER_ERROR';

/** Failed requests by reason. Every reason is exported from the start, so that its rate is known when it first occurs. */
const byReason = (series: readonly RequestSeries[]): (readonly [{ reason: string }, number])[] =>
  Object.entries(reasons)
    .map(([exception, reason]) => {
      const these = series.filter(
        (requestSeries) => failed(requestSeries) && requestSeries.tags.exception === exception,
      );
      return [{ reason }, sumOf(these)] as const;
    })
    .sort(([a], [b]) => (a.reason < b.reason ? -1 : 1));

/** The service's own metrics: business counters and service level compliance. */
const businessFamilies = ({ env, instance }: InstanceContext): readonly MetricFamily[] => {
  const { business, slaMs } = instance.service;
  const { series } = instance.traffic;
  const recent = summarizeRequests(instance.traffic.recent(env.now), slaMs);
  const words = (name: string): string => name.replaceAll('_', ' ');
  return [
    ...(business === undefined
      ? []
      : [
          counter(`${business.done}_total`, `Number of ${words(business.done)}`, [
            [{}, (business.each ?? 1) * sumOf(series.filter((requestSeries) => !failed(requestSeries)))],
          ]),
        ]),
    ...(business?.failed === undefined
      ? []
      : [
          counter(
            `${business.failed}_total`,
            `Number of ${words(business.failed)}, by reason`,
            byReason(series),
          ),
        ]),
    ...(slaMs === undefined || recent.slaPercent === undefined
      ? []
      : [
          gauge('sla_compliance_rate', 'Requests answered well and in time, in percent', [
            [{}, recent.slaPercent],
          ]),
        ]),
  ];
};

/** All metrics of an instance by name, in the style of its runtime. */
export const instanceFamilies = (sight: InstanceContext): readonly MetricFamily[] =>
  isGoService(sight) ? goFamilies(sight) : springFamilies(sight);

/** Sorted as by Micrometer's Prometheus registry in Spring Boot 3.5. */
const springFamilies = (sight: InstanceContext): readonly MetricFamily[] =>
  [
    ...businessFamilies(sight),
    ...jvmFamilies(sight),
    ...poolFamilies(sight),
    ...breakerFamilies(sight),
    ...webFamilies(sight),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const labelText = (labels: Readonly<Record<string, string>>): string => {
  const each = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return each.length === 0 ? '' : `{${each.join(',')}}`;
};

/** Histogram counts are integers; all other values are Java doubles. */
const valueText = (value: number, suffix: string): string =>
  suffix === '_bucket' || suffix === '_count' ? String(value) : javaDouble(value);

/** Renders families in the text format 0.0.4. */
export const expositionText = (families: readonly MetricFamily[]): string =>
  families
    .map(({ name, help, type, samples }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...samples.map(
          ({ suffix, labels, value }) => `${name}${suffix}${labelText(labels)} ${valueText(value, suffix)}`,
        ),
      ].join('\n'),
    )
    .map((text) => `${text}\n`)
    .join('');
