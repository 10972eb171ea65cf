import { type Dial, endpointHost, TunnelError } from '../../platform/network/dial.ts';
import type { ProgramEvent } from '../../platform/processes/program.ts';
import type { RemoteExec } from '../../platform/remote-exec/remote-exec.ts';
import { ProgramError, toAbortError, WireError } from '../../platform/wire-error.ts';
import { whenAborted } from '../../scheduler/call-with-deadline.ts';
import type { RouteEndpoint } from '../../sources/source.ts';
import type { EndpointResolver } from './endpoint-resolver.ts';
import type { TunnelRoute } from './route.ts';
import { tunnelFault } from './route.ts';

/** 128 and more: a signal has ended it (POSIX, shell exit statuses), perhaps with all that was in its container. */
const wasKilled = (event: ProgramEvent): boolean => event.is === 'ended' && (event.end.status ?? 0) > 128;

/**
 * Programs along a way: each at the end that it names, else at the first live one. When that fails, the ends are looked
 * for at once: a program says nothing about an end that is gone. Throws TunnelError, and a ProgramError when the way
 * holds and the program cannot be started, or does not end.
 */
export const runOnRoute = (way: TunnelRoute, reach: EndpointResolver): RemoteExec =>
  async function* (program, signal): AsyncGenerator<ProgramEvent, void, undefined> {
    const cut = (why: string): TunnelError => new TunnelError(`${way.words}: ${why}`);
    if (reach.ends().length === 0) await Promise.race([reach.resolve(), whenAborted(signal)]);
    const { at } = program;
    const end = reach.ends().find(({ name }) => at === undefined || name === at);
    if (end === undefined) throw cut(at === undefined ? 'no running endpoints' : `${at} no longer exists`);
    const stillThere = async (): Promise<void> => {
      await reach.invalidate(signal);
      if (isEndpointGone(end, reach.ends())) throw cut(`${end.name} no longer exists`);
    };
    try {
      for await (const event of way.run({ ...program, at: end.name }, signal)) {
        if (wasKilled(event)) await stillThere();
        yield event;
      }
    } catch (error) {
      const failure = failureOf(error, way, signal);
      if (failure instanceof TunnelError && !signal.aborted) await stillThere();
      throw failure;
    }
  };

/** Only a program's own failure is told as such. */
const failureOf = (error: unknown, { words }: TunnelRoute, signal: AbortSignal): unknown => {
  if (error instanceof ProgramError || !(error instanceof WireError)) return error;
  if (signal.aborted) return routeTimeoutError(signal, words);
  const { message, remedy } = tunnelFault('', words, error, 0);
  return new TunnelError(message.replace(/^tunnel cut: /, ''), remedy);
};

/** What a failed dial means for whoever asked: only a refusal at the far end is told as such. */
const asWireError = (error: unknown, words: string): WireError => {
  if (error instanceof WireError && error.kind === 'cancelled') return error;
  if (error instanceof WireError && error.kind === 'unreachable' && !(error instanceof TunnelError))
    return error;
  const { message, remedy } = tunnelFault('', words, error, 0);
  return new TunnelError(message.replace(/^tunnel cut: /, ''), remedy);
};

/**
 * A dial along a way: to the end that the address names, at the port of the address; any other address leads to the
 * first live end, at `port`. When that fails, the ends are looked for at once: one that is gone was not down. Throws
 * TunnelError, and a plain WireError when the way holds and nobody listens at its end.
 */
export const dialRoute =
  (way: TunnelRoute, reach: EndpointResolver, port: number): Dial =>
  async (to, signal) => {
    const cut = (why: string): TunnelError => new TunnelError(`${way.words}: ${why}`);
    if (reach.ends().length === 0) await Promise.race([reach.resolve(), whenAborted(signal)]);
    const named = reach.ends().find(({ name }) => name === to.host || endpointHost(name) === to.host);
    const end = named ?? reach.ends()[0];
    if (end === undefined) throw cut('no running endpoints');
    const where = { host: end.name, port: named === undefined ? port : to.port };
    const late = whenAborted(signal).then((): 'late' => 'late');
    try {
      const dialled = way.dial(where, signal);
      // Nobody waits for it any more: what comes of it later is given back.
      void dialled.then(
        (wire) => signal.aborted && wire.destroy(),
        () => {},
      );
      const wire = await Promise.race([dialled, late]);
      if (wire !== 'late') {
        // A connection that breaks may be the first news of a pod that is gone.
        wire.once('error', () => void reach.invalidate(never));
        return wire;
      }
    } catch (error) {
      if (signal.aborted) throw routeTimeoutError(signal, way.words);
      await reach.invalidate(signal);
      throw failureAt(end, error, way, reach);
    }
    throw routeTimeoutError(signal, way.words);
  };

const never = new AbortController().signal;

/** What a connection that failed says of its end, after the ends have been looked for. */
const failureAt = (
  end: RouteEndpoint,
  error: unknown,
  { words }: TunnelRoute,
  reach: EndpointResolver,
): WireError => {
  if (isEndpointGone(end, reach.ends())) return new TunnelError(`${words}: ${end.name} no longer exists`);
  const wire = asWireError(error, words);
  // Nobody at a port is an outage only of who has been there before.
  const isStarting = reach.ends().some((one) => one.name === end.name && one.isStarting === true);
  return isStarting && !(wire instanceof TunnelError)
    ? new TunnelError(`${words}: ${end.name} is starting: ${wire.message}`)
    : wire;
};

/** True when an end is not among those that live now. */
const isEndpointGone = ({ name, uid }: RouteEndpoint, ends: readonly RouteEndpoint[]): boolean =>
  !ends.some((one) => one.name === name && one.uid === uid);

/** A time that ran out before the way was open says nothing of who lives at its end. */
const routeTimeoutError = (signal: AbortSignal, words: string): WireError => {
  const error = toAbortError(signal);
  return error.kind === 'timeout' ? new TunnelError(`${words}: ${error.message}`) : error;
};
