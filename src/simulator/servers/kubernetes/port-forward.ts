import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { connectInMemory } from '../../loopback.ts';
import { bytesOf, channelsOf } from './channels.ts';
import type { PodPorts } from './pod-ports.ts';
import type { Visit } from './seat.ts';

/**
 * Port forwarding over one WebSocket: for the n-th of `ports` channel 2n carries the bytes and 2n+1 words about what
 * went wrong; both begin with the port, two bytes of little endian. Source: `v4.channel.k8s.io` of kubelet.
 */
export const servePortForward = async (
  { ask, pod, life }: Visit,
  socket: WebSocket,
  ports: PodPorts,
): Promise<void> => {
  const channels = channelsOf(socket);
  const wanted = ask.query.getAll('ports').flatMap((list) => list.split(',').map(Number));
  const early: (readonly [channel: number, bytes: Buffer])[] = [];
  const connections = new Map<number, Duplex>();
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  socket.on('message', (data) => {
    const bytes = bytesOf(data);
    const channel = bytes[0] ?? 0;
    const connection = connections.get(channel);
    if (connection === undefined) early.push([channel, bytes.subarray(1)]);
    else connection.write(bytes.subarray(1));
  });
  socket.once('close', () => {
    for (const connection of connections.values()) connection.destroy();
    isReady();
  });
  for (const [index, port] of wanted.entries()) {
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
    connection.on('close', () => channels.close());
    for (const [channel, bytes] of early.splice(0)) connections.get(channel)?.write(bytes);
  }
  isReady();
  await ready;
};
