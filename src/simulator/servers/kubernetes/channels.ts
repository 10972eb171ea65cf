import type { WebSocket } from 'ws';

/** What a process or a connection in a pod writes to, over a WebSocket of `v4.channel.k8s.io` or `v5.channel.k8s.io`. */
export interface Channels {
  send(channel: number, data: string | Uint8Array): void;
  /** The same, and waits until it has left. */
  sent(channel: number, data: Uint8Array): Promise<void>;
  /** Ends after what was sent. */
  close(): void;
}

/** Every message begins with a byte that says its channel. */
export const channelsOf = (socket: WebSocket): Channels => ({
  send: (channel, data) => {
    if (socket.readyState === socket.OPEN)
      socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(data)]));
  },
  sent: (channel, data) =>
    new Promise((go) => socket.send(Buffer.concat([Buffer.from([channel]), data]), () => go())),
  close: () => socket.close(1000),
});

/** The bytes of a message, whatever ws made of it. */
export const bytesOf = (data: unknown): Buffer => {
  if (Buffer.isBuffer(data)) return data;
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return Array.isArray(data) ? Buffer.concat(data.map(bytesOf)) : Buffer.alloc(0);
};
