import { sampled } from '../../support/layer.ts';
import { checkEveryIncident } from './every-incident.ts';

/** Every instance is down: what only they report is unknown, which differs from a negative answer. */
const gone = [
  'crit signals app.running',
  'crit signals app.up',
  'crit signals containers.down',
  'crit health trademaster-trading-service',
  'crit workloads trademaster-trading-service',
  'crit alerts ApplicationDown',
  'unknown signals error.rate',
  'unknown signals p95',
  'unknown signals breakers.open',
  'unknown signals pool.pending',
];
/** Its containers are gone, and those of green as well. */
const standby = ['crit workloads trading-green-trademaster-trading-service-1', 'crit health green'];
const failing = [
  'crit signals error.rate',
  'crit signals orders.failed',
  'crit alerts HighErrorRate',
  'crit alerts OrderPlacementFailures',
];
const slow = [
  'warn signals p95',
  'crit signals p99',
  'warn signals pool.pending',
  'crit signals s1.log.jdbc',
  'crit pools hikari',
  'crit alerts CriticalAPILatencyP99',
];
const openBreaker = [
  'crit signals breakers.open',
  'crit breakers brokerService',
  'crit alerts CircuitBreakerOpen',
];
/** The release of a deployment that failed runs nowhere; blue serves. */
const deployed = ['crit signals ci.failed', 'warn signals standby.failures', ...standby];

checkEveryIncident(sampled, {
  system: 'trading',
  envs: ['local', 'production'],
  incidents: [
    {
      incident: 'dependency-down',
      level: 'crit',
      raised: [...failing, ...openBreaker, 'crit signals broker.up', 'crit health zerodha'],
      calm: ['pools', 'workloads', 'lag'],
    },
    {
      incident: 'breaker-left-open',
      level: 'crit',
      raised: [...failing, ...openBreaker],
      calm: ['health', 'pools', 'workloads', 'lag'],
    },
    { incident: 'service-down', level: 'crit', raised: gone, calm: ['breakers', 'pools'] },
    {
      incident: 'out-of-memory',
      level: 'crit',
      raised: [...gone, ...standby, 'warn signals oom.killed'],
      calm: ['breakers', 'pools'],
    },
    {
      incident: 'release-crashes',
      level: 'crit',
      raised: [...gone, ...standby],
      calm: ['breakers', 'pools'],
    },
    { incident: 'restart-failed', level: 'crit', raised: [...gone, ...standby], calm: ['breakers', 'pools'] },
    {
      incident: 'high-error-rate',
      level: 'crit',
      raised: failing,
      calm: ['health', 'breakers', 'pools', 'workloads', 'lag'],
    },
    {
      incident: 'rollback-blocked',
      level: 'crit',
      raised: [...failing, 'warn signals standby.failures', 'crit health blue'],
      calm: ['breakers', 'pools', 'workloads', 'lag'],
    },
    { incident: 'high-latency', level: 'crit', raised: slow, calm: ['breakers', 'workloads', 'lag'] },
    { incident: 'latency-fixed-port', level: 'crit', raised: slow, calm: ['breakers', 'workloads', 'lag'] },
    {
      incident: 'deployment-failed',
      level: 'crit',
      raised: deployed,
      calm: ['breakers', 'pools', 'alerts', 'lag'],
    },
    {
      incident: 'deployment-broken',
      level: 'crit',
      raised: deployed,
      calm: ['breakers', 'pools', 'alerts', 'lag'],
    },
    {
      incident: 'pool-exhaustion',
      level: 'crit',
      raised: [...slow, 'crit signals error.rate', 'crit signals db.query'],
      calm: ['breakers', 'workloads', 'lag'],
    },
    {
      incident: 'pool-leak',
      level: 'crit',
      raised: [...slow, 'crit signals error.rate', 'crit signals db.query'],
      calm: ['breakers', 'workloads', 'lag'],
    },
    {
      incident: 'slow-queries',
      level: 'warn',
      raised: [
        'warn signals p95',
        'warn signals db.slowest',
        'warn alerts HighAPILatencyP95',
        'warn alerts SlowDatabaseQueries',
      ],
      calm: ['health', 'breakers', 'workloads', 'lag'],
    },
    {
      incident: 'statements-missing',
      level: 'warn',
      raised: ['warn signals db.recording'],
      calm: ['health', 'breakers', 'pools', 'workloads', 'alerts', 'lag'],
    },
    // Rows of CI, of pages and of findings; the running service is not affected.
    {
      incident: 'pipeline-failed',
      level: 'crit',
      raised: ['crit signals ci.failed', 'crit signals gates.failed'],
      calm: ['health', 'breakers', 'pools', 'workloads', 'alerts', 'lag'],
    },
    {
      incident: 'paged',
      level: 'crit',
      raised: ['crit signals pages.open', 'crit alerts Customers report rejected orders'],
      calm: ['health', 'breakers', 'pools', 'workloads', 'lag'],
    },
    {
      incident: 'finding-open',
      level: 'crit',
      raised: ['crit signals findings', 'crit alerts java/sql-injection'],
      calm: ['health', 'breakers', 'pools', 'workloads', 'lag'],
    },
    {
      incident: 'cache-full',
      level: 'warn',
      raised: ['warn signals cache.memory'],
      calm: ['health', 'breakers', 'pools', 'workloads', 'alerts', 'lag'],
    },
    {
      incident: 'kafka-down',
      level: 'crit',
      raised: ['crit health kafka', 'crit workloads kafka', 'unknown signals kafka.lag'],
      calm: ['breakers', 'pools', 'alerts'],
    },
    // What only Prometheus and Alertmanager know is unknown, and no alert is not "no problem".
    {
      incident: 'monitoring-down',
      level: 'crit',
      raised: [
        'crit signals prometheus.up',
        'crit signals alertmanager.up',
        'warn signals grafana.unhealthy',
        'crit health prometheus',
        'crit health alertmanager',
        'crit workloads prometheus',
        'unknown signals error.rate',
      ],
      calm: ['lag'],
    },
    {
      incident: 'database-down',
      level: 'crit',
      raised: ['crit signals db.up', 'crit health postgres', 'crit workloads database'],
      calm: ['lag'],
    },
  ],
});
