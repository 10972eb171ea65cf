import { chmod, copyFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { secretMasker } from '../../../src/platform/masking/secrets.ts';
import { processStart } from '../../../src/platform/processes/process-identity.ts';
import { bindParams } from '../../../src/runs/runbooks/binding/bind.ts';
import { createSentLog } from '../../../src/runs/sent/sent-log.ts';
import type { Operation } from '../../../src/sources/kit/contract/source.ts';
import { longTest } from '../../support/layer.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { openScript, programs } from './opened.ts';

const never = new AbortController().signal;

const execOf = async (): Promise<Operation> => {
  const { source } = await openScript({});
  const [operation] = source.operations;
  if (operation === undefined) throw new Error('it has no operation');
  return operation;
};

const acted = async (
  operation: Operation,
  plan: Plan,
  signal = never,
  clock: ManualClock = manualClock(),
): Promise<readonly ActEvent[]> => {
  const events: ActEvent[] = [];
  for await (const event of operation.act(plan, openChangeIo(clock), signal)) events.push(event);
  return events;
};

test('the preview shows the exact argv, quoted for display, and the file to be executed', async () => {
  const operation = await execOf();
  expect(operation.danger({ argv: ['ls'] })).toBe('as-step');
  const plan = await operation.plan({ argv: ['./prints-and-exits', '0', 'two words', "it's"] }, never);
  expect(plan).toMatchObject({
    use: 'scripts.exec',
    targets: [
      {
        name: 'scripts',
        uid: expect.stringContaining(`${programs}/prints-and-exits (`),
        saw: expect.stringMatching(/^a program of \d+ bytes, written /),
        where: expect.stringContaining(programs),
      },
    ],
    calls: [{ line: "./prints-and-exits 0 'two words' 'it'\\''s'", target: 0 }],
    objects: [`${programs}/prints-and-exits, started in ${programs}`],
    lost: expect.stringContaining('cannot undo the changes'),
  });
  expect(await operation.recheck(plan, never)).toBeUndefined();
  expect(operation.undo).toBeUndefined();
});

test('a program in PATH is planned as its resolved file', async () => {
  const plan = await (await execOf()).plan({ argv: ['sh', '-c', 'true'] }, never);
  expect(plan.objects[0]).toMatch(/^\/.*\/sh, started in /);
});

longTest('parameters are bound to whole arguments or parts of one, and never split', async () => {
  const operation = await execOf();
  const values = { who: 'a b; rm -rf x', n: 3 };
  const params = bindParams({ argv: ['./prints-and-exits', '0', '${param.who}', 'n=${param.n}'] }, values);
  const plan = await operation.plan(params, never);
  expect(await acted(operation, plan)).toMatchObject([
    { is: 'call', line: "./prints-and-exits 0 'a b; rm -rf x' n=3" },
    { is: 'output', text: 'a b; rm -rf x' },
    { is: 'output', text: 'n=3' },
    { is: 'found', found: { status: 0 } },
    { is: 'answered', status: 'exited with status 0', ok: true },
  ]);
});

test.each([
  [['./prints-and-exits', '3', 'no'], 'exited with status 3'],
  [['./kills-itself'], 'killed by SIGSEGV'],
])('%j is not executed: %s', async (argv, status) => {
  const operation = await execOf();
  const events = await acted(operation, await operation.plan({ argv }, never));
  expect(events.at(-1)).toMatchObject({ is: 'answered', status, ok: false });
});

test.each([
  [['./absent'], 'not-applicable', 'no such file'],
  [['no-such-program'], 'not-applicable', 'program "no-such-program" not found in PATH'],
])('there is no program for %j', async (argv, ending, words) => {
  await expect((await execOf()).plan({ argv }, never)).rejects.toMatchObject({
    ending,
    message: expect.stringContaining(words),
  });
});

test('a file that cannot be started is reported, not thrown', async () => {
  const operation = await execOf();
  const plan = await operation.plan({ argv: ['./not-executable'] }, never);
  expect((await acted(operation, plan)).at(-1)).toMatchObject({
    is: 'answered',
    status: expect.stringContaining('permission denied'),
    ok: false,
  });
});

test('a program modified, replaced or deleted since the plan is not the confirmed one', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-script-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, 'deploy');
  await copyFile(join(programs, 'prints-and-exits'), path);
  const operation = await execOf();
  const plan = await operation.plan({ argv: [path, '0'] }, never);
  await utimes(path, new Date(0), new Date('2026-01-01T00:00:00Z'));
  expect(await operation.recheck(plan, never)).toMatchObject({
    target: 'scripts',
    planned: plan.targets[0]?.uid,
    found: expect.stringContaining('2026-01-01'),
  });
  await writeFile(path, '#!/bin/sh\nexit 0\n');
  await chmod(path, 0o755);
  expect(await operation.recheck(plan, never)).toBeDefined();
  await rm(path);
  expect(await operation.recheck(plan, never)).toMatchObject({ found: 'the program file no longer exists' });
});

