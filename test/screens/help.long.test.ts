import { expect, test } from 'vitest';
import { features } from '../../src/ui/app/features.ts';
import { paneText } from '../../src/ui/features/help/pane-texts.ts';
import { stages } from './support/headless.ts';
import { cardOf } from './support/screen.ts';
import { shop, shopOpen } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

test('help explains the row under the cursor and the pane, then the keys, then the glyphs', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  await user.press('3 ?');
  expect(cardOf(user).slice(0, 15)).toEqual([
    expect.stringMatching(/^HELP {2}Circuit breakers/),
    'Selected row',
    '  ✗ CRIT billing-0 · psp  open',
    '  CRIT because open for 13m: the breaker rejects calls after too many failed or slow ones; built in,',
    '  override with limits.breakers.open',
    '  OPEN · 82 % fail, limit 50 % · 91 % slow, limit 80 %',
    '  since      10:02:07, 13m ago',
    '  source     bus (actuator) · feed breakers',
    '  reading    3s ago · every 5s · unknown when older than 15s',
    '  limits     failureRate 82 %: no limits. limits.breakers.warn and limits.breakers.crit set them',
    '  enter twice: runbook close-breaker · x: 1 action for this row · y copies this explanation',
    'This pane',
    '  Circuit breakers of every instance. OPEN rejects calls. HALF-OPEN lets trial calls through. FAIL',
    '  and SLOW are shares of the calls in the window, FAILED and REJECTED count calls.',
    'Keys of Circuit breakers',
  ]);
  const lines = await wholeHelp(user);
  expect(lines.slice(lines.indexOf('Signs'))).toEqual([
    'Signs',
    expect.stringMatching(/^ {2}● OK {2}▲ WARN {2}✗ CRIT {2}\? unknown {2}~ stale value/),
    expect.stringContaining('⊘ denied, key unavailable'),
    expect.stringMatching(/^ {2}↗ more problems than 10 min ago {2}↘ fewer problems than 10 min ago/),
    expect.stringMatching(/– no value {2}· gap in a graph$/),
    '  ≥5m for at least 5m: the beginning was not observed',
  ]);
});

/** All lines of the open help card, from its first to its last. */
const wholeHelp = async (user: User): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (let seen = 0; ; ) {
    const card = cardOf(user);
    const [, from, to, count] = /(\d+) to (\d+) of (\d+)/.exec(card[0] ?? '') ?? [];
    const body = card.slice(1);
    lines.push(...body.slice(from === undefined ? 0 : seen + 1 - Number(from)));
    seen = Number(to);
    if (to === undefined || to === count) return lines;
    await user.press('ctrl-d');
  }
};

test.each([
  [80, 24],
  [120, 36],
])('every pane is explained, and no line of help is cut (%i×%i)', async (columns, rows) => {
  const user = await openCockpit({ size: [columns, rows], scene: shop() });
  for (const { id, title } of features.panes.all()) {
    await user.press(':');
    await user.type(id);
    await user.press('enter ?');
    expect(user.rowWith('HELP')).toContain(title);
    const lines = await wholeHelp(user);
    expect(paneText({ id }), `no explanation of ${id}`).not.toBe('');
    expect(lines.map((line) => line.trim()).join(' ')).toContain(paneText({ id }));
    // One description has the sign itself.
    expect(lines.filter((line) => line.replace(/(?:opsdeck )?run …/, '').includes('…'))).toEqual([]);
    await user.press('esc');
  }
});

test('a cell in the column of another environment is explained with the facts of that environment', async () => {
  const user = await openCockpit({ size: [140, 40], scene: shop() });
  await user.press('1 z');
  const column = async (env: string): Promise<string> => {
    for (let pressed = 0; pressed < 5; pressed += 1) {
      await user.press('?');
      const card = cardOf(user).join('\n');
      await user.press('esc');
      if (card.includes(`Selected cell: ${env}\n`)) return card;
      await user.press('h');
    }
    throw new Error(`no column of ${env}`);
  };
  const staging = await column('staging');
  expect(staging).toContain('▲ WARN billing  degraded');
  expect(staging).toContain('WARN because degraded');
  expect(staging).toContain('api (http) · feed health');
  expect(staging).toContain('4s ago');
});

