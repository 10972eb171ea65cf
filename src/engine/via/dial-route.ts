import { type Dial, endpointHost, TunnelError, tunnelReason } from '../../platform/network/dial.ts';
import type { ProgramEvent } from '../../platform/processes/program.ts';
import type { RemoteExec } from '../../platform/remote-exec/remote-exec.ts';
import { orAborted } from '../../platform/runtime/async.ts';
import { ProgramError, toAbortError, WireError } from '../../platform/runtime/wire-error.ts';
import type { RouteEndpoint } from '../../sources/kit/contract/source.ts';
import type { EndpointResolver } from './endpoint-resolver.ts';
import type { TunnelRoute } from './route.ts';
import { tunnelFault } from './route.ts';

/** 128 and more: terminated by a signal (POSIX, shell exit statuses), perhaps together with its container. */
const wasKilled = (event: ProgramEvent): boolean => event.is === 'ended' && (event.end.status ?? 0) > 128;

/**
 * Runs programs through a route: each at the endpoint that it names, otherwise at the first running one. After a
 * failure the endpoints are looked up at once. Throws TunnelError, and a ProgramError when the route works and the
 * program cannot be started, or does not end.
 */
export const runOnRoute = (way: TunnelRoute, reach: EndpointResolver): RemoteExec =>
  async function* (program, signal): AsyncGenerator<ProgramEvent, void, undefined> {
    const cut = (why: string): TunnelError => new TunnelError(`${way.words}: ${why}`);
    if (reach.ends().length === 0) await orAborted(reach.resolve(), signal);
    const { at } = program;
    const end = reach.ends().find(({ name }) => at === undefined || name === at);
    if (end === undefined)
      throw cut(
        at === undefined
          ? 'no pod or container of the target is running: start one, or correct the target'
          : `${at} no longer exists`,
      );
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

/** Only a failure of the program itself is passed on as such. */
const failureOf = (error: unknown, { words }: TunnelRoute, signal: AbortSignal): unknown => {
  if (error instanceof ProgramError || !(error instanceof WireError)) return error;
  if (signal.aborted) return routeTimeoutError(signal, words);
  const { message, remedy } = tunnelFault('', words, error, 0);
  return new TunnelError(tunnelReason(message), remedy);
};

/** Converts a failed dial: only a refusal at the far end is passed on as such. */
const asWireError = (error: unknown, words: string): WireError => {
  if (error instanceof WireError && error.kind === 'cancelled') return error;
  if (error instanceof WireError && error.kind === 'unreachable' && !(error instanceof TunnelError))
    return error;
  const { message, remedy } = tunnelFault('', words, error, 0);
  return new TunnelError(tunnelReason(message), remedy);
};

/**
 * Dials through a route: to the endpoint and port that the address names; any other address leads to the first
 * running endpoint, at `port`. After a failure the endpoints are looked up at once: a missing endpoint was not down.
 * Throws TunnelError, and a plain WireError when the route works but the port refuses.
 */
export const dialRoute =
  (way: TunnelRoute, reach: EndpointResolver, port: number): Dial =>
  async (to, signal) => {
    const cut = (why: string): TunnelError => new TunnelError(`${way.words}: ${why}`);
    if (reach.ends().length === 0) await orAborted(reach.resolve(), signal);
    const named = reach.ends().find(({ name }) => name === to.host || endpointHost(name) === to.host);
    const end = named ?? reach.ends()[0];
    if (end === undefined)
      throw cut('no pod or container of the target is running: start one, or correct the target');
    const where = { host: end.name, port: named === undefined ? port : to.port };
    try {
      const dialled = way.dial(where, signal);
      // The result of an abandoned dial is destroyed.
      void dialled.then(
        (wire) => signal.aborted && wire.destroy(),
        () => {},
      );
      const wire = await orAborted(dialled, signal);
      if (wire !== undefined) {
        // A broken connection may be the first sign of a removed pod.
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

/** The error of a failed connection, after the endpoints have been looked up again. */
const failureAt = (
  end: RouteEndpoint,
  error: unknown,
  { words }: TunnelRoute,
  reach: EndpointResolver,
): WireError => {
  if (isEndpointGone(end, reach.ends())) return new TunnelError(`${words}: ${end.name} no longer exists`);
  const wire = asWireError(error, words);
  // A refused port is an outage only if the endpoint has been ready before.
  const isStarting = reach
    .ends()
    .some((routeEndpoint) => routeEndpoint.name === end.name && routeEndpoint.isStarting === true);
  return isStarting && !(wire instanceof TunnelError)
    ? new TunnelError(`${words}: ${end.name} is starting: ${wire.message}`)
    : wire;
};

/** True when an endpoint is no longer among the running ones. */
const isEndpointGone = ({ name, uid }: RouteEndpoint, ends: readonly RouteEndpoint[]): boolean =>
  !ends.some((routeEndpoint) => routeEndpoint.name === name && routeEndpoint.uid === uid);

/** A timeout before the route was open says nothing about the endpoint. */
const routeTimeoutError = (signal: AbortSignal, words: string): WireError => {
  const error = toAbortError(signal);
  return error.kind === 'timeout' ? new TunnelError(`${words}: ${error.message}`) : error;
};
