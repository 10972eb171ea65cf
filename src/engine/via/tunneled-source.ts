import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { SourceEntry, ViaSpec } from '../../domain/profile/profile.ts';
import { isObject } from '../../domain/text/value-text.ts';
import type { ReadIoOptions } from '../../doors/io.ts';
import { TunnelError, tunnelReason } from '../../platform/network/dial.ts';
import { orAborted, whenAll } from '../../platform/runtime/async.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Finding, RouteEndpoint, Source, SourceModule } from '../../sources/kit/contract/source.ts';
import type { OpenedSource } from '../sources/open-sources.ts';
import { dialRoute, runOnRoute } from './dial-route.ts';
import { createEndpointResolver, type EndpointResolver, lookupEveryMs } from './endpoint-resolver.ts';
import { type EndpointPinning, pinOperation } from './pin-operation.ts';
import type { TunnelRoute } from './route.ts';
import { tunnelFault } from './route.ts';

/** The real source behind the facade of a tunneled source. */
interface FacadeTarget extends EndpointPinning {
  /** True: its endpoints have been observed, not only configured. */
  readonly sees: boolean;
  /** Undefined once it is open, otherwise why it is not. Looks up its endpoints first when it is not open. */
  ready(signal: AbortSignal): Promise<Fault | undefined>;
}

const findingOf = (source: string, { message, remedy }: Fault): Finding => ({
  source,
  ok: false,
  what: message,
  ...defined({ remedy }),
});

/** One source for all callers, whatever its current endpoints are, including an empty list. */
const facadeOf = (id: string, module: SourceModule, behind: FacadeTarget): Source => {
  const open = async (signal: AbortSignal): Promise<Source> => {
    const fault = await behind.ready(signal);
    const source = behind.current();
    if (source !== undefined) return source;
    throw new TunnelError(fault === undefined ? behind.words : tunnelReason(fault.message), fault?.remedy);
  };
  return {
    id,
    get feeds() {
      return behind.current()?.feeds ?? [];
    },
    operations: Object.entries(module.operations).map(([name, spec]) => pinOperation(id, name, spec, behind)),
    ready: async (signal) => {
      await open(signal);
    },
    doctor: async (signal) => {
      const fault = await behind.ready(signal);
      const source = behind.current();
      if (source === undefined) return fault === undefined ? [] : [findingOf(id, fault)];
      const names = (await behind.freshEnds(signal)).map((end) => end.name);
      const what = `through ${behind.words}: ${names.join(', ')}`;
      const reached = behind.sees ? [{ source: id, ok: true, what }] : [];
      return [...reached, ...((await source.doctor?.(signal)) ?? [])];
    },
    tails: async (of, signal) => (await (await open(signal)).tails?.(of, signal)) ?? [],
    describe: async (subject, how, signal) => {
      const { describe } = await open(signal);
      if (describe === undefined)
        throw new WireError('missing', `${id} provides no details of a ${subject.kind}`);
      return describe(subject, how, signal);
    },
    ...defined({ describesAs: module.describesAs }),
    ...(module.recordsChanges === true
      ? {
          recentChanges: async (since, signal) => {
            const { recentChanges } = await open(signal);
            return recentChanges === undefined ? { changes: [], faults: [] } : recentChanges(since, signal);
          },
        }
      : {}),
    fingerprint: async (signal, since) =>
      (await (await open(signal)).fingerprint?.(signal, since)) ?? { parts: {} },
    ...(module.hasPrincipal === true
      ? { principal: async (signal) => (await open(signal)).principal?.(signal) }
      : {}),
    account: async (signal) => (await open(signal)).account?.(signal),
    resolveEndpoints: async (target, signal) =>
      (await (await open(signal)).resolveEndpoints?.(target, signal)) ?? [],
    dial: async (to, signal) => {
      const { dial } = await open(signal);
      if (dial === undefined) throw new TunnelError(`source ${id} cannot be used as a tunnel`);
      return dial(to, signal);
    },
    run: async function* (execTarget, program, door, signal) {
      const { run } = await open(signal);
      if (run === undefined) throw new TunnelError(`source ${id} cannot be used as a tunnel`);
      yield* run(execTarget, program, door, signal);
    },
    close: async () => {},
  };
};

