import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSshExec } from '../../../src/clients/ssh/ssh-exec.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { TunnelError } from '../../../src/platform/network/dial.ts';
import type { Program } from '../../../src/platform/processes/program.ts';
import { collectRemoteEnd } from '../../../src/platform/remote-exec/remote-exec.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { ProgramError } from '../../../src/platform/runtime/wire-error.ts';

const never = new AbortController().signal;
const clock = systemClock();
/** The commands that the client was asked to run remotely. */
const questions: string[] = [];
const here = openReadIo(clock);
let dir = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-ssh-'));
  // Passes the text to a shell, as sshd does; for the host `gone` it gives up.
  await writeFile(
    join(dir, 'ssh'),
    `#!/bin/sh
for last; do case "$last" in gone) echo 'ssh: connect to host gone port 22: Connection refused' >&2; exit 255;; esac; done
echo "$$" >'${dir}/client'
exec sh -c "$last"
`,
    { mode: 0o755 },
  );
});
afterAll(() => rm(dir, { recursive: true }));

const inside = (ssh: string) =>
  createSshExec({ ssh, client: [join(dir, 'ssh')] }, clock, (program, signal) => {
    questions.push(program.argv.at(-1) ?? '');
    return here.follow(program, signal);
  });
const run = (program: Program, signal = never, ssh = 'box') => collectRemoteEnd(inside(ssh)(program, signal));

test('an argv arrives unchanged, whatever a shell would do with it', async () => {
  const words = ["it's", '$(id)', '"two words"', '', '-n', 'a\nb', '*', '\\'];
  const { status, raw, bytes } = await run({ argv: ['printf', '%s|', ...words], keepsBytes: true });
  expect([status, raw]).toEqual([0, words.map((word) => `${word}|`).join('')]);
  expect(Buffer.from(bytes ?? []).toString()).toBe(raw);
});

test('the program is started in the directory and environment of the profile, in the C locale', async () => {
  const { raw } = await run({
    argv: ['sh', '-c', 'pwd; echo "$A $LC_ALL"'],
    cwd: '/',
    env: { A: "b'c" },
  });
  expect(raw).toBe("/\nb'c C\n");
});

test('its exit status is reported; 255 is its own once it has started', async () => {
  expect(await run({ argv: ['sh', '-c', 'echo no >&2; exit 255'] })).toMatchObject({
    status: 255,
    raw: '',
    err: 'no\n',
  });
});

test('a missing program is not a tunnel failure', async () => {
  const error = await run({ argv: ['no-such-check'] }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProgramError);
  expect(error).toMatchObject({ kind: 'missing', message: 'no `no-such-check` on that host' });
});

test('a command missing inside a check is not a missing check', async () => {
  expect(await run({ argv: ['sh', '-c', 'no-such-tool'] })).toMatchObject({ status: 127 });
});

test('an error of the client before the program starts is a tunnel failure', async () => {
  const error = await run({ argv: ['true'] }, never, 'gone').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TunnelError);
  expect(error).toMatchObject({ reason: expect.stringContaining('connection refused') });
});

test('a canceled program is killed remotely', async () => {
  const stop = new AbortController();
  let pid = '';
  const until = async (): Promise<void> => {
    const argv = ['sh', '-c', 'echo $$; exec sleep 60'];
    for await (const event of inside('box')({ argv }, stop.signal))
      if (event.is === 'line') {
        pid = event.text;
        stop.abort(new DOMException('no answer in 5000 ms', 'TimeoutError'));
      }
  };
  await expect(until()).rejects.toMatchObject({ kind: 'timeout', message: 'no answer in 5000 ms' });
  expect(pid).toMatch(/^\d+$/);
  expect(questions.at(-1)).toMatch(new RegExp(`'sh' '${pid}' '${pid}\\.\\d+'$`));
});
