import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { Millis } from '../../../domain/base/fault.ts';
import type { PodRuntime } from '../../model/cluster/state/pod-runtime.ts';
import { createInteractiveShell } from '../container-tools/interactive-shell.ts';
import { type Handler, type RunningServer, serve } from '../http/http-server.ts';
import { connectInMemory } from '../http/loopback.ts';
import { resolveInstance, type SimulatorContext } from '../http/simulator-context.ts';
import { kafkaExporterHandler } from '../kafka/exporter.ts';
import { actuatorHandler } from '../spring/actuator.ts';
import { httpHandler } from '../spring/plain-http.ts';
import { prometheusPage } from '../spring/promtext.ts';
import type { ApiContext, PodSession } from './api-context.ts';
import { parseKubeRequest } from './api-context.ts';
import { authorize } from './api-requests.ts';
import { isContainerRunning, serveAttach } from './attach.ts';
import { execChannel, execChannelsOf, exitStatus, messageBytes } from './exec-channels.ts';
import { profilerHandler } from './go-profiler.ts';
import { ApiError, errorStatus, noSuchPath, objectNotFound } from './patch/api-error.ts';
import { parseResourceRoute } from './patch/resources.ts';
import type { CommandOutcome } from './pod-command.ts';
import { runPodCommand } from './pod-commands.ts';
import { resolveContainer } from './pod-log.ts';
import { watchPollMs } from './watch.ts';

const { stdin, stdout, stderr, ending, closing } = execChannel;

const pieceBytes = 256 * 1024;

/** Runs a pod command: output on channels 1 and 2, the exit status on channel 3. */
const serveExec = ({ seat, ask, pod, life }: PodSession, socket: WebSocket): void => {
  const channels = execChannelsOf(socket);
  const argv = ask.query.getAll('command');
  const end = ({ out = '', err = '', code }: CommandOutcome): void => {
    if (out.length > 0 && ask.query.get('stdout') !== 'false') channels.send(stdout, out);
    if (err !== '' && ask.query.get('stderr') !== 'false') channels.send(stderr, err);
    channels.send(ending, JSON.stringify(exitStatus(code)));
    channels.close();
  };
  const { model, clock, env } = seat.view;
  const { database } = model.environmentAt(env, clock.now()).parts;
  const toClock = (time: Millis) => model.toClock(time);
  const run = (words: readonly string[]) =>
    runPodCommand({ cluster: seat.cluster(), database, pod, life, argv: words, toClock });
  if (ask.query.get('tty') === 'true') {
    const shell = createInteractiveShell(
      `/ # `,
      (words) => {
        const outcome = run(words);
        return outcome.kind === 'done' ? outcome : undefined;
      },
      { write: (text) => channels.send(stdout, text), exit: (code) => end({ code }) },
    );
    socket.on('message', (data) => {
      const bytes = messageBytes(data);
      if (bytes[0] === stdin) shell.input(bytes.subarray(1).toString('utf8'));
    });
    return;
  }
  const what = run(argv);
  if (what.kind === 'done') {
    end(what);
    return;
  }
  if (what.kind === 'reads') {
    const input: Buffer[] = [];
    socket.on('message', (data) => {
      const bytes = messageBytes(data);
      if (bytes[0] === stdin) input.push(bytes.subarray(1));
      else if (bytes[0] === closing && bytes[1] === stdin)
        end(what.respond(Buffer.concat(input).toString('utf8')));
    });
    return;
  }
  if (what.kind === 'file') {
    void (async () => {
      const { sizeBytes } = what.file;
      for (let index = 0; index < sizeBytes && socket.readyState === socket.OPEN; index += pieceBytes)
        await channels.sent(stdout, what.file.part(index, index + pieceBytes));
      end({ code: 0 });
    })();
    return;
  }
  if (what.out !== '') channels.send(stdout, what.out);
  const deaf = what.follow((text) => channels.send(stdout, text));
  const still = clock.every(watchPollMs, () => {
    seat.cluster();
    // The kernel ends it with the container.
    if (life.step !== 'running' && life.step !== 'starting') end({ code: 137 });
  });
  socket.once('close', () => {
    deaf();
    still();
  });
};

interface PortTarget {
  readonly host: string;
  readonly port: number;
}

/** Container ports of dependencies, and the name of their native protocol in `${world.…}`. */
const wires: Readonly<Record<number, string>> = { 5432: 'postgres', 9092: 'kafka' };
const exporterPort = 9308;

/** Metrics page of a Go service, on a separate port. */
const metricsPage =
  (view: SimulatorContext, instance: string): Handler =>
  (ask) => {
    const sight = resolveInstance(view, instance);
    if (!sight.instance.running) return 'cut';
    return prometheusPage(ask, ask.path[0] === 'metrics' ? [] : ['?'], sight);
  };

/** Servers inside pods, projections like those outside; a port opens on first access. */
class PodPorts {
  readonly #view: SimulatorContext;
  readonly #servers = new Map<string, Promise<RunningServer>>();

  constructor(view: SimulatorContext) {
    this.#view = view;
  }

  /** The actual address of a pod's port; undefined if nothing listens. */
  async place({ instance, role, step }: PodRuntime, port: number): Promise<PortTarget | undefined> {
    if (role.dependency !== undefined) {
      if (step !== 'running') return undefined;
      return role.dependency === 'kafka' && port === exporterPort
        ? this.#served(`kafka:${port}`, kafkaExporterHandler(this.#view))
        : this.#wire(port);
    }
    if (instance === undefined || !instance.running) return undefined;
    const handler = this.#handler(instance.name, port);
    return handler && this.#served(`${instance.name}:${port}`, handler);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(async (server) => (await server).close()));
  }

