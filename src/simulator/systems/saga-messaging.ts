import type { MessagingSpec } from '../model/messaging/spec.ts';
import type { IncidentSpec } from '../model/spec.ts';

/** The events of the sagas: written with every request, handled by the orchestrator itself. */
export const sagaMessaging: MessagingSpec = {
  name: 'saga-kafka',
  topics: [
    { name: 'saga-events', partitions: 3, from: 'saga-orchestrator', each: 4 },
    { name: 'payment-events', partitions: 3, from: 'payment-service', each: 1 },
    { name: 'saga-events-dlq', partitions: 1 },
  ],
  groups: [
    { name: 'saga-orchestrator-group', topic: 'saga-events', service: 'saga-orchestrator', perSecond: 90 },
    { name: 'notification-group', topic: 'payment-events', service: 'notification-service', perSecond: 60 },
  ],
};

export const sagaMessagingIncidents: readonly IncidentSpec[] = [
  {
    name: 'consumer-lag',
    title: 'every saga event has become more work: two orchestrators no longer keep up with saga-events',
    messaging: { slow: { 'saga-orchestrator-group': 30 }, burst: { 'saga-events': 1100 } },
  },
  {
    name: 'consumer-stalled',
    title: 'the orchestrators are members of their group and handle nothing, until they are restarted',
    messaging: { stalled: ['saga-orchestrator-group'] },
  },
  {
    name: 'broker-down',
    title: 'one of three Kafka brokers is gone: every partition has a replica less',
    messaging: { brokersDown: [3] },
  },
];
