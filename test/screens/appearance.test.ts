import { expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { widthOf } from '../../src/ui/kit/text/width.ts';
import { longTest } from '../support/layer.ts';
import { breaker, feedInfo, frame, health, learn, noon } from '../support/made-facts.ts';
import { proposed } from './support/runs.ts';
import { cardOf, rowOf, tableRows, titles } from './support/screen.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit } from './support/user.ts';

longTest('without color, levels are distinguished by glyph, word, bold and inverse', async () => {
  const user = await openCockpit({ size: [100, 24], scene: shop(), color: 'none' });
  const colored = await openCockpit({ size: [100, 24], scene: shop() });
  expect(user.rows().slice(1, -1)).toEqual(colored.rows().slice(1, -1));
  expect(user.terminal.written()).not.toMatch(/\u001b\[[0-9;]*(3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)[;m]/);
  expect(user.lookOf('[PRODUCTION]')).toMatchObject({ inverse: true, bold: true });
  expect(user.lookOf('CRIT')).toMatchObject({ bold: true });
});

longTest('ASCII mode draws only ASCII', async () => {
  const user = await openCockpit({ size: [80, 24], scene: shop(), ascii: true });
  await user.press('3 z');
  const rows = tableRows(user.rows(), 'Circuit breakers', 'billing-0 - psp');
  expect(rows.map((row) => row.slice(0, 14).trim())).toEqual([
    'X OPEN',
    'X OPEN',
    '! HALF-OPEN',
    'o DISABLED',
    '+ CLOSED',
    '+ CLOSED',
  ]);
  await user.happens(() => user.cockpit.setState({ run: proposed() }));
  expect(cardOf(user)[0]).toMatch(/^Confirm in PRODUCTION {2,}DISRUPTIVE$/);
  expect(cardOf(user).slice(-2)).toEqual([
    '@ read-only: press A to arm for 15m',
    expect.stringMatching(/^A arm +Y copy as shell {3}tab full calls {3}esc cancel$/),
  ]);
  expect(user.rows().join('')).toMatch(/^[ -~]*$/);
});

longTest('every environment has a color, and production has a unique one', async () => {
  const backgrounds = new Set<number>();
  for (const tier of ['local', 'dev', 'staging', 'production'] as const) {
    const open = {
      ...shopCockpit.open,
      system: 'shop',
      env: tier,
      title: '',
      tier,
      embedded: tier === 'dev',
      incidents: [],
      across: [],
    };
    const user = await openCockpit({
      size: [80, 24],
      scene: { cockpit: { ...shopCockpit, open, arming: { readOnly: tier === 'production' } } },
    });
    backgrounds.add(user.lookOf(tier.toUpperCase()).bg);
    expect(user.rows()[0]?.includes('read-only')).toBe(tier === 'production');
    expect(user.rows()[0]?.includes('simulated')).toBe(tier === 'dev');
  }
  expect(backgrounds.size).toBe(4);
});

test.each(['16', '256', 'truecolor'] as const)('a level has a color in %s mode', async (color) => {
  const user = await openCockpit({ size: [100, 24], scene: shop(), color });
  const looks = ['✗ CRIT', '▲ WARN', '? UNKNOWN', '● 4 ok'].map((word) => user.lookOf(word).fg);
  expect(new Set(looks).size).toBe(4);
});

longTest('a card dims the screen below', async () => {
  const scene = shop();
  const user = await openCockpit({
    size: [200, 60],
    scene: { ...scene, cockpit: { ...scene.cockpit, run: proposed() } },
  });
  expect(user.lookOf('billing is down').fg).toBe(user.lookOf('Health').fg);
  expect(user.lookOf('║').fg).not.toBe(user.lookOf('Health').fg);
});

longTest('wide characters take two cells, and a half one is drawn as a blank', async () => {
  const store = createFactsStore(frame({ system: 'shop' }));
  const names = [
    '注文サービス',
    '結済',
    'e\u0301tude',
    '👩‍👩‍👧 family',
    'a very long name of a service that cannot fit at all 注文注文',
  ];
  learn(store, feedInfo('api/health', 'health'), {
    items: names.map((service) =>
      health(service, { detail: `a${'支払いが遅い'.repeat(20)}`, status: 'degraded' }),
    ),
  });
  learn(store, feedInfo('bus/breakers', 'breakers'), {
    items: names.map((name) => breaker(name, { instance: '注文-0' })),
  });
  const user = await openCockpit({
    size: [80, 24],
    scene: { facts: store, cockpit: { ...shopCockpit, messages: [], suggestions: [] } },
  });
  // A wide character takes two cells, and one letter of a row's text.
  const cells = (row: string): number => widthOf(row.trimEnd());
  expect(user.rowWith('注文サービス')).toEqual(
    ' ▲ 注文サービス                                      a支払いが遅い …  – – ≥0s ',
  );
  for (const name of ['a very long', 'e\u0301tude', '注文サービス', '結済'])
    expect(cells(rowOf(user.rows().slice(2), name)), name).toBe(77);
  await user.press('3 z');
  for (const name of ['a very long', 'e\u0301tude', '注文サービス', '結済'])
    expect(cells(rowOf(user.rows().slice(2), name)), name).toBe(77);
  expect(rowOf(user.rows().slice(2), 'a very long')).toMatch(
    / 注文-0 +a very long name of a service that canno… /,
  );
});

longTest('no data can send control sequences to the terminal', async () => {
  const store = createFactsStore(frame({ system: 'shop' }));
  const evil = 'svc\u001b[31mred\u001b]0;title\u0007\u009b2J\u202e\r\nnext';
  learn(store, feedInfo('api/health', 'health'), { items: [health(evil, { detail: evil, status: 'down' })] });
  const user = await openCockpit({
    size: [80, 24],
    scene: { facts: store, cockpit: { ...shopCockpit, messages: [{ at: noon, level: 'crit', text: evil }] } },
  });
  await user.press('z / a');
  const written = user.terminal.written();
  for (const sequence of ['\u001b[31m', '\u001b]0;', '\u009b', '\u202e', '\u0007', '\u001b[2J\u202e'])
    expect(written).not.toContain(sequence);
});

longTest('a frame never exceeds the terminal, whatever its size', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  for (const [columns, rows] of [
    [81, 25],
    [200, 60],
    [80, 24],
    [79, 24],
    [40, 5],
    [133, 41],
    [100, 24],
  ] as const) {
    await user.resize(columns, rows);
    expect(user.terminal.rows()).toHaveLength(rows);
    if (columns < 80 || rows < 24) expect(user.rows()[0]).toMatch(/^ PRODUCTION {2}read-only/);
    else {
      expect(user.rows()[0]).toMatch(/^ PRODUCTION .* (?:data )?4s old, 1 fault *$/);
      expect(user.rows().at(-1)).toMatch(/q quit $/);
      expect(user.terminal.rows().map(widthOf)).toEqual(Array.from({ length: rows }, () => columns));
      // Where panes are boxes, circuit breakers with problems are beside the services.
      expect(titles(user.rows())).toEqual(
        columns >= 120 && rows >= 30
          ? ['Health', 'Circuit breakers', 'Threshold matrix', 'Connection pools']
          : ['Health', 'Threshold matrix', 'Circuit breakers', 'Connection pools'],
      );
    }
  }
});

longTest('a message has the row above the keys, and says what shows all of it where it is cut', async () => {
  const scene = shop();
  const bottomRow = async (length: number): Promise<string> => {
    const messages = [{ at: noon, level: 'ok' as const, text: 'm'.repeat(length) }];
    const user = await openCockpit({
      size: [80, 24],
      scene: { ...scene, cockpit: { ...scene.cockpit, messages } },
    });
    return user.terminal.rows().at(-2) ?? '';
  };
  expect(await bottomRow(65)).toBe(` 10:15:07  ${'m'.repeat(65)}    `);
  expect(await bottomRow(66)).toBe(` 10:15:07  ${'m'.repeat(66)}   `);
  expect(await bottomRow(68)).toBe(` 10:15:07  ${'m'.repeat(68)} `);
  expect(await bottomRow(69)).toBe(` 10:15:07  ${'m'.repeat(55)}… · :messages `);
});

longTest('one changed cell costs few bytes', async () => {
  const scene = shop();
  const user = await openCockpit({ size: [200, 60], scene });
  await user.press('3');
  const before = user.terminal.written().length;
  await user.press('j');
  expect(user.terminal.written().length - before).toBeLessThan(2000);
});