  async #served(key: string, handler: Handler): Promise<PortTarget | undefined> {
    const server = this.#servers.get(key) ?? serve(handler, this.#view.clock);
    this.#servers.set(key, server);
    return portTargetOf((await server).url);
  }

  #wire(port: number): PortTarget | undefined {
    const name = wires[port];
    return name === undefined ? undefined : portTargetOf(this.#view.address?.(name) ?? '');
  }

  #handler(name: string, port: number): Handler | undefined {
    const view = this.#view;
    const service = view.model.layout(view.env).instance(name)?.service;
    if (service === undefined) return undefined;
    const actuator = actuatorHandler(view, name);
    const application = httpHandler(view, name);
    if (port === 9090) return metricsPage(view, name);
    if (port === 6060) return profilerHandler(view, name);
    if (port === 8081) return service.managementApart ? actuator : undefined;
    if (port !== 8080) return undefined;
    if (service.managementApart) return application;
    return (ask) => (ask.path[0] === 'actuator' ? actuator(ask) : application(ask));
  }
}

/** Host and port of an address, with or without a scheme. */
const portTargetOf = (address: string): PortTarget | undefined => {
  const match = /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?([^:/,]+):(\d+)/.exec(address);
  return match === null ? undefined : { host: match[1] ?? '', port: Number(match[2]) };
};

/**
 * Port forwarding over one WebSocket. For the n-th of `ports`, channel 2n carries data and 2n+1 errors; both start with the port
 * as two little-endian bytes. Source: kubelet, `v4.channel.k8s.io`.
 */
const servePortForward = async (
  { ask, pod, life }: PodSession,
  socket: WebSocket,
  ports: PodPorts,
): Promise<void> => {
  const channels = execChannelsOf(socket);
  const remotePorts = ask.query.getAll('ports').flatMap((list) => list.split(',').map(Number));
  const early: (readonly [channel: number, bytes: Buffer])[] = [];
  const connections = new Map<number, Duplex>();
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  socket.on('message', (data) => {
    const bytes = messageBytes(data);
    const channel = bytes[0] ?? 0;
    const connection = connections.get(channel);
    if (connection === undefined) early.push([channel, bytes.subarray(1)]);
    else connection.write(bytes.subarray(1));
  });
  socket.once('close', () => {
    for (const connection of connections.values()) connection.destroy();
    isReady();
  });
  for (const [index, port] of remotePorts.entries()) {
    const announced = Buffer.from([port % 256, Math.floor(port / 256)]);
    channels.send(2 * index, announced);
    channels.send(2 * index + 1, announced);
    const fail = (): void => {
      channels.send(
        2 * index + 1,
        `error forwarding port ${port} to pod ${pod.metadata.name}, uid : failed to execute portforward in network namespace "/var/run/netns/cni-${pod.metadata.uid}": failed to connect to localhost:${port} inside namespace, IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused`,
      );
      channels.close();
    };
    const place = await ports.place(life, port);
    if (place === undefined) {
      fail();
      continue;
    }
    const connection = connectInMemory(place.port);
    connections.set(2 * index, connection);
    connection.on('data', (bytes) => channels.send(2 * index, bytes));
    connection.on('error', fail);
    // The kubelet closes the stream when the program in the pod has ended its side.
    connection.on('end', () => channels.close());
    connection.on('close', () => channels.close());
    for (const [channel, bytes] of early.splice(0)) connections.get(channel)?.write(bytes);
  }
  isReady();
  await ready;
};

const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'portforward.k8s.io'];

const refuse = (socket: Duplex, refusal: ApiError): void => {
  const body = JSON.stringify(errorStatus(refusal));
  socket.end(
    `HTTP/1.1 ${refusal.code} ${refusal.reason}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};

/** Validates the target before the handshake; throws the Refusal for an invalid one. */
const visitOf = (
  seat: ApiContext,
  request: IncomingMessage,
): PodSession & { readonly container: string; readonly subresource: string } => {
  const ask = parseKubeRequest(request, '');
  const route = parseResourceRoute(ask.path);
  const { namespace = '', name = '', subresource = '' } = route ?? {};
  if (route?.of.plural !== 'pods' || !['exec', 'attach', 'portforward'].includes(subresource))
    throw noSuchPath();
  authorize(ask, route);
  const cluster = seat.cluster();
  const pod = cluster.shelves.pods.get(namespace, name);
  const life = cluster.life(namespace, name);
  if (pod === undefined || life === undefined) throw objectNotFound(route.of, name);
  const container = resolveContainer(pod, ask.query.get('container') ?? '');
  const runs = subresource === 'portforward' || isContainerRunning(pod, life, container);
  const isAttach = subresource === 'attach';
  // The kubelet finds only running containers.
  const why = isAttach
    ? `container ${container} not found in pod ${name}_${namespace}`
    : `container not found ("${container}")`;
  if (!runs) throw new ApiError(500, 'InternalError', `unable to upgrade connection: ${why}`);
  return { seat, ask, pod, life, container, subresource };
};

/** Serves `exec`, `attach` and `portforward` of pods on a server's WebSockets; `close` closes all of them. */
export const serveUpgrades = (seat: ApiContext, server: Server): { close(): Promise<void> } => {
  const ports = new PodPorts(seat.view);
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    try {
      const { subresource, container, ...visit } = visitOf(seat, request);
      sockets.handleUpgrade(request, socket, head, (opened) => {
        opened.on('error', () => opened.terminate());
        if (subresource === 'exec') serveExec(visit, opened);
        else if (subresource === 'attach') serveAttach(visit, container, opened);
        else void servePortForward(visit, opened, ports);
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refuse(socket, error);
    }
  });
  return {
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      await ports.close();
    },
  };
};
