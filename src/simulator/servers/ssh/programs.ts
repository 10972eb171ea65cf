import type { Duplex } from 'node:stream';
import { connectInMemory } from '../../loopback.ts';
import type { FindProgram, ProgramStreams } from '../../programs.ts';
import { wantedIn } from './client-config.ts';
import { runText } from './run.ts';
import { lookEveryMs, noteChange, type SshMachine, sceneOf } from './server.ts';

const refused = 'channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed\n';

/** Runs a command line on a machine as its sshd would, until it has ended or is ended. */
const runOn = async (machine: SshMachine, command: string, { out, err, signal }: ProgramStreams) => {
  noteChange(machine, command);
  const ran = runText(command, sceneOf(machine));
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
    const stop = machine.view.clock.every(lookEveryMs, () => {
      const news = more(sceneOf(machine));
      if (news.err !== undefined && news.err !== '') err(news.err);
      if (news.out.length > 0) out(news.out);
      if (news.status !== undefined) end(news.status);
    });
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
};

const forwarded = (machine: SshMachine, to: string): Duplex | string => {
  const behind = machine.behind(Number(to.slice(to.lastIndexOf(':') + 1)));
  return behind === undefined ? refused : connectInMemory(behind.port);
};

/** The ssh client for the machines of one configuration file, without a process and without a connection. */
export const sshPrograms =
  (clients: readonly string[], config: string, machines: readonly SshMachine[]): FindProgram =>
  ({ argv }) => {
    const [client = '', ...args] = argv;
    if (!clients.includes(client)) return undefined;
    const wanted = wantedIn(args);
    const name = wanted.destination.slice(wanted.destination.lastIndexOf('@') + 1);
    const machine = machines.find((one) => one.name === name);
    if (wanted.config !== config || machine === undefined) return undefined;
    const { command, forward } = wanted;
    return {
      run: (streams) => runOn(machine, command, streams),
      ...(forward === undefined ? {} : { carry: () => forwarded(machine, forward) }),
    };
  };
