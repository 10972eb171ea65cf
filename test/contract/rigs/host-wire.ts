import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SystemModel } from '../../../src/simulator/model/system-model.ts';
import { generateKeyPair, startSshEndpoint } from '../../../src/simulator/servers/ssh/endpoint.ts';
import { systemSpec } from '../../../src/simulator/systems.ts';
import type { FailureMode } from '../../../src/testing/failure-modes.ts';
import type { Wire } from '../../../src/testing/source-rig.ts';
import { freePort } from '../../support/free-port.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** A failure mode of the path to a host: of its socket or of its keys. */
export interface HostFailureMode extends FailureMode {
  /** Handles a connection; absent: it is forwarded. 'refuse': nothing listens. */
  readonly socket?: 'refuse' | ((socket: Socket, pass: () => void) => void);
  /** The keys in ssh's files. */
  readonly keys?: 'wrong' | 'changed' | 'unknown';
}

/** An sshd, and ssh's configuration for it: config, known_hosts and key. */
export interface Sshd {
  readonly port: number;
  readonly alias: string;
  readonly user: string;
  readonly key: string;
  /** 'ssh-ed25519 AAAA…' */
  readonly hostKey: string;
}

/** Writes the files that ssh reads, with the proxy as the address of this host. */
const writeFiles = async (
  dir: string,
  port: number,
  { alias, user, key, hostKey }: Sshd,
  { keys }: Pick<HostFailureMode, 'keys'>,
): Promise<void> => {
  const otherKey = await generateKeyPair();
  await writeFile(join(dir, 'key'), keys === 'wrong' ? otherKey.secret : key, { mode: 0o600 });
  const known = keys === 'changed' ? otherKey.line : hostKey;
  await writeFile(join(dir, 'known_hosts'), keys === 'unknown' ? '' : `${alias} ${known}\n`);
  const lines = [
    `Host ${alias}`,
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${user}`,
    `  HostKeyAlias ${alias}`,
    `  IdentityFile ${join(dir, 'key')}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${join(dir, 'known_hosts')}`,
    '  GlobalKnownHostsFile /dev/null',
  ];
  await writeFile(join(dir, 'config'), `${lines.join('\n')}\n`);
};

/** A proxy in front of a real sshd: it counts connections and handles each as the failure requires. */
const openProxy = async (to: { readonly host: string; readonly port: number }) => {
  const sockets = new Set<Socket>();
  const waiters = new Set<() => void>();
  let handle: Exclude<HostFailureMode['socket'], 'refuse'>;
  let amount = 0;
  const changed = (): void => {
    for (const check of [...waiters]) check();
  };
  const forward = (socket: Socket): void => {
    const onward = connect(to);
    onward.setNoDelay(true);
    socket.setNoDelay(true);
    onward.on('error', () => socket.destroy());
    socket.once('close', () => onward.destroy());
    onward.once('close', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  };
  const listen = async (port: number): Promise<Server> => {
    const server = createServer((socket) => {
      amount += 1;
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        sockets.delete(socket);
        changed();
      });
      if (handle === undefined) forward(socket);
      else handle(socket, () => forward(socket));
      changed();
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return server;
  };
  const stop = (server: Server): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  // While it refuses, no other server may be given its port.
  const port = await freePort();
  let server: Server | undefined = await listen(port);
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!holds()) return;
        waiters.delete(check);
        resolve();
      };
      waiters.add(check);
      check();
    });
  return {
    port,
    set: async (socket: HostFailureMode['socket']): Promise<void> => {
      handle = socket === 'refuse' ? undefined : socket;
      if (socket === 'refuse' && server !== undefined) await stop(server);
      server = socket === 'refuse' ? undefined : (server ?? (await listen(port)));
    },
    asked: () => amount,
    arrived: (count: number) => until(() => amount >= count),
    drained: () => until(() => sockets.size === 0),
    close: async () => {
      if (server !== undefined) await stop(server);
    },
  };
};

/** The wire to an sshd through the proxy. `url` is the directory of ssh's files. */
export const openSshdWire = async (sshd: Sshd, end: () => Promise<void>): Promise<Wire<HostFailureMode>> => {
  const proxy = await openProxy({ host: '127.0.0.1', port: sshd.port });
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-contract-'));
  const put = (failure: Pick<HostFailureMode, 'keys'>): Promise<void> =>
    writeFiles(dir, proxy.port, sshd, failure);
  await put({});
  return {
    url: dir,
    set: async (failure) => {
      await put(failure);
      await proxy.set(failure.socket);
    },
    heal: async () => {
      await put({});
      await proxy.set(undefined);
    },
    methods: () => new Set(),
    asked: proxy.asked,
    arrived: proxy.arrived,
    drained: proxy.drained,
    close: async () => {
      await proxy.close();
      await end();
      await rm(dir, { recursive: true });
    },
  };
};

/** An sshd of the simulator, whose clock is stopped. Its directory contains the program that can replace ssh. */
export const openHostWire = async (): Promise<Wire<HostFailureMode>> => {
  const clock = manualClock();
  const model = new SystemModel(systemSpec('eventmesh'), { startedAt: clock.now() });
  for (const { site } of model.layout('local').parts.hosts?.machines ?? [])
    site.disk.put(`${site.dir}.before`, { is: 'tree', holds: {} }, clock.now());
  const endpoint = await startSshEndpoint({ model, clock, env: 'local' });
  const from = dirname(endpoint.vars['ssh-config'] ?? '');
  const knownHosts = await readFile(join(from, 'known_hosts'), 'utf8');
  const wire = await openSshdWire(
    {
      port: Number(endpoint.vars['ssh-vm-1']?.split(':')[1]),
      alias: 'vm-1',
      user: 'deploy',
      key: await readFile(join(from, 'id_ecdsa'), 'utf8'),
      hostKey: knownHosts.trim().split(' ').slice(1).join(' '),
    },
    endpoint.close,
  );
  const embeddedClient = await readFile(endpoint.vars['ssh-client'] ?? '', 'utf8');
  await writeFile(join(wire.url, 'ssh.mjs'), embeddedClient, { mode: 0o755 });
  return wire;
};
