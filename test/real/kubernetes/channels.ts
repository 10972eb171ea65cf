import { WebSocket } from 'ws';
import type { Access } from './api.ts';

/** Data received over a WebSocket of the API server, by channel. */
export type Channels = ReadonlyMap<number, string>;

/**
 * Opens a WebSocket with channels (the first byte of every message is the channel number), writes the input, and returns
 * all data received until the server closes it. Source: k8s.io/apimachinery, pkg/util/remotecommand, protocol v4 and v5.
 */
const channelsOf = (
  { server, ca, token }: Access,
  path: string,
  protocol: string,
  input?: string,
): Promise<Channels> =>
  new Promise((resolve, reject) => {
    const received = new Map<number, string>();
    const socket = new WebSocket(`${server.replace(/^http/, 'ws')}${path}`, protocol, {
      ca,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    socket.once('open', () => {
      if (input !== undefined) socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(input)]));
    });
    socket.on('message', (data: Buffer) => {
      const [channel = -1] = data;
      received.set(channel, `${received.get(channel) ?? ''}${data.subarray(1).toString('latin1')}`);
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(received));
  });

export interface Executed {
  readonly output: string;
  readonly errors: string;
  /** `Success`, or the reason of the failure, for example `NonZeroExitCode`. */
  readonly status: string;
}

const execProtocol = 'v5.channel.k8s.io';

/** Runs a command in a pod, through the API server and its kubelet. */
export const execIn = async (
  access: Access,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  command: readonly string[],
): Promise<Executed> => {
  const query = new URLSearchParams({ stdout: 'true', stderr: 'true' });
  for (const word of command) query.append('command', word);
  const received = await channelsOf(
    access,
    `/api/v1/namespaces/${namespace}/pods/${name}/exec?${query}`,
    execProtocol,
  );
  const result: { readonly status: string; readonly reason?: string } = JSON.parse(
    received.get(3) ?? '{"status":"nothing"}',
  );
  return {
    output: received.get(1) ?? '',
    errors: received.get(2) ?? '',
    status: result.reason ?? result.status,
  };
};

const forwardProtocol = 'v4.channel.k8s.io';
/** Each channel starts with the port number in two bytes. */
const portLength = 2;

/** Writes to a port of a pod, and returns the response until the pod closes the connection. */
export const askPort = async (
  access: Access,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  port: number,
  input: string,
): Promise<string> => {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/portforward?ports=${port}`;
  const received = await channelsOf(access, path, forwardProtocol, input);
  return (received.get(0) ?? '').slice(portLength);
};
