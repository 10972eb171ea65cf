import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { authorize } from './answer.ts';
import { serveExec } from './exec.ts';
import { containerIn } from './log.ts';
import { PodPorts } from './pod-ports.ts';
import { servePortForward } from './port-forward.ts';
import { routeOf } from './route.ts';
import type { Seat, Visit } from './seat.ts';
import { askOf } from './server-ask.ts';
import { noSuchPath, notFound, Refusal, statusOf } from './status.ts';

const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'portforward.k8s.io'];

const refuse = (socket: Duplex, refusal: Refusal): void => {
  const body = JSON.stringify(statusOf(refusal));
  socket.end(
    `HTTP/1.1 ${refusal.code} ${refusal.reason}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};

/** Looks at the way into a pod before hands are shaken; throws the Refusal of one that leads nowhere. */
const visitOf = (seat: Seat, request: IncomingMessage): Visit & { readonly subresource: string } => {
  const ask = askOf(request, '');
  const route = routeOf(ask.path);
  const { namespace = '', name = '', subresource = '' } = route ?? {};
  if (route?.of.plural !== 'pods' || (subresource !== 'exec' && subresource !== 'portforward'))
    throw noSuchPath();
  authorize(ask, route);
  const cluster = seat.see();
  const pod = cluster.shelves.pods.get(namespace, name);
  const life = cluster.life(namespace, name);
  if (pod === undefined || life === undefined) throw notFound(route.of, name);
  const container = containerIn(pod, ask.query.get('container') ?? '');
  const runs = life.step === 'running' || life.step === 'starting';
  if (subresource === 'exec' && !runs)
    throw new Refusal(
      500,
      'InternalError',
      `unable to upgrade connection: container not found ("${container}")`,
    );
  return { seat, ask, pod, life, subresource };
};

/** Serves `exec` and `portforward` of pods on a server's WebSockets; `close` ends every one of them. */
export const upgrades = (seat: Seat, server: Server): { close(): Promise<void> } => {
  const ports = new PodPorts(seat.view);
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    try {
      const { subresource, ...visit } = visitOf(seat, request);
      sockets.handleUpgrade(request, socket, head, (opened) => {
        opened.on('error', () => opened.terminate());
        if (subresource === 'exec') serveExec(visit, opened);
        else void servePortForward(visit, opened, ports);
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
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
