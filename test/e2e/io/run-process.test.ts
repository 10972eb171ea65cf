import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { createLease } from '../../../src/doors/lease.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { processStart } from '../../../src/platform/processes/process-identity.ts';
import type { ProgramEnd, ProgramEvent } from '../../../src/platform/processes/program.ts';
import { startProgram } from '../../../src/platform/processes/run-process.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import type { ProgramError } from '../../../src/platform/runtime/wire-error.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

const never = new AbortController().signal;
const program = (name: string): string => resolve('test/fixtures/programs', name);

/** Waits in real time until a condition holds. */
const until = async (clock: ManualClock, holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await clock.settle();
};
/** Advances the clock until a condition holds. */
const advanceUntil = async (clock: ManualClock, holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await clock.advance(100);
};
const advanceUntilSettled = async (clock: ManualClock, done: Promise<unknown>): Promise<void> => {
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  await advanceUntil(clock, async () => isDone);
};
const isGone = async (pid: number): Promise<boolean> => (await processStart(pid)) === undefined;
/** Waits for the pid file that a program writes. */
const pidIn = async (clock: ManualClock, dir: string): Promise<number> => {
  let pid = 0;
  await until(clock, async () => {
    pid = Number(await readFile(join(dir, 'pid'), 'utf8').catch(() => ''));
    return pid > 0;
  });
  return pid;
};
const numbersIn = (text: string): readonly number[] => (text.match(/^\d+$/gm) ?? []).map(Number);

/** Starts a reading program; returns its output so far and the clock of its grace period. */
const reading = (argv: readonly string[], signal = never, rest: { maxBytes?: number } = {}) => {
  const clock = manualClock();
  let printed = '';
  const output = (_: string, chunk: Buffer): void => {
    printed += String(chunk);
  };
  const running = startProgram({ argv, ...rest }, { clock, leftovers: 'end', output }, signal);
  running.end.catch(() => {});
  return { clock, ...running, pids: () => numbersIn(printed), printed: () => printed };
};

const run = async (argv: readonly string[], rest = {}): Promise<ProgramEnd> => {
  const io = openReadIo(manualClock());
  onTestFinished(() => io.close());
  return io.run({ argv, ...rest }, never);
};
const failure = async (argv: readonly string[], rest = {}): Promise<ProgramError> =>
  run(argv, rest).then(
    (end) => Promise.reject(new Error(`the program ran: ${JSON.stringify(end)}`)),
    (error) => error,
  );

test('a program gets its arguments unchanged: no shell splits or expands them', async () => {
  const args = ['two words', '$HOME', "it's; rm -rf x", '*', ''];
  const { out, status } = await run([program('prints-invocation'), ...args]);
  expect(status).toBe(0);
  expect(out.match(/^arg:.*$/gm)).toEqual(args.map((text) => `arg:${text}`));
});

test('a program gets allowed environment variables, the given ones, its directory, and an empty stdin', async () => {
  process.env.OPSDECK_TEST_SECRET = 'hunter2';
  onTestFinished(() => {
    delete process.env.OPSDECK_TEST_SECRET;
  });
  const { out } = await run([program('prints-invocation')], { cwd: '/', env: { LC_ALL: 'C', GIVEN: 'yes' } });
  const names = (out.match(/^env:[^=]+/gm) ?? []).map((line) => line.slice(4));
  // sh itself adds PWD, SHLVL, OLDPWD and _.
  expect(
    names.filter((name) => !/^(PATH|HOME|LANG|LC_\w+|TZ|PWD|SHLVL|OLDPWD|_)$/.test(name)).sort(),
  ).toEqual(['GIVEN', 'OPSDECK_RUN']);
  expect(out).toContain('env:LC_ALL=C');
  expect(out).toContain('env:GIVEN=yes');
  expect(out).toMatch(/^cwd:\/$/m);
  expect(out).toMatch(/^stdin:$/m);
});

test.each([
  ['prints-and-exits', ['3', 'UNKNOWN'], { status: 3, out: 'UNKNOWN\n', err: '', cut: false }],
  ['prints-ansi', [], { status: 0, out: 'OK - fine\n', err: 'trouble\n' }],
  ['prints-invalid-utf8', [], { status: 0, out: 'OK - \ufffd( \ufffd end\n' }],
  ['closes-stdout-early', [], { status: 1, out: 'WARNING - closed early\n' }],
  ['kills-itself', [], { signal: 'SIGSEGV', out: 'about to end\n' }],
])('%s: returns its exit status and output', async (name, args, expected) => {
  expect(await run([program(name), ...args])).toMatchObject(expected);
});

