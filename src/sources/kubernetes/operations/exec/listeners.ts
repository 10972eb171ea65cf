import { z } from 'zod';
import { maskSecretValue } from '../../../kit/values/secrets.ts';
import { entries, field, list, text } from '../../../kit/values/wire-value.ts';
import { zContainerParam, zNamespaceParam, zObjectName } from '../write/shared-params.ts';
import {
  defineInspection,
  type InspectionResult,
  type PodReadSession,
  selectPods,
} from './pod-inspection.ts';

/** A listening socket: its port, and its inode, which identifies the owning process. */
interface ListeningSocket {
  readonly port: number;
  /** '0.0.0.0', '127.0.0.1', '::', '::1', '::ffff:127.0.0.1'. */
  readonly address: string;
  readonly inode: string;
  readonly uid: number;
}

const listenState = '0A';

const hexBytes = (hex: string): readonly number[] =>
  // The kernel prints each 32-bit word of an address in host byte order: little-endian on all platforms that run
  // containers.
  (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].reverse());

const ipv6Groups = (bytes: readonly number[]): string => {
  const words = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  return words.join(':').replace(/(?:^|:)(?:0(?::|$)){2,}/, '::');
};

const isMapped = (bytes: readonly number[]): boolean =>
  bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;

/** Decodes an address of `/proc/net/tcp` or `/proc/net/tcp6`. */
export const decodeAddress = (hex: string): string => {
  const bytes = hexBytes(hex);
  if (bytes.length === 4) return bytes.join('.');
  return isMapped(bytes) ? `::ffff:${bytes.slice(12).join('.')}` : ipv6Groups(bytes);
};

/** Parses the listening sockets from `/proc/net/tcp` followed by `/proc/net/tcp6`. Source: proc_pid_net(5). */
export const parseListeningSockets = (text: string): readonly ListeningSocket[] =>
  text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , uid, , inode] = line.trim().split(/\s+/);
    const [, address = '', port = ''] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/i.exec(local) ?? [];
    if (state !== listenState || address === '' || inode === undefined) return [];
    return [{ port: Number.parseInt(port, 16), address: decodeAddress(address), inode, uid: Number(uid) }];
  });

/**
 * Maps socket inodes to processes: `ls -l /proc/N/fd …` lists links such as 'socket:[40120]' below the directory name.
 */
export const parseSocketOwners = (listing: string): ReadonlyMap<string, number> => {
  const owners = new Map<string, number>();
  let pid: number | undefined;
  for (const line of listing.split('\n')) {
    const [, of] = /^\/proc\/(\d+)\/fd:$/.exec(line.trim()) ?? [];
    if (of !== undefined) pid = Number(of);
    const [, inode] = /-> socket:\[(\d+)\]/.exec(line) ?? [];
    if (inode !== undefined && pid !== undefined) owners.set(inode, pid);
  }
  return owners;
};

const listenersParams = z
  .strictObject({
    pod: zObjectName('pod name').exactOptional(),
    deployment: zObjectName('check all pods of the deployment with this name, ready or not').exactOptional(),
    container: zContainerParam,
    ports: z
      .array(z.int().min(1).max(65_535))
      .min(1)
      .max(20)
      .meta({ description: 'ports to find the listeners of' }),
    namespace: zNamespaceParam,
  })
  .refine(({ pod, deployment }) => (pod === undefined) !== (deployment === undefined), {
    error: 'the step needs one target: set either pod or deployment',
  });

/** A listening socket and its process. */
interface SocketOwner extends ListeningSocket {
  readonly pid?: number;
  readonly name?: string;
}

