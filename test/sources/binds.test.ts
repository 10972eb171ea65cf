import { expect, test } from 'vitest';
import { z } from 'zod';
import { sourceModules } from '../../src/sources/registry.ts';

/** Names of params that something takes apart, and the rule that each needs. */
const needs: Readonly<Record<string, string>> = {
  sql: 'statement',
  argv: 'argv',
  body: 'document',
  abort: 'fixed',
};

const operations = sourceModules.flatMap(({ type, operations: all }) =>
  Object.entries(all).map(([name, spec]) => ({ name: `${type}.${name}`, ...spec })),
);

test.each(operations)(
  '$name says how values stand in what is taken apart',
  ({ params, bindingRules: binds = {} }) => {
    const { properties = {} } = z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' });
    for (const key of Object.keys(properties))
      if (Object.hasOwn(needs, key)) expect([key, binds[key]]).toEqual([key, needs[key]]);
    // A rule for a missing param would hold nothing back.
    for (const path of Object.keys(binds)) expect(Object.keys(properties)).toContain(path.split('.')[0]);
  },
);
