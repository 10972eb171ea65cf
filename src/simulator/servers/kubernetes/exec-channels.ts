import type { WebSocket } from 'ws';

/** Output channel of a process or connection in a pod, over a WebSocket of `v4.channel.k8s.io` or `v5.channel.k8s.io`. */
export interface ExecChannels {
  send(channel: number, data: string | Uint8Array): void;
  /** Sends, and waits until the data has been written. */
  sent(channel: number, data: Uint8Array): Promise<void>;
  /** Closes after pending data. */
  close(): void;
}

/** The first byte of a message is its channel. */
export const execChannelsOf = (socket: WebSocket): ExecChannels => ({
  send: (channel, data) => {
    if (socket.readyState === socket.OPEN)
      socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(data)]));
  },
  sent: (channel, data) =>
    new Promise((go) => socket.send(Buffer.concat([Buffer.from([channel]), data]), () => go())),
  close: () => socket.close(1000),
});

/** Message bytes, from any type that ws uses. */
export const messageBytes = (data: unknown): Buffer => {
  if (Buffer.isBuffer(data)) return data;
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return Array.isArray(data) ? Buffer.concat(data.map(messageBytes)) : Buffer.alloc(0);
};

/** The channels of a process; in v5, the client closes one with `closing`. Source: k8s.io/apimachinery, util/remotecommand. */
export const execChannel = { stdin: 0, stdout: 1, stderr: 2, ending: 3, closing: 255 } as const;

/** Exit status in the format of the error channel. */
export const exitStatus = (code: number) =>
  code === 0
    ? { metadata: {}, status: 'Success' }
    : {
        metadata: {},
        status: 'Failure',
        message: `command terminated with non-zero exit code: command terminated with exit code ${code}`,
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
      };
