import type { Millis } from '../domain/fault.ts';
import type { Clock } from '../platform/clock.ts';
import { WireError } from '../platform/failures.ts';
import { openDisk } from '../platform/files/disk.ts';
import type { ReadFiles } from '../platform/files/file-shapes.ts';
import { openLogFiles } from '../platform/files/log-files.ts';
import { openReadFiles } from '../platform/files/read-files.ts';
import { endOfInside, type RunInside } from '../platform/inside/inside.ts';
import { insideFiles } from '../platform/inside/inside-files.ts';
import { openHttp } from '../platform/network/http.ts';
import type { HttpRequest } from '../platform/network/http-messages.ts';
import { once } from '../platform/once.ts';
import { loadMachinePrograms } from '../platform/processes/programs.ts';
import { withPolicy } from '../platform/program-policy.ts';
import { openTransport } from '../platform/transport.ts';
import { openDeclaredReads } from './declared-reads.ts';
import type { ReadIo, ReadIoOptions } from './io.ts';
import { keepClients } from './kept-clients.ts';

/** A program that does not listen is not waited for: it is killed when its grace, or this process, has ended. */
const farewellMs: Millis = 250;

/** An API server that finds options in the body of a DELETE takes them from there, and none from the address. */
const saysOtherwise = ({ method, body }: HttpRequest): boolean => {
  if (method !== 'DELETE' || body === undefined) return false;
  const options: unknown = JSON.parse(body);
  const said = typeof options === 'object' && options !== null && 'dryRun' in options ? options.dryRun : [];
  return !Array.isArray(said) || said.join() !== 'All';
};

/** A port-forward changes nothing by itself; a tail hears nothing that is said to it (Kubernetes' and Loki's HTTP APIs). */
const readingSockets = /\/(portforward|loki\/api\/v1\/tail)$/;

const formType = 'application/x-www-form-urlencoded';

/** The reading door of one source: requests and programs that are declared reads, files, clients that read. Clients are loaded by the first call. */
export const openReadIo = (clock: Clock, options: ReadIoOptions = {}): ReadIo => {
  const { dial, inside, programs: given, programPolicy } = options;
  const http = openHttp(clock, dial);
  const closing = new AbortController();
  const open = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, closing.signal]);
  const net = (): Promise<typeof import('../platform/network/net.ts')> =>
    import('../platform/network/net.ts');
  const transport = openTransport(clock, { dial, closing: closing.signal });
  const reads = keepClients(transport);
  const running = new Set<Promise<unknown>>();
  const programs = once(async () => {
    const found = given ?? (await loadMachinePrograms());
    return programPolicy === undefined ? found : withPolicy(found, programPolicy);
  });
  const there: RunInside | undefined = inside && ((program, signal) => inside(program, open(signal)));
  const filesAt = (end?: string): ReadFiles => {
    if (there === undefined) throw new Error('there are no ends here');
    return insideFiles(there, end);
  };
  const io: ReadIo = {
    clock,
    declaredReads: () => openDeclaredReads(io, options),
    get: async (request, signal) => {
      const method = request.method ?? 'GET';
      if (method !== 'GET' && method !== 'HEAD') throw new Error(`${String(method)} is no read`);
      return http.request({ ...request, method }, open(signal));
    },
    ask: async ({ form, json, headers, ...question }, signal) =>
      http.request(
        {
          ...question,
          method: 'POST',
          headers: { ...headers, 'content-type': json === undefined ? formType : 'application/json' },
          body: json === undefined ? new URLSearchParams(form).toString() : JSON.stringify(json),
        },
        open(signal),
      ),
    rehearse: async (request, signal) => {
      // Said twice, a server may listen to the other one.
      if (new URL(request.url).searchParams.getAll('dryRun').join() !== 'All' || saysOtherwise(request))
        throw new Error(`${request.method} ${request.url} is no dry run`);
      return http.request(request, open(signal));
    },
    stream: async (request, signal) => http.stream({ ...request, method: 'GET' }, open(signal)),
    socket: async (request, signal) => {
      if (!readingSockets.test(new URL(request.url).pathname))
        throw new Error('only a port-forward or the tail of a Loki is opened to read');
      return (await import('../platform/network/web-socket.ts')).openWebSocket(request, open(signal), dial);
    },
    kube: async (target, signal) =>
      (await import('../clients/kubernetes/access.ts')).openKubeAccess(target, open(signal), clock),
    open: reads.open,
    tcp: async (host, port, signal) =>
      (await net()).connectTcp(host, port, { clock, ...(dial && { dial }) }, open(signal)),
    tls: async (host, port, signal, options) =>
      (await net()).shakeTls(host, port, { clock, ...(dial && { dial }) }, open(signal), options),
    connect: async (to, signal) => (await net()).openTcp(to, dial, open(signal)),
    files: there === undefined ? openReadFiles(open) : filesAt(),
    filesAt,
    disk: openDisk(open),
    logFiles: openLogFiles(clock, open),
    run: async (program, signal) => {
      if (there !== undefined) return endOfInside(there(program, signal));
      const { end, gone } = (await programs()).start(program, { clock, leftovers: 'end' }, open(signal));
      running.add(gone);
      void gone.then(() => running.delete(gone));
      return end;
    },
    follow: async function* (program, signal) {
      if (there !== undefined) return yield* there(program, signal);
      const { streamProgram } = await import('../platform/processes/stream-program.ts');
      const options = { clock, programs: await programs(), leftovers: 'end', passOn: 'everything' } as const;
      yield* streamProgram(program, options, open(signal));
    },
    followBytes: async function* (program, signal) {
      const { streamBytes } = await import('../platform/processes/stream-bytes.ts');
      yield* streamBytes(program, { clock, programs: await programs() }, open(signal));
    },
    wire: async (wire, signal) => (await programs()).wire(wire, open(signal)),
    close: async () => {
      closing.abort(new WireError('cancelled', 'this source is closed'));
      await Promise.all([http.close(), reads.close()]);
      const over = new AbortController();
      await Promise.race([Promise.all(running), clock.sleep(farewellMs, over.signal)]);
      over.abort();
    },
  };
  return io;
};
