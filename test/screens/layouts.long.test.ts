import { expect, test } from 'vitest';
import { between, bodyOf, headRow, placeOf, rowOf, tableRows, titles } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type Settings, type User } from './support/user.ts';

type Keep = NonNullable<Settings['keep']>;

/** An in-memory state directory. */
const shelf = (files: Record<string, string> = {}): Keep & { readonly files: Record<string, string> } => ({
  files,
  read: async (name) => files[name],
  write: async (name, text) => {
    files[name] = text;
  },
  setAside: async (name) => {
    files[`${name}.broken`] = files[name] ?? '';
    delete files[name];
    return `/state/${name}.broken`;
  },
});

const open = (keep?: Keep, size: readonly [number, number] = [120, 36]): Promise<User> =>
  openCockpit({ size, scene: shop(), ...(keep === undefined ? {} : { keep }) });

const command = async (user: User, text: string): Promise<void> => {
  await user.press(':');
  await user.type(text);
  await user.press('enter');
};

/** The titles of the panes in the left and the right half of the screen. */
const sides = ({ rows }: User): readonly string[] =>
  [between(rows(), 0, 60), between(rows(), 60)].flatMap((half) => titles(half));

test('| splits the screen; digits select a pane, tab switches, each pane keeps its own state', async () => {
  const user = await open();
  await user.press('3 |');
  expect(sides(user)).toEqual(['Circuit breakers', 'Health']);
  await user.press('j tab 5');
  expect(sides(user)).toEqual(['Circuit breakers', 'Connection pools']);
  const halves = [between(user.rows(), 0, 60), between(user.rows(), 60)] as const;
  expect(halves.map(titles)).toEqual([['Circuit breakers'], ['Connection pools']]);
  expect(halves.map((half) => headRow(half, titles(half)[0] ?? '').startsWith('▌'))).toEqual([false, true]);
  expect(rowOf(halves[0], 'HALF-OPEN')).toContain('checkout-2');
  expect(rowOf(halves[1], 'near max')).toContain('orders-0');
  await user.press('/ b i l l enter tab enter');
  const left = between(user.rows(), 0, 60);
  const right = between(user.rows(), 60);
  expect(headRow(left, 'Circuit breakers')).toMatch(/^▌/);
  expect(tableRows(left, 'Circuit breakers', 'billing-1 · psp')).toHaveLength(6);
  expect(rowOf(left, '79 of 100 cal')).toBeTruthy();
  expect(tableRows(right, 'Connection pools', 'billing-0 · hikari  100')).toHaveLength(1);
});

test('| again, or esc, restores the previous view; z maximizes one pane', async () => {
  const user = await open();
  await user.press('3 | |');
  expect(placeOf(user)).toBe('overview');
  await user.press('z |');
  await user.press('esc');
  expect(placeOf(user)).toMatch(/^ Circuit breakers {2}\d/);
  expect(titles(user.rows())).toHaveLength(1);
  await user.press('| z');
  expect(titles(user.rows())).toHaveLength(1);
  await user.press('ctrl-o');
  expect(sides(user)).toHaveLength(2);
});

test('below 120 columns the split is horizontal', async () => {
  const user = await open(undefined, [80, 24]);
  await user.press('3 | tab 5');
  expect(titles(user.rows())).toEqual(['Circuit breakers', 'Connection pools']);
  expect(headRow(user.rows(), 'Connection pools')).toMatch(/^▌/);
  expect(bodyOf(user.rows(), 'Circuit breakers').length).toBeGreaterThan(5);
  expect(rowOf(bodyOf(user.rows(), 'Connection pools'), 'exhausted')).toContain('billing-0 · hikari');
});

test('panes are removed from the overview, moved, and placed side by side. The focus is never lost', async () => {
  const user = await open();
  await command(user, 'layout hide health');
  expect(user.rows().some((row) => row.includes('1 Health'))).toBe(false);
  expect(user.rowWith('error rate')).toMatch(/^▌ error rate/);
  await command(user, 'layout up alerts');
  await command(user, 'layout beside pools breakers');
  expect(titles(user.rows())).toEqual(['Threshold matrix', 'Alerts', 'Circuit breakers', 'Connection pools']);
  await user.press('tab tab tab tab tab');
  await command(user, 'layout show health');
  await command(user, 'layout reset');
  expect(user.rowWith('1 Health')).toBeTruthy();
});

