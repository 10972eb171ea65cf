import { describe, expect, test } from 'vitest';
import { longDescribe, longTest } from '../support/layer.ts';
import { monitored } from './support/monitored.ts';
import { platforms } from './support/platforms.ts';
import { bodyOf, cellsOf, headsOf, tableRows } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { drawn, sizes } from './support/sizes.ts';

longDescribe('Health', () => {
  longTest('maximized: shows each service in every environment with level, code or latency, age', () => {
    const screen = drawn(shop(), '1 z', [200, 60]);
    expect(
      cellsOf(
        screen,
        'Health',
        ['local', 'dev', 'staging', 'PRODUCTION'],
        bodyOf(screen, 'Health').slice(0, 7),
      ),
    ).toEqual([
      ['✗ billing', '● OK 9ms 1s', '● OK 9ms 3s', '▲ WARN 410ms 4s', '✗ CRIT 503 4.8s 2s'],
      ['▲ checkout', '● OK 16ms 1s', '● OK 16ms 3s', '● OK 16ms 4s', '▲ WARN 1.9s 2s'],
      ['? ledger', '○ not configured', '○ not configured', '⊘ denied', '? UNKNOWN 3m27s'],
      ['● catalog', '● OK 23ms 1s', '● OK 23ms 3s', '● OK 23ms 4s', '● OK 31ms 2s'],
      ['● gateway', '● OK 30ms 1s', '● OK 30ms 3s', '● OK 30ms 4s', '● OK 12ms 2s'],
      ['● notify', '○ not configured', '● OK 44ms 3s', '⊘ denied', '● OK 44ms 2s'],
      ['● orders', '○ not configured', '● OK 37ms 3s', '⊘ denied', '● OK 180ms 2s'],
    ]);
  });

  longTest('in the overview: shows code, latency and since beside other boxes, worst first', () => {
    const screen = drawn(shop(), '0', [120, 40]);
    expect(headsOf(screen, 'Health')).toBe(
      '✗ 1 critical ▲ 1 warning ? 1 unknown ● 4 ok  SERVICE  REASON  CODE LATENCY SINCE',
    );
    expect(bodyOf(screen, 'Health')).toEqual([
      ' ✗ billing  readiness: psp DOWN (connect…   503   4.8 s   13m',
      ' ▲ checkout slow response, limit 1.5s       200   1.9 s   13m',
      ' ? ledger   tunnel to ledger cut, tried …     –       –     –',
      ' ● catalog                                  200   31 ms   ≥6h',
      ' ● gateway                                  200   12 ms   ≥6h',
      ' ● notify                                   200   44 ms   ≥6h',
      ' ● orders                                   200  180 ms   ≥6h',
      ' ⊗ Failed: ledger: tunnel to ledger cut, tried 4… · r refresh',
    ]);
  });

  longTest('the overview at 80 columns has levels without words, and leaves OK services to the title', () => {
    const screen = drawn(shop(), '0', [80, 24]);
    expect(headsOf(screen, 'Health')).toEqual('✗ 1 critical ▲ 1 warning ? 1 unknown ● 4 ok');
    expect(bodyOf(screen, 'Health')).toEqual([
      ' ✗ billing     readiness: psp DOWN (connect timeout 3s)    503    4.8 s   13m',
      ' ▲ checkout    slow response, limit 1.5s                   200    1.9 s   13m',
      ' ? ledger      tunnel to ledger cut, tried 4 times           –        –     –',
    ]);
  });
});

