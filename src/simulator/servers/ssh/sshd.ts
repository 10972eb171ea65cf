import { connect } from 'node:net';
import type { Connection, ServerChannel } from 'ssh2';
import type { Millis } from '../../../domain/base/fault.ts';
import { changeRecorderFor, type SimulatorContext } from '../http/simulator-context.ts';
import type { ShellCommandContext } from './commands/host-command.ts';
import { runShellText, type ShellResult } from './shell.ts';

/** Poll interval of a command that follows output. */
export const followPollMs: Millis = 250;

export interface SshMachine {
  readonly view: SimulatorContext;
  readonly name: string;
  /** The only account, with its authorized key. */
  readonly user: string;
  readonly keyData: Buffer;
  readonly hostKey: string;
  /** Address of the real server behind a port of this machine; undefined if the port is closed. */
  forwardTarget(port: number): { readonly host: string; readonly port: number } | undefined;
}

interface RunningSsh {
  readonly port: number;
  close(): Promise<void>;
}

/** Context of a command on a machine. */
export const commandContextOf = ({ view, name, user }: SshMachine): ShellCommandContext => {
  const env = view.model.environmentAt(view.env, view.clock.now());
  const machine = env.parts.hosts?.machine(name);
  if (machine === undefined) throw new Error(`no machine "${name}" in ${view.env} of the simulator`);
  return { machine, now: env.now, toClock: (time) => view.model.toClock(time), isRoot: user === 'root' };
};

const finish = (channel: ServerChannel, status: number): void => {
  channel.exit(status);
  channel.end();
};

/** Sends new output until the channel closes. */
const follow = (machine: SshMachine, channel: ServerChannel, more: Required<ShellResult>['more']): void => {
  const stop = machine.view.clock.every(followPollMs, () => {
    const { out, err = '', status } = more(commandContextOf(machine));
    if (err !== '') channel.stderr.write(err);
    if (status === undefined) {
      if (out.length > 0) channel.write(out);
      return;
    }
    stop();
    channel.write(out, () => finish(channel, status));
  });
  channel.once('close', stop);
};

/** Commands that change a machine. */
const changes =
  /\b(systemctl'? '?(start|stop|restart|reload|daemon-reload|try-restart|kill)|kill'? '?-?\w|tar'? '-[cx]|(mv|rm|mkdir|systemd-run)'? |\btee |perf'? 'record)/;

/** Records a command line that changes the machine. */
export const recordHostChange = (machine: SshMachine, command: string): void => {
  if (changes.test(command)) changeRecorderFor(machine.view, machine.name)(command);
};

const runIn = (machine: SshMachine, channel: ServerChannel, command: string): void => {
  channel.on('error', () => {});
  recordHostChange(machine, command);
  const ran = runShellText(command, commandContextOf(machine));
  if (ran.err !== '') channel.stderr.write(ran.err);
  channel.write(ran.out, () => {
    if (ran.more === undefined) finish(channel, ran.status);
    else follow(machine, channel, ran.more);
  });
};

/** One connection: one key for one account, commands, and forwarding to local ports. */
const serveClient = (machine: SshMachine, client: Connection): void => {
  client.on('error', () => {});
  client.on('authentication', (context) => {
    const isKey =
      context.method === 'publickey' &&
      context.username === machine.user &&
      context.key.data.equals(machine.keyData);
    if (isKey) context.accept();
    else context.reject(['publickey']);
  });
  client.on('ready', () => {
    client.on('session', (accept) => {
      const session = accept();
      session.on('exec', (agree, _reject, { command }) => runIn(machine, agree(), command));
      session.on('env', (agree) => agree?.());
    });
    client.on('tcpip', (accept, reject, { destPort }) => {
      const to = machine.forwardTarget(destPort);
      if (to === undefined) return reject();
      const channel = accept();
      const socket = connect(to);
      socket.on('error', () => channel.destroy());
      channel.on('error', () => socket.destroy());
      channel.pipe(socket).pipe(channel);
      channel.once('close', () => socket.destroy());
    });
  });
};

/** The sshd of one machine, on a free port of the loopback interface. */
export const startSshServer = async (machine: SshMachine): Promise<RunningSsh> => {
  const { default: ssh2 } = await import('ssh2');
  const clients = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [machine.hostKey], ident: 'OpenSSH_9.2p1' }, (client) => {
    // Disables Nagle's algorithm: with many small packets it would cost 40 ms each time. (The types of ssh2 declare this for
    // clients only.)
    if ('setNoDelay' in client && typeof client.setNoDelay === 'function') client.setNoDelay(true);
    clients.add(client);
    client.once('close', () => clients.delete(client));
    serveClient(machine, client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of clients) client.end();
      }),
  };
};
