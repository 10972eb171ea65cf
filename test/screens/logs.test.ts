import { describe, expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { type MadeRow, madeLines, stream } from './support/lines.ts';
import { bodyOf, headRow, rowOf } from './support/screen.ts';
import { shopLines, shopWith } from './support/shop-lines.ts';
import { openCockpit } from './support/user.ts';

const sizes: readonly (readonly [number, number])[] = [
  [80, 24],
  [120, 36],
  [200, 60],
];

const withoutTime = (line: string): string => line.replace(/^ +[\d:.]+ +/, '');

/** The newest lines, without their time. */
const newestLines: readonly string[] = [
  'gateway    ▲ WARN  slow upstream checkout 1904 ms order=注文-5521',
  'billing-0  ✗ ERROR psp timeout after 3000 ms order=9f21',
  'at PspClient.call(PspClient.java:118) (+14 lines, enter opens)',
  '   -- checkout-2: 1,204 dropped: over 2,000 lines/s, oldest first --',
  '   -- checkout-2 restarted --',
  'billing-0  ✗ ERROR psp timeout after 3000 ms order=c03d',
  'checkout-2   INFO  retry 3 of 5 order=c03d',
];

describe.each(sizes)('%i × %i', (columns, rows) => {
  const open = async () => {
    const user = await openCockpit({ size: [columns, rows], scene: shopWith(shopLines()) });
    await user.press(columns >= 180 ? '8 z' : '8');
    return user;
  };

  test('follows the newest lines of all streams', async () => {
    const user = await open();
    expect(headRow(user.rows(), 'Logs')).toMatch(
      /^▌8 Logs {2}\d+ {2}follow {3}all streams {3}billing-0 billing-1 checkout-2 gateway/,
    );
    const lines = bodyOf(user.rows(), 'Logs');
    const newest = user.rows().length - 8;
    expect(lines[0]?.trim()).toMatch(/^lines \d+ to 84 of 84$/);
    expect(lines.length).toBeGreaterThanOrEqual(newest);
    expect(lines.slice(-7).map(withoutTime)).toEqual(newestLines);
  });

  test('shows chips, a match, and paused lines', async () => {
    const user = await open();
    await user.press('-');
    await user.type('healthz');
    await user.press('enter v');
    await user.press('/');
    await user.type('timeout');
    await user.press('enter');
    expect(user.rows().join('\n')).toContain('/timeout/ 2 of 2');
    expect(headRow(user.rows(), 'Logs')).toMatch(/^▌8 Logs {2}\d+ {2}PAUSED, 0 new .* \/timeout\/ 2 of 2/);
    expect(user.rows()[3]).toMatch(/^ \[- healthz hides 1\] \[level ≥ INFO\] .* of 83 *$/);
    const hits = bodyOf(user.rows(), 'Logs').filter((line) => line.startsWith(' › '));
    expect(hits.map((line) => line.slice(line.indexOf('psp')))).toEqual([
      'psp timeout after 3000 ms order=9f21',
      'psp timeout after 3000 ms order=c03d',
    ]);
    expect(user.rows().join('\n')).not.toContain('healthz 200');
  });

  test('an opened line shows its stack trace', async () => {
    const user = await open();
    await user.press('[ [ enter');
    const rows = user.rows();
    const at = rows.findIndex((row) => row.includes('Opened line'));
    expect(rows[at]).toMatch(/ Opened line · 2026-03-04 10:14:57\.000 UTC · level unknown · k8s: checkout/);
    expect(rows[at + 1]).toMatch(/ {3}line {7}1,204 dropped: over 2,000 lines\/s, oldest first *$/);
    // On a wide screen beside the lines, otherwise below them.
    const isBeside = rows.slice(at + 1).some((row) => row.includes('psp timeout after 3000 ms order=c03d'));
    expect(isBeside).toBe(columns === 200);
  });
});

longTest(
  'the title counts records of ERROR and WARN per minute that pass the filters, not their continuation lines',
  async () => {
    const user = await openCockpit({ size: [120, 36], scene: shopWith(shopLines()) });
    await user.press('8');
    // In the last 5 min: two errors, one of them with 15 lines of stack trace, and a warning.
    expect(headRow(user.rows(), 'Logs')).toMatch(/ ✗ 0\.4 ▲ 0\.2 \/min *$/);
    await user.press('v v v');
    expect(headRow(user.rows(), 'Logs')).toMatch(/ ✗ 0\.4 ▲ 0 \/min *$/);
  },
);

longTest('from 180 columns on the overview shows the most severe lines on the right', async () => {
  const user = await openCockpit({ size: [200, 60], scene: shopWith(shopLines()) });
  const beside = bodyOf(user.rows(), 'Logs');
  const newest = beside.findIndex((row) => row.includes('─ Newest'));
  expect(beside.slice(newest + 1)).toEqual([
    '   -- gap 00:14: billing-1 disconnected, back at 10:14:41 --',
    '   10:14:41 gateway    ▲ slow upstream checkout 1904 ms order= …',
    '   10:14:44 billing-0  ✗ psp timeout after 3000 ms order=9f21',
    '   -- checkout-2: 1,204 dropped: over 2,000 lines/s, oldest fir…',
    '   -- checkout-2 restarted --',
    '   10:15:02 billing-0  ✗ psp timeout after 3000 ms order=c03d',
  ]);
});

test('from 100 columns on the logger of a line is at the right edge if the message leaves room', async () => {
  const lines = madeLines([stream(0, 'billing-0')]);
  const logged = (message: string): string =>
    `2026-03-04T10:15:01Z ERROR [main] org.example.shop.PaymentService : ${message}`;
  lines.put(
    { text: logged('declined'), ago: 3000, level: 'error' },
    { text: logged(`declined ${'again '.repeat(20)}`), ago: 2000, level: 'error' },
  );
  const wide = await openCockpit({ size: [120, 36], scene: shopWith(lines) });
  await wide.press('8');
  expect(rowOf(wide.rows(), 'declined')).toMatch(/✗ ERROR declined {10,}\S*PaymentService *│?$/);
  expect(rowOf(wide.rows(), 'again again')).not.toContain('PaymentService');
  const narrow = await openCockpit({ size: [80, 24], scene: shopWith(lines) });
  await narrow.press('8');
  expect(rowOf(narrow.rows(), 'declined')).toContain('declined logger=');
});

describe('a record of several lines', () => {
  const stamp = '2026-03-04T10:15:05Z';
  const report = (stream: number): readonly MadeRow[] => [
    { text: `${stamp} ERROR Reporter :`, ago: 2000, level: 'error', stream },
    ...[
      '',
      '***********',
      'APPLICATION FAILED TO START',
      '***********',
      '',
      'Port 8080 was already in use.',
    ].map((text): MadeRow => ({ text, ago: 2000, level: 'error', stream, kind: 'continuation' })),
  ];
  const open = async () => {
    const lines = shopLines();
    lines.put(...report(0), ...report(1));
    const user = await openCockpit({ size: [120, 36], scene: shopWith(lines) });
    await user.press('8');
    return user;
  };
  const shownReports = (rows: readonly string[]): readonly string[] =>
    bodyOf(rows, 'Logs')
      .filter((line) => line.includes('FAILED'))
      .map(withoutTime);

  test('shows its message beside a level filter, without rules and blank lines', async () => {
    const user = await open();
    await user.press('v v v');
    expect(user.rows()[3]).toContain('level ≥ ERROR');
    const report = 'APPLICATION FAILED TO START · Port 8080 was already in use. (+3 lines, enter opens)';
    expect(shownReports(user.rows())).toEqual([report]);
    await user.press('=');
    expect(shownReports(user.rows())).toEqual([report, report]);
  });

  test('is hidden completely by an exclude that matches one of its lines', async () => {
    const user = await open();
    await user.press('-');
    await user.type('8080');
    await user.press('enter');
    expect(user.rows().join('\n')).toContain('[- 8080 hides 14]');
    expect(user.rows().join('\n')).not.toMatch(/Reporter|FAILED/);
  });

  test('is found by a search in its folded lines', async () => {
    const user = await open();
    await user.press('/');
    await user.type('8080');
    await user.press('enter');
    expect(user.rows().join('\n')).toContain('/8080/ 1 of 2');
    const [first] = bodyOf(user.rows(), 'Logs').filter((line) => line.startsWith(' › '));
    expect(first).toContain('APPLICATION FAILED TO START');
  });
});
