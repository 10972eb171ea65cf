import { expect } from 'vitest';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import { startAlertmanagerServer } from '../../../src/simulator/servers/alertmanager.ts';
import type { SourceRig, TimelessFact } from '../../../src/testing/source-rig.ts';
import { contractView } from './simulator.ts';

const source = 'alertmanager';

/** Rules that all fire: one critical, which inhibits the warning; one to be silenced; one with minimal labels. */
const rule = (name: string, labels: Readonly<Record<string, string>>) => ({
  name,
  expr: 'up == 1',
  forMs: 0,
  labels,
  annotations: { summary: `alert ${name} fires` },
});
const alerts = [
  rule('Down', { severity: 'critical' }),
  rule('Slow', { severity: 'warning' }),
  rule('Muted', { severity: 'page' }),
];

const alert = (name: string, severity: string, state: string): TimelessFact => ({
  source,
  name,
  severity,
  state,
  since: Date.parse('2026-03-04T10:13:42Z'),
  labels: { instance: 'bus-0:8080', job: 'bus', pod: 'bus-0', severity },
  summary: `alert ${name} fires`,
});

/** The Alertmanager of the simulator, with one silence. */
const start = async (clock: Clock) => {
  const server = await startAlertmanagerServer(contractView(clock, alerts));
  const at = (ms: number): string => new Date(clock.now() + ms).toISOString();
  const answer = await fetch(`${server.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'alertname', value: 'Muted', isRegex: false, isEqual: true }],
      startsAt: at(0),
      endsAt: at(3_600_000),
      createdBy: 'ana',
      comment: 'moving it',
    }),
  });
  await answer.text();
  if (!answer.ok) throw new Error(`the simulator did not create a silence: ${answer.status}`);
  return server;
};

export const alertmanagerRig: SourceRig = {
  type: 'alertmanager',
  start,
  config: (url, secret) => ({
    url,
    auth: { basic: { user: 'opsdeck', password: secret } },
    identity: { path: '/api/v2/status', json: { versionInfo: { version: '0.25.0' } } },
  }),
  signals: [],
  healthy: {
    'alertmanager/alerts': {
      items: [
        { ...alert('Muted', 'page', 'silenced'), suppressedBy: 'silenced since 10:15 UTC by ana' },
        { ...alert('Slow', 'warning', 'inhibited'), suppressedBy: 'inhibited by Down' },
        alert('Down', 'critical', 'firing'),
      ],
    },
    'alertmanager/silences': {
      items: [
        {
          source,
          title: 'alertname="Muted"',
          text: expect.stringMatching(
            /^active until 2026-03-04T11:15:07\.000Z · by ana · moving it · id [0-9a-f-]{36}$/,
          ),
        },
      ],
    },
  },
  unknowns: {},
  operations: {
    silence: { alert: 'Down', matchers: { job: 'bus' }, for: '1h', reason: 'a change', by: 'ana' },
    expire: { alert: 'Muted' },
  },
};
