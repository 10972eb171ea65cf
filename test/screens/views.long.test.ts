import { expect, test } from 'vitest';
import { platforms } from './support/platforms.ts';
import { cardOf, headRow, placeOf, rowOf } from './support/screen.ts';
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

const open = (keep?: Keep, scene = shop()): Promise<User> =>
  openCockpit({ size: [120, 36], scene, ...(keep === undefined ? {} : { keep }) });

const command = async (user: User, text: string): Promise<void> => {
  await user.press(':');
  await user.type(text);
  await user.press('enter');
};

test('a view keeps pane, filter, order, columns, zoom and time window, and survives a restart', async () => {
  const kept = shelf();
  const user = await open(kept);
  await user.press('2 z w');
  await user.press('3');
  await user.press(', j j j j enter esc');
  expect(headRow(user.rows(), 'Circuit breakers')).not.toContain('SLOW');
  await user.press('/ p s p enter o o v');
  const summary = placeOf(user);
  await command(user, 'view save payment');
  expect(summary).toMatch(/^ Circuit breakers .*psp/);
  expect(user.rowWith('view payment saved: Circuit breakers')).toContain('open with :view payment');
  await user.wait('2s');
  const later = await open(kept);
  await later.press('0');
  await command(later, 'view payment');
  expect(placeOf(later)).toBe(summary);
  expect(headRow(later.rows(), 'Circuit breakers')).not.toContain('SLOW');
  await later.press('2');
  expect(placeOf(later)).toMatch(/^ Threshold matrix/);
  await later.press('esc');
  expect(headRow(later.rows(), 'Threshold matrix')).toContain('LAST 1H');
});

test(':view completes names, :views lists them, and a view is deleted by name or in the list', async () => {
  const user = await open(shelf());
  await command(user, 'view save morning');
  await user.press('5 z');
  await command(user, 'view save pools-night');
  await user.press(':');
  await user.type('view po');
  await user.press('tab');
  expect(user.rowWith('COMMAND')).toContain('view pools-night_');
  await user.press('esc');
  await command(user, 'views');
  expect(
    cardOf(user)
      .slice(0, 3)
      .map((row) => row.trim()),
  ).toEqual([
    expect.stringMatching(/^SAVED VIEWS +2$/),
    expect.stringMatching(/^▸ {2}morning +Health · worst first · overview$/),
    expect.stringMatching(/^pools-night +Connection pools · worst first · zoomed$/),
  ]);
  await user.press('D');
  expect(user.rowWith('view morning deleted')).toBeTruthy();
  await user.press('enter');
  expect(placeOf(user)).toMatch(/^ Connection pools/);
  await command(user, 'view delete pools-night');
  await command(user, 'views');
  expect(rowOf(cardOf(user), 'no saved views')).toContain(':view save NAME');
});

test('a view name is one free word', async () => {
  const user = await open();
  await command(user, 'view save delete');
  expect(user.rowWith('cannot use delete as a view name')).toBeTruthy();
  await command(user, 'view save two words');
  expect(user.rowWith('the name of a view must be one word')).toBeTruthy();
});

const saved = (change: Record<string, unknown>): string =>
  JSON.stringify({
    version: 1,
    columns: {},
    environments: {
      'shop/production': {
        views: {
          old: {
            pane: 'breakers',
            layout: { place: 'breakers', focus: 'breakers' },
            filter: '',
            order: 'worst first',
            windowMs: 1_200_000,
            reversed: false,
            ...change,
          },
        },
        bookmarks: {},
      },
    },
  });

test('a view that names a pane, a column or an order that no longer exists says so', async () => {
  const gone = await open(
    shelf({ 'views.json': saved({ pane: 'mailboxes', layout: { place: 'mailboxes', focus: 'mailboxes' } }) }),
  );
  await command(gone, 'view old');
  expect(gone.rowWith('cannot open view old: pane mailboxes no longer exists')).toBeTruthy();
  expect(placeOf(gone)).toBe('overview');
  const columns = { order: [], off: ['COLOR'], on: [], wide: false };
  const lost = await open(shelf({ 'views.json': saved({ columns, order: 'by color' }) }));
  await command(lost, 'view old');
  expect(lost.rowWith('no column COLOR in Circuit breakers now')).toContain(
    'no order "by color" in Circuit breakers now',
  );
  expect(placeOf(lost)).toMatch(/^ Circuit breakers/);
});

