import { expect, test } from 'vitest';
import type { Fault } from '../../src/domain/base/fault.ts';
import type { Alert } from '../../src/kinds/alerts/fact.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { fault, feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { alert } from './support/monitored.ts';
import { cellsOf, detailsOf, tableRows } from './support/screen.ts';
import { shopCockpit } from './support/shop.ts';
import { drawn, fitsEverySize } from './support/sizes.ts';
import { openCockpit, type Scene } from './support/user.ts';

const sources = {
  am: { type: 'alertmanager', kinds: ['alerts'] },
  prom: { type: 'prometheus', kinds: ['alerts'] },
} as const;

const factsOf = (
  env: string,
  manager: readonly Alert[],
  server: readonly Alert[],
  faults: readonly Fault[] = [],
): FactsStore => {
  const store = createFactsStore(frame({ system: 'shop', env, sources }));
  const time = noon - 2000;
  learn(store, feedInfo('am/alerts', 'alerts'), { items: manager, faults }, time);
  learn(store, feedInfo('prom/alerts', 'alerts'), { items: server }, time);
  learn(store, feedInfo('prom/rules', 'notes', { everyMs: 0, staleMs: 300_000 }), {}, time);
  return store;
};

const moment = noon - 2000;
const minutesAgo = (count: number): number => noon - 60_000 * count;
const inEnv = (env: string): Alert['labels'] => ({ service: 'billing', cluster: env });

const psp: Partial<Alert> = {
  at: moment,
  severity: 'critical',
  since: minutesAgo(11),
  summary: 'burns 14× the budget',
};

/** One environment with two servers that report the same alerts, one without alerts, one that denies access. */
const several = (): Scene => ({
  facts: factsOf(
    'production',
    [
      alert('PspDown', { ...psp, labels: inEnv('eu-1') }),
      alert('DiskFilling', {
        at: moment,
        state: 'silenced',
        labels: { service: 'search' },
        since: minutesAgo(120),
      }),
    ],
    [
      alert('PspDown', { ...psp, source: 'prom', labels: { service: 'billing' } }),
      alert('Unsent', {
        at: moment,
        source: 'prom',
        severity: 'warning',
        labels: { service: 'mail' },
        since: minutesAgo(3),
      }),
    ],
  ),
  across: new Map([
    ['dev', factsOf('dev', [], [])],
    [
      'staging',
      factsOf('staging', [alert('PspDown', { ...psp, since: minutesAgo(90), labels: inEnv('st') })], []),
    ],
    ['local', factsOf('local', [], [], [fault('denied', 'GET /api/v2/alerts: 403', 'am')])],
  ]),
  cockpit: { ...shopCockpit, suggestions: [], messages: [] },
});

test('one list contains the alerts of all environments, the open one first, each with its environment', () => {
  const screen = drawn(several(), '7 z j enter', [120, 36]);
  const heads = ['ENV', 'SEVERITY', 'ALERT', 'SERVICE', 'OWNER', 'FOR', 'SUMMARY'];
  expect(cellsOf(screen, 'Alerts', heads, tableRows(screen, 'Alerts', '⊘ local'))).toEqual([
    [
      '✗ FIRING',
      'production',
      'critical',
      'PspDown',
      'billing',
      '–',
      '11m',
      'burns 14× the budget · no matching runbook',
    ],
    ['▲ FIRING', 'production', 'warning', 'Unsent', 'mail', '–', '3m', 'no matching runbook'],
    ['○ SILENCED', 'production', 'warning', 'DiskFilling', 'search', '–', '2h', ''],
    ['✗ FIRING', 'staging', 'critical', 'PspDown', 'billing', '–', '1h', 'burns 14× the budget'],
  ]);
  expect(detailsOf(screen, 'Alerts', 'Unsent  firing')).toEqual([
    ' Unsent  firing, severity warning · since 10:12:07, 3m ago · prom, seen 2s ago',
    '   this profile has no runbooks',
    '   firing in Prometheus but missing in Alertmanager: no notification is sent',
    '   service  mail',
    '   prom rules for this alert, 2s ago',
    '     none',
  ]);
});

longTest('alerts of several environments fit every size', () => {
  fitsEverySize(several(), '7 z j enter', 'Alerts');
});

longTest('an alert reported by two servers is one row that names both', async () => {
  const user = await openCockpit({ scene: several() });
  await user.press('7 z');
  expect(user.rows().filter((row) => row.includes('PspDown  ') && row.includes('production'))).toHaveLength(
    1,
  );
  expect(user.rowWith('also prom: firing')).toContain('am, seen 2s ago');
});

longTest(
  'an alert that fires in Prometheus but is missing in Alertmanager is marked as notifying no one',
  async () => {
    const user = await openCockpit({ scene: several() });
    await user.press('7 z /');
    await user.type('Unsent');
    await user.press('enter enter');
    expect(user.rowWith('no notification is sent')).toBeTruthy();
  },
);

longTest('an alert of another environment cannot be silenced from here and matches no runbook', async () => {
  const user = await openCockpit({ scene: several() });
  await user.press('7 z /');
  await user.type('staging');
  await user.press('enter S');
  expect(user.rowWith('S: ')).toContain('this alert belongs to staging: press e to switch');
  await user.press('x');
  expect(user.rowWith('x: ')).toContain('no runbook or action matches this row');
  expect(user.given).toEqual([]);
});

longTest('denied alerts of another environment are not shown as zero alerts', async () => {
  const user = await openCockpit({ scene: several() });
  await user.press('7 z');
  expect(user.rowWith('⊘ local:')).toContain('GET /api/v2/alerts: 403');
});

test('the overview shows only alerts of the open environment', async () => {
  const user = await openCockpit({ scene: several() });
  expect(user.rows().some((row) => row.includes('staging') && row.includes('PspDown'))).toBe(false);
});

test('Problems shows only problems of the open environment', async () => {
  const user = await openCockpit({ size: [110, 36], scene: several() });
  await user.press('W');
  expect(user.rows().filter((row, index) => index > 1 && row.includes(' 7 Alerts'))).toHaveLength(2);
});