longDescribe('Threshold matrix', () => {
  longTest('maximized: shows each signal in every environment with level, value, duration', () => {
    const screen = drawn(monitored(), '2 z', [200, 60]);
    expect(
      cellsOf(
        screen,
        'Threshold matrix',
        ['local', 'dev', 'staging', 'PRODUCTION'],
        bodyOf(screen, 'Threshold matrix').slice(0, 8),
      ),
    ).toEqual([
      [
        'error rate %',
        '● OK 0 ·····▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁ ≥15m',
        '● OK 0.2 ·····▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ≥15m',
        '● OK 0.1 ·····▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ≥15m',
        '✗ CRIT 6.4 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▂▂▃▃▃▄▄▄▅▅▅▆▆▆▇▇▇▇ 1m',
      ],
      [
        'p99 s',
        '● OK 0.04 ·····▇▆▅▃▂▁▁▁▁▃▄▆▇▇▇▇▆▄ ≥15m',
        '● OK 0.18 ·····▇▆▅▃▂▁▁▁▁▃▄▆▇▇▇▇▆▄ ≥15m',
        '● OK 0.21 ·····▇▆▅▃▂▁▁▁▁▃▄▆▇▇▇▇▆▄ ≥15m',
        '▲ WARN 1.89 ▁▁▁▁▁▁▁▁▁▁▁▁▂▂▂▂▃▃▃▄▄▄▄▅▅▅▆▆▆▆▇▇▇▇ 2m',
      ],
      [
        'settled /min',
        '– not set',
        '● OK 120 ·····▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅ ≥15m',
        '● OK 330 ·····▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆ ≥15m',
        '~ 103 ▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▅▅▅▅▅▅▅▄▄▄▄▄▄▄▄···· 2m',
      ],
      [
        'errors /s',
        '○ INFO 0 ·····▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁ ≥15m',
        '○ INFO 0.8 ·····▁▂▃▄▄▃▂▂▁▁▁▂▃▄▄▄▃▂ ≥15m',
        '○ INFO 0.4 ·····▁▂▃▄▄▃▂▂▁▁▁▂▃▄▄▄▃▂ ≥15m',
        '○ INFO 25.3 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▂▃▃▃▄▄▄▅▅▅▆▆▆▇▇▇▇ ≥20m',
      ],
      [
        'heap %',
        '– not set',
        '● OK 40.8 ·····▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ≥15m',
        '⊘ denied',
        '● OK 58.3 ▅▅▅▆▅▅▅▅▅▅▆▅▅▅▅▆▅▅▅▅▆▅▅▅▅▅▅▆▅▅▅▅▆▅ ≥20m',
      ],
      ['jobs waiting', '– not set', '– not set', '○ INFO 7 ·····▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ≥15m', '– not set'],
      [
        'orders /min',
        '– not set',
        '▲ WARN 132 ·····▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄ ≥15m',
        '● OK 363 ·····▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅ ≥15m',
        '● OK 413 ▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▆▆▆▆▆▆▆▆▆▆▆▅▅▅▅ ≥20m',
      ],
      [
        'requests /s',
        '○ INFO 401 ·····▁▂▃▄▄▃▂▂▁▁▁▂▃▄▄▄▃▂ ≥15m',
        '○ INFO 401 ·····▁▂▃▄▄▃▂▂▁▁▁▂▃▄▄▄▃▂ ≥15m',
        '○ INFO 401 ·····▁▂▃▄▄▃▂▂▁▁▁▂▃▄▄▄▃▂ ≥15m',
        '○ INFO 395 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁ ≥20m',
      ],
    ]);
  });

  longTest('maximized on a narrow screen: shows the open environment with limit and since', () => {
    const screen = drawn(monitored(), '2 z', [80, 24]);
    expect(
      cellsOf(
        screen,
        'Threshold matrix',
        ['NOW', 'LAST 20M', 'LIMIT', 'SINCE'],
        bodyOf(screen, 'Threshold matrix').slice(0, 7),
      ),
    ).toEqual([
      ['✗ error rate %', '✗ CRIT 6.4', '▁▁▁▁▁▁▁▁▁▂▂▃▃▄▄▅▅▆▇▇▇', '≥ 5', '1m49s'],
      ['▲ p99 s', '▲ WARN 1.89', '▁▁▁▁▁▁▁▁▂▂▃▃▄▄▅▅▆▆▇▇▇', '≥ 1.5', '2m49s'],
      ['? settled /min', '~ 103, 3m34s old', '▆▆▆▆▆▆▆▆▆▆▅▅▅▄▄▄▄▄▄··', '< 100', '2m49s'],
      ['○ errors /s', '○ INFO 25.3', '▁▁▁▁▁▁▁▁▁▂▂▃▃▄▄▅▅▆▇▇▇', '–', '≥20m'],
      ['● heap %', '● OK 58.3', '▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅', '≥ 85', '≥20m'],
      ['● orders /min', '● OK 413', '▅▅▅▅▅▅▅▅▅▅▅▅▆▆▆▆▆▆▆▅▅', '< 300', '≥20m'],
      ['○ requests /s', '○ INFO 395', '▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁', '–', '≥20m'],
    ]);
  });

  longTest('in the overview: shows the environments side by side, and units beside their numbers', () => {
    const screen = drawn(monitored(), '0', [120, 36]);
    expect(headsOf(screen, 'Threshold matrix')).toBe(
      '✗ 1 critical ▲ 1 warning ? 1 unknown ● 2 ok  SIGNAL  NOW  LAST 20M  LIMIT  local  dev staging  SINCE',
    );
    expect(bodyOf(screen, 'Threshold matrix')).toEqual([
      ' ✗ error rate     6.4 %    ▁▁▂▃▅▆▇     ≥ 5       0     0.2     0.1  1m49s',
      ' ▲ p99           1.89 s    ▁▁▂▄▅▇▇   ≥ 1.5    0.04    0.18    0.21  2m49s',
      ' ? settled       ~ 103     ▆▆▆▅▄▄▄   < 100       –     120     330  2m49s',
      ' ○ errors        25.3 /s   ▁▁▂▃▅▆▇       –       0     0.8     0.4   ≥20m',
      ' ● heap          58.3 %    ▅▅▅▅▅▅▅    ≥ 85       –    40.8       ?   ≥20m',
      ' ● orders         413 /min ▅▅▅▆▆▆▅   < 300       –     132     363   ≥20m',
      ' ○ requests       395 /s   ▁▁▁▁▁▁▁       –     401     401     401   ≥20m',
      ' ⊗ Failed: ledger-db:5432: no answer in 3s · r refresh',
    ]);
  });

  longTest('at 98 columns every environment has its sparkline and age', () => {
    const screen = drawn(monitored(), '2 z', [98, 30]);
    expect(headsOf(screen, 'Threshold matrix')).toEqual(
      '✗ 1 critical ▲ 1 warning ? 1 unknown ● 2 ok  SIGNAL  local  dev  staging  PRODUCTION',
    );
    expect(bodyOf(screen, 'Threshold matrix').slice(0, 8)).toEqual([
      ' error rate % ● OK     0     ≥15m ● OK     0.2   ≥15m ● OK     0.1   ≥15m ✗ CRIT   6.4      1m',
      ' p99 s        ● OK     0.04  ≥15m ● OK     0.18  ≥15m ● OK     0.21  ≥15m ▲ WARN   1.89     2m',
      ' settled /min – not set           ● OK   120     ≥15m ● OK   330     ≥15m ~ 103             2m',
      ' errors /s    ○ INFO   0     ≥15m ○ INFO   0.8   ≥15m ○ INFO   0.4   ≥15m ○ INFO  25.3    ≥20m',
      ' heap %       – not set           ● OK    40.8   ≥15m ⊘ denied            ● OK    58.3    ≥20m',
      ' jobs waiting – not set           – not set           ○ INFO   7     ≥15m – not set',
      ' orders /min  – not set           ▲ WARN 132     ≥15m ● OK   363     ≥15m ● OK   413      ≥20m',
      ' requests /s  ○ INFO 401     ≥15m ○ INFO 401     ≥15m ○ INFO 401     ≥15m ○ INFO 395      ≥20m',
    ]);
  });
});

