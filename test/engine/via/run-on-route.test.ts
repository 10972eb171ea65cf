import { expect, test } from 'vitest';
import { runOnRoute } from '../../../src/engine/via/dial-route.ts';
import { createEndpointResolver } from '../../../src/engine/via/endpoint-resolver.ts';
import type { TunnelRoute } from '../../../src/engine/via/route.ts';
import { TunnelError } from '../../../src/platform/network/dial.ts';
import type { Program, ProgramEvent } from '../../../src/platform/processes/program.ts';
import { collectRemoteEnd, type RemoteExec } from '../../../src/platform/remote-exec/remote-exec.ts';
import { ProgramError, WireError } from '../../../src/platform/runtime/wire-error.ts';
import type { RouteEndpoint } from '../../../src/sources/kit/contract/source.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { end } from './tunnel.ts';

const never = new AbortController().signal;

const endedWith = (status: number): ProgramEvent => ({
  is: 'ended',
  end: { status, raw: '', out: '', err: '', cut: false, latencyMs: 1 },
});

/** A tunnel to these endpoints; `run` is their program execution. */
const openRoute = async (run: RemoteExec, ...first: readonly RouteEndpoint[]) => {
  const clock = manualClock();
  const state: { ends: readonly RouteEndpoint[]; lookups: number; ran: (string | undefined)[] } = {
    ends: first,
    lookups: 0,
    ran: [],
  };
  const route: TunnelRoute = {
    words: 'k8s deployment/shop',
    sees: true,
    ends: async () => {
      state.lookups += 1;
      return state.ends;
    },
    dial: () => Promise.reject(new Error('unexpected dial')),
    run: (program, signal) => {
      state.ran.push(program.at);
      return run(program, signal);
    },
  };
  const resolver = createEndpointResolver({
    everyMs: 10_000,
    source: 'shop',
    way: route,
    clock,
    onEndpoints: async () => undefined,
    lost: () => {},
  });
  await resolver.resolve();
  await clock.advance(1000);
  const runRemote = runOnRoute(route, resolver);
  return {
    state,
    run: (program: Partial<Program> = {}, signal = never) =>
      collectRemoteEnd(runRemote({ argv: ['check'], ...program }, signal)),
  };
};

const ends = (status: number): RemoteExec =>
  async function* () {
    yield endedWith(status);
  };
const fails = (error: unknown): RemoteExec =>
  // biome-ignore lint/correctness/useYield: it never gets that far
  async function* () {
    throw error;
  };

test('a program runs at the requested endpoint, otherwise at the first, and nowhere else', async () => {
  const { run, state } = await openRoute(ends(0), end('a'), end('b'));
  await run({ at: 'b' });
  await run();
  expect(state.ran).toEqual(['b', 'a']);
  await expect(run({ at: 'c' })).rejects.toThrow('tunnel cut: k8s deployment/shop: c no longer exists');
  expect(state.ran).toHaveLength(2);
});

test("a program's output and exit status are passed on", async () => {
  const { run, state } = await openRoute(ends(2), end('a'));
  expect(await run()).toMatchObject({ status: 2 });
  expect(state.lookups).toBe(1);
});

test('a program killed with its pod yields no result', async () => {
  const { run, state } = await openRoute(ends(137), end('a'));
  expect(await run()).toMatchObject({ status: 137 });
  const away = await openRoute(async function* () {
    away.state.ends = [end('a', 'another')];
    yield endedWith(137);
  }, end('a'));
  await expect(away.run()).rejects.toThrow('tunnel cut: k8s deployment/shop: a no longer exists');
  expect(state.lookups).toBe(2);
});

test('a failed tunnel triggers a lookup at once, to tell a deleted endpoint from a cut connection', async () => {
  const refused = new WireError('denied', 'answered 403');
  const { run, state } = await openRoute(fails(refused), end('a'));
  const error = await run().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TunnelError);
  expect(error).toMatchObject({ message: 'tunnel cut: k8s deployment/shop: answered 403' });
  state.ends = [end('b')];
  const away = await openRoute(fails(refused), end('a'));
  away.state.ends = [end('b')];
  await expect(away.run()).rejects.toThrow('tunnel cut: k8s deployment/shop: a no longer exists');
});

test('a program that cannot be started, and an internal error, are passed on unchanged', async () => {
  const missing = new ProgramError('missing', 'no `check` in that container');
  const { run, state } = await openRoute(fails(missing), end('a'));
  await expect(run()).rejects.toBe(missing);
  const bug = new TypeError('undefined is no function');
  await expect((await openRoute(fails(bug), end('a'))).run()).rejects.toBe(bug);
  expect(state.lookups).toBe(1);
});

test('a timeout before the tunnel is open is a fault of the tunnel, afterwards of the program', async () => {
  const late = AbortSignal.abort(new DOMException('no answer in 10s', 'TimeoutError'));
  const opening = await openRoute(fails(new WireError('timeout', 'no answer in 10s')), end('a'));
  await expect(opening.run({}, late)).rejects.toThrow('tunnel cut: k8s deployment/shop: no answer in 10s');
  const running = await openRoute(fails(new ProgramError('timeout', 'no answer in 10s')), end('a'));
  await expect(running.run({}, late)).rejects.toMatchObject({ name: 'ProgramError', kind: 'timeout' });
});

test('fails when there are no pod or container of the target is running: start one, or correct the target', async () => {
  const { run } = await openRoute(ends(0));
  await expect(run()).rejects.toThrow(
    'tunnel cut: k8s deployment/shop: no pod or container of the target is running: start one, or correct the target',
  );
});
