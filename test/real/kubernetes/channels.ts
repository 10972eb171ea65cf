import { WebSocket } from 'ws';
import type { Access } from './api.ts';

/** What a WebSocket of the apiserver carried, by channel, until it was closed. */
export type Channels = ReadonlyMap<number, string>;

/**
 * Opens a WebSocket with channels (a byte before every message says which), writes, and gives what came until the other
 * side closed it. Source: k8s.io/apimachinery, pkg/util/remotecommand, v4 and v5 of the protocol.
 */
const channelsOf = (
  { server, ca, token }: Access,
  path: string,
  protocol: string,
  input?: string,
): Promise<Channels> =>
  new Promise((resolve, reject) => {
    const heard = new Map<number, string>();
    const socket = new WebSocket(`${server.replace(/^http/, 'ws')}${path}`, protocol, {
      ca,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    socket.once('open', () => {
      if (input !== undefined) socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(input)]));
    });
    socket.on('message', (data: Buffer) => {
      const [channel = -1] = data;
      heard.set(channel, `${heard.get(channel) ?? ''}${data.subarray(1).toString('latin1')}`);
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(heard));
  });

export interface Executed {
  readonly output: string;
  readonly errors: string;
  /** `Success`, or the reason why not: `NonZeroExitCode`. */
  readonly status: string;
}

const execProtocol = 'v5.channel.k8s.io';

/** Runs a command in a pod, through the apiserver and its kubelet. */
export const execIn = async (
  access: Access,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  command: readonly string[],
): Promise<Executed> => {
  const query = new URLSearchParams({ stdout: 'true', stderr: 'true' });
  for (const word of command) query.append('command', word);
  const heard = await channelsOf(
    access,
    `/api/v1/namespaces/${namespace}/pods/${name}/exec?${query}`,
    execProtocol,
  );
  const said: { readonly status: string; readonly reason?: string } = JSON.parse(
    heard.get(3) ?? '{"status":"nothing"}',
  );
  return { output: heard.get(1) ?? '', errors: heard.get(2) ?? '', status: said.reason ?? said.status };
};

const forwardProtocol = 'v4.channel.k8s.io';
/** Before anything else, each channel repeats the port in two bytes. */
const portLength = 2;

/** Writes to a port of a pod, and gives what it answers until it closes the connection. */
export const askPort = async (
  access: Access,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  port: number,
  input: string,
): Promise<string> => {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/portforward?ports=${port}`;
  const heard = await channelsOf(access, path, forwardProtocol, input);
  return (heard.get(0) ?? '').slice(portLength);
};