test.each([
  [
    'a program that is not in PATH',
    ['no-such-program-anywhere'],
    'missing',
    /program "no-such.*not found in PATH/,
  ],
  ['a path that does not exist', [program('absent')], 'missing', /file .*absent not found/],
  ['a file that is not executable', [program('not-executable')], 'denied', /permission denied/],
  ['a missing interpreter', [program('names-no-interpreter')], 'missing', /interpreter/],
  ['a directory', ['/'], 'denied', /permission denied/],
])('%s cannot be started, and the error has the reason', async (_, argv, kind, message) => {
  expect(await failure(argv)).toMatchObject({ kind, message: expect.stringMatching(message) });
});

test('a missing working directory is distinguished from a missing program', async () => {
  const error = await failure(['ls'], { cwd: '/no/such/directory' });
  expect(error).toMatchObject({ kind: 'missing', message: expect.stringContaining('/no/such/directory') });
});

test('output beyond the limit is discarded, and the result is marked as cut', async () => {
  const end = await run(['printf', 'aaaaaaaä and'], { maxBytes: 8 });
  expect(end).toMatchObject({ status: 0, out: 'aaaaaaa', cut: true });
});

test('a program that prints a gigabyte is killed early, with bounded memory', async () => {
  const before = process.memoryUsage().rss;
  const { clock, end, gone } = reading([program('prints-a-gigabyte')]);
  const error: ProgramError = await end.then(
    () => Promise.reject(new Error('the program ran to completion')),
    (caught) => caught,
  );
  await advanceUntilSettled(clock, gone);
  expect(error).toMatchObject({ kind: 'malformed', message: expect.stringContaining('too much output') });
  expect(error.out.startsWith('OK - and then')).toBe(true);
  expect(error.out.length).toBe(1024 * 1024);
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
});

test('an aborted program is killed at once, and the error has its partial output', async () => {
  const stop = new AbortController();
  const { clock, end, gone, pids } = reading([program('hangs')], stop.signal);
  await until(clock, () => pids().length === 1);
  stop.abort(new DOMException('no answer in 10s', 'TimeoutError'));
  await expect(end).rejects.toMatchObject({
    kind: 'timeout',
    message: 'no answer in 10s',
    out: `${pids()[0]}\n`,
  });
  await gone;
  expect(await isGone(pids()[0] ?? 0)).toBe(true);
});

test('processes that end a moment after their program are waited for, also while a simulated clock stands still', async () => {
  const stop = new AbortController();
  const { clock, end, gone, pids } = reading([program('leaves-slowly')], stop.signal);
  await until(clock, () => pids().length === 1);
  const [child = 0] = pids();
  stop.abort(new DOMException('', 'AbortError'));
  await expect(end).rejects.toMatchObject({ kind: 'cancelled' });
  expect(await isGone(child)).toBe(false);
  expect(await gone).toEqual([]);
  expect(await isGone(child)).toBe(true);
});

test('a program that ignores SIGTERM is killed after two seconds, but the call fails at once', async () => {
  const stop = new AbortController();
  const { clock, end, gone, pids } = reading([program('ignores-sigterm')], stop.signal);
  await until(clock, () => pids().length === 1);
  const [pid = 0] = pids();
  stop.abort(new DOMException('', 'AbortError'));
  await expect(end).rejects.toMatchObject({ kind: 'cancelled' });
  await until(clock, () => clock.pending() > 0);
  await clock.advance(1999);
  expect(await isGone(pid)).toBe(false);
  await clock.advance(1);
  await advanceUntilSettled(clock, gone);
  await until(clock, () => isGone(pid));
});

test('a cancel kills children that ignore SIGTERM, and grandchildren that left the process group', async () => {
  const stop = new AbortController();
  const io = openChangeIo(systemClock());
  onTestFinished(() => io.close());
  const pids: number[] = [];
  const cut = (async () => {
    for await (const event of io.run({ argv: [program('has-a-family')] }, stop.signal))
      if (event.is === 'line' && pids.push(Number(event.text)) === 3)
        stop.abort(new DOMException('', 'AbortError'));
  })();
  await expect(cut).rejects.toMatchObject({ kind: 'cancelled', left: [] });
  expect(pids).toHaveLength(3);
  expect(await Promise.all(pids.map(isGone))).toEqual([true, true, true]);
});

test('if this process exits first, its programs are killed, also those that left the process group', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-end-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const script = join(dir, 'starts.ts');
  await writeFile(
    script,
    `import { openChangeIo } from '${resolve('src/doors/change-io.ts')}';
import { systemClock } from '${resolve('src/platform/runtime/clock.ts')}';
const lines = [];
for await (const event of openChangeIo(systemClock()).run({ argv: ['${program('has-a-family')}'] }, new AbortController().signal))
  if (event.is === 'line' && lines.push(event.text) === 3) { console.log(lines.join('\\n')); process.exit(0); }
`,
  );
  const { out } = await run([process.execPath, '--no-warnings', script]);
  const pids = numbersIn(out);
  expect(pids).toHaveLength(3);
  const clock = manualClock();
  for (const pid of pids) await until(clock, () => isGone(pid));
});

