import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secret } from '../../contract/wired.ts';
import { openStand, outputLines, type Stand } from './stand.ts';

let stand: Stand;
let dir: string;
beforeEach(async () => {
  stand = await openStand();
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-login-'));
});
afterEach(async () => {
  await stand[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

const fileOf = async (name: string, text: string): Promise<string> => {
  const path = join(dir, name);
  await writeFile(path, text);
  return path;
};

test('login reports whether a role can log in with a password, and leaves no session open', async () => {
  const [right, wrong] = [await fileOf('right', `${secret}\n`), await fileOf('wrong', 'no-such\n')];
  const login = async (file: string) => stand.act(await stand.plan('login', { role: 'shop', file }));
  expect(await login(right)).toContainEqual({ is: 'found', found: { json: { login: 'accepted' } } });
  expect(await login(wrong)).toContainEqual({ is: 'found', found: { json: { login: 'refused' } } });

  await stand.act(await stand.plan('password', { role: 'shop', file: wrong }));
  expect(outputLines(await login(right))).toEqual(['refused', 'ok: refused']);
  expect(outputLines(await login(wrong))).toEqual(['accepted', 'ok: accepted']);
  expect(stand.operation('login').danger({})).toBe('read');
});

test('a file without a password is refused before any connection', async () => {
  const empty = await fileOf('empty', '');
  await expect(stand.plan('login', { role: 'shop', file: empty })).rejects.toThrow(/is empty/);
});
