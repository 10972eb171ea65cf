import { sampled } from '../../support/layer.ts';
import { checkEveryIncident } from './every-incident.ts';

const openBreaker = [
  'crit breakers database',
  'crit signals breakers.open',
  'crit alerts CircuitBreakerOpen',
];
const failing = ['crit signals error.rate', 'crit alerts HighErrorRate'];
const gone = [
  'crit signals up',
  'crit signals ready',
  'crit health ingress',
  'crit workloads event-bus-service',
  'crit alerts EventBusServiceDown',
];
/** No source is reachable, so states are unknown: that differs from a negative answer. */
const notSeen = ['unknown signals p95', 'unknown health application'];
const blocked = [...openBreaker, ...failing, 'crit signals db.transaction', 'crit health event-bus-service'];

checkEveryIncident(sampled, {
  system: 'event-bus',
  envs: ['staging', 'production'],
  incidents: [
    {
      incident: 'dependency-down',
      level: 'crit',
      raised: [...openBreaker, ...failing, 'crit health database', 'unknown signals db.slots'],
      calm: ['workloads'],
    },
    // A row of CI; the running service is not affected.
    {
      incident: 'tests-failed',
      level: 'crit',
      raised: [],
      calm: ['signals', 'health', 'breakers', 'pools', 'workloads'],
    },
    {
      incident: 'breaker-left-open',
      level: 'crit',
      raised: [...openBreaker, ...failing, 'crit health event-bus-service'],
      calm: ['pools', 'workloads'],
    },
    {
      incident: 'slow-service',
      level: 'crit',
      raised: ['crit signals sla', 'crit signals p95', 'warn alerts CriticalAPILatencyP99'],
      calm: ['breakers', 'workloads'],
    },
    {
      incident: 'service-down',
      level: 'crit',
      raised: [...gone, 'crit health application', 'unknown signals p95'],
      calm: [],
    },
    {
      incident: 'stopped',
      level: 'crit',
      raised: [...notSeen, 'crit signals up', 'crit health ingress', 'unknown signals ready'],
      calm: ['breakers'],
    },
    {
      incident: 'sla',
      level: 'crit',
      raised: ['crit signals sla', 'warn signals p95', 'crit alerts SLAComplianceIssue'],
      calm: ['health', 'breakers', 'pools', 'workloads'],
    },
    {
      incident: 'wont-start',
      level: 'crit',
      raised: [...gone, ...notSeen, 'warn signals restarts'],
      calm: [],
    },
    {
      incident: 'bad-credential',
      level: 'crit',
      raised: [...gone, ...notSeen, 'warn signals restarts'],
      calm: [],
    },
    {
      incident: 'high-memory',
      level: 'crit',
      raised: ['crit signals heap', 'crit signals s0.log.oom', 'crit alerts HighMemoryUsage'],
      calm: ['health', 'breakers', 'pools', 'workloads'],
    },
    {
      incident: 'heap-garbage',
      level: 'crit',
      raised: ['crit signals heap', 'crit signals s0.log.oom', 'crit alerts HighMemoryUsage'],
      calm: ['health', 'breakers', 'pools', 'workloads'],
    },
    { incident: 'database-blocked', level: 'crit', raised: blocked, calm: ['workloads'] },
    { incident: 'database-blocked-again', level: 'crit', raised: blocked, calm: ['workloads'] },
  ],
});
