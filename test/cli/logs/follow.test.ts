import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LogPlace, openLogPlace } from './place.ts';

let place: LogPlace;
beforeEach(async () => {
  place = await openLogPlace();
});
afterEach(() => place[Symbol.asyncDispose]());

const follow = (...args: readonly string[]) =>
  place.house.start(['logs', '--env', 'dev', '--follow', ...args]);

describe('--follow that is stopped', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s: 0', async (name) => {
    await place.put({ 'a.log': 'one\n' });
    const running = follow();
    await running.said(/one\n/);
    running.child.kill(name);
    expect(await running.ended).toMatchObject({ code: 0, stdout: 'one\n', stderr: '' });
  });

  test('while a file cannot be read: 3', async () => {
    await place.put({ 'a.log': 'one\n' }, '', ['gone.log']);
    const running = follow();
    await running.said(/one\n/);
    await running.complained(/no such file/);
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^opsdeck: app: .*gone\.log.*no such file/),
    });
  });

  test('when what could not be read came later: 0', async () => {
    await place.put({ 'a.log': 'one\n' }, '', ['gone.log']);
    const running = follow();
    await running.complained(/no such file/);
    await writeFile(place.path('gone.log'), 'here\n');
    await running.said(/here\n/);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
  });
});
