import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { ActEvent, Plan } from '../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../src/doors/change-io.ts';
import type { ChangeIo } from '../../src/doors/io.ts';
import { actStep } from '../../src/runs/context/act-step.ts';
import type { Operation } from '../../src/sources/kit/contract/source.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startBreakerServer } from './breaker-server.ts';

const plan: Plan = { use: 'bus.move', danger: 'safe', targets: [], calls: [], objects: [], params: {} };

const operation = (act: Operation['act']): Operation => ({
  name: 'move',
  danger: () => 'safe',
  plan: async () => plan,
  recheck: async () => undefined,
  act,
});

const stage = async (act: Operation['act'], timeoutMs?: number, sent: readonly string[] = []) => {
  const clock = manualClock();
  const server = await startBreakerServer();
  const change = openChangeIo(clock);
  const stop = new AbortController();
  const outputs: string[] = [];
  const outcome = actStep(
    { source: 'bus', operation: operation(act), plan },
    {
      change,
      clock,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      output: async (text) => outputs.push(text),
      sent: () => sent,
    },
    stop.signal,
  );
  const close = async (): Promise<void> => {
    await change.close();
    await server.close();
  };
  return { clock, server, stop, outputs, outcome, close };
};

const answered = (line: string, status: string, ok: boolean): ActEvent => ({
  is: 'answered',
  line,
  status,
  ok,
});

test('revokes ChangeIo when an operation returns: a kept reference can no longer send', async () => {
  let kept: ChangeIo | undefined;
  const on = await stage(async function* (_, change) {
    kept = change;
    yield { is: 'output', text: 'done here' };
  });
  expect(await on.outcome).toEqual({ ok: true, result: 'done' });
  const late = kept?.send(
    { method: 'POST', url: `${on.server.url}/breakers/broker` },
    new AbortController().signal,
  );
  await expect(late).rejects.toThrow(/lease .* has ended/);
  expect(on.server.changes).toEqual([]);
  expect(on.outputs).toEqual(['done here']);
  await on.close();
});

test('leaves no listener on the signal of a step: Node would keep the step until the run has ended', async () => {
  let given: AbortSignal | undefined;
  const on = await stage(async function* (_, __, signal) {
    given = signal;
    yield { is: 'output', text: 'done here' };
  });
  expect(await on.outcome).toEqual({ ok: true, result: 'done' });
  if (given === undefined) throw new Error('the operation was not called');
  expect(getEventListeners(given, 'abort')).toEqual([]);
  await on.close();
});

test('abandons an operation that ignores the cancel after eight seconds, without ChangeIo', async () => {
  let go: () => void = () => {};
  const woken = new Promise<void>((resolve) => {
    go = resolve;
  });
  let late: Promise<unknown> = Promise.resolve();
  const on = await stage(async function* (_, change) {
    await woken;
    late = change.send({ method: 'POST', url: 'http://127.0.0.1:1/' }, new AbortController().signal);
    await late;
    yield { is: 'output', text: 'too late' };
  });
  on.stop.abort();
  await on.clock.advance(7999);
  expect(await Promise.race([on.outcome, on.clock.settle().then(() => 'still waiting')])).toBe(
    'still waiting',
  );
  await on.clock.advance(1);
  expect(await on.outcome).toEqual({
    ok: false,
    result: 'the action did not stop when canceled, so the outcome is unknown: check the target',
  });
  go();
  await on.clock.settle();
  await expect(late).rejects.toThrow(/lease .* has ended/);
  expect(on.outputs).toEqual([]);
  await on.close();
});

test('several calls: succeeds only if all succeed, and names the failed ones', async () => {
  const on = await stage(async function* () {
    yield answered('POST /a', '200', true);
    yield answered('POST /b', '404', false);
    yield answered('POST /c', '200', true);
  });
  expect(await on.outcome).toEqual({ ok: false, result: '2 of 3 calls succeeded: POST /b → 404' });
  expect(on.outputs).toEqual(['POST /a → 200', 'POST /b → 404', 'POST /c → 200']);
  await on.close();
});

const waited = (status: string, ok = true): ActEvent => ({
  is: 'answered',
  line: 'waiting for deployment/bus',
  status,
  ok,
  waited: true,
});

