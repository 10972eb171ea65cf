import { describe, expect, test } from 'vitest';
import { longDescribe, longTest } from '../support/layer.ts';
import { gathered } from './support/gathered.ts';
import { pastRuns } from './support/past-runs.ts';
import { responding } from './support/responding.ts';
import { bodyOf, cellsOf, headsOf, tableRows } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { drawn, sizes } from './support/sizes.ts';
import type { Scene } from './support/user.ts';

describe('Problems', () => {
  const heads = ['PANE', 'OBJECT', 'PROBLEM', 'SINCE'];

  longTest('shows each finding, worst first, cell by cell', () => {
    const screen = drawn(gathered.incident(), 'W', [117, 60]);
    const rows = tableRows(screen, 'Problems', 'PspErrorBudgetBurn · billing  Alerts');
    expect(cellsOf(screen, 'Problems', heads, rows)).toEqual([
      ['✗ CRIT', '7 Alerts', 'PspErrorBudgetBurn · billing', 'FIRING · burns 14× the budget', '11m'],
      ['✗ CRIT', '1 Health', 'billing', 'down 503 · readiness: psp DOWN (connect timeou…', '≥13m'],
      ['', '', '▸ 2 consequences', '2 WARN · of billing', ''],
      ['✗ CRIT', '5 Pools', 'billing-0 · hikari', 'exhausted · 20 of 20 in use · 37 waiting', '≥13m'],
      ['✗ CRIT', '3 Breakers', 'billing-0 · psp', 'OPEN · 82 % fail, limit 50 % · 91 % slow, limi…', '≥13m'],
      ['✗ CRIT', '3 Breakers', 'billing-1 · psp', 'OPEN · 79 % fail · 88 % slow', '≥13m'],
      ['✗ CRIT', '2 Matrix', 'error rate', '6.4 %, limit ≥ 5', '1m49s'],
      ['✗ CRIT', '7 Alerts', 'ConsumerLagHigh · billing-events', 'FIRING · lag over 10,000', '9m'],
      ['▲ WARN', '3 Breakers', 'search-0 · suggest', 'DISABLED', '≥13m'],
      ['▲ WARN', '7 Alerts', 'SearchSlow · search', 'FIRING · p99 over 1.5 s', '34m'],
      ['▲ WARN', '7 Alerts', 'PodRestarting · billing-7c9f-q8d', 'PENDING · restarted 4 times', '2m'],
      ['▲ WARN', '2 Matrix', 'p99', '1.89 s, limit ≥ 1.5', '2m49s'],
      ['▲ WARN', '5 Pools', 'orders-0 · hikari', 'near max · 17 of 20 in use', '≥13m'],
      ['⊗ no data', '1 Health', 'ledger', 'ledger-db:5432: no answer in 3s · r refresh · …', '3m12s'],
      ['⊗ no data', '1 Health', 'ledger', 'tunnel to ledger cut, tried 4 times · r refresh', '≥3m27s'],
      ['▸ matches', 'R RUNBOOK', 'close-breaker', 'Close a circuit breaker · breakers billing-0 ·…', ''],
      ['▸ matches', 'R RUNBOOK', 'psp-outage', 'The payment provider does not answer · alerts …', ''],
      ['? cannot tell', 'R RUNBOOK', 'restart-billing', 'Restart billing · no source provides workloads', ''],
    ]);
  });

  test('omits columns in narrow layouts, and the table for a list beside the detail', () => {
    const shown = (
      [
        [80, 24],
        [117, 36],
      ] as const
    ).map((size) => headsOf(drawn(gathered.incident(), 'W', size), 'Problems'));
    expect(shown).toEqual(['KEY OBJECT  PROBLEM  SINCE', 'PANE  OBJECT  PROBLEM  SINCE']);
  });
});

