import { expect, test } from 'vitest';
import { stages } from './support/headless.ts';
import { cardOf } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit } from './support/user.ts';

test('help explains the pane, the row under the cursor and the glyphs, before the keys', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  await user.press('3 ?');
  expect(cardOf(user).slice(0, 12)).toEqual([
    expect.stringMatching(/^HELP {2}BREAKERS/),
    '  Circuit breakers of every instance. OPEN rejects calls; HALF-OPEN lets trial calls through. FAIL and',
    '  SLOW are shares of the calls in the window, BUF/FAILED counts those calls, NOT-PERM the rejected ones.',
    'the selected row',
    '  ✗ CRIT billing-0 · psp  critical: beyond a critical limit, or a failed state',
    '  OPEN · 82 % fail, limit 50 % · 91 % slow, limit 80 %',
    '  for 13m, since 10:02:07 · from bus, read 3s ago · x: 1 action for this row',
    'glyphs',
    expect.stringMatching(/^ {2}● OK {2}▲ WARN {2}✗ CRIT {2}\? unknown {2}~ stale value/),
    expect.stringContaining('⊘ denied, key unavailable'),
    'keys of BREAKERS',
    expect.stringMatching(/^b +group by service/),
  ]);
});

test('in NOW help explains the problem of the row', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  await user.press('W j ?');
  const card = cardOf(user).join('\n');
  expect(card).toContain('Problems of all panes');
  expect(card).toContain('✗ CRIT billing-0 · hikari');
  expect(card).toContain('exhausted · 20 of 20 in use');
});

test('a pane without rows is explained, too', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  await user.press('9 ?');
  const card = cardOf(user).join('\n');
  expect(card).toContain('The escalation path, in the order of calling');
  expect(card).not.toContain('the selected row');
});

test('a filter shows keys only, and help on a card explains no pane', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  await user.press('3 ? /');
  await user.type('quit');
  expect(cardOf(user).join('\n')).not.toContain('glyphs');
  expect(user.rowWith('quit (asks while a run is active)')).toBeTruthy();
  const scene = shop();
  const onCard = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, run: stages.ended } } });
  await onCard.press('?');
  expect(cardOf(onCard).join('\n')).not.toContain('glyphs');
});

test('keys are inside the card, above its bottom rule', async () => {
  const user = await openCockpit({ size: [80, 24], scene: shop() });
  await user.press('?');
  const isRule = (row: string): boolean => /^\W*┗━+┛\W*$/.test(row);
  expect(user.rows().filter(isRule)).toHaveLength(1);
  // The last lines are reached.
  await user.press(Array.from({ length: 20 }, () => 'ctrl-d').join(' '));
  const [, to, count] = /to (\d+) of (\d+)/.exec(user.rowWith('HELP')) ?? [];
  expect(to).toBe(count);
  const card = cardOf(user);
  expect(card.at(-1)).toBe('');
  expect(card.slice(1, -1).every((line) => line !== '')).toBe(true);
  expect(user.rows().filter(isRule)).toHaveLength(1);
});