longDescribe('Circuit breakers', () => {
  const heads = ['INSTANCE', 'BREAKER', 'FAIL', 'SLOW', 'FAILED', 'REJECTED', 'SINCE'];

  longTest('shows each circuit breaker, worst first, cell by cell', () => {
    const screen = drawn(shop(), '3 z', [200, 60]);
    const rows = tableRows(screen, 'Circuit breakers', 'billing-0 · psp  limits');
    expect(cellsOf(screen, 'Circuit breakers', heads, rows)).toEqual([
      ['✗ OPEN', 'billing-0', 'psp', '82.0 %', '91.0 %', '82 of 100', '1,204', '13m'],
      ['✗ OPEN', 'billing-1', 'psp', '79.0 %', '88.0 %', '79 of 100', '1,166', '13m'],
      ['▲ HALF-OPEN', 'checkout-2', 'billing', '–', '–', '1 of 4', '88', '13m'],
      ['○ DISABLED', 'search-0', 'suggest', '–', '–', '–', '–', '13m'],
      ['● CLOSED', 'notify-0', 'mail', '0.0 %', '0.0 %', '0 of 12', '0', '≥6h'],
      ['● CLOSED', 'orders-0', 'stock', '2.0 %', '4.0 %', '1 of 50', '0', '≥6h'],
    ]);
  });

  longTest('omits columns in narrow layouts', () => {
    const shown = sizes.map((size) => headsOf(drawn(shop(), '3 z', size), 'Circuit breakers'));
    expect(shown).toEqual([
      '✗ 2 critical ▲ 2 warning ● 2 ok  INSTANCE  BREAKER  FAIL  SLOW  SINCE',
      '✗ 2 critical ▲ 2 warning ● 2 ok  INSTANCE  BREAKER  FAIL  SLOW  FAILED  REJECTED  SINCE',
      '✗ 2 critical ▲ 2 warning ● 2 ok  INSTANCE  BREAKER  FAIL  SLOW  FAILED  REJECTED  SINCE',
    ]);
  });

  longTest('the overview at 80 columns shows the most important columns', () => {
    const screen = drawn(shop(), '0', [80, 26]);
    expect(headsOf(screen, 'Circuit breakers')).toBe('✗ 2 open ▲ 1 half-open ○ 1 disabled ● 2 closed');
    expect(bodyOf(screen, 'Circuit breakers')).toEqual([
      ' ✗ psp in billing-0, -1  OPEN ×2      161 of 200 failed 2,370 rejected    13m',
      ' ▲ billing in checkout-2 HALF-OPEN        1 of 4 failed    88 rejected    13m',
      ' ○ suggest in search-0   DISABLED                     –              –    13m',
    ]);
  });
});

