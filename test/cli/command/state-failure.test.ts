import { mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stateFailureText } from '../../../src/cli/command/state-failure.ts';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { shopProfile } from '../../support/shop-profile.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = openWorkspace({ env: { OPSDECK_PROFILES: 'profiles' } });
  await workspace.put('profiles/dev.yaml', shopProfile('http://127.0.0.1:1'));
  await workspace.put('file', '');
});
afterEach(() => workspace[Symbol.asyncDispose]());

const created = /cannot create the directory file\/state: a part of the path is not a directory \(ENOTDIR\)/;
const used = /cannot use \S*file\/state\S*: a part of the path is not a directory \(ENOTDIR\)/;
const declare = ['incident', 'declare', '--env', 'shop/dev', '--title', 'x', '--timeout', '1s'];

test.each([
  [1, declare, created],
  [4, ['incident', 'list', '--env', 'shop/dev'], used],
  [4, ['trust', 'profiles'], created],
  [4, ['checklist', '--env', 'shop/dev'], /(?:cannot|ledger|state)/],
  [4, ['audit', 'show'], /the ledger file\/state\/audit\.jsonl cannot be read: a part of the path/],
])('exit %d: %j reports a state directory that cannot be used, and what to do', async (code, words, says) => {
  const ended = await workspace.run([...words, '--state-dir', 'file/state']);
  expect(ended.stderr).not.toMatch(/internal error|\n {4}at /);
  expect(ended.stderr).toMatch(says);
  expect(ended.stderr).toContain('Choose another state directory with --state-dir.');
  expect(ended.code).toBe(code);
});

test('a directory in place of a file of the state is reported with its path', async () => {
  await mkdir(workspace.path('state/trust.json'), { recursive: true });
  const ended = await workspace.run(['trust', 'profiles', '--state-dir', 'state']);
  expect(ended.stderr).toBe(
    'opsdeck: cannot write the state: a directory already has the name of the file (EISDIR), state/trust.json. Choose another state directory with --state-dir.\n',
  );
  expect(ended.code).toBe(4);
});

test('other errors, and those of files elsewhere, stay internal errors', () => {
  const failed = (path: string) => Object.assign(new Error('EACCES'), { code: 'EACCES', path });
  expect(stateFailureText(failed('/state/x'), '/state')).toBe(
    'cannot use /state/x: permission denied (EACCES). Correct the permissions, or choose another state directory with --state-dir.',
  );
  const renamed = Object.assign(failed('pid=1'), { dest: '/state/trust.lock' });
  expect(stateFailureText(renamed, '/state')).toMatch(/^cannot use \/state\/trust\.lock: /);
  expect(stateFailureText(failed('/statement'), '/state')).toBeUndefined();
  expect(stateFailureText(new TypeError('x is undefined'), '/state')).toBeUndefined();
});
