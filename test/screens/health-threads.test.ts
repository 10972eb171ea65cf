import { expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { feedInfo, frame, health, learn, noon } from '../support/made-facts.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit } from './support/user.ts';

const onDemand = (name: string, instance: string) => ({
  ...feedInfo(`web/${name}@${instance}`, 'notes'),
  name,
  instance,
  everyMs: 0,
});

test('opened details show the threads of every instance, and the properties of the first', async () => {
  const facts = createFactsStore(frame());
  const items = ['api-0', 'api-1'].map((instance) => health('api', { instance, source: 'web' }));
  learn(facts, feedInfo('web/health', 'health'), { items }, noon);
  for (const instance of ['api-0', 'api-1']) {
    const note = (title: string, text: string) => ({ source: 'web', at: noon, title, text });
    learn(
      facts,
      onDemand('threads', instance),
      { items: [note('DEADLOCK', `a waits in ${instance}`)] as never },
      noon,
    );
    learn(
      facts,
      onDemand('environment', instance),
      { items: [note('spring.size', `5 of ${instance}`)] as never },
      noon,
    );
  }
  const user = await openCockpit({ scene: { facts, cockpit: shopCockpit } });
  await user.press('1 enter');
  expect(user.rows().join('\n')).not.toContain('DEADLOCK');
  await user.press('enter');
  expect(user.rowWith('Threads of api-0')).toBeTruthy();
  expect(user.rowWith('DEADLOCK  a waits in api-0')).toBeTruthy();
  expect(user.rowWith('DEADLOCK  a waits in api-1')).toBeTruthy();
  expect(user.rowWith('spring.size  5 of api-0')).toBeTruthy();
  expect(user.rows().join('\n')).not.toContain('5 of api-1');
});
