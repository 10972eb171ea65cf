import { expect, test } from 'vitest';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { createRenderedFacts } from '../../../src/ui/shell/context/key-context.ts';
import { breaker, feedInfo, frame, learn } from '../../support/made-facts.ts';

test('a key sees the facts of the last frame until the next one, for at most 400 ms', () => {
  let now = 0;
  const onScreen = createRenderedFacts({ now: () => now });
  const facts = createFactsStore(frame());
  const drawn = onScreen.of(facts);
  learn(facts, feedInfo('bus/breakers', 'breakers'), { items: [breaker('psp', { state: 'open' })] });
  expect(onScreen.of(facts)).toBe(drawn);
  onScreen.renew();
  expect(onScreen.of(facts)).toBe(facts.getState());
  learn(facts, feedInfo('bus/breakers', 'breakers'), { items: [] });
  now = 400;
  expect(onScreen.of(facts)).not.toBe(facts.getState());
  now = 401;
  expect(onScreen.of(facts)).toBe(facts.getState());
});

test('another environment shows its facts immediately', () => {
  const onScreen = createRenderedFacts({ now: () => 0 });
  const factsStore = createFactsStore(frame());
  const other = createFactsStore(frame({ env: 'staging' }));
  onScreen.of(factsStore);
  expect(onScreen.of(other).frame.env).toBe('staging');
});

test('a prepared frame has the facts of the moment when it was begun; keys keep those of the visible one until it is drawn', () => {
  let now = 0;
  const onScreen = createRenderedFacts({ now: () => now });
  const facts = createFactsStore(frame());
  const drawn = onScreen.of(facts);
  learn(facts, feedInfo('bus/breakers', 'breakers'), { items: [breaker('psp', { state: 'open' })] });
  now = 50;
  const next = onScreen.prepare();
  const prepared = next.of(facts);
  expect(prepared).toBe(facts.getState());
  learn(facts, feedInfo('bus/breakers', 'breakers'), { items: [] });
  now = 60;
  expect(next.of(facts)).toBe(prepared);
  expect(next.now()).toBe(50);
  expect(onScreen.of(facts)).toBe(drawn);
  onScreen.renew();
  expect(onScreen.of(facts)).toBe(prepared);
  expect(onScreen.now()).toBe(50);
  onScreen.renew();
  expect(onScreen.of(facts)).toBe(facts.getState());
});

test('a slow preparation does not bring back facts that are older than those a key has shown', () => {
  let now = 0;
  const onScreen = createRenderedFacts({ now: () => now });
  const facts = createFactsStore(frame());
  onScreen.of(facts);
  onScreen.now();
  now = 300;
  onScreen.prepare().of(facts);
  learn(facts, feedInfo('bus/breakers', 'breakers'), { items: [breaker('psp', { state: 'open' })] });
  now = 500;
  expect(onScreen.of(facts)).toBe(facts.getState());
  expect(onScreen.now()).toBe(500);
  now = 510;
  onScreen.renew();
  expect(onScreen.of(facts)).toBe(facts.getState());
  expect(onScreen.now()).toBe(510);
});
