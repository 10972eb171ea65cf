import { expect, test } from 'vitest';
import { actorText } from '../../../src/domain/team/actor.ts';

test('a person is named by user and host, and an unknown one as such', () => {
  expect(actorText({ user: 'ana', host: 'desk-3' })).toBe('ana@desk-3');
  expect(actorText(undefined)).toBe('unknown user');
});
