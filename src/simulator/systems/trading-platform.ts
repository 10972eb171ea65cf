import type { CiIncidentSpec } from '../model/spec/ci.ts';
import type { ComposeSpec } from '../model/spec/compose.ts';
import type { HostsSpec } from '../model/spec/hosts.ts';
import type { MessagingSpec } from '../model/spec/messaging.ts';
import type { DependencySpec, IncidentSpec, ScriptLogSpec } from '../model/spec/system-spec.ts';

const gib = 1024 ** 3;
const seconds = 1000;

/** External providers besides the broker: their status pages, which the service does not call. */
const providers = ['upstox', 'angel-one', 'alpha-vantage', 'nse', 'bse', 'razorpay', 'stripe'] as const;

/** Kafka, and the status pages of the providers. */
export const tradingPlatformDependencies: readonly DependencySpec[] = [
  {
    name: 'kafka',
    log: 'kafka',
    latencyMs: 3,
    error:
      'org.apache.kafka.common.errors.TimeoutException: Topic order-events not present in metadata after 60000 ms',
  },
  ...providers.map((name) => ({
    name,
    latencyMs: 40,
    error: `${name}: Read timed out`,
    isExternal: true as const,
  })),
];

/** Containers of the project that no service calls, and images of those that it calls. */
export const tradingContainers: Pick<ComposeSpec, 'additionalServices' | 'images'> = {
  images: { kafka: 'apache/kafka:4.1.0', database: 'postgres:15.8' },
  additionalServices: {
    gateway: 'kong:3.9',
    cache: 'redis:7.4',
    prometheus: 'prom/prometheus:v2.53.3',
    alertmanager: 'prom/alertmanager:v0.27.0',
    grafana: 'grafana/grafana:11.0.0',
  },
};

/** Order events, and the group that writes trades and positions. */
export const tradingMessaging: MessagingSpec = {
  name: 'trading-kafka',
  dependency: 'kafka',
  brokers: 1,
  topics: [
    { name: 'order-events', partitions: 6, replication: 1, from: 'trademaster-trading-service', each: 1 },
  ],
  groups: [
    { name: 'portfolio', topic: 'order-events', service: 'trademaster-trading-service', perSecond: 200 },
  ],
};

/** The machine below the containers: its unit is Docker. */
export const tradingHost: HostsSpec = {
  name: 'trading-host',
  service: 'docker',
  isApart: true,
  user: 'ops',
  port: 2375,
  dir: '/usr',
  program: 'bin/dockerd',
  arguments: '-H fd:// --containerd=/run/containerd/containerd.sock',
  files: { 'bin/dockerd': 94_371_840 },
  backups: '/var/backups/docker',
  environment: {},
  log: '/var/log/docker.log',
  target: 'dockerd',
  cores: 8,
  memoryBytes: 32 * gib,
};

/** Days since the API keys of the providers were changed, which are secrets of the repository. */
export const tradingKeyDays: Readonly<Record<string, number>> = {
  ZERODHA_API_KEY: 41,
  RAZORPAY_KEY_SECRET: 12,
  STRIPE_API_KEY: 63,
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** 04/Mar/2026:10:15:07 +0000, nginx's $time_local. */
const localTime = (moment: number): string => {
  const [date = '', time = ''] = new Date(moment).toISOString().split(/[T.]/);
  const [year, month, day] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${time} +0000`;
};

/** Access log of an Nginx before the gateway, in its combined format. Without an instance it answers 502. */
export const tradingAccessLog: ScriptLogSpec = {
  file: 'logs/access.log',
  everyMs: 10 * seconds,
  hasOwnTimes: true,
  lines: ({ at, services, some }) => {
    const isServed = services.some(({ running }) => running > 0);
    return [0, 1, 2].map((nth) => {
      const status = isServed ? 200 : 502;
      const path =
        some(`kind${nth}`, 3) === 0 ? 'POST /api/v1/orders' : `GET /api/v1/orders/${some(`id${nth}`, 9000)}`;
      return `10.42.${some(`net${nth}`, 8)}.${some(`host${nth}`, 200)} - - [${localTime(at + nth)}] "${path} HTTP/1.1" ${status} ${200 + some(`size${nth}`, 900)} "-" "okhttp/4.12.0"`;
    });
  },
};

/** Log file of PostgreSQL, as log_line_prefix '%m [%p] ' writes it. */
export const tradingDatabaseLog: ScriptLogSpec = {
  file: 'logs/postgresql.log',
  everyMs: 60 * seconds,
  hasOwnTimes: true,
  lines: ({ at, some }) => {
    const [date, time = ''] = new Date(at).toISOString().split(/[TZ]/);
    const buffers = 20 + some('buffers', 400);
    return [
      `${date} ${time} UTC [58] LOG:  checkpoint starting: time`,
      `${date} ${time} UTC [58] LOG:  checkpoint complete: wrote ${buffers} buffers (2.1%); 0 WAL file(s) added, 0 removed, 0 recycled`,
    ];
  },
};

const openFinding: CiIncidentSpec = {
  runs: [],
  findings: [
    {
      number: 7,
      severity: 'critical',
      name: 'java/sql-injection',
      summary: 'Query built from user-controlled sources',
      place: 'src/main/java/com/trademaster/trading/OrderSearch.java:88',
    },
  ],
};

/** Incidents of the platform: its containers and its security findings. */
export const tradingPlatformIncidents: readonly IncidentSpec[] = [
  {
    name: 'kafka-down',
    title: 'the Kafka container was OOM-killed: order events are not delivered',
    compose: { exited: { kafka: { code: 137, oomKilled: true } } },
  },
  {
    name: 'monitoring-down',
    title:
      'the kernel has killed Prometheus and Alertmanager, and the database of Grafana is locked: no alert reaches anyone',
    compose: {
      exited: {
        prometheus: { code: 137, oomKilled: true },
        alertmanager: { code: 137, oomKilled: true },
      },
      unhealthy: { grafana: 'database is locked' },
    },
  },
  {
    name: 'database-down',
    title: 'the container of the database has exited: everything that needs it fails',
    compose: { exited: { database: { code: 1 } } },
  },
  {
    name: 'finding-open',
    title: 'code scanning has found a critical vulnerability in the main branch',
    ci: openFinding,
  },
];

/** Vars of the profile → servers of the simulator. */
export const tradingPlatformAddresses: Readonly<Record<string, string>> = {
  kafka: 'kafka',
  ssh: 'ssh',
  'ssh-config': 'ssh-config',
  backups: 'backups',
  'access-log': 'access-log',
  'database-log': 'database-log',
  'tls-host': 'tls-host',
  'tls-ca': 'tls-ca',
  zerodha: 'broker',
  ...Object.fromEntries(providers.map((name) => [name, name])),
  'provider-status': 'broker',
};
