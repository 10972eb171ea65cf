import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { homeDir } from '../../../src/platform/runtime/home-dir.ts';

test.each([{}, { HOME: '' }, { HOME: 'ana' }, { HOME: './ana' }])(
  'the home directory of %j is that of the account',
  (env) => {
    expect(homeDir(env)).toBe(userInfo().homedir);
  },
);

test('$HOME is the home directory', () => {
  expect(homeDir({ HOME: '/home/ana' })).toBe('/home/ana');
});