describe('Consumer lag', () => {
  const heads = ['MEMBERS', 'LAG', 'RATE', 'VERDICT', 'DRAINED', 'SINCE'];

  longTest('shows groups, topics and partitions, worst first, cell by cell', () => {
    const screen = drawn(platforms(), '4 z l j l', [200, 60]);
    const rows = tableRows(screen, 'Consumer lag', 'payments.settled  main');
    expect(cellsOf(screen, 'Consumer lag', heads, rows)).toEqual([
      ['▲ ▾ billing-events', '3', '48,210', '+61/s', 'falling behind', 'never', '≥13m'],
      ['▲ ▾ payments.settled', '3 on 3', '48,210', '+61/s', 'falling behind', 'never', '≥13m'],
      ['▲ p0', 'billing-0', '31,007', '+44/s', 'falling behind', 'never', '≥13m'],
      ['▲ p1', 'billing-1', '17,203', '+17/s', 'falling behind', 'never', '≥13m'],
      ['? p2', 'billing-2', '–', '–', 'no commit', '–', '≥13m'],
      ['▲ ▸ audit-export', 'none', '1,204', '0/s', 'stopped', '–', '≥13m'],
      ['▲ ▸ notify-mail', '1', '312', '0/s', 'stalled', '–', '≥13m'],
      ['● ▸ search-index', '2', '9,870', '-14/s', 'gaining', '11m', '≥13m'],
      ['● ▸ reports', '1', '9', '-2/s', 'steady', '5s', '≥13m'],
      ['● ▸ ledger', '2', '0', '0/s', 'steady', '–', '≥13m'],
    ]);
  });

  longTest('omits columns in narrow layouts', () => {
    const shown = sizes.map((size) => headsOf(drawn(platforms(), '4 z l j l', size), 'Consumer lag'));
    expect(shown).toEqual([
      '▲ 3 warning ● 3 ok  GROUP  LAG  RATE VERDICT  DRAINED  SINCE',
      '▲ 3 warning ● 3 ok  GROUP  MEMBERS  LAG  RATE VERDICT  DRAINED  SINCE',
      '▲ 3 warning ● 3 ok  GROUP  MEMBERS  LAG  RATE VERDICT  DRAINED  SINCE',
    ]);
  });

  test('the overview at 80 columns shows the most important columns', () => {
    const screen = drawn(platforms(['health', 'breakers', 'alerts']), '0', [80, 24]);
    expect(headsOf(screen, 'Consumer lag')).toBe('▲ 3 warning ● 3 ok');
    expect(bodyOf(screen, 'Consumer lag')).toEqual([
      ' ▲ ▸ billing-events          48,210    +61/s falling behind     never    ≥13m',
      ' ▲ ▸ audit-export             1,204      0/s stopped                –    ≥13m',
      ' ▲ ▸ notify-mail                312      0/s stalled                –    ≥13m',
    ]);
  });

  test('side by side it shows the columns that fit half the screen', () => {
    const screen = drawn(platforms(['breakers']), '0', [120, 36]);
    expect(headsOf(screen, 'Consumer lag')).toBe('▲ 3 warning ● 3 ok  GROUP  LAG  RATE VERDICT');
    expect(bodyOf(screen, 'Consumer lag')).toEqual([
      ' ▲ ▸ billing-events       48,210    +61/s falling behind',
      ' ▲ ▸ audit-export          1,204      0/s stopped',
      ' ▲ ▸ notify-mail             312      0/s stalled',
      ' ● ▸ search-index          9,870    -14/s gaining',
      ' ● ▸ reports                   9     -2/s steady',
      ' ● ▸ ledger                    0      0/s steady',
    ]);
  });
});

