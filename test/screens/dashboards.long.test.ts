import { expect, test } from 'vitest';
import { dashboardLink, incidentWindow } from '../../src/domain/facts/dashboard-link.ts';
import type { Dashboard } from '../../src/kinds/dashboards/fact.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { alert, alertsFeed } from './support/monitored.ts';
import { shopCockpit, shopOpen } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const dashboard = (name: string, more: Partial<Dashboard> = {}): Dashboard => ({
  source: 'graf',
  at: noon - 3000,
  uid: name.toLowerCase(),
  name,
  url: `https://grafana.example.org/d/${name.toLowerCase()}`,
  folder: '',
  tags: [],
  ...more,
});

test('Links lists the links of the profile, then dashboards by title; one that the profile names is listed once', async () => {
  const facts = createFactsStore(
    frame({ system: 'shop', sources: { graf: { type: 'grafana', kinds: ['dashboards'] } } }),
  );
  const items = [
    dashboard('Queues'),
    dashboard('Checkout', { folder: 'Payments', tags: ['slo'] }),
    dashboard('Overview'),
  ];
  learn(facts, feedInfo('graf/dashboards', 'dashboards'), { items, faults: [] }, noon - 3000);
  const open = {
    ...shopOpen,
    links: [{ id: 'overview', title: 'System overview', url: 'https://grafana.example.org/d/overview' }],
  };
  const user = await openCockpit({
    size: [150, 30],
    scene: { facts, cockpit: { ...shopCockpit, open, suggestions: [], messages: [] } },
  });
  expect(user.rows().join('\n')).not.toContain('DASHBOARDS');
  await user.press('K K');
  const urls = user.rows().flatMap((row) => / (https:\S+)/.exec(row)?.[1] ?? []);
  expect(urls.slice(0, 3)).toEqual([
    'https://grafana.example.org/d/overview',
    'https://grafana.example.org/d/checkout',
    'https://grafana.example.org/d/queues',
  ]);
  expect(user.rowWith('/d/checkout')).toMatch(/Checkout .* Payments · slo/);
});

/** The clipboard, from the last OSC 52. */
const clipboard = (user: User): string => {
  const code = [...user.terminal.written().matchAll(/\u001b\]52;c;([^\u001b]*)/g)].at(-1)?.[1];
  return Buffer.from(code ?? '', 'base64').toString('utf8');
};

const panelUrl = 'https://grafana.example.org/d/checkout?viewPanel=4';

/** Alerts of Grafana that fire since eleven minutes, and one dashboard. */
const opened = async (keys: string, panel: string | undefined): Promise<User> => {
  const facts = createFactsStore(
    frame({ system: 'shop', sources: { am: { type: 'grafana', kinds: ['alerts', 'dashboards'] } } }),
  );
  const onlyAlert = alert('CheckoutSlow', {
    labels: { service: 'checkout', path: 'a b' },
    since: noon - 660_000,
    ...(panel === undefined ? {} : { panelUrl: panel }),
  });
  learn(facts, alertsFeed, { items: [onlyAlert] }, noon);
  learn(facts, feedInfo('graf/dashboards', 'dashboards'), { items: [dashboard('Queues')], faults: [] }, noon);
  const user = await openCockpit({
    size: [160, 36],
    scene: {
      facts,
      cockpit: { ...shopCockpit, open: { ...shopOpen, links: [] }, suggestions: [], messages: [] },
    },
  });
  await user.press(keys);
  return user;
};

test('an opened alert shows the panel of its rule at the time of the alert, and u copies the link', async () => {
  const user = await opened('7 z enter', panelUrl);
  const expected =
    /^https:\/\/grafana\.example\.org\/d\/checkout\?viewPanel=4&from=\d+&to=now&var-service=checkout&var-path=a\+b$/;
  expect(user.rows().map((row) => row.trim().replace(/^│ *| *│$/g, ''))).toContainEqual(
    expect.stringMatching(expected),
  );
  await user.press('u');
  expect(clipboard(user)).toMatch(expected);
});

test('an alert whose rule is not linked to a panel has nothing to copy', async () => {
  const user = await opened('7 z enter u', undefined);
  expect(user.rowWith('the rule of CheckoutSlow is not linked to a panel')).toBeTruthy();
  expect(clipboard(user)).toBe('');
});

test('while alerts fire, dashboards open at the time of the oldest one', async () => {
  const user = await opened('K K', undefined);
  expect(user.rowWith('/d/queues')).toMatch(/\/d\/queues\?from=\d+&to=now/);
});

test('a link begins a quarter of an hour before the incident, and keeps what its address says', () => {
  const window = incidentWindow(noon);
  expect(dashboardLink('https://g.example/d/x?viewPanel=4', window)).toBe(
    `https://g.example/d/x?viewPanel=4&from=${noon - 900_000}&to=now`,
  );
  expect(dashboardLink('https://g.example/d/x?from=now-6h&var-env=a', window, { env: 'b' })).toBe(
    'https://g.example/d/x?from=now-6h&var-env=a&to=now',
  );
  expect(dashboardLink('https://g.example/d/x', incidentWindow(noon, noon + 5))).toContain(`&to=${noon + 5}`);
  expect(dashboardLink('not an address', window)).toBe('not an address');
});
