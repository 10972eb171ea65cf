import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { Client, ConnectConfig } from 'ssh2';
import { hostConfigOf, parseSshArguments, type SshArguments } from './client-config.ts';

/** ssh(1)'s exit status for its own errors. */
const gaveUp = 255;

const changed = (host: string): string =>
  [
    '@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@',
    '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
    '@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@',
    `Host key for ${host} has changed and you have requested strict checking.`,
    'Host key verification failed.',
  ].join('\n');

interface Destination {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly alias: string;
  readonly identity: string;
  readonly knownHosts: string;
}

const destinationOf = async ({ destination, config }: SshArguments): Promise<Destination> => {
  const name = destination.slice(destination.lastIndexOf('@') + 1);
  const of = await hostConfigOf(config ?? '/etc/ssh/ssh_config', name);
  const host = of.get('hostname') ?? name;
  return {
    host,
    port: Number(of.get('port') ?? 22),
    user: destination.includes('@')
      ? destination.slice(0, destination.lastIndexOf('@'))
      : (of.get('user') ?? ''),
    alias: of.get('hostkeyalias') ?? host,
    identity: of.get('identityfile') ?? '',
    knownHosts: of.get('userknownhostsfile') ?? '/dev/null',
  };
};

/** ssh's message for an error of a socket or of ssh2. */
const wordsOf = (error: Error & { level?: string; code?: string }, to: Destination): string => {
  const where = `${to.host} port ${to.port}`;
  if (error.code === 'ECONNREFUSED') return `ssh: connect to host ${where}: Connection refused`;
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN')
    return `ssh: Could not resolve hostname ${to.host}: Name or service not known`;
  if (error.level === 'client-authentication') return `${to.user}@${to.host}: Permission denied (publickey).`;
  if (error.level === 'client-timeout') return `ssh: connect to host ${where}: Connection timed out`;
  if (error.level === 'protocol' || error.level === 'handshake')
    return `banner exchange: Connection to ${where}: invalid format`;
  return `Connection closed by ${where}`;
};

/** Connects, or returns the error, before loading large modules. */
const socketTo = (to: Destination): Promise<Socket | string> =>
  new Promise((resolve) => {
    const socket = connect({ host: to.host, port: to.port, noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error) => resolve(wordsOf(error, to)));
  });

const connected = async (
  client: Client,
  socket: Socket,
  to: Destination,
  sshArguments: SshArguments,
): Promise<string | undefined> => {
  const known = await readFile(to.knownHosts, 'utf8').catch(() => '');
  const keys = known.split('\n').flatMap((line) => {
    const [name, , data = ''] = line.split(' ');
    return name === to.alias ? [data] : [];
  });
  let refused: string | undefined;
  const config: ConnectConfig = {
    sock: socket,
    username: to.user,
    ...(to.identity === '' ? {} : { privateKey: await readFile(to.identity) }),
    readyTimeout: 1000 * Number(sshArguments.options.get('connecttimeout') ?? 5),
    hostVerifier: (key: Buffer) => {
      if (keys.includes(key.toString('base64'))) return true;
      refused =
        keys.length > 0
          ? changed(to.alias)
          : `No ECDSA host key is known for ${to.alias} and you have requested strict checking.\nHost key verification failed.`;
      return false;
    },
  };
  return new Promise((resolve) => {
    client.once('ready', () => resolve(undefined));
    client.once('close', () => resolve(refused ?? `Connection closed by ${to.host} port ${to.port}`));
    client.on('error', (error) => resolve(refused ?? wordsOf(error, to)));
    socket.once('data', (chunk: Buffer) => {
      if (chunk.includes(0) && !chunk.includes('SSH-'))
        resolve('kex_exchange_identification: banner line contains invalid characters');
    });
    client.connect(config);
  });
};

/** Runs a command remotely; resolves with ssh's exit status. */
const run = (client: Client, command: string): Promise<number> =>
  new Promise((resolve) => {
    client.once('close', () => resolve(gaveUp));
    client.exec(command, (error, channel) => {
      if (error !== undefined) return resolve(gaveUp);
      let status = gaveUp;
      channel.pipe(process.stdout);
      channel.stderr.pipe(process.stderr);
      channel.on('exit', (code: number | null) => {
        status = code ?? gaveUp;
      });
      channel.on('close', () => resolve(status));
    });
  });

/** Connects stdin and stdout to `HOST:PORT` on the remote host. */
const forward = (client: Client, to: string): Promise<number> =>
  new Promise((resolve) => {
    const index = to.lastIndexOf(':');
    client.once('close', () => resolve(gaveUp));
    client.forwardOut('127.0.0.1', 0, to.slice(0, index), Number(to.slice(index + 1)), (error, channel) => {
      if (error !== undefined) {
        process.stderr.write(
          'channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed\n',
        );
        return resolve(gaveUp);
      }
      // ssh(1)'s format at LogLevel DEBUG2.
      process.stderr.write('debug2: channel 0: open confirm rwindow 2097152 rmax 32768\n');
      process.stdin.pipe(channel).pipe(process.stdout);
      channel.on('close', () => resolve(0));
    });
  });

/** A replacement for ssh: the same arguments, messages and exit statuses, as far as opsdeck needs them. Exits the process. */
const runStandIn = async (args: readonly string[]): Promise<void> => {
  const sshArguments = parseSshArguments(args);
  const to = await destinationOf(sshArguments);
  const socket = await socketTo(to);
  if (typeof socket === 'string') return leave(gaveUp, socket);
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  const problem = await connected(client, socket, to, sshArguments);
  if (problem !== undefined) return leave(gaveUp, problem);
  return leave(
    await (sshArguments.forward === undefined
      ? run(client, sshArguments.command)
      : forward(client, sshArguments.forward)),
  );
};

/** Flushes pipes before the process exits. */
const leave = (status: number, words?: string): void => {
  if (words !== undefined) process.stderr.write(`${words}\n`);
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
};

/** `url`: the URL of this module, for a program that imports it and passes its arguments. */
export const standIn = { url: import.meta.url, run: runStandIn };
