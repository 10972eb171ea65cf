import { expect, test } from 'vitest';
import type { Dashboard } from '../../src/kinds/dashboards/fact.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { shopCockpit, shopOpen } from './support/shop.ts';
import { openCockpit } from './support/user.ts';

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

test('LINKS lists the links of the profile, then dashboards by title; one that the profile names is listed once', async () => {
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
