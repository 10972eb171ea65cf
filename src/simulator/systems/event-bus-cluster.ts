import type { ClusterSpec, StartFault } from '../model/cluster/spec.ts';
import { loginRefusedStack, portInUseStack } from '../model/logs/stacks.ts';
import type { IncidentSpec } from '../model/spec.ts';

const banner = ['***************************', 'APPLICATION FAILED TO START', '***************************'];

const failed = (stack: readonly string[]) =>
  ({
    level: 'ERROR',
    logger: 'o.s.boot.SpringApplication',
    message: 'Application run failed',
    stack: ['', ...stack],
  }) as const;

/** What keeps the event bus from starting, and what it says then. */
const eventBusStartFaults: readonly StartFault[] = [
  {
    env: 'JAVA_TOOL_OPTIONS',
    good: /^(?!.*javaagent\.jar=80(80|81):)/,
    says: () => [
      {
        level: 'WARN',
        logger: 'o.s.b.w.s.c.AnnotationConfigServletWebServerApplicationContext',
        message: 'Exception encountered during context initialization - cancelling refresh attempt',
      },
      failed(portInUseStack),
      {
        level: 'ERROR',
        logger: 'o.s.b.d.LoggingFailureAnalysisReporter',
        message: '',
      },
      '',
      ...banner,
      '',
      'Description:',
      '',
      'Web server failed to start. Port 8080 was already in use.',
      '',
      'Action:',
      '',
      "Identify and stop the process that's listening on port 8080 or configure this application to listen on another port.",
    ],
  },
  {
    env: 'SPRING_DATASOURCE_URL',
    good: /^jdbc:postgresql:\/\/postgres-cluster\.database(?:\.svc\S*)?:5432\/eventbus_db$/,
    says: (url) => [
      {
        level: 'ERROR',
        logger: 'com.zaxxer.hikari.pool.HikariPool',
        message: 'HikariPool-1 - Exception during pool initialization.',
        stack: [
          '',
          'org.postgresql.util.PSQLException: The connection attempt failed.',
          `Caused by: java.net.UnknownHostException: ${/\/\/([^:/]+)/.exec(url)?.[1] ?? url}`,
        ],
      },
      ...banner,
    ],
  },
  {
    env: 'SPRING_DATASOURCE_USERNAME',
    good: /^eventbus_user$/,
    says: (user) => [
      {
        level: 'ERROR',
        logger: 'com.zaxxer.hikari.pool.HikariPool',
        message: 'HikariPool-1 - Exception during pool initialization.',
        stack: ['', ...loginRefusedStack(user)],
      },
      failed(loginRefusedStack(user)),
      ...banner,
    ],
  },
];

const service = 'event-bus-service';
const jvm = '-XX:MaxRAMPercentage=80.0 --enable-preview';
const agent = '-javaagent:/opt/jmx/jmx_prometheus_javaagent.jar=8080:/opt/jmx/config.yaml';

/** Its configuration, by file. */
export const eventBusConfig: Readonly<Record<string, string>> = {
  'application.yml':
    'spring:\n  application:\n    name: event-bus-service\n  datasource:\n    hikari:\n      maximum-pool-size: 20\n',
  'application-prod.yml':
    'server:\n  port: 8080\nmanagement:\n  server:\n    port: 8081\nspring:\n  threads:\n    virtual:\n      enabled: true\n',
};

/** What the event bus runs on: three pods of 2560 MiB in a namespace per environment, its database in another. */
export const eventBusCluster: ClusterSpec = {
  name: 'trademaster',
  registry: 'registry.trademaster.example',
  namespace: 'event-bus-{env}',
  nodes: { count: 3, cpu: '8', memory: '16Gi' },
  services: {
    [service]: {
      runtime: 'java',
      requests: { cpu: '500m', memory: '2Gi' },
      limits: { cpu: '2', memory: '2560Mi' },
      env: {
        JAVA_TOOL_OPTIONS: jvm,
        SPRING_PROFILES_ACTIVE: 'prod',
        SPRING_DATASOURCE_URL: 'jdbc:postgresql://postgres-cluster.database:5432/eventbus_db',
        SPRING_DATASOURCE_USERNAME: 'eventbus_user',
      },
      secretEnv: { SPRING_DATASOURCE_PASSWORD: ['event-bus-service-secrets', 'db-password'] },
      configFiles: { configMap: 'event-bus-service-config', dir: '/opt/trademaster/config' },
      startFaults: eventBusStartFaults,
    },
  },
  statefulSets: [
    {
      name: 'postgres-cluster',
      namespace: 'database',
      replicas: 1,
      image: 'postgres:15.8',
      port: 5432,
      dependency: 'database',
      requests: { cpu: '500m', memory: '1Gi' },
      limits: { cpu: '2', memory: '2Gi' },
    },
  ],
  daemonSets: { fluentd: { namespace: 'logging', image: 'fluent/fluentd:1.17' } },
  cronJobs: [
    {
      name: 'event-archive',
      schedule: '0 3 * * *',
      image: 'registry.trademaster.example/event-archive:1.4.0',
      lines: ['archiving events older than 90 days', '18204 events archived'],
    },
    {
      name: 'eventbus-backup',
      namespace: 'database',
      schedule: '0 2 * * *',
      image: 'registry.trademaster.example/eventbus-backup:1.2.0',
      tookMs: 412_000,
      lines: ['pg_dump of eventbus_db', 'written and packed'],
    },
  ],
  configMaps: { 'event-bus-service-config': eventBusConfig },
  secrets: { 'event-bus-service-secrets': { 'db-password': 'rehearsal' } },
};

/** How it breaks. */
export const eventBusClusterIncidents: readonly IncidentSpec[] = [
  {
    name: 'wont-start',
    title:
      'a change that was applied keeps the service from starting: its port is taken by its own JMX agent',
    cluster: {
      applied: {
        [service]: {
          env: { JAVA_TOOL_OPTIONS: `${jvm} ${agent}` },
          // Whoever applied it let all pods be replaced at once.
          strategy: { type: 'Recreate' },
        },
      },
    },
  },
  {
    name: 'bad-credential',
    title: 'a change that was applied names a database user that does not exist: the service cannot start',
    cluster: {
      applied: {
        [service]: {
          env: { SPRING_DATASOURCE_USERNAME: 'eventbus_usr' },
          strategy: { type: 'Recreate' },
        },
      },
    },
  },
  {
    name: 'high-memory',
    title: 'the heap of every pod is nearly full of what a burst of events left there',
    cluster: { heapHeld: { [service]: 0.9 } },
  },
];