test.each([
  [
    'one call',
    [answered('PATCH /bus', '200 OK', true), waited('complete after 3s')],
    { ok: true, result: 'PATCH /bus → 200 OK; waiting for deployment/bus → complete after 3s' },
  ],
  [
    'one call and a wait that failed',
    [answered('PATCH /bus', '200 OK', true), waited('not complete after 5m', false)],
    { ok: false, result: 'PATCH /bus → 200 OK; waiting for deployment/bus → not complete after 5m' },
  ],
  [
    'two calls',
    [answered('PATCH /a', '200', true), answered('PATCH /b', '200', true), waited('complete after 3s')],
    {
      ok: true,
      result:
        '2 of 2 calls succeeded: PATCH /a → 200; PATCH /b → 200; waiting for deployment/bus → complete after 3s',
      brief: '2 of 2 calls succeeded; waiting for deployment/bus → complete after 3s',
    },
  ],
  [
    'two calls and a wait that failed',
    [answered('PATCH /a', '200', true), answered('PATCH /b', '200', true), waited('stuck', false)],
    { ok: false, result: '2 of 2 calls succeeded; waiting for deployment/bus → stuck' },
  ],
  ['no call', [waited('forbidden', false)], { ok: false, result: 'waiting for deployment/bus → forbidden' }],
] as const)('a wait is named but not counted as a call: %s', async (_, answers, outcome) => {
  const on = await stage(async function* () {
    yield* answers;
  });
  expect(await on.outcome).toEqual(outcome);
  await on.close();
});

test('a brief result counts the calls, and names no long request', async () => {
  const statement = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE ${'x'.repeat(80)}`;
  const all = await stage(async function* () {
    yield answered(statement, 'signalled', true);
    yield answered('POST /b', '200', true);
  });
  expect(await all.outcome).toEqual({
    ok: true,
    result: `2 of 2 calls succeeded: ${statement} → signalled; POST /b → 200`,
    brief: '2 of 2 calls succeeded',
  });
  await all.close();

  const failed = await stage(async function* () {
    yield answered(statement, 'permission denied', false);
    yield answered(`${statement}y`, 'permission denied', false);
    yield answered('POST /b', '200', true);
  });
  expect(await failed.outcome).toMatchObject({
    ok: false,
    brief: '1 of 3 calls succeeded: permission denied',
  });
  await failed.close();

  const one = await stage(async function* () {
    yield answered(statement, 'signalled', true);
  });
  expect(await one.outcome).toMatchObject({ ok: true, brief: 'signalled' });
  await one.close();
});

test.each<[string, Operation['act']]>([
  [
    'while it acts',
    // biome-ignore lint/correctness/useYield: it fails before its first event
    async function* () {
      throw new Error('no such thing');
    },
  ],
  [
    'before it begins',
    () => {
      throw new Error('no such thing');
    },
  ],
])('records an operation that fails %s as an outcome, not an exception', async (_, act) => {
  const on = await stage(act);
  expect(await on.outcome).toMatchObject({ ok: false, result: 'bus.move: Error: no such thing' });
  await on.close();
});

const hangs: Operation['act'] = async function* (_, __, signal) {
  yield { is: 'output', text: 'begun' };
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
};

test.each<[string, number | undefined, number, string]>([
  ['what it says', 120_000, 120_000, '2m'],
  ['five minutes by default', undefined, 300_000, '5m'],
  ['two hours, even if it asks for more', 14_400_000, 7_200_000, '2h'],
])('stops a step after %s and reports the outcome of its calls', async (_, timeoutMs, ms, words) => {
  const on = await stage(hangs, timeoutMs, ['POST /a → 200', 'POST /b → no answer, outcome unknown']);
  await on.clock.advance(ms - 1);
  expect(await Promise.race([on.outcome, on.clock.settle().then(() => 'still going')])).toBe('still going');
  await on.clock.advance(1);
  expect(await on.outcome).toEqual({
    ok: false,
    result: `the step timed out after ${words}: POST /a → 200; POST /b → no answer, outcome unknown`,
  });
  expect(on.outputs).toEqual(['begun']);
  await on.close();
});

test('an operation that returns normally after a cancel has not succeeded', async () => {
  const on = await stage(async function* (_, __, signal) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    yield answered('POST /a', '200', true);
  }, 1000);
  await on.clock.advance(1000);
  expect(await on.outcome).toEqual({ ok: false, result: 'the step timed out after 1s' });
  await on.close();
});

test('abandons an operation that ignores its timeout, and reports that', async () => {
  const on = await stage(async function* () {
    await new Promise(() => {});
    yield answered('POST /a', '200', true);
  }, 1000);
  await on.clock.advance(9000);
  expect(await on.outcome).toMatchObject({ ok: false, result: 'the step timed out after 1s' });
  await on.close();
});
