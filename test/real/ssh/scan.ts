import { command } from '../machine/command.ts';
import { until } from '../machine/until.ts';

/** Waits for the ssh server on this port, and returns its ed25519 host key. */
export const scanHostKey = async (port: number, signal: AbortSignal): Promise<string> => {
  let key: string | undefined;
  await until('the ssh server sends its host key', async () => {
    const args = ['-T', '2', '-t', 'ed25519', '-p', String(port), '127.0.0.1'];
    const { output } = await command('ssh-keyscan', args, { signal });
    key = /^\S+ (ssh-ed25519 \S+)$/m.exec(output)?.[1];
    return key !== undefined;
  });
  return key ?? '';
};
