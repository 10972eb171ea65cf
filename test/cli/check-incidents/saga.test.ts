import { checkEveryIncident } from './every-incident.ts';

const failedSagas = [
  'crit signals saga.ok',
  'crit signals error.rate',
  'warn health inventory-service',
  'crit alerts SagaFailureRate',
];

checkEveryIncident({
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
    // How many of its pods are down differs: each is killed and started again in its own time.
    // While a pod that was killed comes back it is not scraped and reads no messages, and rows say so.
    { incident: 'memory-leak', level: 'crit', raised: ['crit signals oom'], calm: [] },
    {
      incident: 'consumer-lag',
      level: 'warn',
      // Within the second between two readings its lag may as well stand still.
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
      incident: 'broker-down',
      level: 'crit',
      raised: ['crit health kafka', 'warn health kafka'],
      calm: ['pools', 'workloads', 'alerts'],
    },
  ],
});
