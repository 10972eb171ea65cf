import { join } from 'node:path';
import { command } from '../machine/command.ts';

export interface KeyPair {
  /** Path of the private key; the public key has the suffix `.pub`. */
  readonly file: string;
}

/** Creates a key without a passphrase in the directory. */
export const createKey = async (dir: string, name: string, signal: AbortSignal): Promise<KeyPair> => {
  const file = join(dir, name);
  const args = ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file];
  const { status, output } = await command('ssh-keygen', args, { signal });
  if (status !== 0) throw new Error(`ssh-keygen exited with ${status}: ${output}`);
  return { file };
};