test('a signal without data explains what is missing, and a group of OK rows what it stands for', async () => {
  const user = await openCockpit({ size: [120, 40], scene: shop() });
  await user.press('2 /');
  await user.type('settled');
  await user.press('enter ?');
  const card = cardOf(user).join('\n');
  expect(card).toContain('? UNKNOWN settled  190 /min');
  expect(card).toMatch(/UNKNOWN because .*ledger-db:5432: no answer in 3s/);
  expect(card).toContain('to do      opsdeck doctor --env shop/production checks the source');
  const small = await openCockpit({ size: [80, 24], scene: shop() });
  await small.press('1 G ?');
  expect(cardOf(small).join('\n')).toMatch(/stands for \d+ rows\. z shows them, and \? explains each/);
});

test('y copies the explanation; in share mode its names are aliases there, too', async () => {
  const words = [{ names: [{ text: 'ledger-db', is: 'host' as const }], stays: [], listed: [], allowed: [] }];
  const scene = shop();
  const cockpit = { ...scene.cockpit, open: { ...shopOpen, words } };
  const copied = async (shared: boolean): Promise<string> => {
    const user = await openCockpit({ size: [120, 36], scene: { ...scene, cockpit }, shared });
    await user.press('2 /');
    await user.type('settled');
    await user.press('enter ? y');
    expect(user.rowWith('copied the explanation: ')).toMatch(
      /copied the explanation: \d+ bytes sent to the terminal clipboard/,
    );
    const [, code = ''] = /\u001b\]52;c;([A-Za-z0-9+/=]+)/.exec(user.terminal.written()) ?? [];
    return Buffer.from(code, 'base64').toString('utf8');
  };
  const plain = await copied(false);
  expect(plain).toMatch(
    /^settled {2}190 \/min\nUNKNOWN because the last reading is 3m30s old: ledger-db:5432: no answer/,
  );
  expect(plain).toContain('reading    3m30s ago');
  const shared = await copied(true);
  expect(shared).toContain('UNKNOWN because the last reading is 3m30s old');
  expect(shared).not.toContain('ledger-db');
});

test('in Problems help explains the problem of the row', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  await user.press('W /');
  await user.type('hikari');
  await user.press('enter ?');
  const card = cardOf(user).join('\n');
  expect(card).toContain('Problems of all panes');
  expect(card).toContain('✗ CRIT billing-0 · hikari');
  expect(card).toContain('exhausted · 20 of 20 in use');
});

test('a pane without rows is explained, too', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  await user.press('9 ?');
  const card = cardOf(user).join('\n');
  expect(card).toContain('the escalation path in the order of calling');
  expect(card).not.toContain('Selected row');
});

test('a filter shows keys only, and help on a card explains no pane', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  await user.press('3 ? /');
  await user.type('quit');
  expect(cardOf(user).join('\n')).not.toContain('Signs');
  expect(user.rowWith('quit opsdeck, after a confirmation if a run is active')).toBeTruthy();
  const scene = shop();
  const onCard = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, run: stages.ended } } });
  await onCard.press('?');
  expect(cardOf(onCard).join('\n')).not.toContain('Signs');
});

test('keys are inside the card, above its bottom rule', async () => {
  const user = await openCockpit({ size: [80, 24], scene: shop() });
  await user.press('?');
  const isRule = (row: string): boolean => /^\W*╰─+╯\W*$/.test(row);
  expect(user.rows().filter(isRule)).toHaveLength(1);
  // The last lines are reached.
  await user.press(Array.from({ length: 20 }, () => 'ctrl-d').join(' '));
  const [, to, count] = /to (\d+) of (\d+)/.exec(user.rowWith('HELP')) ?? [];
  expect(to).toBe(count);
  const card = cardOf(user);
  expect(card.slice(1).every((line) => line !== '')).toBe(true);
  expect(user.rows().filter(isRule)).toHaveLength(1);
});