const findSocketOwners = async (
  { run }: PodReadSession,
  sockets: readonly ListeningSocket[],
): Promise<readonly SocketOwner[]> => {
  const pids = (await run(['ls', '/proc'])).lines
    .flatMap((line) => line.split(/\s+/))
    .filter((name) => /^\d+$/.test(name));
  // ls reports an error for a process that has ended meanwhile, but still lists the others.
  const listing =
    pids.length === 0 ? [] : (await run(['ls', '-l', ...pids.map((pid) => `/proc/${pid}/fd`)])).lines;
  // ls prints no directory name for a single directory.
  const named = pids.length === 1 ? [`/proc/${pids[0]}/fd:`, ...listing] : listing;
  const owners = parseSocketOwners(named.join('\n'));
  return Promise.all(
    sockets.map(async (socket) => {
      const pid = owners.get(socket.inode);
      if (pid === undefined) return socket;
      const { code, lines } = await run(['cat', `/proc/${pid}/comm`]);
      return { ...socket, pid, ...(code === 0 && lines[0] !== undefined ? { name: lines[0] } : {}) };
    }),
  );
};

const formatOwner = ({ address, port, pid, name, uid }: SocketOwner): string => {
  const who =
    pid === undefined ? `an invisible process of user ${uid}` : `process ${pid} (${name ?? 'no name'})`;
  return `${address.includes(':') ? `[${address}]` : address}:${port} is held by ${who}`;
};

/**
 * Names the containers that declare a port, for a pod without a running process: ports are per pod, so only its own
 * containers can use it.
 */
const containersDeclaring = (raw: unknown, port: number): readonly string[] =>
  list(field(field(raw, 'spec'), 'containers')).flatMap((container) => {
    const name = text(field(container, 'name')) ?? '';
    const number = new RegExp(`(?<!\\d)${port}(?!\\d)`);
    const ports = list(field(container, 'ports')).filter((value) => field(value, 'containerPort') === port);
    const env = list(field(container, 'env')).flatMap((element) => {
      const of = text(field(element, 'name')) ?? '';
      const value = text(field(element, 'value')) ?? '';
      return number.test(value) ? [`${name}: ${of}=${maskSecretValue(of, value)}`] : [];
    });
    const args = [...list(field(container, 'command')), ...list(field(container, 'args'))].filter((value) =>
      number.test(String(value)),
    );
    return [
      ...ports.map(
        (value) =>
          `${name}: containerPort ${port}${entries(value).some(([key]) => key === 'name') ? ` (${text(field(value, 'name'))})` : ''}`,
      ),
      ...env,
      ...args.map((value) => `${name}: argument ${String(value)}`),
    ];
  });

const declaredPorts = async (
  { raw, pod }: PodReadSession,
  ports: readonly number[],
): Promise<InspectionResult> => {
  const whole = await raw();
  const lines = ports.flatMap((port) => {
    const named = containersDeclaring(whole, port);
    return named.length === 0
      ? [
          `${port}: no process of the pod is running (${pod.status}), and no container of the pod refers to this port`,
        ]
      : [
          `${port}: no process of the pod is running (${pod.status}). Referred to by`,
          ...named.map((part) => `  ${part}`),
        ];
  });
  return { lines, json: { running: false, ports: {} } };
};

/**
 * `listeners`: lists the listening IPv4 and IPv6 sockets of a pod, decoded, with their processes. For a pod without a
 * running process: the containers that declare the port.
 */
export const listeners = defineInspection(
  {
    name: 'listeners',
    says: 'lists the processes in a pod that listen on ports',
    rights: ['get pods/exec'],
    params: listenersParams,
    resultKinds: ['json'],
  },
  (parts) => ({
    summary: ({ ports }) => `listeners on ${ports.join(', ')}`,
    pods: (params, signal) => selectPods(parts, params, signal),
    inspect: async (session, { ports }) => {
      if (!session.isRunning) return declaredPorts(session, ports);
      const { lines } = await session.run(['cat', '/proc/net/tcp', '/proc/net/tcp6']);
      const sockets = parseListeningSockets(lines.join('\n')).filter(({ port }) => ports.includes(port));
      const owners = await findSocketOwners(session, sockets);
      const free = ports.filter((port) => !owners.some((owner) => owner.port === port));
      return {
        lines: [...owners.map(formatOwner), ...free.map((port) => `${port}: no listener`)],
        json: {
          running: true,
          ports: Object.fromEntries(
            owners.map(({ port, address, pid, name }) => [
              port,
              { address, pid: pid ?? null, name: name ?? null },
            ]),
          ),
        },
      };
    },
  }),
);