describe('Changes', () => {
  const heads = ['TIME', 'AGE', 'KIND', 'OBJECT', 'CHANGE', 'SOURCE'];

  test('shows each change, newest first, cell by cell', () => {
    const screen = drawn(gathered.incident(), 'J', [200, 60]);
    const rows = tableRows(screen, 'Changes', '⊗ no data from');
    expect(cellsOf(screen, 'Changes', heads, rows)).toEqual([
      ['✗ CRIT', '10:14:37', '30s', 'verdict', 'breaker billing-1 · psp', 'OPEN again: 6 times in 2m', 'bus'],
      ['▲ WARN', '10:14:07', '1m', 'run', 'production', 'armed: psp outage', 'opsdeck'],
      [
        '? UNKNOWN',
        '10:11:40',
        '3m27s',
        'source',
        'ledger',
        'available → no data: ledger-db:5432: no answer in 3s',
        'ledger',
      ],
      [
        '✗ CRIT',
        '10:04:07',
        '11m',
        'alert',
        'PspErrorBudgetBurn · billing',
        'FIRING: burns 14× the budget',
        'am',
      ],
      ['✗ CRIT', '10:02:07', '12m', 'verdict', 'billing', 'up → down: readiness: psp DOWN', 'api'],
      ['✗ CRIT', '10:02:07', '13m', 'verdict', 'breaker billing-0 · psp', 'CLOSED → OPEN', 'bus'],
      ['● OK', '09:56:07', '19m', 'rollout', 'deployment billing', 'revision 41 → 42', 'k8s'],
      ['● OK', '09:56:07', '19m', 'image', 'deployment billing', 'image 1.4.2 → 1.4.3', 'k8s'],
      [
        '● OK',
        '03 Mar 09:15',
        '25h',
        'rollout',
        'deployment search',
        'revision 11 → 12: the image is the same, but the pod template has changed',
        'k8s',
      ],
    ]);
  });

  longTest('omits columns in narrow layouts', () => {
    const shown = sizes.map((size) => headsOf(drawn(gathered.incident(), 'J', size), 'Changes'));
    expect(shown).toEqual([
      '✗ 4 critical ▲ 1 warning ? 1 unknown ● 3 ok  TIME  KIND  OBJECT  CHANGE',
      '✗ 4 critical ▲ 1 warning ? 1 unknown ● 3 ok  TIME  AGE KIND  OBJECT  CHANGE  SOURCE',
      '✗ 4 critical ▲ 1 warning ? 1 unknown ● 3 ok  TIME  AGE KIND  OBJECT  CHANGE  SOURCE',
    ]);
  });
});

describe('Runbooks', () => {
  const heads = ['SEV', 'RUNBOOK', 'DANGER', 'DIAG·ACT·VERIFY', 'WHY', 'LAST RUN'];

  test('shows each runbook, matching ones first, cell by cell', () => {
    const screen = drawn(responding(), ':runbooks', [200, 60]);
    const rows = tableRows(screen, 'Runbooks', '▲ review overdue');
    expect(cellsOf(screen, 'Runbooks', heads, rows)).toEqual([
      [
        '● matches',
        'P1',
        'Close a circuit breaker',
        'DISRUPTIVE',
        '1 · 2 · 1',
        'breakers billing-0 · psp is open',
        'NOT RECOVERED 0s ago',
      ],
      [
        '● matches',
        'P0',
        'The payment provider does not answer',
        'DISRUPTIVE',
        '1 · 2 · 1',
        'alerts PspErrorBudgetBurn state is firing',
        '–',
      ],
      [
        '? cannot tell',
        '–',
        'Restart billing',
        'DISRUPTIVE',
        '1 · 1 · 1',
        'no source provides workloads',
        '–',
      ],
      [
        '○ manual',
        '–',
        'Silence an alert',
        'SAFE',
        '0 · 1 · none',
        'the runbook has no when:, so opsdeck cannot suggest the runbook',
        '–',
      ],
    ]);
  });

  longTest('omits columns in narrow layouts', () => {
    const shown = sizes.map((size) => headsOf(drawn(responding(), ':runbooks', size), 'Runbooks'));
    expect(shown).toEqual([
      'SEV RUNBOOK  DANGER  WHY',
      'SEV RUNBOOK  DANGER  DIAG·ACT·VERIFY WHY  LAST RUN',
      'SEV RUNBOOK  DANGER  DIAG·ACT·VERIFY WHY  LAST RUN',
    ]);
  });
});

