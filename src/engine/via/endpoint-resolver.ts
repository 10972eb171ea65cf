import type { Fault, Millis } from '../../domain/base/fault.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import { orAborted } from '../../platform/runtime/async.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { toWireError } from '../../platform/runtime/wire-error.ts';
import { callWithDeadline } from '../../scheduler/call-with-deadline.ts';
import type { RouteEndpoint } from '../../sources/kit/contract/source.ts';
import type { TunnelRoute } from './route.ts';
import { tunnelFault } from './route.ts';

/** The time limit of one endpoint lookup. */
const lookMs: Millis = 5000;
/** The lookup interval while endpoints are known: pods come and go without breaking a connection. */
export const lookupEveryMs: Millis = 10_000;
/** The delay after an unsuccessful lookup; doubled after each further one. */
const soonMs: Millis = 2000;
const latestMs: Millis = 30_000;

/** Looks up the endpoints of a route. */
export interface EndpointResolver {
  /** The endpoints found last, ready ones first; empty when none exist, or before the first lookup. */
  ends(): readonly RouteEndpoint[];
  /** Looks up the endpoints when due. */
  tick(now: Millis): void;
  /** Looks up the endpoints when due; resolves when done. */
  resolveWhenDue(): Promise<void>;
  /** Looks up now, or joins the lookup in progress. Returns why nothing was found, or undefined. */
  resolve(): Promise<Fault | undefined>;
  /** The same, with a lookup that starts after this call. */
  refresh(signal: AbortSignal): Promise<Fault | undefined>;
  /** Looks up unless that was done a moment ago: something at the endpoint has failed. */
  invalidate(signal: AbortSignal): Promise<void>;
  stop(): void;
}

interface EndpointResolverParts {
  readonly source: string;
  readonly way: TunnelRoute;
  readonly clock: Clock;
  /** The lookup interval while endpoints are known. */
  readonly everyMs: Millis;
  /** A successful lookup: at least one endpoint. */
  onEndpoints(ends: readonly RouteEndpoint[]): Promise<Fault | undefined>;
  /** No running endpoints (`isRemoved`), or an unknown result. */
  lost(fault: Fault, isRemoved: boolean): void;
}

/** Short enough to be invisible in a row: many connections that fail together cause one lookup. */
const momentMs: Millis = 250;

/** Looks up the endpoints of a route repeatedly; never concurrently, and never throws. */
export const createEndpointResolver = ({
  source,
  way,
  clock,
  everyMs,
  onEndpoints,
  lost,
}: EndpointResolverParts): EndpointResolver => {
  let ends: readonly RouteEndpoint[] = [];
  let dueAt: Millis = 0;
  let beganAt: Millis | undefined;
  let losses = 0;
  let resolving: Promise<Fault | undefined> | undefined;
  let stop = new AbortController();
  let stopped = false;

  const lose = (error: unknown, isRemoved: boolean): Fault => {
    const fault = tunnelFault(source, way.words, error, clock.now());
    losses += 1;
    dueAt = clock.now() + Math.min(latestMs, soonMs * 2 ** (losses - 1));
    if (isRemoved) ends = [];
    if (!stopped) lost(fault, isRemoved);
    return fault;
  };

  const search = async (): Promise<Fault | undefined> => {
    beganAt = clock.now();
    stop = new AbortController();
    const { outcome } = callWithDeadline((signal) => way.ends(signal), clock, lookMs, stop);
    const result = await outcome;
    if (stopped) return lose(new TunnelError('opsdeck has closed the source of the tunnel'), false);
    if (result.is === 'overdue') return lose(new TunnelError(`timed out after ${lookMs / 1000}s`), false);
    if (result.is === 'threw') {
      const { error } = result;
      return lose(stop.signal.aborted ? stop.signal.reason : error, toWireError(error)?.kind === 'missing');
    }
    if (result.value.length === 0)
      return lose(
        new TunnelError('no pod or container of the target is running: start one, or correct the target'),
        true,
      );
    ends = result.value;
    losses = 0;
    dueAt = clock.now() + everyMs;
    return onEndpoints(ends);
  };

  const resolve = (): Promise<Fault | undefined> => {
    resolving ??= search().finally(() => {
      resolving = undefined;
    });
    return resolving;
  };

  return {
    ends: () => ends,
    tick: (now) => {
      if (now >= dueAt && resolving === undefined && !stopped) void resolve();
    },
    resolveWhenDue: async () => {
      if (clock.now() >= dueAt && !stopped) await resolve();
    },
    resolve: resolve,
    refresh: async (signal) => {
      if (resolving !== undefined) await orAborted(resolving, signal);
      return resolve();
    },
    invalidate: async (signal) => {
      if (resolving === undefined && beganAt !== undefined && clock.now() - beganAt < momentMs) return;
      await orAborted(resolve(), signal);
    },
    stop: () => {
      stopped = true;
      stop.abort(new DOMException('closed', 'AbortError'));
    },
  };
};
