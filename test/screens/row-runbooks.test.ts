import { expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { fault, frame, learn, noon } from '../support/made-facts.ts';
import { alert, alertsFeed } from './support/monitored.ts';
import { cardOf, footer } from './support/screen.ts';
import { closeBreaker, shop, shopCockpit } from './support/shop.ts';
import { shopLines, shopWith } from './support/shop-lines.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

const contacts = [{ id: 'ana', name: 'Ana', role: 'on call', reach: '' }];

/** Alerts of one Alertmanager: one whose words a runbook mentions, one without any. */
const alerts = (runbookUrl?: string): Scene => {
  const facts = createFactsStore(frame({ system: 'shop', sources: { am: { type: 'alertmanager' } } }));
  const onlyAlert = alert('PaymentsFail', {
    summary: 'circuit breaker psp is open',
    ...(runbookUrl && { runbookUrl }),
  });
  learn(facts, alertsFeed, { items: [onlyAlert, alert('Water', { summary: '' })] }, noon);
  const { open } = shopCockpit;
  return { facts, cockpit: { ...shopCockpit, ...(open && { open: { ...open, contacts } }) } };
};

const opened = async (
  scene: Scene,
  keys: string,
  size: readonly [number, number] = [120, 36],
): Promise<User> => {
  const user = await openCockpit({ size, scene });
  await user.press(keys);
  return user;
};

/** The rows below the one that contains `head`. */
const below = (user: User, head: string, count: number): readonly string[] => {
  const rows = user.rows();
  const index = rows.findLastIndex((row) => row.includes(head));
  return rows.slice(index + 1, index + 1 + count).map((row) => row.trimEnd());
};

longTest(
  'enter on an alert offers its runbooks first, with the key and the reason; enter previews the first',
  async () => {
    const user = await opened(alerts('https://wiki.example/runbooks/restart-billing.md'), '7 z enter');
    const [first, second] = below(user, 'PaymentsFail  firing', 2);
    expect(first).toBe('   enter ▸ restart-billing Restart billing · runbook_url of the alert');
    expect(second).toMatch(/^ {3}R {7}close-breaker Close a circuit breaker · mentions \w+: /);
    expect(footer(user.rows())).toMatch(/^ ?enter runbook /);
    await user.press('enter');
    expect(user.given.filter(([name]) => name === 'propose')).toEqual([['propose', 'restart-billing', {}]]);
  },
);

test('enter opens no runbook that only mentions an alert whose rule links another one. The details say how', async () => {
  const user = await opened(alerts('https://wiki.example/runbooks/refund-payments'), '7 z enter');
  const [first] = below(user, 'PaymentsFail  firing', 1);
  expect(first).toMatch(/^ {3}R {7}close-breaker Close a circuit breaker · mentions \w+: /);
  expect(user.rowWith('runbook_url · not in this profile')).toContain('opsdeck import FILE.md');
  expect(user.rowWith('https://wiki.example/runbooks/refund-payments')).toBeTruthy();
  await user.press('enter');
  expect(user.given.filter(([name]) => name === 'propose')).toEqual([]);
});

longTest('an alert shows its description and the runbook that its rule links', async () => {
  const scene = alerts('https://wiki.example/runbooks/restart-billing.md');
  const facts = createFactsStore(frame({ system: 'shop', sources: { am: { type: 'alertmanager' } } }));
  const described = alert('PaymentsFail', {
    summary: 'payments fail',
    description: 'More than 5 % of payments of the last 5 minutes failed.',
    runbookUrl: 'https://wiki.example/runbooks/restart-billing.md',
  });
  learn(facts, alertsFeed, { items: [described] }, noon);
  const user = await opened({ ...scene, facts }, '7 z enter');
  expect(user.rowWith('More than 5 % of payments of the last 5 minutes failed.')).toBeTruthy();
  expect(user.rowWith('runbook_url · runbook restart-billing of this profile')).toBeTruthy();
});

test('R on an opened row lists the other runbooks of the row', async () => {
  const user = await opened(alerts('https://wiki.example/runbooks/restart-billing.md'), '7 z enter R');
  expect(cardOf(user)[0]).toMatch(/^Runbooks {2}for PaymentsFail /);
  await user.press('j enter');
  expect(user.given.filter(([name]) => name === 'propose')).toEqual([['propose', 'close-breaker', {}]]);
});

longTest('an alert without a runbook says what helps, and enter closes its row', async () => {
  for (const size of [
    [80, 24],
    [120, 36],
  ] as const) {
    const user = await opened(alerts(), '7 z j enter', size);
    expect(below(user, 'Water  firing', 1)).toEqual([
      '   no runbook matches this alert · R then / searches a symptom · 9 contacts',
    ]);
    await user.press('enter');
    expect(user.rows().join('\n')).not.toContain('no runbook matches this alert');
    expect(user.given.some(([name]) => name === 'propose')).toBe(false);
  }
});

test('a row that a condition matches offers its runbook, with the parameters that the row answers', async () => {
  const user = await opened(shop(), '3 z enter', [110, 36]);
  expect(below(user, 'billing-0 · psp  ', 1)[0]).toBe(
    '   enter ▸ close-breaker Close a circuit breaker · matches: breakers billing-0 · psp is open',
  );
  await user.press('R');
  expect(cardOf(user)[0]).toMatch(/^Runbooks {2}for billing-0 · psp .* 1 of 2 runbooks match this row$/);
  await user.press('esc enter');
  expect(user.given.filter(([name]) => name === 'propose')).toEqual([
    ['propose', 'close-breaker', { name: 'psp' }],
  ]);
});

longTest('esc closes an opened row with a runbook; a closed row lists all runbooks', async () => {
  const user = await opened(shop(), '3 z enter esc');
  expect(user.rows().join('\n')).not.toContain('enter ▸ close-breaker');
  await user.press('R');
  expect(cardOf(user)[0]).toMatch(/^Runbooks .* 1 of 2 matches$/);
});

longTest(
  'a row that is OK and matches nothing has no line about runbooks; one with a problem has',
  async () => {
    const user = await opened(shop(), '3 z G enter');
    expect(user.rows().join('\n')).not.toMatch(/no runbook matches|▸ close-breaker/);
    const half = await opened(shop(), '3 z j j enter', [110, 36]);
    expect(below(half, 'checkout-2 · billing · bus', 1)[0]).toBe(
      '   no runbook matches this row · R then / searches a symptom',
    );
  },
);

longTest('an opened log line names the matching runbooks; an error without one says what helps', async () => {
  const lines = shopLines();
  const put = (text: string) =>
    lines.put({ text: `2026-03-04T10:15:06Z ERROR ${text}`, ago: 100, level: 'error' });
  put('CallNotPermitted: circuit breaker psp is open');
  const user = await opened(shopWith(lines), '8 G enter');
  expect(user.rowWith('▸ close-breaker')).toMatch(/^ {3}enter ▸ close-breaker .* · mentions \w+: /);
  await user.press('enter');
  expect(user.given).toContainEqual(['propose', 'close-breaker', {}]);
  await user.happens(() => put('zzzz qqqq'));
  await user.press('G');
  expect(user.rowWith('no runbook matches this line')).toContain('R then / searches a symptom');
});

test('a runbook that cannot be started says why', async () => {
  const problem = fault('unconfigured', 'needs ${var.k8s}');
  const cockpit = {
    ...shopCockpit,
    suggestions: [{ runbook: { ...closeBreaker, problem }, fits: 'yes' as const, why: 'open' }],
  };
  const user = await opened({ ...shop(), cockpit }, '3 z enter enter');
  expect(user.given.some(([name]) => name === 'propose')).toBe(false);
  expect(user.rows().join('\n')).toContain('close-breaker: needs ${var.k8s}');
});

test('help says that enter previews the runbook, and that esc closes the row', async () => {
  const user = await opened(shop(), '3 z enter ?');
  await user.press('/');
  await user.type('enter');
  expect(user.rowWith('preview the runbook of the opened row')).toContain('enter');
  expect(user.rowWith('open or close the row')).toContain('press esc to close the row');
});

/** A firing alert of `job`, and a runbook whose condition names the alert of another job. */
const namedElsewhere = (fits: 'yes' | 'no'): Scene => {
  const facts = createFactsStore(frame({ system: 'shop', sources: { am: { type: 'alertmanager' } } }));
  const items = ['bus', 'catalog'].map((job) =>
    alert('HighErrorRate', { state: 'firing', summary: '', labels: { job } }),
  );
  learn(facts, alertsFeed, { items }, noon);
  const when = 'any(alerts[name = HighErrorRate] | labels.job = catalog and state = firing)';
  const runbook = { ...closeBreaker, id: 'roll-back-catalog', title: 'Roll back', when };
  return { facts, cockpit: { ...shopCockpit, suggestions: [{ runbook, fits, why: '' }] } };
};

test('Alerts, enter, R and Problems name the same runbook, never that of another service', async () => {
  for (const fits of ['yes', 'no'] as const) {
    const user = await opened(namedElsewhere(fits), '7 z enter', [160, 40]);
    const rows = user.rows();
    expect(rows.find((row) => /HighErrorRate +bus/.test(row))).toContain('no matching runbook');
    expect(rows.find((row) => /HighErrorRate +catalog/.test(row))).toContain('runbook roll-back-catalog');
    expect(below(user, 'HighErrorRate  firing', 1)[0]).toContain('no runbook matches this alert');
    await user.press('j');
    expect(below(user, 'HighErrorRate  firing', 1)[0]).toContain('enter ▸ roll-back-catalog');
    await user.press('R');
    expect(cardOf(user)[0]).toMatch(/^Runbooks {2}for HighErrorRate /);
    await user.press('esc W W');
    const explained = async (name: string): Promise<string> => {
      for (let step = 0; !user.rows()[2]?.includes(` ${name} `) && step < 9; step++) await user.press('j');
      expect(user.rows()[2]).toContain(` ${name} `);
      return user
        .rows()
        .map((row) => row.slice(47))
        .join('\n');
    };
    expect(await explained('HighErrorRate · bus')).not.toContain('Roll back');
    await user.press('g g');
    expect(await explained('HighErrorRate · catalog')).toContain('Roll back');
  }
});

longTest('an alert names the runbook that mentions it if that matches now', async () => {
  const { cockpit } = alerts();
  const user = await opened(alerts(), '7 z', [200, 40]);
  expect(user.rows().find((row, y) => y > 1 && row.includes('circuit breaker psp is open'))).toContain(
    'is open · runbook close-breaker',
  );
  const suggestions = [{ runbook: closeBreaker, fits: 'no' as const, why: '' }];
  const other = await opened({ ...alerts(), cockpit: { ...cockpit, suggestions } }, '7 z', [200, 40]);
  expect(other.rows().find((row, y) => y > 1 && row.includes('circuit breaker psp is open'))).toContain(
    'is open · no matching runbook',
  );
});

longTest('? names the runbook that enter opens', async () => {
  const user = await opened(shop(), '3 z ?');
  expect(cardOf(user).join(' ')).toContain('enter twice: runbook close-breaker');
  const suggestions = [
    {
      runbook: { ...closeBreaker, params: [] },
      fits: 'yes' as const,
      why: 'breakers billing-0 · psp is open',
    },
  ];
  const other = await opened({ ...shop(), cockpit: { ...shopCockpit, suggestions } }, '3 z ?');
  const text = cardOf(other).join(' ');
  expect(text).toContain('enter twice: runbook close-breaker');
  expect(text).not.toContain('no runbook or action matches this row ·');
});
