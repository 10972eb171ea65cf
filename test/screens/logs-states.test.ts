import { describe, expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { noon } from '../support/made-facts.ts';
import { type MadeLines, madeLines, stream } from './support/lines.ts';
import { bodyOf, headRow, rowOf } from './support/screen.ts';
import { shopLines, shopRows, shopStreams, shopWith } from './support/shop-lines.ts';
import { keptSince } from './support/stored-history.ts';
import { openCockpit, type Settings, type User } from './support/user.ts';

const fault = (kind: 'denied' | 'unreachable', message: string, remedy?: string) => ({
  kind,
  source: 'k8s',
  call: 'logs',
  message,
  at: noon,
  ...(remedy === undefined ? {} : { remedy }),
});

const open = async (lines: MadeLines, settings: Settings = {}): Promise<User> => {
  const user = await openCockpit({ size: [80, 24], ...settings, scene: shopWith(lines) });
  await user.press((settings.size?.[0] ?? 80) >= 180 ? '8 z' : '8');
  return user;
};

const troubled = (): MadeLines => {
  const lines = madeLines([
    stream(0, 'billing-0'),
    stream(1, 'billing-1', {
      state: 'waiting',
      retryAt: noon + 4000,
      fault: fault('unreachable', 'connection refused'),
    }),
    stream(2, 'checkout-2', { state: 'gone' }),
    stream(3, 'gateway', {
      state: 'ended',
      fault: fault('denied', 'pods/log is forbidden', 'grant get on pods/log'),
    }),
  ]);
  lines.put(...shopRows);
  return lines;
};

describe.each([
  [80, 24],
  [120, 36],
  [200, 60],
] as const)('%i × %i', (columns, rows) => {
  test('streams without lines are named with the reason and the remedy', async () => {
    const user = await open(troubled(), { size: [columns, rows] });
    expect(bodyOf(user.rows(), 'Logs').slice(-3)).toEqual([
      ' ⊗ billing-1: connection refused · retry in 4s',
      ' ∅ checkout-2: stream ended, lines are kept',
      ' ⊘ Denied: gateway: pods/log is forbidden · grant get on pods/log',
    ]);
  });
});

longTest('without color and in ASCII every state has a word or a mark', async () => {
  const user = await open(troubled(), { ascii: true, color: 'none' });
  await user.press('/ t i m e o u t enter');
  expect(headRow(user.rows(), 'Logs')).toMatch(/^>8 Logs {2}\d+ {2}PAUSED, 0 new .* \/timeout\/ 2 of 2 *$/);
  expect(bodyOf(user.rows(), 'Logs').slice(-3)).toEqual([
    ' # billing-1: connection refused - retry in 4s',
    ' _ checkout-2: stream ended, lines are kept',
    ' @ Denied: gateway: pods/log is forbidden - grant get on pods/log',
  ]);
  expect(rowOf(user.rows(), 'order=c03d')).toMatch(/^ > 10:15:02 billing-0 {2}X ERROR psp timeout/);
  expect(rowOf(user.rows(), 'order=注文-5521')).toContain(' ! WARN  slow upstream');
  expect([...user.rows().join('')].filter((letter) => letter > '~' && !/[注文]/.test(letter))).toEqual([]);
});

longTest('on a shared screen no address is in a line, a truncated line, or a file', async () => {
  const lines = shopLines();
  lines.put({ text: 'ERROR connect to 10.4.0.7:5432 failed for ops@shop.example', ago: 100, level: 'error' });
  const user = await open(lines, { shared: true });
  expect(user.rowWith('ERROR connect to ip-')).toBeTruthy();
  expect(user.rows().join('\n')).not.toContain('10.4.0');
  await user.press('S j j h enter');
  const [, , text] = user.given.find(([command]) => command === 'save') ?? [];
  expect([...(text as Iterable<string>)].join('')).not.toContain('10.4.0');
  expect(user.rowWith('connect to')).toMatch(/ ✗ ERROR connect to ip-1:5432 failed for user-1@masked *$/);
  expect(user.rows()[0]).toMatch(/read-only +SHARED/);
});

test('an anonymized file contains no address and no person, and uses one alias per name', async () => {
  const lines = shopLines();
  lines.put(
    { text: 'ERROR connect to 10.4.0.7:5432 failed for ops@shop.example', ago: 100, level: 'error' },
    { text: 'ERROR connect to 10.4.0.7:5432 failed again', ago: 90, level: 'error' },
  );
  const user = await open(lines);
  await user.press('S j j l enter');
  const [, , text] = user.given.find(([command]) => command === 'save') ?? [];
  const rows = [...(text as Iterable<string>)].join('').trimEnd().split('\n').slice(-2);
  expect(rows.join('\n')).not.toMatch(/10\.4\.0\.7|ops@shop/);
  const [first, second] = rows.map((row) => /connect to (\S+?)(?::5432)? failed/.exec(row)?.[1]);
  expect(first).toBeDefined();
  expect(second).toBe(first);
});

longTest('an anonymized file masks the names that the profile lists, and keeps those it keeps', async () => {
  const lines = shopLines();
  lines.put({ text: 'INFO sent to Contoso by mx-1.shop.example', ago: 90 });
  const scene = shopWith(lines);
  const environment = scene.cockpit?.open;
  if (environment === undefined) throw new Error('no environment is open');
  const anonymise = { names: ['contoso'], keep: ['mx-1.shop.example'] };
  const user = await openCockpit({
    size: [80, 24],
    scene: { ...scene, cockpit: { ...scene.cockpit, open: { ...environment, anonymise } } },
  });
  await user.press('8 S j j l enter');
  const [, , text] = user.given.find(([command]) => command === 'save') ?? [];
  const last = [...(text as Iterable<string>)].join('').trimEnd().split('\n').at(-1);
  expect(last).toMatch(/sent to name-\d+ by mx-1\.shop\.example$/);
});

longTest('a gap is reported once, on the screen and in a file', async () => {
  const lines = madeLines(shopStreams);
  lines.put({ text: 'INFO one' }, { text: 'gap 00:12: billing-0: the file was truncated', kind: 'gap' });
  const user = await open(lines);
  expect(user.rowWith('gap 00:12')).toContain('-- gap 00:12: billing-0: the file was truncated --');
  await user.press('S enter');
  const [, , text] = user.given.find(([command]) => command === 'save') ?? [];
  expect([...(text as Iterable<string>)].join('')).toContain(
    '\n-- gap 00:12: billing-0: the file was truncated --\n',
  );
});

test('dropped lines are reported above the oldest line', async () => {
  const lines = madeLines(shopStreams, { lines: 3000, bytes: 1 << 24 });
  lines.put(...Array.from({ length: 9000 }, (_, nth) => ({ text: `INFO line ${nth}`, ago: 9000 - nth })));
  const user = await open(lines);
  await user.press('g');
  expect(user.rows().join('\n')).toMatch(
    /-- [\d,]+ older lines dropped: the buffer holds [\d,]+ · b load older --/,
  );
});

test('a line of 1 MB, tabs, wide characters and control characters stay in their row', async () => {
  const lines = madeLines(shopStreams);
  lines.put(
    { text: `INFO ${'x'.repeat(1_000_000)}` },
    { text: `INFO ${'注'.repeat(300_000)}` },
    { text: 'INFO a\tb\tc \u202e right to left' },
    { text: '{"level":"info","msg":"two\\nlines","order":"注文"}' },
  );
  const user = await open(lines);
  const shown = bodyOf(user.rows(), 'Logs')
    .slice(-4)
    .map((line) => line.replace(/^ +[\d:]+ billing-0 +/, ''));
  expect(shown).toEqual([
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…',
    '注注注注注注注注注注注注注注注注注注注注注注注…',
    'a b c  right to left',
    'two lines order=注文',
  ]);
});

test('time travel shows the lines around the time, and its position', async () => {
  const scene = { ...shopWith(shopLines()), past: keptSince(30) };
  const user = await openCockpit({ size: [80, 24], scene });
  await user.press('8');
  await user.type(':at 10:12');
  await user.press('enter');
  expect(headRow(user.rows(), 'Logs')).toMatch(/^▌8 Logs {2}\d+ {2}past lines /);
  const lines = bodyOf(user.rows(), 'Logs');
  const moment = lines.findIndex((line) => line.startsWith('   -- 10:12: all panes show this time --'));
  expect(lines[moment - 1]).toContain('10:11:57');
  expect(lines[moment + 1]).toContain('10:12:07');
  expect(user.rows()[0]).toContain('PAST 10:12:00 · 3m07s ago');
});

test('an empty pane says whether streams are loading, are absent, or have no line that passes', async () => {
  const lines = madeLines([]);
  const scope = { title: 'billing', of: [{ source: 'loki', of: 'billing' }] };
  lines.change({ scope });
  const user = await open(lines);
  expect(user.rowWith('Loading streams: billing')).toBeTruthy();
  const absent = madeLines([]);
  absent.change({ scope, isListed: true });
  expect((await open(absent)).rowWith('No stream is called billing · :logs opens all streams')).toBeTruthy();
  const filtered = madeLines([stream(0, 'gateway')]);
  filtered.look([{ is: 'include', pattern: { text: 'billing', regex: false, ignoreCase: true } }]);
  expect(
    (await open(filtered)).rowWith(
      'No lines yet that pass 1 chip: 1 stream open · backspace removes the last',
    ),
  ).toBeTruthy();
});

longTest('a chip says that the lines are of previous containers', async () => {
  const lines = shopLines();
  expect(bodyOf((await open(lines)).rows(), 'Logs').join('\n')).not.toContain('previous containers');
  lines.change({ scope: { title: 'billing', of: [], previous: true } });
  expect(bodyOf((await open(lines)).rows(), 'Logs').join('\n')).toContain('[previous containers]');
});

test('streams beyond the limit are counted in the title and named below, and & reads more of them', async () => {
  const lines = madeLines([stream(0, 'billing-0'), stream(1, 'billing-1')]);
  lines.put(...shopRows);
  lines.change({ limit: { streams: 50, unread: 998 } });
  const user = await open(lines, { size: [120, 36] });
  expect(headRow(user.rows(), 'Logs')).toContain('2 of 1,000 streams');
  expect(bodyOf(user.rows(), 'Logs').at(-1)).toBe(
    ' ◇ 998 of 1,000 streams are not read, those with problems are read first · & reads more',
  );
  await user.press('&');
  expect(user.given.findLast(([name]) => name === 'logs.open')?.[1]).toEqual({
    title: 'all streams',
    of: [],
    follow: 100,
  });
});
