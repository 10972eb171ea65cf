import { sampled } from '../../support/layer.ts';
import { checkEveryIncident } from './every-incident.ts';

const failedSagas = [
  'crit signals saga.ok',
  'crit signals error.rate',
  'warn health inventory-service',
  'crit alerts SagaFailureRate',
];

checkEveryIncident(sampled, {
  system: 'saga',
  envs: ['production'],
  incidents: [
    { incident: 'saga-failures', level: 'crit', raised: failedSagas, calm: ['lag', 'pools', 'workloads'] },
    {
      incident: 'saga-failures-data',
      level: 'crit',
      raised: failedSagas,
      calm: ['lag', 'pools', 'workloads'],
    },
    {
      incident: 'bad-release',
      level: 'crit',
      raised: ['crit signals saga.ok', 'crit alerts SagaFailureRate'],
      calm: ['lag', 'pools'],
    },
    {
      incident: 'high-latency',
      level: 'warn',
      raised: ['warn signals p95', 'warn health saga-orchestrator', 'warn alerts HighLatency'],
      calm: ['lag', 'pools', 'workloads'],
    },
    {
      incident: 'slow-statements',
      level: 'crit',
      raised: ['crit signals p95', 'warn health saga-orchestrator', 'warn alerts HighLatency'],
      calm: ['lag', 'pools', 'workloads'],
    },
    {
      incident: 'pool-exhaustion',
      level: 'crit',
      raised: [
        'crit signals pg.conn',
        'crit signals pg.long',
        'crit signals pool',
        'warn signals s3.log.toomany',
        'crit pools postgres',
        'warn alerts DatabaseConnections',
      ],
      calm: ['lag', 'workloads'],
    },
    // The number of pods that are down varies: each is killed and restarted at a different time.
    // While a killed pod restarts, it is not scraped and consumes no messages, which affects further rows.
    { incident: 'memory-leak', level: 'crit', raised: ['crit signals oom'], calm: [] },
    {
      incident: 'consumer-lag',
      level: 'warn',
      // Within the second between two readings its lag may not change.
      raised: ['warn signals lag'],
      calm: ['health', 'pools', 'workloads', 'alerts'],
    },
    {
      incident: 'consumer-stalled',
      level: 'warn',
      raised: ['warn signals lag', 'warn lag saga-orchestrator-group stalled'],
      calm: ['health', 'pools', 'workloads', 'alerts'],
    },
    {
      incident: 'partitions-short',
      level: 'warn',
      raised: ['warn signals lag'],
      calm: ['health', 'workloads', 'alerts'],
    },
    {
      incident: 'broker-down',
      level: 'crit',
      raised: ['crit health kafka', 'warn health kafka'],
      calm: ['pools', 'workloads', 'alerts'],
    },
  ],
});
