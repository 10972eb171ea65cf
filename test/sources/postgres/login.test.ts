import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secret } from '../../contract/wired.ts';
import { type Fixture, openFixture, outputLines } from './fixture.ts';

let fixture: Fixture;
let dir: string;
beforeEach(async () => {
  fixture = await openFixture();
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-login-'));
});
afterEach(async () => {
  await fixture[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

const fileOf = async (name: string, text: string): Promise<string> => {
  const path = join(dir, name);
  await writeFile(path, text);
  return path;
};

test('login reports whether a role can log in with a password, and leaves no session open', async () => {
  const right = await fileOf('right', `${secret}\n`);
  const wrong = await fileOf('wrong', 'another-password-7c1\n');
  const login = async (file: string) => fixture.act(await fixture.plan('login', { role: 'shop', file }));
  expect(await login(right)).toContainEqual({ is: 'found', found: { json: { login: 'accepted' } } });
  expect(await login(wrong)).toContainEqual({ is: 'found', found: { json: { login: 'refused' } } });

  await fixture.act(await fixture.plan('password', { role: 'shop', file: wrong }));
  expect(outputLines(await login(right))).toEqual(['refused', 'ok: refused']);
  expect(outputLines(await login(wrong))).toEqual(['accepted', 'ok: accepted']);
  expect(fixture.operation('login').danger({})).toBe('read');
});

test('a file without a password is refused before any connection', async () => {
  const empty = await fileOf('empty', '');
  await expect(fixture.plan('login', { role: 'shop', file: empty })).rejects.toThrow(/is empty/);
});
