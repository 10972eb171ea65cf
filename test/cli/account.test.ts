import { userInfo } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { whoAmI } from '../../src/cli/command/operator.ts';

afterEach(() => vi.unstubAllEnvs());

test('the operator is the account of the process, whatever its environment says', async () => {
  for (const name of ['USER', 'LOGNAME', 'USERNAME', 'SUDO_USER', 'LNAME', 'HOME', 'PGUSER'])
    vi.stubEnv(name, 'someone-else');
  expect((await whoAmI()).user).toBe(userInfo().username);
  expect((await whoAmI()).user).not.toBe('someone-else');
});
