import { expect, test } from 'vitest';
import { z } from 'zod';
import { sourceModules } from '../support/source-modules.ts';

/** Names of params with a syntax of their own, and the binding rule that each requires. */
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
  '$name declares a binding rule for params with a syntax',
  ({ params, bindingRules: binds = {} }) => {
    const { properties = {} } = z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' });
    for (const key of Object.keys(properties))
      if (Object.hasOwn(needs, key)) expect([key, binds[key]]).toEqual([key, needs[key]]);
    // A rule for a missing param would have no effect.
    for (const path of Object.keys(binds)) expect(Object.keys(properties)).toContain(path.split('.')[0]);
  },
);