test('a broken file is moved aside and reported, and nothing in it is lost', async () => {
  const broken = shelf({ 'views.json': '{"version":1,"environ' });
  const user = await open(broken);
  expect(
    user.rowWith('cannot read the saved views: none are loaded. Correct /state/views.json.broken'),
  ).toBeTruthy();
  expect(broken.files['views.json.broken']).toContain('environ');
  const partly = shelf({ 'views.json': saved({}).replace('"views":{', '"views":{"odd":7,') });
  const other = await open(partly);
  expect(other.rowWith('cannot read 1 saved view: the file was copied')).toContain('the others are kept');
  await command(other, 'view old');
  expect(placeOf(other)).toMatch(/^ Circuit breakers/);
  await other.wait('2s');
  expect(partly.files['views.json']).toContain('"old"');
  expect(partly.files['views.json.broken']).toContain('"odd":7');
});

test('a failed write is reported, and the next change writes both', async () => {
  const kept = shelf();
  let fails = true;
  const user = await open({
    ...kept,
    write: async (name, text) => {
      if (fails && name === 'views.json') throw new Error('no space left on device');
      await kept.write(name, text);
    },
  });
  await command(user, 'view save one');
  await user.wait('2s');
  expect(user.rowWith('cannot save views, bookmarks and columns: no space left on device')).toBeTruthy();
  fails = false;
  await command(user, 'view save two');
  await user.wait('2s');
  expect(
    Object.keys(JSON.parse(kept.files['views.json'] ?? '').environments['shop/production'].views),
  ).toEqual(['one', 'two']);
});

test('a bookmark goes back to its row, also in a folded branch, and says when the row is gone', async () => {
  const kept = shelf();
  const user = await open(kept, platforms());
  await user.press('4 z l j l j');
  await command(user, 'bookmark');
  const selected = user.rows().find((_, row) => row > 1 && user.terminal.cellAt(1, row).inverse);
  expect(selected).toContain('p0');
  await user.wait('2s');
  const later = await open(kept, platforms());
  await later.press('0 "');
  expect(rowOf(cardOf(later), 'lag p0')).toContain('Consumer lag');
  await later.press('enter');
  expect(placeOf(later)).toMatch(/^ Consumer lag/);
  expect(later.rows().find((_, row) => row > 1 && later.terminal.cellAt(1, row).inverse)).toBe(selected);
  await later.press('/ q q enter');
  await command(later, 'bookmark lag p0');
  expect(later.rowWith('hidden by the filter of Consumer lag')).toContain('esc');
  const elsewhere = await open(kept, shop());
  await command(elsewhere, 'bookmark lag p0');
  expect(elsewhere.rowWith('bookmark: p0 is not in Consumer lag now')).toBeTruthy();
});

test('share mode saves names, not aliases, and a filter with a secret is not saved', async () => {
  const kept = shelf();
  const user = await openCockpit({
    size: [120, 36],
    scene: shop(),
    keep: kept,
    secrets: { mask: (text: string) => text.replaceAll('hunter2', '***') } as never,
  });
  await user.press('3 z /');
  await user.type('hunter2');
  await user.press('enter');
  await command(user, 'view save bad');
  expect(user.rowWith('view not saved: the filter contains a secret')).toBeTruthy();
  await user.wait('2s');
  expect(kept.files['views.json'] ?? '').not.toContain('hunter2');
});

test('the chosen columns of a pane survive a restart, for every environment', async () => {
  const kept = shelf();
  const user = await open(kept);
  await user.press('3 z , G');
  await user.press('esc');
  await command(user, 'columns');
  await user.press('j j j j K enter esc');
  await user.wait('2s');
  expect(JSON.parse(kept.files['views.json'] ?? '').columns).toHaveProperty('breakers');
  const later = await open(kept);
  await later.press('3');
  const heads = /BREAKER +FAIL +FAILED +REJECTED +SINCE *$/;
  expect(headRow(user.rows(), 'Circuit breakers')).toMatch(heads);
  expect(headRow(later.rows(), 'Circuit breakers')).toMatch(heads);
});
