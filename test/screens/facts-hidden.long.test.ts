import { expect, test } from 'vitest';
import { createSecretMasker } from '../../src/platform/masking/secrets.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { features } from '../../src/ui/app/features.ts';
import { feedInfo, frame, learn, noon, sample, spec } from '../support/made-facts.ts';
import { alert } from './support/monitored.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type Scene } from './support/user.ts';

const time = noon - 2000;

const tagged = (): Scene => {
  const facts = createFactsStore(
    frame({
      system: 'shop',
      env: 'production',
      sources: { am: { type: 'alertmanager', kinds: ['alerts'] }, prom: { type: 'prometheus', kinds: [] } },
      signals: [spec('q', { title: 'Queue', threshold: { crit: { op: '>=', value: 5 } } })],
    }),
  );
  const labels = {
    dbPassword: 'TAGS1 or so',
    api_token: 'TAGS2',
    user: 'TAGN1-x',
    customer: 'TAGN2-y',
    service: 'billing',
  };
  const summary = 'login with password=TAGS3 of userId=TAGN3-z fails on TAGN4.db.acme.net (secret: TAGS4x9)';
  learn(
    facts,
    feedInfo('am/alerts', 'alerts'),
    { items: [alert('Login', { at: time, severity: 'critical', labels, summary })] },
    time,
  );
  const series = ['a', 'b'].map((text, index) =>
    sample('q', 7 + index, { at: time, labels: { client_secret: `TAGS5${text}`, user: `TAGN5-${text}` } }),
  );
  learn(facts, feedInfo('prom/q', 'samples', { signals: ['q'] }), { samples: series }, time);
  return { facts, cockpit: { ...shopCockpit, suggestions: [], messages: [] } };
};

/** Every pane, with its rows opened, copied and exported in every format. */
const all = async (shared: boolean): Promise<string> => {
  const user = await openCockpit({ size: [200, 60], scene: tagged(), shared, secrets: createSecretMasker() });
  const seen: string[] = [];
  const visit = async (keys: string): Promise<void> => {
    await user.press(keys);
    seen.push(...user.rows());
  };
  for (const { key } of features.panes.all()) {
    if (key === undefined || key === '8') continue;
    await visit(`0 ${key} z`);
    for (const keys of [
      'j enter',
      'y',
      'j enter',
      'esc',
      'E enter',
      'E j enter',
      'E j j enter',
      'E j j j enter',
      'esc',
    ])
      await visit(keys);
  }
  const copied = [...user.terminal.written().matchAll(/\u001b\]52;c;([\w+/=]*)/g)];
  const saved = user.given.filter(([command]) => command === 'save').map(([, , text]) => String(text));
  expect(copied.length).toBeGreaterThan(1);
  expect(saved.length).toBeGreaterThan(7);
  return [
    ...seen,
    ...copied.map(([, text = '']) => Buffer.from(text, 'base64').toString('utf8')),
    ...saved,
  ].join('\n');
};

test('alert labels and texts, and sample labels: no secret in any pane, copy or export', async () => {
  const text = await all(false);
  expect(text).toContain('TAGN1-x');
  expect(text).toContain('dbPassword');
  expect([...new Set(text.match(/TAGS\d/g))]).toEqual([]);
});

test('alert labels and texts, and sample labels: no name while the screen is shared', async () => {
  const text = await all(true);
  expect(text).toContain('user-1');
  expect([...new Set(text.match(/TAG[SN]\d/g))]).toEqual([]);
});