describe('Connection pools', () => {
  const heads = ['POOL', 'KIND', 'IN USE', 'IDLE', 'MAX', 'WAITING', 'USE', 'SINCE'];

  longTest('shows each pool, worst first, cell by cell', () => {
    const screen = drawn(shop(), '5 z', [200, 60]);
    const rows = tableRows(screen, 'Connection pools', 'billing-0 · hikari  100');
    expect(cellsOf(screen, 'Connection pools', heads, rows)).toEqual([
      ['✗ exhausted', 'billing-0 · hikari', 'hikari', '20', '0', '20', '37', '━━━━━━━━━━', '≥3s'],
      ['▲ near max', 'orders-0 · hikari', 'hikari', '17', '2', '20', '0', '━━━━━━━━━', '≥3s'],
      ['● OK', 'cart · cart', 'redis', '4', '12', '64', '0', '━', '≥3s'],
      ['● OK', 'ledger · ledger', 'postgres', '112', '68', '300', '–', '━━━━', '≥3s'],
    ]);
  });

  longTest('omits columns in narrow layouts', () => {
    const shown = sizes.map((size) => headsOf(drawn(shop(), '5 z', size), 'Connection pools'));
    expect(shown).toEqual([
      '✗ 1 critical ▲ 1 warning ● 2 ok  POOL  IN USE  MAX WAITING USE  SINCE',
      '✗ 1 critical ▲ 1 warning ● 2 ok  POOL  KIND  IN USE  IDLE  MAX WAITING USE  SINCE',
      '✗ 1 critical ▲ 1 warning ● 2 ok  POOL  KIND  IN USE  IDLE  MAX WAITING USE  SINCE',
    ]);
  });

  test('the overview at 80 columns shows the most important columns', () => {
    const screen = drawn(shop(), '0', [80, 24]);
    expect(headsOf(screen, 'Connection pools')).toBe('✗ 1 critical ▲ 1 warning ● 2 ok');
    expect(bodyOf(screen, 'Connection pools')).toEqual([
      ' ✗ exhausted billing-0 · hikari          20     20     37 ━━━━━━━━━━      ≥3s',
      ' ▲ near max  orders-0 · hikari           17     20      0 ━━━━━━━━━       ≥3s',
    ]);
  });
});