/** A tunneled source: opened when its endpoints are found, and reopened when they are replaced. */
export interface TunneledSource {
  readonly id: string;
  /** The stable facade. */
  readonly source: Source;
  /** The route of its connections or programs. */
  readonly by: ReadIoOptions;
  /** The endpoint lookups per second, and the source that they are made at. */
  readonly lookupsPerSecond: { readonly source: string; readonly perSecond: number } | undefined;
  tick: EndpointResolver['tick'];
  resolve: EndpointResolver['resolve'];
  /** Undefined once it is open, otherwise why it is not. Looks up its endpoints first when it is not open. */
  ready(signal: AbortSignal): Promise<Fault | undefined>;
  /** Looks up its endpoints when due. */
  refresh(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface TunneledSourceParts {
  readonly entry: SourceEntry & { readonly via: ViaSpec };
  readonly module: SourceModule;
  readonly way: TunnelRoute;
  readonly clock: Clock;
  /** Opens the source with this config through this route. Contacts nothing. */
  open(config: unknown, by: ReadIoOptions): Promise<OpenedSource>;
  closeSource(opened: OpenedSource): Promise<void>;
  /** Called when it is open and replaces the previous source. */
  opened(opened: OpenedSource & { readonly source: Source }): void;
  /** Called when it is not, or no longer, open. */
  lost(fault: Fault): void;
}

/**
 * The poll interval of a source whose requests go through an API server; undefined for any other. Such a source has no
 * connection that a removed pod would break, so it is not worth more lookups than reads.
 */
const proxiedEveryMs = (config: unknown): Millis | undefined => {
  if (!isObject(config) || config.apiServer === undefined) return undefined;
  return typeof config.every === 'number' ? config.every : 0;
};

/** The way of reads through the route. Requests of a proxied source go to the API server: only the endpoints are those of the route. */
const ioOptions = (
  module: TunneledSourceParts['module'],
  way: TunneledSourceParts['way'],
  reach: Parameters<typeof dialRoute>[1] & Parameters<typeof runOnRoute>[1],
  port: number,
): ReadIoOptions =>
  module.viaTransport === 'programs'
    ? { remoteExec: runOnRoute(way, reach) }
    : { dial: dialRoute(way, reach, port) };

type Open = OpenedSource & { readonly source: Source };
const isOpen = (opened: OpenedSource): opened is Open => opened.source !== undefined;

export const createTunneledSource = (parts: TunneledSourceParts): TunneledSource => {
  const { entry, module, way, clock } = parts;
  const { id, via } = entry;
  const port = via.port ?? module.sshConnector?.port ?? 0;
  let current: Open | undefined;
  /** The endpoints that `current` was opened with. */
  let shape = '';
  let problem: Fault | undefined;
  let closing: Promise<unknown> = Promise.resolve();

  /** Reads of the previous source end with its connections; nothing waits for them. */
  const leave = (opened: Open | undefined): void => {
    if (opened !== undefined) closing = whenAll([closing, parts.closeSource(opened)]);
  };

  const openAt = async (ends: readonly RouteEndpoint[]): Promise<Fault | undefined> => {
    const config = module.routeConfig?.(entry.config, ends, port) ?? entry.config;
    const asText = JSON.stringify(config);
    if (current !== undefined && asText === shape) return undefined;
    const next = await parts.open(config, by);
    if (!isOpen(next))
      return lose(next.problem ?? tunnelFault(id, way.words, new Error('not open'), clock.now()));
    const before = current;
    current = next;
    shape = asText;
    problem = undefined;
    parts.opened(next);
    leave(before);
    return undefined;
  };

  const lose = (fault: Fault): Fault => {
    leave(current);
    current = undefined;
    problem = fault;
    parts.lost(fault);
    return fault;
  };

  const proxied = proxiedEveryMs(entry.config);
  const everyMs = Math.max(lookupEveryMs, proxied ?? 0);
  const reach = createEndpointResolver({
    everyMs,
    source: id,
    way,
    clock,
    onEndpoints: openAt,
    // A failed lookup does not close endpoints that still answer.
    lost: (fault, isRemoved) => {
      if (isRemoved || current === undefined) lose(fault);
    },
  });
  const by = proxied === undefined ? ioOptions(module, way, reach, port) : {};

  const ready = async (signal: AbortSignal): Promise<Fault | undefined> => {
    if (current !== undefined) return undefined;
    const seen = await orAborted(reach.resolve(), signal);
    if (current !== undefined) return undefined;
    return (
      seen ??
      problem ??
      lose(tunnelFault(id, way.words, new TunnelError('the lookup of the endpoint timed out'), clock.now()))
    );
  };

  const freshEnds = async (signal: AbortSignal): Promise<readonly RouteEndpoint[]> => {
    const fault = await reach.refresh(signal);
    if (fault === undefined) return reach.ends();
    throw new TunnelError(tunnelReason(fault.message), fault.remedy);
  };

  return {
    id,
    source: facadeOf(id, module, {
      current: () => current?.source,
      ready,
      freshEnds,
      words: way.words,
      sees: way.sees,
    }),
    by,
    lookupsPerSecond: 'ssh' in via ? undefined : { source: via.source, perSecond: 1000 / everyMs },
    tick: reach.tick,
    resolve: reach.resolve,
    ready,
    refresh: async (signal) => {
      await orAborted(reach.resolveWhenDue(), signal);
    },
    close: async () => {
      reach.stop();
      leave(current);
      current = undefined;
      await closing;
    },
  };
};
