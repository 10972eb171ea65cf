import { join } from 'node:path';
import { command } from '../machine/command.ts';

export interface KeyPair {
  /** The private half; the public one is beside it, with `.pub`. */
  readonly file: string;
}

/** A new key without a passphrase, in the directory. */
export const makeKey = async (dir: string, name: string, signal: AbortSignal): Promise<KeyPair> => {
  const file = join(dir, name);
  const args = ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file];
  const { status, output } = await command('ssh-keygen', args, { signal });
  if (status !== 0) throw new Error(`ssh-keygen ended with ${status}: ${output}`);
  return { file };
};
