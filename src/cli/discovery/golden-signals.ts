import type { FirstSignal } from '../../importer/first-profile.ts';

type GoldenSignal = Omit<FirstSignal, 'id' | 'source'>;

/** Signals of one kind of series: they are added where `series` exists. */
interface Golden {
  readonly series: string;
  readonly signals: readonly (readonly [title: string, query: string, unit: string])[];
}

const rate = (series: string, labels = ''): string => `sum by (job) (rate(${series}${labels}[5m]))`;
/** The share of calls whose label matches; 0 where none does. Calls without the label tell nothing, and are left out. */
const share = (series: string, label: string, pattern: string): string => {
  const all = rate(series, `{${label}!=""}`);
  return `100 * (${rate(series, `{${label}=~"${pattern}"}`)} or 0 * ${all}) / ${all}`;
};
const p95 = (series: string): string =>
  `1000 * histogram_quantile(0.95, sum by (job, le) (rate(${series}[5m])))`;

/**
 * The golden signals of well-known series: traffic, errors, latency, saturation, per job. They have no limits: those are the
 * team's to set. Sources: Micrometer, client libraries of Prometheus, go-grpc-prometheus, node_exporter.
 */
const goldens: readonly Golden[] = [
  {
    series: 'http_server_requests_seconds_count',
    signals: [
      ['HTTP server requests', rate('http_server_requests_seconds_count'), '/s'],
      ['HTTP server errors', share('http_server_requests_seconds_count', 'status', '5..'), '%'],
    ],
  },
  {
    series: 'http_server_requests_seconds_bucket',
    signals: [['HTTP server latency p95', p95('http_server_requests_seconds_bucket'), 'ms']],
  },
  {
    series: 'http_requests_total',
    signals: [
      ['HTTP requests', rate('http_requests_total'), '/s'],
      ['HTTP errors', share('http_requests_total', 'code', '5..'), '%'],
    ],
  },
  {
    series: 'grpc_server_handled_total',
    signals: [
      ['gRPC calls', rate('grpc_server_handled_total'), '/s'],
      [
        'gRPC errors',
        share(
          'grpc_server_handled_total',
          'grpc_code',
          'Unknown|Internal|Unavailable|DataLoss|DeadlineExceeded',
        ),
        '%',
      ],
    ],
  },
  {
    series: 'node_cpu_seconds_total',
    signals: [
      ['Node CPU', '100 * (1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])))', '%'],
    ],
  },
  {
    series: 'node_memory_MemAvailable_bytes',
    signals: [
      ['Node memory', '100 * (1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)', '%'],
    ],
  },
  {
    series: 'node_filesystem_avail_bytes',
    signals: [
      [
        'Node disk /',
        '100 * (1 - node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"})',
        '%',
      ],
    ],
  },
];

/** The kinds of facts that the Prometheus source makes of series: the key and value of `facts:`, and a series that shows it. */
const factSeries = [
  { kind: 'breakers', exporter: 'resilience4j', series: 'resilience4j_circuitbreaker_state' },
  { kind: 'pools', exporter: 'hikaricp', series: 'hikaricp_connections_active' },
  { kind: 'lag', exporter: 'kafka_exporter', series: 'kafka_consumergroup_lag' },
  { kind: 'workloads', exporter: 'kube-state-metrics', series: 'kube_pod_status_phase' },
] as const;

/** Every series that is looked for. */
export const knownSeries: readonly string[] = [...goldens, ...factSeries].map(({ series }) => series);

/** The golden signals of the series that exist. */
export const goldenSignals = (existing: ReadonlySet<string>): readonly GoldenSignal[] =>
  goldens.flatMap(({ series, signals }) =>
    existing.has(series)
      ? signals.map(([title, query, unit]): GoldenSignal => ({ title, read: { query }, unit }))
      : [],
  );

/** The kinds of facts of the series that exist, for `facts:`. */
export const goldenFacts = (existing: ReadonlySet<string>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    factSeries.flatMap(({ kind, exporter, series }) => (existing.has(series) ? [[kind, exporter]] : [])),
  );
