import { command } from '../machine/command.ts';
import { until } from '../machine/until.ts';

/** The ed25519 key that an ssh server on this port shows, once it answers. */
export const scanHostKey = async (port: number, signal: AbortSignal): Promise<string> => {
  let found: string | undefined;
  await until('the ssh server shows its key', async () => {
    const args = ['-T', '2', '-t', 'ed25519', '-p', String(port), '127.0.0.1'];
    const { output } = await command('ssh-keyscan', args, { signal });
    found = /^\S+ (ssh-ed25519 \S+)$/m.exec(output)?.[1];
    return found !== undefined;
  });
  return found ?? '';
};