longDescribe('Runs', () => {
  const runs = (): Scene => {
    const scene = shop();
    return { ...scene, cockpit: { ...scene.cockpit, runs: pastRuns } };
  };

  const heads = ['WHEN (UTC)', 'AGE', 'RUN', 'USER', 'ENV', 'DURATION'];

  longTest('shows each run, newest first, cell by cell', () => {
    const screen = drawn(runs(), 'U', [200, 60]);
    const rows = tableRows(screen, 'Runs', 'Close a circuit breaker  close');
    expect(cellsOf(screen, 'Runs', heads, rows)).toEqual([
      ['◌ RUNNING', '10:12:07', '3m', 'Close a circuit breaker', 'ben@ops-2', 'production', '–'],
      ['✗ RELAPSED', '09:55:07', '20m', 'Close a circuit breaker', 'ana@ops-1', 'production', '42s'],
      ['✗ NOT RECOVERED', '09:44:07', '31m', 'Close a circuit breaker', 'ana@ops-1', 'production', '42s'],
      ['? INTERRUPTED', '09:15:07', '1h', 'Close a circuit breaker', 'ana@ops-1', 'production', '–'],
      ['● RECOVERED', '06:55:07', '3h', 'Undo: Close a circuit breaker', 'ana@ops-1', 'production', '42s'],
      ['○ DECLINED', '03 Mar 04:15', '30h', 'Close a circuit breaker', 'ana@ops-1', 'production', '42s'],
      ['⊘ FORBIDDEN', '03 Mar 03:15', '31h', 'Close a circuit breaker', 'ana@ops-1', 'dev', '42s'],
    ]);
  });

  longTest('omits columns in narrow layouts', () => {
    const shown = sizes.map((size) => headsOf(drawn(runs(), 'U', size), 'Runs'));
    expect(shown).toEqual([
      '✗ 2 critical ▲ 1 warning ? 1 unknown ● 3 ok  WHEN (UTC)  RUN  USER  ENV',
      '✗ 2 critical ▲ 1 warning ? 1 unknown ● 3 ok  WHEN (UTC)  AGE RUN  USER  ENV  DURATION',
      '✗ 2 critical ▲ 1 warning ? 1 unknown ● 3 ok  WHEN (UTC)  AGE RUN  USER  ENV  DURATION',
    ]);
  });
});

describe('Contacts', () => {
  const heads = ['NAME OR ROLE', 'REACH', 'ESCALATION'];

  test('shows each contact in escalation order, cell by cell', () => {
    const screen = drawn(responding(), ':contacts', [200, 60]);
    const rows = tableRows(screen, 'Contacts', 'On-call engineer  first line');
    expect(cellsOf(screen, 'Contacts', heads, rows)).toEqual([
      ['1 On-call engineer', 'first line', '#payments-urgent', 'first'],
      ['2 Team lead', 'Platform team', 'platform@example.org', '30m after On-call engineer'],
      ['3 Duty manager', '–', 'not set', 'P0 immediately · P1 after 30m · P2 after 2h'],
      ['4 CTO', '–', 'not set', 'the whole company is hit'],
      ['Payment provider', 'payments', '+1-555-0100', ''],
      ['Database team', 'performance, backup', 'not set', ''],
    ]);
  });

  longTest('omits columns in narrow layouts', () => {
    const shown = sizes.map((size) => headsOf(drawn(responding(), ':contacts', size), 'Contacts'));
    expect(shown).toEqual([
      'REACH  ESCALATION',
      'NAME OR ROLE  REACH  ESCALATION',
      'NAME OR ROLE  REACH  ESCALATION',
    ]);
  });
});

describe('Links', () => {
  const heads = ['URL OR FILE', 'NOTE'];

  test('shows each link of the profile, cell by cell', () => {
    const screen = drawn(responding(), ':links', [200, 60]);
    const rows = bodyOf(screen, 'Links').slice(0, 3);
    expect(cellsOf(screen, 'Links', heads, rows)).toEqual([
      ['System overview', 'https://grafana.example.org/d/overview', ''],
      [
        'API documentation',
        'http://localhost:8080/docs',
        'in a pod: kubectl port-forward deployment/shop 8080, then this address',
      ],
      ['Configuration', 'file k8s/production/configmap.yaml', ''],
    ]);
  });

  longTest('omits columns in narrow layouts', () => {
    const shown = sizes.map((size) => headsOf(drawn(responding(), ':links', size), 'Links'));
    expect(shown).toEqual(['URL OR FILE', 'URL OR FILE', 'URL OR FILE  NOTE']);
  });
});