describe('Pods', () => {
  const heads = ['NAME', 'KIND', 'READY', 'RESTARTS', 'CPU', 'MEMORY', 'AGE', 'OWNER'];

  longTest('shows pods with their containers, worst first, cell by cell', () => {
    const screen = drawn(platforms(), '6 z l', [200, 60]);
    const rows = tableRows(screen, 'Pods', 'billing-7c9f-x2k  pod');
    const cells = cellsOf(screen, 'Pods', heads, rows);
    // A table of this width has a bar before each share.
    const bars = cells.flatMap((row) => row.flatMap((cell) => / (━+)$/u.exec(cell)?.[1] ?? []));
    expect(bars.slice(0, 3)).toEqual(['━', '━━━━━━━━━━━', '━━━━━━━━━━━']);
    expect(cells.map((row) => row.map((cell) => cell.replace(/ ━+$/u, '')))).toEqual([
      ['✗ OOMKilled', '▾ billing-7c9f-x2k', 'pod', '0/1', '11', '3 %', '–', '41m', 'exit 137'],
      ['✗ OOMKilled', 'app', 'container', '0/1', '11', '–', '–', '9s', 'exit 137, limit 512Mi'],
      ['▲ progressing', 'billing', 'deployment', '1/2', '0', '–', '–', '12d', '–'],
      ['▲ restarts', '╰ …-7c9f-q8d', 'pod', '1/1', '4', '88 %', '91 %', '41m', 'deploy billing'],
      ['● OK', 'catalog-5d8-aaa', 'pod', '1/1', '0', '71 %', '62 %', '12d', 'sts search'],
      ['● OK', 'catalog-5d8-bbb', 'pod', '1/1', '0', '71 %', '62 %', '12d', 'sts search'],
      ['● OK', 'node-1', 'node', '1/1', '0', '–', '–', '12d', '–'],
      ['● OK', 'search-0', 'pod', '1/1', '0', '71 %', '62 %', '12d', 'sts search'],
      ['● OK', 'search-1', 'pod', '1/1', '0', '71 %', '62 %', '12d', 'sts search'],
    ]);
  });

  longTest('omits columns in narrow layouts', () => {
    const shown = sizes.map((size) => headsOf(drawn(platforms(), '6 z l', size), 'Pods'));
    expect(shown).toEqual([
      '✗ 1 critical ▲ 2 warning ● 5 ok  NAME  READY RESTARTS  CPU  MEMORY  AGE',
      '✗ 1 critical ▲ 2 warning ● 5 ok  NAME  KIND  READY RESTARTS  CPU  MEMORY  AGE OWNER',
      '✗ 1 critical ▲ 2 warning ● 5 ok  NAME  KIND  READY RESTARTS  CPU  MEMORY  AGE OWNER',
    ]);
  });

  longTest('the overview at 80 columns shows the most important columns', () => {
    const screen = drawn(platforms(['health', 'breakers', 'alerts']), '0', [80, 26]);
    expect(headsOf(screen, 'Pods')).toBe('✗ 1 OOMKilled ▲ 1 progressing ▲ 1 restarts ● 5 ok');
    expect(bodyOf(screen, 'Pods')).toEqual([
      ' ✗ OOMKilled   ▸ billing-7c9f-x2k         0/1       11    3 %        –    41m',
      ' ▲ progressing billing                    1/2        0      –        –    12d',
      ' ▲ restarts    billing-7c9f-q8d           1/1        4   88 %     91 %    41m',
    ]);
  });

  test('in the overview they have the whole width', () => {
    const screen = drawn(platforms(['breakers']), '0', [120, 36]);
    expect(headsOf(screen, 'Pods')).toBe(
      '✗ 1 OOMKilled ▲ 1 progressing ▲ 1 restarts ● 5 ok  NAME  KIND  READY RESTARTS  CPU  MEMORY  AGE OWNER',
    );
    expect(bodyOf(screen, 'Pods').slice(0, 8)).toEqual([
      ' ✗ OOMKilled   ▸ billing-7c9f-x2k         pod               0/1       11    3 %        –    41m exit 137',
      ' ▲ progressing billing                    deployment        1/2        0      –        –    12d –',
      ' ▲ restarts    ╰─ …-7c9f-q8d              pod               1/1        4   88 %     91 %    41m deploy billing',
      ' ●             catalog-5d8-aaa            pod               1/1        0   71 %     62 %    12d sts search',
      ' ●             catalog-5d8-bbb            pod               1/1        0   71 %     62 %    12d sts search',
      ' ●             node-1                     node              1/1        0      –        –    12d –',
      ' ●             search-0                   pod               1/1        0   71 %     62 %    12d sts search',
      ' ●             search-1                   pod               1/1        0   71 %     62 %    12d sts search',
    ]);
  });
});

