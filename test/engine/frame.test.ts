import { expect, test } from 'vitest';
import type { Profile } from '../../src/domain/profile/profile.ts';
import { judgingFrameOf, requiredKinds } from '../../src/engine/engine.ts';
import type { OpenedSource } from '../../src/engine/sources/open-sources.ts';
import type { Feed } from '../../src/sources/kit/contract/source.ts';
import { factSpec } from '../support/derived-specs.ts';
import { spec } from '../support/made-facts.ts';
import { manualClock } from '../support/manual-clock.ts';
import { openToys, profileOf, toy } from './toys.ts';

const profile: Profile = {
  ...profileOf([]),
  signals: [
    spec('read'),
    spec('unread'),
    factSpec('open', { kind: 'breakers', fold: 'count' }),
    factSpec('lagging', { kind: 'lag', field: 'lag', fold: 'max' }),
  ],
};
const position = { file: 'toys.yaml', line: 1, col: 1 };
const source: OpenedSource = {
  entry: { id: 'bus', type: 'toy', config: {}, position },
  feeds: [{ ...toy(manualClock(0), 'bus/metrics').feed, kind: 'samples', signals: ['read'] }],
};

test('signals of another environment include the facts that they count', () => {
  expect(requiredKinds(profile, undefined)).toBeUndefined();
  expect(requiredKinds(profile, ['health'])).toEqual(['health']);
  expect(requiredKinds(profile, ['health', 'samples'])).toEqual(['health', 'samples', 'breakers', 'lag']);
});

test('where signals are read, all of their feeds are read; elsewhere, only those that are read anyway', () => {
  const ids = (only: Parameters<typeof judgingFrameOf>[3]) =>
    judgingFrameOf(profile, [source], true, only).signals.map(({ id }) => id);
  expect(ids(undefined)).toEqual(['read', 'unread', 'open', 'lagging']);
  expect(ids(['health', 'samples'])).toEqual(['read', 'unread', 'open', 'lagging']);
  expect(ids(['health'])).toEqual(['read']);
});

test('any feed that provides the signal is read for it, whatever the kind of its rows', async () => {
  const clock = manualClock(0);
  const plain = toy(clock, 'a/plain').feed;
  const answering = toy(clock, 'a/answering').feed;
  const feeds = [
    { ...plain, kind: 'breakers' as const },
    { ...answering, kind: 'breakers' as const, signals: ['read'] },
  ];
  const engine = await openToys(clock, { a: feeds }, { only: ['samples'] });
  expect(engine.feeds.map(({ id }) => id)).toEqual(['a/answering']);
  await engine.close();
});

test('a feed that fills the rows of another one is read only where that one is', async () => {
  const clock = manualClock(0);
  const rows = { ...toy(clock, 'a/rows').feed, kind: 'breakers' as const };
  const filling = { ...toy(clock, 'a/filling').feed, kind: 'samples' as const, fills: 'rows' };
  const idsOf = async (feeds: readonly Feed[], options: Parameters<typeof openToys>[2]) => {
    const engine = await openToys(clock, { a: feeds }, options);
    const ids = engine.feeds.map(({ id }) => id);
    await engine.close();
    return ids;
  };
  expect(await idsOf([rows, filling], {})).toEqual(['a/rows', 'a/filling']);
  expect(await idsOf([rows, filling], { only: ['samples'] })).toEqual([]);
  expect(await idsOf([{ ...rows, signals: ['read'] }, filling], { only: ['samples'] })).toEqual([
    'a/rows',
    'a/filling',
  ]);
});