test('a layout is saved for its environment, available in the next session, and applied', async () => {
  const kept = shelf();
  const user = await open(kept);
  await user.press('3 | tab 5');
  await command(user, 'layout save money');
  await command(user, 'layout reset');
  await user.wait('2s');
  expect(Object.keys(kept.files).sort()).toEqual(['commands', 'layouts.json']);
  const later = await open(kept);
  expect(placeOf(later)).toBe('overview');
  await command(later, 'layout money');
  expect(sides(later)).toEqual(['Circuit breakers', 'Connection pools']);
  await later.press(': up up');
  expect(later.rowWith('COMMAND')).toContain('layout reset_');
});

test('a session restores the last layout without its filter and reports it', async () => {
  const kept = shelf();
  const user = await open(kept);
  await user.press('3 z / b i l l enter');
  await user.wait('2s');
  const later = await open(kept);
  expect(placeOf(later)).toMatch(/^ Circuit breakers {2}6 /);
  expect(later.rowWith('last layout restored')).toContain('0 overview · :layout reset');
});

test('unreadable layouts are moved aside and reported', async () => {
  const kept = shelf({ 'layouts.json': '{"version":1,"environ' });
  const user = await open(kept);
  expect(
    user.rowWith('cannot read the saved layouts: none are loaded. Correct /state/layouts.json.broken'),
  ).toBeTruthy();
  expect(kept.files['layouts.json.broken']).toContain('environ');
});

test('an unwritable state directory is reported once', async () => {
  const kept: Keep = {
    ...shelf(),
    write: () => Promise.reject(new Error('EROFS: read-only file system')),
  };
  const user = await open(kept);
  await user.press('3 z');
  await user.wait('2s');
  expect(user.rowWith('cannot save layouts and commands: EROFS')).toBeTruthy();
});

test('each failed layout save is reported', async () => {
  const kept = shelf();
  const full: Keep = { ...kept, write: () => Promise.reject(new Error('no space left on the device')) };
  const user = await open(full);
  for (const name of ['one', 'two']) {
    await command(user, `layout save ${name}`);
    expect(user.rowWith(`layout ${name} saved`)).toBeTruthy();
    await user.wait('2s');
    expect(user.rowWith('cannot save layouts and commands: no space left on the device')).toBeTruthy();
  }
  await user.press('3');
  await user.wait('2s');
  expect(user.rows().some((row) => row.includes('not kept'))).toBe(false);
});

test("two cockpits on one state directory: each one's saves and deletions take effect", async () => {
  const kept = shelf();
  const first = await open(kept);
  const second = await open(kept);
  await command(first, 'layout save mine');
  await first.wait('2s');
  await command(second, 'layout save yours');
  await second.wait('2s');
  await first.press('3 z');
  await first.wait('2s');
  expect(
    Object.keys(JSON.parse(kept.files['layouts.json'] ?? '').environments['shop/production'].layouts),
  ).toEqual(['mine', 'yours']);
  await command(first, 'layout yours');
  await command(first, 'layout forget yours');
  await first.wait('2s');
  await second.press('3');
  await second.wait('2s');
  const later = await open(kept);
  await command(later, 'layouts');
  expect(later.rows().join()).not.toContain('yours');
});

test('side by side, the cursor marks the row of its own pane only', async () => {
  const user = await open();
  await user.press('3 | tab 5');
  const inverse = (y: number): readonly number[] =>
    Array.from({ length: 118 }, (_, index) => index + 1).filter((x) => user.terminal.cellAt(x, y).inverse);
  const rows = user.terminal.rows().map((_, y) => inverse(y));
  const cursor = rows.slice(3, -2).filter((cells) => cells.length > 0);
  expect(cursor).toEqual([Array.from({ length: 58 }, (_, index) => 61 + index)]);
});
