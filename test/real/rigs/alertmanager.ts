import { expect } from 'vitest';
import type { TimelessFact } from '../../../src/testing/source-rig.ts';
import { alertmanagerStates, silencesOf } from '../alert-states.ts';
import { ask } from '../ask.ts';
import { until } from '../machine/until.ts';
import { user } from '../servers/passwords.ts';
import type { Address } from '../servers/server.ts';
import type { RealRig } from '../stage.ts';

const source = 'alertmanager';

const alert = (name: string, severity: string, state: string, summary: string): TimelessFact => ({
  source,
  name,
  severity,
  state,
  since: expect.any(Number),
  labels: { severity, service: 'shop' },
  summary,
});

/** A silence of another user without matches, which `expire` plans to expire. */
const expiringAlert = 'Nothing';

const silenced = async (server: Address): Promise<boolean> =>
  (await silencesOf(server)).some(({ alertname }) => alertname === expiringAlert);

const settled = async (server: Address): Promise<void> => {
  if (!(await silenced(server))) {
    const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
    const matchers = [{ name: 'alertname', value: expiringAlert, isRegex: false, isEqual: true }];
    const body = { matchers, startsAt: at(0), endsAt: at(3_600_000), createdBy: 'ana', comment: 'moving it' };
    await ask(server, '/api/v2/silences', { method: 'POST', body });
  }
  await until('the warning is inhibited by the critical alert', async () => {
    const states = await alertmanagerStates(server);
    return states.get('ShopOnFire') === 'active' && states.get('ShopSmells') === 'suppressed';
  });
};

/** The Alertmanager that receives the two alerts of the real Prometheus. */
export const alertmanagerRig: RealRig = {
  path: '',
  settled,
  rig: {
    type: 'alertmanager',
    config: (url, password) => ({
      url,
      auth: { basic: { user, password } },
      identity: { path: '/api/v2/status', json: { 'cluster.status': 'disabled' } },
    }),
    signals: [],
    healthy: {
      'alertmanager/alerts': {
        items: [
          alert('ShopOnFire', 'critical', 'firing', 'The shop is on fire'),
          {
            ...alert('ShopSmells', 'warning', 'inhibited', 'The shop smells of smoke'),
            suppressedBy: 'inhibited by ShopOnFire',
          },
        ],
      },
      'alertmanager/silences': {
        items: expect.arrayContaining([
          {
            source,
            title: `alertname="${expiringAlert}"`,
            text: expect.stringMatching(/^active until \S+Z · by ana · moving it · id [0-9a-f-]{36}$/),
          },
        ]),
      },
    },
    unknowns: {},
    operations: {
      silence: { alert: 'ShopOnFire', for: '1h', reason: 'a change', by: 'ana' },
      expire: { alert: expiringAlert },
    },
  },
};
