import { expect, test } from 'vitest';
import { proposed } from './support/runs.ts';
import { detailsOf } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (size: readonly [number, number] = [120, 36]): Promise<User> =>
  openCockpit({ size, scene: shop() });

/** The position of this text, in cells and rows. */
const at = (user: User, text: string): readonly [number, number] => {
  const rows = user.terminal.rows();
  const y = rows.findIndex((row) => row.includes(text));
  expect(y, `no row has ${text}`).toBeGreaterThanOrEqual(0);
  return [rows[y]?.indexOf(text) ?? 0, y];
};

const report = (button: number, [x, y]: readonly [number, number]): string =>
  `\u001b[<${button};${x + 1};${y + 1}M`;

const click = (user: User, text: string): Promise<void> =>
  user.together(`${report(0, at(user, text))}${report(0, at(user, text)).replace('M', 'm')}`);

/** The selected row. */
const inverseRow = (user: User): string =>
  user.rows().find((_, row) => row > 1 && user.terminal.cellAt(2, row).inverse) ?? '';

test('a click focuses and selects the row, a second click opens it', async () => {
  const user = await open();
  await click(user, 'orders-0   ━');
  expect(user.rowWith('5 Connection pools')).toContain('▌5 Connection pools');
  expect(user.rowWith('1 Health')).toMatch(/^ 1/);
  await click(user, 'orders-0   ━');
  expect(user.rows()[2]).toMatch(/^▌5 Connection pools/);
  await click(user, 'cart · cart');
  await click(user, 'cart · cart');
  expect(inverseRow(user)).toContain('cart · cart');
  expect(detailsOf(user.rows(), 'Connection pools', 'cart · cart')).toEqual([
    ' cart · cart  6 % in use · 0 waiting · bus, 3s ago',
    '   no database session matches this pool, so opsdeck cannot say what holds the connections',
  ]);
});

test('the wheel scrolls and focuses the pane under it', async () => {
  const user = await open();
  await user.together(report(65, at(user, '3 Circuit breakers')));
  expect(user.rowWith('3 Circuit breakers')).toMatch(/^▌3 Circuit breakers/);
  await user.press('enter enter');
  expect(user.rowWith('suggest in search-0')).toBeTruthy();
  await user.together(report(64, [3, 3]));
  expect(inverseRow(user)).toContain('psp in billing-0');
  expect(user.rowWith('3 Circuit breakers')).toContain('✗ billing-0 · psp');
});

test('a click on a footer key presses it', async () => {
  const user = await open();
  const rows = user.terminal.rows();
  // The situation names the same key above.
  const place = [rows.at(-1)?.indexOf('J changes') ?? -1, rows.length - 1] as const;
  await user.together(`${report(0, place)}${report(0, place).replace('M', 'm')}`);
  expect(user.rows()[2]).toMatch(/^▌J Changes/);
  await click(user, '? help');
  expect(user.rowWith('HELP')).toBeTruthy();
  await user.press('esc');
  await click(user, 'q quit');
  expect(user.given).toEqual([['quit']]);
});

test('a click selects a row of the palette; enter runs it', async () => {
  const user = await open();
  await user.press('ctrl-p');
  await click(user, 'pane Connection pools');
  expect(user.rowWith('▸')).toContain('pane Connection pools');
  expect(user.rows()[1]).toMatch(/^▌ /);
  await user.press('enter');
  expect(user.rows()[2]).toMatch(/^▌5 Connection pools/);
  await user.press('e');
  await click(user, 'shop/dev');
  expect(user.rowWith('▸')).toContain('shop/dev');
  await user.press('enter');
  expect(user.given).toEqual([['openEnvironment', 'shop/dev']]);
});

test('a click confirms nothing: not on a card, not on the footer below it, not during the cancel window', async () => {
  const scene = shop();
  const user = await openCockpit({
    size: [120, 36],
    scene: { ...scene, cockpit: { ...scene.cockpit, run: proposed(), arming: { readOnly: false } } },
  });
  const everywhere = Array.from({ length: 36 * 40 }, (_, index) =>
    report(0, [3 * (index % 40), Math.floor(index / 40)]).repeat(2),
  );
  await user.together(everywhere.join(''));
  expect(user.given).toEqual([]);
  await click(user, 'Confirm in');
  expect(user.rowWith('you cannot confirm a run with a click: use the keys')).toBeTruthy();
  await user.happens(() => user.cockpit.setState({ run: { ...proposed(), stage: 'window' } }));
  await user.together(report(0, [60, 10]) + report(65, [60, 10]));
  expect(user.given).toEqual([]);
});

test.each(['A', 's'])('a click does not confirm the question of %s', async (keys) => {
  const user = await openCockpit({ size: [80, 24], scene: shop(), shared: keys !== 'A' });
  await user.press(keys);
  const before = user.rows().slice(1, -2);
  for (const text of ['enter ', 'esc ']) await click(user, text);
  expect(user.rowWith('you cannot confirm a run with a click: use the keys')).toBeTruthy();
  expect(user.rows().slice(1, -2)).toEqual(before);
  expect(user.given).toEqual([]);
});

test('mouse reports split across reads are never keys, however late the rest arrives', async () => {
  const user = await open();
  const bytes = report(0, at(user, 'billing-1'));
  for (const piece of [bytes.slice(0, 4), bytes.slice(4, 7), bytes.slice(7)]) {
    expect(user.rowWith('1 Health')).toMatch(/^▌/);
    await user.together(piece);
    await user.wait('1s');
  }
  expect(user.rowWith('3 Circuit breakers')).toMatch(/^▌3 Circuit breakers/);
});

test('a character split across reads is one character', async () => {
  const user = await open();
  const bytes = Buffer.from('注');
  await user.press('/');
  await user.together(bytes.subarray(0, 1));
  await user.together(bytes.subarray(1));
  expect(user.rowWith('enter apply')).toContain(' /注_');
});

test('a lone escape is the escape key', async () => {
  const user = await open();
  await user.press('?');
  await user.together('\u001b');
  await user.wait('1s');
  expect(user.rows().some((row) => row.includes('HELP'))).toBe(false);
});

test(':mouse off leaves clicks to the terminal, and :mouse on takes them again', async () => {
  const user = await open();
  const on = '\u001b[?1000h\u001b[?1006h';
  const off = '\u001b[?1006l\u001b[?1000l';
  expect(user.terminal.written()).toContain(on);
  await user.press(':');
  await user.type('mouse off');
  await user.press('enter');
  expect(user.terminal.written()).toContain(off);
  await click(user, 'orders-0   ━');
  expect(user.rowWith('1 Health')).toMatch(/^▌/);
  await user.press(':');
  await user.type('mouse on');
  await user.press('enter');
  expect(user.rowWith('mouse on: hold shift and drag to select text')).toBeTruthy();
  const written = user.terminal.written();
  expect(written.lastIndexOf(on)).toBeGreaterThan(written.lastIndexOf(off));
});
