import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createNotifyProgram } from '../../../src/cli/cockpit/notify-program.ts';
import { desktopProtocolOf } from '../../../src/cli/command/process-env.ts';
import type { NotificationFacts } from '../../../src/domain/profile/notification.ts';
import { runNotificationProgram } from '../../../src/platform/processes/notification-program.ts';
import { scratchDir } from '../../support/scratch-dir.ts';

const facts = (text: string): NotificationFacts => ({
  opsdeck: 1,
  at: '2026-03-04T10:15:07.000Z',
  system: 'shop',
  env: 'production',
  drill: false,
  shared: false,
  text,
  events: [{ kind: 'critical', text }],
  more: 0,
});

test('one program runs at a time; what comes meanwhile is sent together', async () => {
  const inputs: string[] = [];
  const failures: string[] = [];
  let end: (why: string | undefined) => void = () => {};
  const notify = createNotifyProgram({
    argv: () => ['page-me'],
    run: (_, input) => {
      inputs.push((JSON.parse(input) as NotificationFacts).text);
      return new Promise((resolve) => {
        end = resolve;
      });
    },
    failed: (why) => failures.push(why),
  });
  for (const text of ['a', 'b', 'c']) notify(facts(text));
  expect(inputs).toEqual(['a']);
  end(undefined);
  await new Promise((resolve) => setImmediate(resolve));
  expect(inputs).toEqual(['a', 'b; c']);
  end('exited with status 1');
  await new Promise((resolve) => setImmediate(resolve));
  expect(failures).toEqual(['notification program page-me failed: exited with status 1']);
  notify(facts('d'));
  expect(inputs).toEqual(['a', 'b; c', 'd']);
});

test('the input is one line of JSON without control characters, whatever a name contains', async () => {
  let line = '';
  const notify = createNotifyProgram({
    argv: () => ['page-me'],
    run: async (_, input) => {
      line = input;
      return undefined;
    },
    failed: () => {},
  });
  notify(facts('x\u001b]52;c;AAAA\u0007\n\u202ey'));
  expect(line).toMatch(/^[\x20-\x7e]+\n$/);
  expect((JSON.parse(line) as NotificationFacts).text).toBe('x\u001b]52;c;AAAA\u0007\n\u202ey');
});

/** Runs a shell script as the program. */
const runScript = async (script: string, limitMs?: number) => {
  const dir = await mkdtemp(join(scratchDir(), 'opsdeck-notify-'));
  try {
    const path = join(dir, 'notify');
    await writeFile(path, `#!/bin/sh\ncd "$(dirname "$0")" || exit 9\n${script}\n`, { mode: 0o755 });
    const why = await runNotificationProgram([path, '$HOME; touch owned'], '{"text":"a"}\n', limitMs);
    const read = (name: string) => readFile(join(dir, name), 'utf8').catch(() => undefined);
    return { why, out: await read('out'), owned: await read('owned') };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

test('a program gets its arguments without a shell, and the facts on its input', async () => {
  const { why, out, owned } = await runScript('{ echo "$1"; cat; } > out');
  expect(why).toBeUndefined();
  expect(out).toBe('$HOME; touch owned\n{"text":"a"}\n');
  expect(owned).toBeUndefined();
});

test.each([
  ['exit 3', 'exited with status 3 and printed no error'],
  ['echo "no bus" >&2; exit 1', 'exited with status 1: no bus'],
])('the failure of %s is explained', async (script, expected) => {
  expect((await runScript(script)).why).toBe(expected);
});

test('a program that does not end is killed with its children', async () => {
  expect((await runScript('sleep 600 & sleep 600', 200)).why).toBe(
    'the notification program did not exit within 0.2s, so opsdeck killed it',
  );
});

test('a missing program is an error, and nothing else', async () => {
  expect(await runNotificationProgram(['/nonexistent/notify'], '')).toBe(
    'the notification program was not found. Correct notify in config.yaml',
  );
});

test.each([
  [{ TERM_PROGRAM: 'iTerm.app', TERM: 'xterm-256color' }, 'osc9'],
  [{ TERM: 'xterm-kitty' }, 'osc9'],
  [{ WT_SESSION: 'x', TERM: 'xterm-256color' }, 'osc9'],
  [{ TERM: 'foot' }, 'osc777'],
  [{ TERM: 'rxvt-unicode-256color' }, 'osc777'],
  [{ TERM: 'xterm-256color' }, undefined],
  [{ TERM: 'tmux-256color', TERM_PROGRAM: 'WezTerm' }, undefined],
  [{ TERM: 'xterm-kitty', TMUX: '/tmux' }, undefined],
])('desktop notifications of %o', (env, expected) => {
  expect(desktopProtocolOf(env)).toBe(expected);
});
