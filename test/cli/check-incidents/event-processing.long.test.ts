import { sampled } from '../../support/layer.ts';
import { checkEveryIncident } from './every-incident.ts';

checkEveryIncident(sampled, {
  system: 'event-processing',
  envs: ['local', 'production'],
  incidents: [
    {
      incident: 'consumer-lag',
      level: 'crit',
      raised: ['crit signals lag', 'warn alerts event-notifications-backlog'],
      calm: ['breakers', 'workloads', 'pools'],
    },
    {
      incident: 'breaker-open',
      level: 'crit',
      raised: [
        'crit signals error.rate',
        'warn signals dlq.depth',
        'warn signals s2.log.breaker',
        'warn alerts events-dlq-not-empty',
      ],
      calm: ['workloads', 'pools'],
    },
    {
      incident: 'breaker-left-open',
      level: 'crit',
      raised: ['warn signals dlq.depth', 'crit signals error.rate'],
      calm: ['workloads', 'pools', 'health'],
    },
    {
      incident: 'mongodb-slow',
      level: 'crit',
      raised: ['crit signals mongo.exhausted', 'crit signals mongo.reads', 'warn signals index.expected'],
      calm: ['breakers', 'workloads'],
    },
    {
      incident: 'mongodb-down',
      level: 'crit',
      raised: ['crit health mongodb', 'crit breakers mongodb', 'crit signals containers'],
      calm: [],
    },
    {
      incident: 'localstack-unavailable',
      level: 'crit',
      raised: ['crit health localstack', 'warn signals s2.log.aws'],
      calm: ['breakers', 'workloads', 'pools'],
    },
    {
      incident: 'resources-missing',
      level: 'crit',
      raised: ['crit signals queues.expected', 'crit signals topics.expected'],
      calm: ['breakers', 'workloads', 'pools', 'health'],
    },
    {
      incident: 'events-stuck',
      level: 'crit',
      raised: ['crit signals lag', 'warn signals stuck', 'crit signals consumer.idle'],
      calm: ['breakers', 'workloads', 'pools', 'health'],
    },
    {
      incident: 'dead-letters',
      level: 'warn',
      raised: ['warn signals dlq.depth', 'warn alerts events-dlq-not-empty'],
      calm: ['breakers', 'workloads', 'pools', 'health', 'lag'],
    },
    {
      incident: 'data-corruption',
      level: 'crit',
      raised: ['crit signals events.invalid'],
      calm: ['breakers', 'workloads', 'pools', 'health', 'lag'],
    },
    {
      incident: 'consumer-stopped',
      level: 'crit',
      raised: ['crit signals members', 'crit signals containers', 'crit signals services.up'],
      calm: ['pools'],
    },
    {
      incident: 'producer-stopped',
      level: 'crit',
      raised: ['crit signals containers', 'crit signals services.up'],
      calm: ['pools'],
    },
    {
      incident: 'system-failure',
      level: 'crit',
      raised: ['crit health mongodb', 'crit health localstack', 'crit signals containers'],
      calm: [],
    },
  ],
});
