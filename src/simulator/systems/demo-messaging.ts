import type { MessagingSpec } from '../model/messaging/spec.ts';
import type { IncidentSpec } from '../model/spec.ts';

/** What the bus writes, and who reads it. */
export const demoMessaging: MessagingSpec = {
  name: 'demo-kafka',
  topics: [
    { name: 'events', partitions: 4, from: 'bus', each: 2 },
    { name: 'orders', partitions: 3, from: 'orders', each: 1 },
  ],
  groups: [
    { name: 'orders-group', topic: 'events', service: 'orders', perSecond: 60 },
    { name: 'billing-group', topic: 'orders', service: 'billing', perSecond: 60 },
  ],
};

export const demoMessagingIncidents: readonly IncidentSpec[] = [
  {
    name: 'consumer-lag',
    title: 'every event has become more work: the orders service no longer keeps up with the bus',
    messaging: { slow: { 'orders-group': 10 }, burst: { events: 500 } },
  },
  {
    name: 'consumer-stalled',
    title: 'billing is a member of its group and handles nothing, until it is restarted',
    messaging: { stalled: ['billing-group'] },
  },
];
