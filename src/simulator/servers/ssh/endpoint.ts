import { generateKeyPairSync } from 'node:crypto';
import { access, constants, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { connectInMemory } from '../../loopback.ts';
import type { HostMachine } from '../../model/hosts/host-machine.ts';
import type { FindProgram, ProgramStreams } from '../../programs.ts';
import { makeOwnDir } from '../../temporary-dir.ts';
import type { Handler } from '../http-server.ts';
import { serve } from '../http-server.ts';
import { httpHandler } from '../plain-http.ts';
import type { ProtocolEndpoint, SimulatorContext } from '../simulator-context.ts';
import { parseSshArguments } from './client-config.ts';
import { runShellText } from './shell.ts';
import { commandContextOf, followPollMs, recordHostChange, type SshMachine, startSshServer } from './sshd.ts';

const notOurs =
  '<!DOCTYPE HTML><html><head><title>Error response</title></head><body>Error code: 404</body></html>\n';

/** What answers at the unit's port of a machine: the service, or another process, which knows none of its pages. */
export const portHandler = (
  view: SimulatorContext,
  { instance, processes, spec, unit }: HostMachine,
): Handler => {
  const service = httpHandler(view, instance.name);
  return (ask) => {
    const holder = processes.listening(spec.port);
    return holder === undefined || holder.pid === unit.mainPid
      ? service(ask)
      : { status: 404, text: notOurs, type: 'text/html;charset=utf-8' };
  };
};

/** A key pair as OpenSSH reads it. */
interface SshKeyPair {
  readonly secret: string;
  /** 'ecdsa-sha2-nistp256 AAAA…', as it stands in known_hosts and authorized_keys. */
  readonly line: string;
  readonly data: Buffer;
}

/**
 * A new key for one run of a world. Made by Node: of the ed25519 keys that ssh2 1.17 makes, one in a thousand cannot be read
 * by itself (tried).
 */
export const generateKeyPair = async (): Promise<SshKeyPair> => {
  const { privateKey: secret } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const { default: ssh2 } = await import('ssh2');
  const parsed = ssh2.utils.parseKey(secret);
  if (parsed instanceof Error) throw parsed;
  const data = parsed.getPublicSSH();
  return { secret, line: `${parsed.type} ${data.toString('base64')}`, data };
};

const refused = 'channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed\n';

/** Runs a command line on a machine as its sshd would, until it has ended or is ended. */
const runOn = async (machine: SshMachine, command: string, { out, err, signal }: ProgramStreams) => {
  recordHostChange(machine, command);
  const ran = runShellText(command, commandContextOf(machine));
  out(ran.out);
  if (ran.err !== '') err(ran.err);
  const { more } = ran;
  if (more === undefined) return ran.status;
  return new Promise<number>((resolve) => {
    const end = (status: number): void => {
      stop();
      signal.removeEventListener('abort', abort);
      resolve(status);
    };
    const abort = (): void => end(255);
    const stop = machine.view.clock.every(followPollMs, () => {
      const news = more(commandContextOf(machine));
      if (news.err !== undefined && news.err !== '') err(news.err);
      if (news.out.length > 0) out(news.out);
      if (news.status !== undefined) end(news.status);
    });
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
};

const forwarded = (machine: SshMachine, to: string): Duplex | string => {
  const behind = machine.forwardTarget(Number(to.slice(to.lastIndexOf(':') + 1)));
  return behind === undefined ? refused : connectInMemory(behind.port);
};

/** The ssh client for the machines of one configuration file, without a process and without a connection. */
const sshPrograms =
  (clients: readonly string[], config: string, machines: readonly SshMachine[]): FindProgram =>
  ({ argv }) => {
    const [client = '', ...args] = argv;
    if (!clients.includes(client)) return undefined;
    const wanted = parseSshArguments(args);
    const name = wanted.destination.slice(wanted.destination.lastIndexOf('@') + 1);
    const machine = machines.find((one) => one.name === name);
    if (wanted.config !== config || machine === undefined) return undefined;
    const { command, forward } = wanted;
    return {
      run: (streams) => runOn(machine, command, streams),
      ...(forward === undefined ? {} : { openTunnel: () => forwarded(machine, forward) }),
    };
  };

/** The OpenSSH client of this machine, as PATH finds it; undefined: it has none. */
const openSshHere = async (): Promise<string | undefined> => {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(dir, 'ssh');
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
};

/** How ssh's config describes one machine. */
const entry = (name: string, port: number, user: string, dir: string): string =>
  [
    `Host ${name}`,
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${user}`,
    `  HostKeyAlias ${name}`,
    `  IdentityFile ${join(dir, 'id_ecdsa')}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${join(dir, 'known_hosts')}`,
    '  GlobalKnownHostsFile /dev/null',
    '',
  ].join('\n');

/** Whoever runs our own client needs no OpenSSH. What Node has compiled once it finds again: it is started often. */
const writeStandIn = async (dir: string): Promise<string> => {
  const { standIn } = await import('./ssh-client.ts');
  const path = join(dir, 'ssh.mjs');
  const script = [
    `#!${process.execPath}`,
    "import { enableCompileCache } from 'node:module';",
    `enableCompileCache(${JSON.stringify(join(dir, 'compiled'))});`,
    `const { standIn } = await import(${JSON.stringify(standIn.url)});`,
    'await standIn.run(process.argv.slice(2));',
  ];
  await writeFile(path, `${script.join('\n')}\n`, { mode: 0o755 });
  return path;
};

/**
 * Starts an sshd per machine of an environment, with keys of their own. `ssh-config`: the path of a config for ssh in which the
 * machines have their names; `ssh-client`: a program that can stand in for ssh; `ssh`: OpenSSH's where this machine has it, else that
 * one; `ssh-NAME`: where a machine listens.
 */
export const startSshEndpoint = async (view: SimulatorContext): Promise<ProtocolEndpoint> => {
  const { hosts } = view.model.layout(view.env).parts;
  if (hosts === undefined) return { vars: {}, close: async () => {} };
  const dir = await makeOwnDir('ssh');
  const { user } = hosts.spec;
  const own = await generateKeyPair();
  await writeFile(join(dir, 'id_ecdsa'), own.secret, { mode: 0o600 });
  const started = await Promise.all(
    hosts.machines.map(async (machine: HostMachine) => {
      const hostKey = await generateKeyPair();
      const application = await serve(portHandler(view, machine), view.clock);
      const { hostname: host, port } = new URL(application.url);
      const served: SshMachine = {
        view,
        name: machine.name,
        user,
        keyData: own.data,
        hostKey: hostKey.secret,
        forwardTarget: (wanted) =>
          wanted === hosts.spec.port && machine.processes.listening(wanted) !== undefined
            ? { host, port: Number(port) }
            : undefined,
      };
      const server = await startSshServer(served);
      return { name: machine.name, hostKey, server, served, application };
    }),
  );
  await writeFile(
    join(dir, 'known_hosts'),
    started.map(({ name, hostKey }) => `${name} ${hostKey.line}\n`).join(''),
  );
  const config = join(dir, 'config');
  const standIn = await writeStandIn(dir);
  await writeFile(config, started.map(({ name, server }) => entry(name, server.port, user, dir)).join('\n'));
  const ssh = (await openSshHere()) ?? standIn;
  const machines = started.map(({ served }) => served);
  return {
    program: sshPrograms([standIn, ssh, 'ssh'], config, machines),
    vars: {
      'ssh-config': config,
      'ssh-client': standIn,
      ssh,
      ...Object.fromEntries(started.map(({ name, server }) => [`ssh-${name}`, `127.0.0.1:${server.port}`])),
    },
    close: async () => {
      await Promise.all(started.flatMap(({ server, application }) => [server.close(), application.close()]));
      await rm(dir, { recursive: true, force: true });
    },
  };
};