/** Starts a program that prints its PID, and waits for it. */
const underWay = async (params: Readonly<Record<string, unknown>>, signal: AbortSignal) => {
  const clock = manualClock();
  const operation = await execOf();
  const plan = await operation.plan(params, never);
  const events = operation.act(plan, openChangeIo(clock), signal)[Symbol.asyncIterator]();
  await events.next();
  const first = await events.next();
  const pid = first.value?.is === 'output' ? Number(first.value.text) : 0;
  expect(pid).toBeGreaterThan(0);
  return { clock, events, pid };
};

test('a cancel kills the whole process group before it returns, and reports that effects so far remain', async () => {
  const stop = new AbortController();
  const { clock, events, pid } = await underWay({ argv: ['./ignores-sigterm'] }, stop.signal);
  const last = events.next();
  stop.abort(new DOMException('canceled', 'AbortError'));
  while (clock.pending() < 2) await clock.settle();
  expect(await processStart(pid)).toBeDefined();
  await clock.advance(2000);
  while ((await processStart(pid)) !== undefined) await clock.settle();
  let isTold = false;
  void last.then(() => {
    isTold = true;
  });
  while (!isTold) await clock.advance(100);
  expect((await last).value).toMatchObject({
    is: 'answered',
    status: expect.stringMatching(
      /^canceled\. The program and all child processes were killed. The effects so far remain/,
    ),
    ok: false,
  });
});

test('a program that times out is killed', async () => {
  const { clock, events, pid } = await underWay({ argv: ['./hangs'], timeout: '90s' }, never);
  const last = events.next();
  await clock.advance(90_000);
  expect((await last).value).toMatchObject({
    status: expect.stringMatching(/^not finished after 1m30s\. /),
    ok: false,
  });
  expect(await processStart(pid)).toBeUndefined();
});

test('a program with `lasts` is stopped after that time and succeeds', async () => {
  const { clock, events, pid } = await underWay({ argv: ['./hangs'], lasts: '90s' }, never);
  const last = events.next();
  await clock.advance(90_000);
  expect((await last).value).toMatchObject({
    status: expect.stringMatching(/^stopped after 1m30s as requested\. /),
    ok: true,
  });
  expect(await processStart(pid)).toBeUndefined();
});

test('a printed secret is masked, and the run records the argv and the exit status', async () => {
  secretMasker.add('hunter2hunter2');
  const operation = await execOf();
  const plan = await operation.plan({ argv: ['./prints-and-exits', '0', 'token hunter2hunter2'] }, never);
  const sent = createSentLog();
  const events: ActEvent[] = [];
  for await (const event of operation.act(plan, sent.watching(openChangeIo(manualClock())), never))
    events.push(event);
  expect(JSON.stringify([plan.calls, plan.targets, events])).not.toContain('hunter2');
  expect(sent.lines()).toEqual(["./prints-and-exits 0 'token hunter2hunter2' → exit status 0"]);
});

test('doctor finds every program without starting one', async () => {
  const { source } = await openScript(
    {
      checks: [
        { service: 'a', run: ['./prints-and-exits', '0'] },
        { service: 'b', run: ['./not-executable'] },
      ],
    },
    { c: { exec: ['no-such-program'], parse: 'number' } },
  );
  expect(await source.doctor?.(never)).toMatchObject([
    { ok: true, what: `${programs}/prints-and-exits is executable` },
    {
      ok: false,
      what: `${programs}/not-executable is not executable`,
      remedy: expect.stringContaining('chmod +x'),
    },
    { ok: false, what: expect.stringContaining('program "no-such-program" not found in PATH') },
  ]);
});
