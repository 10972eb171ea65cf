import { appendFile, rename, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LogPlace, openLogPlace } from './place.ts';

let place: LogPlace;
beforeEach(async () => {
  place = await openLogPlace();
});
afterEach(() => place[Symbol.asyncDispose]());

const follow = (...args: readonly string[]) =>
  place.sandbox.start(['logs', '--env', 'dev', '--follow', ...args]);

describe('exit code of --follow', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is 0 after %s', async (name) => {
    await place.put({ 'a.log': 'one\n' });
    const running = follow();
    await running.printed(/one\n/);
    running.child.kill(name);
    expect(await running.ended).toMatchObject({
      code: 0,
      stdout: 'one\n',
      stderr: 'opsdeck: profile profiles/dev.yaml\n',
    });
  });

  test('is 3 while a file cannot be read', async () => {
    await place.put({ 'a.log': 'one\n' }, '', ['gone.log']);
    const running = follow();
    await running.printed(/one\n/);
    await running.reported(/the log file does not exist yet/);
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^opsdeck: app: .*gone\.log.*does not exist yet/m),
    });
  });

  test('is 0 if a missing file appeared later', async () => {
    await place.put({ 'a.log': 'one\n' }, '', ['gone.log']);
    const running = follow();
    await running.reported(/the log file does not exist yet/);
    await writeFile(place.path('gone.log'), 'here\n');
    await running.printed(/here\n/);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
  });
});

const a = `2026-03-04T10:00:00Z INFO a one
2026-03-04T10:00:02Z ERROR a two
2026-03-04T10:00:04Z WARN a three
`;

describe('--follow', () => {
  test('prints new lines through a rotation until it is interrupted', async () => {
    await place.put({ 'a.log': a });
    const file = place.path('a.log');
    const running = place.sandbox.start(['logs', '--env', 'dev', '--follow', '--include', 'ERROR|new']);
    await running.printed(/ERROR a two\n/);
    await appendFile(file, 'nothing\nERROR later\n');
    await running.printed(/ERROR later\n/);
    await rename(file, `${file}.1`);
    await writeFile(file, 'ERROR in a new file\n');
    await running.printed(/ERROR in a new file\n/);
    running.child.kill('SIGTERM');
    const ended = await running.ended;
    expect(ended.code).toBe(0);
    expect(ended.stdout).toBe('2026-03-04T10:00:02Z ERROR a two\nERROR later\nERROR in a new file\n');
  });

  test('exits when the reader closes the pipe, also while the log is idle', async () => {
    await place.put({ 'a.log': a });
    const running = place.sandbox.start(['logs', '--env', 'dev', '--follow']);
    await running.printed(/three\n/);
    running.child.stdout?.destroy();
    expect((await running.ended).code).toBe(0);
  });
});
