import { expect, test } from 'vitest';
import { parseEnvironment } from '../../../src/sources/github/parse.ts';

test('the protection rules of an environment, with the people and teams that review it', () => {
  const body = {
    name: 'production',
    protection_rules: [
      {
        type: 'required_reviewers',
        reviewers: [
          { type: 'User', reviewer: { login: 'ana' } },
          { type: 'Team', reviewer: { slug: 'ops', name: 'ops' } },
        ],
      },
      { type: 'wait_timer', wait_timer: 30 },
      { type: 'branch_policy' },
    ],
  };
  expect(parseEnvironment(body)).toMatchObject({
    name: 'production',
    rules: ['reviewers ana, team ops', 'wait 30 min', 'branch policy'],
  });
});
