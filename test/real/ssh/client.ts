import { command, type Outcome } from '../machine/command.ts';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';

const withinMs = 20_000;

/** Runs a command line on a host with the OpenSSH client, without prompts; 255 is a failure of the client itself. */
export const sshTo = (
  config: string,
  alias: string,
  line: string,
  options: readonly string[] = [],
): Promise<Outcome> =>
  command('ssh', ['-F', config, '-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR', ...options, alias, line], {
    signal: AbortSignal.timeout(withinMs),
  });

/** Runs a command line on a server, with its ssh configuration (detail `ssh`) and host name (`alias`). */
export const onHost = (server: Address, line: string, options?: readonly string[]): Promise<Outcome> =>
  sshTo(detailOf(server, 'ssh'), detailOf(server, 'alias'), line, options);
