import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LogPlace, openLogPlace } from './place.ts';

let place: LogPlace;
beforeEach(async () => {
  place = await openLogPlace();
});
afterEach(() => place[Symbol.asyncDispose]());

describe('a slow reader of the output', () => {
  test('gets every line, with bounded memory', async () => {
    const line = `${'x'.repeat(99)}\n`;
    await place.put({ 'a.log': line.repeat(600_000) });
    const running = place.sandbox.start(['logs', '--env', 'dev'], {
      NODE_OPTIONS: '--max-old-space-size=64',
    });
    running.child.stdout?.pause();
    const script = `sleep 1; awk '/VmRSS/ { print $2 }' /proc/${running.child.pid}/status`;
    const { stdout: kilobytes } = await promisify(execFile)('sh', ['-c', script]);
    running.child.stdout?.resume();
    const ended = await running.ended;
    expect({ code: ended.code, bytes: ended.stdout.length }).toEqual({ code: 0, bytes: 60_000_000 });
    expect(Number(kilobytes)).toBeLessThan(250_000);
  });

  test('that closes the pipe ends the command with 0', async () => {
    await place.put({ 'a.log': 'a line\n'.repeat(2_000_000) });
    const launcher = resolve('bin/opsdeck.js');
    const script = `'${process.execPath}' '${launcher}' logs --env dev | head -n 2; exit "\${PIPESTATUS[0]}"`;
    const env = {
      ...process.env,
      HOME: place.sandbox.dir,
      XDG_CONFIG_HOME: place.sandbox.dir,
      XDG_STATE_HOME: place.sandbox.stateDir,
      OPSDECK_PROFILES: 'profiles',
    };
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script], {
      cwd: place.sandbox.dir,
      env,
    });
    expect({ stdout, stderr }).toEqual({
      stdout: 'a line\na line\n',
      stderr: 'opsdeck: profile profiles/dev.yaml\n',
    });
  });

  test('that never reads does not block an interrupt', async () => {
    await place.put({ 'a.log': 'a line\n'.repeat(2_000_000) });
    const running = place.sandbox.start(['logs', '--env', 'dev', '--follow']);
    await running.printed(/a line\n/);
    running.child.stdout?.pause();
    running.child.kill('SIGINT');
    const exited = new Promise((done) => running.child.on('exit', done));
    expect(await exited).toBe(0);
  });
});

describe('an expensive pattern', () => {
  test('with catastrophic backtracking times out and exits 4', async () => {
    await place.put({ 'a.log': `${'a'.repeat(60)}!\n` });
    const ended = await place.sandbox.run(['logs', '--env', 'dev', '--include', '(?=a)^(a+)+$']);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/a pattern takes too long on some line: \(\?=a\)\^\(a\+\)\+\$/);
  });

  test('without look-around is matched without backtracking', async () => {
    await place.put({ 'a.log': `${'a'.repeat(60_000)}!\naaa\n` });
    const ended = await place.sandbox.run(['logs', '--env', 'dev', '--include', '^(a+)+$']);
    expect([ended.code, ended.stdout]).toEqual([0, 'aaa\n']);
  });
});
