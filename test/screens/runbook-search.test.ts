import { expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { frame, learn, noon } from '../support/made-facts.ts';
import { alert, alertsFeed } from './support/monitored.ts';
import { cardOf } from './support/screen.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { shopLines, shopWith } from './support/shop-lines.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

longTest('/ in the runbook list finds by a word of a step, and shows the text that matched', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  await user.press('R /');
  await user.type('dependancy owner');
  const card = cardOf(user);
  expect(card[0]).toMatch(/^Runbooks {2}\/dependancy owner_ .* 1 of 2 runbooks mention the symptom$/);
  expect(card[1]).toContain('close-breaker Close a circuit breaker');
  expect(card[2]?.trim()).toBe('step: Notify the dependency owner');
  // Letters are typed, not keys; enter opens the preview of what was found.
  await user.press('enter');
  expect(user.given).toContainEqual(['propose', 'close-breaker', {}]);
});

test('a symptom that no runbook mentions says so; esc ends the search and lists all again', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  await user.press('R /');
  await user.type('zzzz');
  expect(cardOf(user).join('\n')).toContain('no runbook mentions this: try another word of the symptom');
  await user.press('enter');
  expect(user.given.some(([name]) => name === 'propose')).toBe(false);
  await user.press('esc');
  expect(cardOf(user)[0]).toMatch(/^Runbooks .* 1 of 2 matches$/);
  await user.press('esc');
  expect(user.rows().join('\n')).not.toContain('Runbooks');
});

longTest('the palette lists runbooks that mention the words, after what contains them', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  await user.press('ctrl-p');
  await user.type('stays closed');
  const card = cardOf(user).join('\n');
  expect(card).toMatch(/▸● Close a circuit breaker · close-breaker {2}verification: psp stays closed/);
  expect(card).toContain('mentions  verification: psp stays closed');
});

const withAlert = (runbookUrl?: string): Scene => {
  const facts = createFactsStore(frame({ system: 'shop', sources: { am: { type: 'alertmanager' } } }));
  const onlyAlert = alert('PaymentsFail', {
    summary: 'circuit breaker psp is open',
    ...(runbookUrl && { runbookUrl }),
  });
  learn(facts, alertsFeed, { items: [onlyAlert, alert('Water', { summary: '' })] }, noon);
  return { facts, cockpit: shopCockpit };
};

const listOf = async (scene: Scene, keys: string): Promise<{ user: User; card: readonly string[] }> => {
  const user = await openCockpit({ size: [120, 36], scene });
  await user.press(keys);
  return { user, card: cardOf(user) };
};

longTest(
  'R on an alert lists the runbook of its annotation first, otherwise those that mention its words',
  async () => {
    const mentioned = await listOf(withAlert(), '7 z R');
    expect(mentioned.card[0]).toMatch(/^Runbooks {2}for PaymentsFail .* \d of 2 runbooks mention this$/);
    expect(mentioned.card[1]).toContain('close-breaker');
    expect(mentioned.card[2]?.trim()).toMatch(/^(?:title|condition|verification): /);
    const named = await listOf(withAlert('https://wiki.example/runbooks/restart-billing.md'), '7 z R');
    expect(named.card[1]).toContain('restart-billing');
    expect(named.card.join('\n')).toContain('runbook_url of the alert');
  },
);

test('R on an alert that no runbook mentions says so', async () => {
  const { card } = await listOf(withAlert(), '7 z j R');
  expect(card.join('\n')).toContain('no runbook mentions Water. / searches another word');
});

longTest('R on a log line lists the runbooks that mention its text first', async () => {
  const lines = shopLines();
  lines.put({
    text: '2026-03-04T10:15:06Z ERROR CallNotPermitted: circuit breaker psp is open',
    ago: 100,
    level: 'error',
  });
  const { card } = await listOf(shopWith(lines), '8 G R');
  expect(card[0]).toMatch(/^Runbooks {2}for this line .* \d of 2 runbooks mention this$/);
  expect(card[1]).toContain('close-breaker');
});
