import type { Clock } from '../../../src/platform/runtime/clock.ts';
import { serve } from '../../../src/simulator/servers/http/http-server.ts';
import { pagerdutyHandler } from '../../../src/simulator/servers/pagerduty/api.ts';
import {
  IncidentStore,
  simulatedServices,
  simulatedUsers,
} from '../../../src/simulator/servers/pagerduty/store.ts';
import type { SourceRig, TimelessFact } from '../../../src/testing/source-rig.ts';

const source = 'pagerduty';
const minutes = (count: number): number => count * 60_000;
const noon = Date.parse('2026-03-04T10:15:07Z');

/** The incidents of a test: one triggered, one acknowledged, one of low urgency, and one that is over. */
export const incidentsForTests = (clock: Clock): IncidentStore => {
  const store = new IncidentStore(clock, [
    { title: 'Payments fail', urgency: 'high', service: simulatedServices.checkout, agoMs: minutes(6) },
    {
      title: 'Disk is filling',
      urgency: 'high',
      service: simulatedServices.billing,
      priority: { id: 'PPRIORI2', summary: 'P2' },
      assigned: [simulatedUsers.ben],
      agoMs: minutes(20),
    },
    { title: 'Report is late', urgency: 'low', service: simulatedServices.billing, agoMs: minutes(30) },
    { title: 'Old outage', urgency: 'high', service: simulatedServices.checkout, agoMs: minutes(50) },
  ]);
  const [, second, , fourth] = store.incidents;
  if (second !== undefined) store.setStatus(second, 'acknowledged', simulatedUsers.ben);
  if (fourth !== undefined) store.setStatus(fourth, 'resolved', simulatedUsers.ana);
  return store;
};

const row = (name: string, more: TimelessFact): TimelessFact => ({
  source,
  name,
  severity: 'page',
  state: 'firing',
  ...more,
});

export const pagerdutyRig: SourceRig = {
  type: source,
  start: (clock) => serve(pagerdutyHandler(incidentsForTests(clock)), clock),
  config: (url, token) => ({
    url,
    token,
    from: 'ana@example.com',
    events: { url, routingKey: token },
    identity: { path: '/services/PCHECKOU', json: { 'service.name': 'Checkout' } },
  }),
  signals: [
    { id: 'triggered', read: { incidents: 'triggered', urgency: 'high' } },
    { id: 'on-call', read: { onCall: 'Platform' } },
  ],
  healthy: {
    'pagerduty/incidents': {
      items: [
        row('Payments fail', {
          since: noon - minutes(6),
          labels: { incident: '1001', service: 'Checkout', urgency: 'high', policy: 'Platform' },
          summary: 'assigned to Ana Ruiz',
        }),
        row('Disk is filling', {
          state: 'acknowledged',
          since: noon - minutes(20),
          labels: {
            incident: '1002',
            service: 'Billing',
            urgency: 'high',
            priority: 'P2',
            policy: 'Platform',
          },
          summary: 'acknowledged by Ben Okafor, assigned to Ben Okafor',
        }),
        row('Report is late', {
          severity: 'low',
          since: noon - minutes(30),
          labels: { incident: '1003', service: 'Billing', urgency: 'low', policy: 'Platform' },
          summary: 'assigned to Ana Ruiz',
        }),
      ],
      samples: [{ source, signal: 'triggered', labels: {}, value: 1 }],
    },
    'pagerduty/oncall': {
      items: [
        {
          source,
          name: 'Ana Ruiz',
          email: 'ana@example.com',
          policy: 'Platform',
          escalationLevel: 1,
          schedule: 'Daily rotation',
          startsAt: noon,
          endsAt: noon + 8 * minutes(60),
        },
        {
          source,
          name: 'Ben Okafor',
          email: 'ben@example.com',
          policy: 'Platform',
          escalationLevel: 2,
          schedule: '',
        },
      ],
      samples: [{ source, signal: 'on-call', labels: {}, value: 1 }],
    },
    'pagerduty/policies': {
      items: [
        {
          source,
          title: 'Platform',
          text: 'level 1: Daily rotation · level 2 after 30 min: Ben Okafor',
        },
      ],
    },
    'pagerduty/services': {
      items: [
        {
          source,
          title: 'Checkout',
          text: 'active · escalation policy Platform · the acknowledgement expires after 30 min · id PCHECKOU',
        },
        {
          source,
          title: 'Billing',
          text: 'active · escalation policy Platform · the acknowledgement expires after 30 min · id PBILLING',
        },
      ],
    },
    'pagerduty/maintenance': {
      items: [
        {
          source,
          title: 'Database upgrade',
          text: 'ongoing until 2026-03-04T11:15:07.000Z · Billing · by Ben Okafor',
        },
      ],
    },
  },
  unknowns: {
    'pagerduty/oncall': ({ items }) =>
      items.flatMap((item) =>
        'schedule' in item && item.schedule === '' ? [item.endsAt, item.startsAt] : [],
      ),
  },
  operations: {
    acknowledge: { incident: 1001 },
    resolve: { incident: ['1001', '#1002'] },
    note: { incident: '1001', text: 'The provider has been called.' },
    trigger: { key: 'checkout-down', summary: 'Checkout is down', affected: 'checkout' },
    resolveEvent: { key: 'key-1' },
    incidentsOf: { key: 'key-1' },
    notes: { incident: '1001' },
    status: { incident: [1001, 1002] },
  },
};
