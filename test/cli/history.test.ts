import { expect, test } from 'vitest';
import { worthKeeping } from '../../src/cli/history.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { createFacts } from '../../src/store/facts-store.ts';
import { profileOf } from '../engine/toys.ts';
import { frame } from '../support/made-facts.ts';

const facts = createFacts(frame());
const engine = (env: string, world?: { readonly system: string }): Engine =>
  // Only these two are looked at.
  ({ profile: { ...profileOf([]), env, ...(world && { world }) }, facts }) as Engine;

test('what is rehearsed of a real environment is not kept, as if it had happened there', () => {
  const engines = [engine('production'), engine('demo', { system: 'demo' })];
  const kept = (rehearse: object) =>
    worthKeeping(engines, { options: rehearse as Parameters<typeof worthKeeping>[1]['options'] }).map(
      ({ env }) => env,
    );
  expect(kept({})).toEqual(['production', 'demo']);
  expect(kept({ rehearse: {} })).toEqual(['demo']);
});
