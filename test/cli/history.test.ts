import { expect, test } from 'vitest';
import { recordedEnvironments } from '../../src/cli/cockpit/open-cockpit.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { profileOf } from '../engine/toys.ts';
import { frame } from '../support/made-facts.ts';

const facts = createFactsStore(frame());
const engine = (env: string, world?: { readonly system: string }): Engine =>
  // Only these two fields are used.
  ({ profile: { ...profileOf([]), env, ...(world && { world }) }, facts }) as Engine;

test('the history of a drill of a real environment is kept in memory only', () => {
  const engines = [engine('production'), engine('demo', { system: 'demo' })];
  const kept = (rehearse: object) =>
    recordedEnvironments(engines, {
      options: rehearse as Parameters<typeof recordedEnvironments>[1]['options'],
    }).map(({ env, isDrill }) => [env, isDrill]);
  expect(kept({})).toEqual([
    ['production', false],
    ['demo', false],
  ]);
  expect(kept({ rehearse: {} })).toEqual([
    ['production', true],
    ['demo', false],
  ]);
});