describe('Alerts', () => {
  const heads = ['SEVERITY', 'ALERT', 'SERVICE', 'OWNER', 'FOR', 'SUMMARY', 'LABELS'];

  longTest('shows each alert, worst first, cell by cell', () => {
    const screen = drawn(monitored(), '7 z', [200, 60]);
    const rows = tableRows(screen, 'Alerts', 'ConsumerLagHigh  firing');
    expect(cellsOf(screen, 'Alerts', heads, rows)).toEqual([
      [
        '✗ FIRING',
        'critical',
        'ConsumerLagHigh',
        'billing-events',
        'payments',
        '9m',
        'lag over 10,000 · no matching runbook',
        '–',
      ],
      [
        '✗ FIRING',
        'page',
        'PspErrorBudgetBurn',
        'billing',
        'payments',
        '11m',
        'burns 14× the budget · runbook psp-outage',
        'slo=psp-availability',
      ],
      [
        '▲ FIRING',
        'warning',
        'SearchSlow',
        'search',
        'search',
        '34m',
        'p99 over 1.5 s · no matching runbook',
        '–',
      ],
      [
        '▲ PENDING',
        'warning',
        'PodRestarting',
        'billing-7c9f-q8d',
        'payments',
        '2m',
        'restarted 4 times · no matching runbook',
        'namespace=shop',
      ],
      ['○ SILENCED', 'warning', 'CertificateExpires', 'gateway:443', 'platform', '2d', 'in 9 days', '–'],
      ['○ INHIBITED', 'warning', 'DiskFilling', 'search-0', 'search', '2h', '86 % of 40 GiB', '–'],
    ]);
  });

  longTest('omits columns in narrow layouts', () => {
    const shown = sizes.map((size) => headsOf(drawn(monitored(), '7 z', size), 'Alerts'));
    expect(shown).toEqual([
      '✗ 2 critical ▲ 2 warning  SEVERITY ALERT  SERVICE  FOR SUMMARY',
      '✗ 2 critical ▲ 2 warning  SEVERITY ALERT  SERVICE  OWNER  FOR SUMMARY',
      '✗ 2 critical ▲ 2 warning  SEVERITY  ALERT  SERVICE  OWNER  FOR SUMMARY  LABELS',
    ]);
  });

  test('the overview at 120 columns shows the most important columns', () => {
    const screen = drawn(monitored(), '0', [120, 38]);
    expect(headsOf(screen, 'Alerts')).toBe('✗ 2 critical ▲ 2 warning  ALERT  SERVICE  FOR');
    expect(bodyOf(screen, 'Alerts')).toEqual([
      ' ✗ ConsumerLagHigh    billing-events   9m',
      ' ✗ PspErrorBudgetBurn billing         11m',
      ' ▲ SearchSlow         search          34m',
      ' ▲ PodRestarting      billing-7c9f-…   2m',
      ' ○ 2 more                             ≥2h',
    ]);
  });
});

