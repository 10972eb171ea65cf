import { expect, test } from 'vitest';
import type { Fault } from '../../src/domain/base/fault.ts';
import { loginCommandItems } from '../../src/ui/features/cards/login-commands.ts';
import { loginResult } from '../../src/ui/features/cards/login-keys.ts';
import type { KeyContext } from '../../src/ui/shell/contract/pane.ts';

const expired = (source: string, login?: readonly string[]): Fault => ({
  kind: 'denied',
  source,
  message: 'login expired',
  at: 0,
  ...(login === undefined ? {} : { login }),
});

// The part of the KeyContext that the items use.
const handOf = (faults: readonly Fault[], logins: Readonly<Record<string, readonly string[]>>): KeyContext =>
  ({
    view: { canSuspend: true, cockpit: { open: { logins } }, own: { snapshot: { faults } } },
  }) as unknown as KeyContext;

test("offers the login command of each source with an expired login. The profile's command wins", () => {
  const faults = [
    expired('k8s', ['aws', 'sso', 'login']),
    expired('hosts', ['ssh-add']),
    expired('api'),
    expired('odd', []),
    { ...expired('down'), kind: 'unreachable' as const },
  ];
  const items = loginCommandItems(handOf(faults, { hosts: ['step', 'ssh', 'login'], down: ['x'] }));
  expect(items.map(({ command, text }) => [command, text])).toEqual([
    ['login k8s', 'log in again for k8s: aws sso login'],
    ['login hosts', 'log in again for hosts: step ssh login'],
  ]);
});

test.each([
  [{ status: 0 }, { ok: true, why: 'az login: exit status 0' }],
  [{ status: 1 }, { ok: false, why: 'az login: exit status 1' }],
  [{ signal: 'SIGINT' }, { ok: false, why: 'az login: killed by SIGINT' }],
  [{ trouble: 'program "az" not found' }, { ok: false, why: 'az login: program "az" not found' }],
  [undefined, { ok: false, why: 'az login: opsdeck cannot hand over the terminal' }],
])('reports how the program ended: %o', (end, answer) => {
  expect(loginResult(['az', 'login'], end)).toEqual(answer);
});
