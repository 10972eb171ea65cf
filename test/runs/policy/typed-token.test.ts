import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  namesToConfirm,
  namesToType,
  namesTyped,
  typedToken,
  typedTokens,
} from '../../../src/runs/policy/typed-token.ts';

const pod = 'event-bus-service-6d987dff79-hk285';

describe('what to type for a name', () => {
  test.each<[string, readonly string[], string]>([
    ['orders-db', [], 'orders-db'],
    ['exactly-twenty-chars', [], 'exactly-twenty-chars'],
    [pod, [], 'hk285'],
    [pod, ['event-bus-service-6d987dff79-ktx4b'], 'hk285'],
    // The last segment alone is shared: it would not tell the two apart.
    ['orders-production-eu-primary', ['orders-production-us-primary'], 'eu-primary'],
    ['orders-production-eu-primary', ['eu-primary'], 'production-eu-primary'],
    // Too short to be read.
    ['statefulset-of-postgres-0', [], 'postgres-0'],
    ['averyveryverylongnamewithoutsegments', [], 'averyveryverylongnamewithoutsegments'],
  ])('%s beside %j: %s', (name, others, token) => {
    expect(typedToken(name, others)).toBe(token);
  });

  test('a token is the end of its name, has at least four letters, and is the end of no other name', () => {
    const names = fc.array(fc.stringMatching(/^[a-c]{1,6}(-[a-c]{1,6}){0,6}$/), {
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(names, (all) => {
        const distinct = [...new Set(all)];
        for (const name of distinct) {
          const token = typedToken(name, distinct);
          expect(name.endsWith(token)).toBe(true);
          if (token === name) continue;
          expect(token.length).toBeGreaterThanOrEqual(4);
          expect(distinct.filter((other) => other.endsWith(token))).toEqual([name]);
        }
      }),
    );
  });
});

test('only a name or its own token is a typed name', () => {
  const proposal = { names: [pod, 'orders-db'], tokens: ['hk285', 'orders-db'] };
  expect(namesTyped(proposal, ['hk285', 'orders-db'])).toEqual([pod, 'orders-db']);
  expect(namesTyped(proposal, [pod])).toEqual([pod]);
  expect(namesTyped(proposal, ['hk28', 'K285', '', '0'])).toEqual(['hk28', 'K285', '', '0']);
});

test('only the names of steps that ask for it are typed; a token belongs to its name', () => {
  const names = ['hosts', pod, 'orders-db'];
  const tokens = ['hosts', 'hk285', 'orders-db'];
  expect(typedTokens({ names, tokens })).toEqual(tokens);
  const proposal = { names, tokens, confirmNames: [pod, 'orders-db'], typeNames: [pod] };
  expect(namesToConfirm(proposal)).toEqual([pod, 'orders-db']);
  expect(namesToType(proposal)).toEqual([pod]);
  expect(typedTokens(proposal)).toEqual(['hk285']);
  expect(namesToType({ names, confirmNames: [pod] })).toEqual([pod]);
});