describe('DB sessions', () => {
  const heads = ['PID', 'WHO', 'STATE', 'QUERY FOR', 'TX FOR', 'QUERY'];

  longTest('shows sessions below their blocking sessions, cell by cell', () => {
    const screen = drawn(platforms(), 'D z l j l', [200, 60]);
    const rows = tableRows(screen, 'DB sessions', '52  shop@shop');
    expect(cellsOf(screen, 'DB sessions', heads, rows)).toEqual([
      ['▲ blocks 2', '▾ 41', 'psql', 'idle in transaction', '14m', '14m', 'UPDATE stock SET held = held + 1'],
      ['▲ waits for 41', '▾ 52', 'orders', 'active', '0s', '0s', 'UPDATE stock SET held = 0'],
      ['▲ waits for 52', '53', 'orders', 'active', '0s', '0s', 'UPDATE stock SET held = 0'],
      ['● active', '60', 'orders', 'active', '0s', '0s', 'SELECT * FROM orders WHERE id = $1'],
      ['● idle', '61', 'orders', 'idle', '–', '0s', 'COMMIT'],
    ]);
  });

  longTest('omits columns in narrow layouts', () => {
    const shown = sizes.map((size) => headsOf(drawn(platforms(), 'D z l j l', size), 'DB sessions'));
    expect(shown).toEqual([
      '▲ 1 warning ● 2 ok  PID  WHO  QUERY FOR TX FOR QUERY',
      '▲ 1 warning ● 2 ok  PID  WHO  STATE  QUERY FOR  TX FOR QUERY',
      '▲ 1 warning ● 2 ok  PID  WHO  STATE  QUERY FOR  TX FOR QUERY',
    ]);
  });

  test('the overview at 80 columns shows the most important columns', () => {
    const screen = drawn(platforms(['health', 'breakers', 'alerts']), '0', [80, 26]);
    expect(headsOf(screen, 'DB sessions')).toBe('2 blocked · 1 idle in transaction  ▲ 1 warning ● 2 ok');
    expect(bodyOf(screen, 'DB sessions')).toEqual([
      ' ▲ ▸ 41 psql          blocks 2  14m UPDATE stock SET held = held + 1',
      ' ●      2 more ok',
    ]);
  });

  test('the overview at 120 columns shows the most important columns', () => {
    const screen = drawn(platforms(), '0', [120, 36]);
    expect(headsOf(screen, 'DB sessions')).toBe('▲ 1 warning ● 2 ok  PID  APPLICATION STATE  FOR QUERY');
    expect(bodyOf(screen, 'DB sessions')).toEqual([
      ' ▲ ▸ 41 psql        blocks 2  14m UPDATE stock SET held …',
      ' ●   60 orders      active     0s SELECT * FROM orders W…',
      ' ●   61 orders      idle        – COMMIT',
    ]);
  });
});
