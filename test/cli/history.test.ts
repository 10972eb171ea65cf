import { expect, test } from 'vitest';
import { worthKeeping } from '../../src/cli/cockpit/open-cockpit.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { createFacts } from '../../src/store/facts-store.ts';
import { profileOf } from '../engine/toys.ts';
import { frame } from '../support/made-facts.ts';

const facts = createFacts(frame());
const engine = (env: string, world?: { readonly system: string }): Engine =>
  // Only these two are looked at.
  ({ profile: { ...profileOf([]), env, ...(world && { world }) }, facts }) as Engine;

test('what is rehearsed of a real environment is held in memory only: it never happened there', () => {
  const engines = [engine('production'), engine('demo', { system: 'demo' })];
  const kept = (rehearse: object) =>
    worthKeeping(engines, { options: rehearse as Parameters<typeof worthKeeping>[1]['options'] }).map(
      ({ env, rehearsed }) => [env, rehearsed],
    );
  expect(kept({})).toEqual([
    ['production', false],
    ['demo', false],
  ]);
  expect(kept({ rehearse: {} })).toEqual([
    ['production', true],
    ['demo', false],
  ]);
});
