import { defined } from '../domain/base/defined.ts';
import type { Millis } from '../domain/base/fault.ts';
import type { ReadFiles } from '../platform/files/file-interfaces.ts';
import { openLogFiles } from '../platform/files/log-files.ts';
import { openDisk, openReadFiles } from '../platform/files/read-files.ts';
import type { HttpRequest } from '../platform/network/http-messages.ts';
import { methodOverride } from '../platform/network/method-override.ts';
import { sealConnection } from '../platform/network/sealed.ts';
import { loadMachinePrograms } from '../platform/processes/programs.ts';
import { withProgramPolicy } from '../platform/program-policy.ts';
import { type Client, type OpenReads, openReads, type ReadingProtocol } from '../platform/protocol.ts';
import { collectRemoteEnd, type RemoteExec } from '../platform/remote-exec/remote-exec.ts';
import { openRemoteFiles } from '../platform/remote-exec/remote-files.ts';
import { memoize } from '../platform/runtime/async.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import { markUnsent, WireError } from '../platform/runtime/wire-error.ts';
import type { Transport } from '../platform/transport.ts';
import { openTransport } from '../platform/transport.ts';
import { openDeclaredReads } from './declared-reads.ts';
import type { ReadIo, ReadIoOptions } from './io.ts';

/** The reading clients of one ReadIo, by protocol and target. */
interface KeptClients {
  readonly open: OpenReads;
  close(): Promise<void>;
}

/** Opens one client per protocol and target over a transport, so that reads of one target share its connections. */
const keepClients = (transport: Transport): KeptClients => {
  /** Type-erased: each protocol has its own client type. */
  const closing: Client[] = [];
  const byProtocol = new WeakMap<object, Map<string, unknown>>();
  const clientsOf = <T, C extends Client>(protocol: ReadingProtocol<T, C>): Map<string, C> => {
    const known = byProtocol.get(protocol) as Map<string, C> | undefined;
    const clients = known ?? new Map<string, C>();
    byProtocol.set(protocol, clients);
    return clients;
  };
  return {
    open: (protocol, target) => {
      const clients = clientsOf(protocol);
      const key = JSON.stringify(target);
      const known = clients.get(key);
      if (known !== undefined) return known;
      const client = openReads(protocol, transport, target);
      clients.set(key, client);
      closing.push(client);
      return client;
    },
    close: async () => {
      await Promise.all(closing.map((client) => client.close()));
    },
  };
};

/**
 * Time limit of `close` for programs, in ms. A program that still runs is killed when its own grace period, or this
 * process, ends.
 */
const closeWaitMs: Millis = 250;

/** Removes the body of a request at run time; the type has none, but the object may. */
const bodiless = <R extends object>(request: R): Omit<R, 'body'> => {
  const { body: _, ...rest } = { body: undefined, ...request };
  return rest;
};

/** Refuses a request that a server takes for another one than its method says. Throws WireError. */
const requireReading = ({ url, headers }: Pick<HttpRequest, 'url' | 'headers'>): void => {
  const why = methodOverride(url, headers);
  if (why !== undefined) throw markUnsent(new WireError('denied', `not a read-only request: ${why}`));
};

/**
 * Opens the io for reads of one source: HTTP requests, programs declared read-only, files and reading clients.
 * Clients are loaded by the first call.
 */
export const openReadIo = (clock: Clock, options: ReadIoOptions = {}): ReadIo => {
  const { dial, remoteExec: inside, programs: customPrograms, programPolicy } = options;
  const closing = new AbortController();
  const open = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, closing.signal]);
  const net = (): Promise<typeof import('../platform/network/net.ts')> =>
    import('../platform/network/net.ts');
  const programs = memoize(async () => {
    const programs = customPrograms ?? (await loadMachinePrograms());
    return programPolicy === undefined ? programs : withProgramPolicy(programs, programPolicy);
  });
  const transport = openTransport(clock, { dial, programs, closing: closing.signal });
  const { http } = transport;
  const reads = keepClients(transport);
  const running = new Set<Promise<unknown>>();
  const remoteExec: RemoteExec | undefined = inside && ((program, signal) => inside(program, open(signal)));
  const filesAt = (end?: string): ReadFiles => {
    if (remoteExec === undefined) throw new Error('this read cannot use a tunnel');
    return openRemoteFiles(remoteExec, end);
  };
  const io: ReadIo = {
    clock,
    declaredReads: () => openDeclaredReads(io, options),
    get: async (request, signal) => {
      const method = request.method ?? 'GET';
      if (method !== 'GET' && method !== 'HEAD')
        throw new Error(`${String(method)} is not a read-only request`);
      requireReading(request);
      return http.request({ ...bodiless(request), method }, open(signal));
    },
    stream: async (request, signal) => {
      requireReading(request);
      return http.stream({ ...bodiless(request), method: 'GET' }, open(signal));
    },
    open: reads.open,
    tcp: async (host, port, signal) =>
      (await net()).connectTcp(host, port, { clock, ...(dial && { dial }) }, open(signal)),
    tls: async (host, port, signal, options) =>
      (await net()).probeTls(host, port, { clock, ...(dial && { dial }) }, open(signal), options),
    connect: async (to, signal) => sealConnection(await transport.connect(to, signal)),
    files: remoteExec === undefined ? openReadFiles(open) : filesAt(),
    filesAt,
    disk: openDisk(open),
    ...defined({ stateDir: options.stateDir }),
    logFiles: openLogFiles(clock, open),
    run: async (program, signal) => {
      if (remoteExec !== undefined) return collectRemoteEnd(remoteExec(program, signal));
      const { end, gone } = (await programs()).start(program, { clock, leftovers: 'end' }, open(signal));
      running.add(gone);
      void gone.then(() => running.delete(gone));
      return end;
    },
    follow: async function* (program, signal) {
      if (remoteExec !== undefined) return yield* remoteExec(program, signal);
      const { streamProgram } = await import('../platform/processes/stream-program.ts');
      const options = { clock, programs: await programs(), leftovers: 'end', passOn: 'everything' } as const;
      yield* streamProgram(program, options, open(signal));
    },
    followBytes: async function* (program, signal) {
      const { streamBytes } = await import('../platform/processes/stream-bytes.ts');
      yield* streamBytes(program, { clock, programs: await programs() }, open(signal));
    },
    findProgram: async (name) => (await import('../platform/processes/find-program.ts')).findProgram(name),
    close: async () => {
      closing.abort(new WireError('cancelled', 'opsdeck has closed this source, so nothing more is read'));
      await Promise.all([http.close(), reads.close()]);
      const over = new AbortController();
      await Promise.race([Promise.all(running), clock.sleep(closeWaitMs, over.signal)]);
      over.abort();
    },
  };
  return io;
};