test('leftover children of a reading program are killed, even if they hold stdout and ignore SIGTERM', async () => {
  const { clock, end, gone, pids } = reading([program('leaves-children')]);
  await until(clock, () => clock.pending() > 0);
  await clock.advance(250);
  expect(await end).toMatchObject({ status: 0 });
  const [child = 0, stubborn = 0] = pids();
  await until(clock, () => isGone(child));
  expect(await isGone(stubborn)).toBe(false);
  await advanceUntilSettled(clock, gone);
  await until(clock, () => isGone(stubborn));
});

test('a daemon that left the process group of a reading program is found and killed', async () => {
  const { clock, end, gone, pids } = reading([program('forks-a-daemon')]);
  expect(await end).toMatchObject({ status: 0 });
  const [pid = 0] = pids();
  await advanceUntilSettled(clock, gone);
  await until(clock, () => isGone(pid));
});

test('closing the io kills its programs; after that it starts none', async () => {
  const clock = manualClock();
  const io = openReadIo(clock);
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-run-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const end = io.run({ argv: ['sh', '-c', `echo $$ > ${dir}/pid; exec sleep 600`] }, never);
  end.catch(() => {});
  const pid = await pidIn(clock, dir);
  await io.close();
  await expect(end).rejects.toMatchObject({ kind: 'cancelled' });
  expect(await isGone(pid)).toBe(true);
  await expect(io.run({ argv: ['true'] }, never)).rejects.toMatchObject({ kind: 'cancelled' });
});

test('closing waits for a limited time for a program that ignores SIGTERM', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-run-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const clock = manualClock();
  const io = openReadIo(clock);
  const argv = ['sh', '-c', `trap '' TERM; echo $$ > ${dir}/pid; while :; do sleep 1; done`];
  const end = io.run({ argv }, never);
  end.catch(() => {});
  const pid = await pidIn(clock, dir);
  const closed = io.close();
  await until(clock, () => clock.pending() > 0);
  await clock.advance(250);
  await closed;
  expect(await isGone(pid)).toBe(false);
  await advanceUntil(clock, () => isGone(pid));
});

test('a changing program is streamed line by line until it exits', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-run-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const go = join(dir, 'go');
  const seen: ProgramEvent[] = [];
  for await (const event of openChangeIo(manualClock()).run({ argv: [program('waits-for'), go] }, never)) {
    seen.push(event);
    if (seen.length === 1) await writeFile(go, '');
  }
  expect(seen.slice(0, 2)).toEqual([
    { is: 'line', text: 'waiting' },
    { is: 'line', text: 'went on' },
  ]);
  expect(seen[2]).toMatchObject({ is: 'ended', end: { status: 0 } });
});

test('a changing program with too much output runs to completion; its output is limited and marked', async () => {
  let lines = 0;
  let last = '';
  const argv = ['sh', '-c', 'yes 0123456789012345678901234567890123456789 | head -c 20000000'];
  for await (const event of openChangeIo(manualClock()).run({ argv }, never))
    if (event.is === 'line') {
      lines += 1;
      last = event.text;
    } else expect(event.end).toMatchObject({ status: 0, cut: true });
  expect(lines).toBeLessThan(30_000);
  expect(last).toContain('output limit reached');
});

test('a daemon started by a changing program keeps running', async () => {
  const clock = manualClock();
  const seen: ProgramEvent[] = [];
  for await (const event of openChangeIo(clock).run({ argv: [program('forks-a-daemon')] }, never))
    seen.push(event);
  const [pid = 0] = numbersIn(seen[0]?.is === 'line' ? seen[0].text : '');
  expect(await isGone(pid)).toBe(false);
  process.kill(pid, 'SIGKILL');
});

test('the end of a lease kills its program, and the call fails once all processes are gone', async () => {
  const clock = manualClock();
  const lease = createLease(openChangeIo(clock));
  const events = lease.io.run({ argv: [program('ignores-sigterm')] }, never)[Symbol.asyncIterator]();
  const first = await events.next();
  const [pid = 0] = numbersIn(first.value?.is === 'line' ? first.value.text : '');
  expect(pid).toBeGreaterThan(0);
  const next = events.next();
  next.catch(() => {});
  lease.end();
  await until(clock, () => clock.pending() > 0);
  expect(await isGone(pid)).toBe(false);
  await clock.advance(2000);
  await advanceUntil(clock, () => isGone(pid));
  await advanceUntilSettled(
    clock,
    next.then(
      () => {},
      () => {},
    ),
  );
  await expect(next).rejects.toMatchObject({ kind: 'cancelled' });
  await expect(
    lease.io
      .run({ argv: ['true'] }, never)
      [Symbol.asyncIterator]()
      .next(),
  ).rejects.toThrow(/lease/);
});
