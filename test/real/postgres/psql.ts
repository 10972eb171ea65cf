import { command } from '../machine/command.ts';
import type { Address } from '../servers/server.ts';
import { database, passwords, type Role } from './roles.ts';

const withinMs = 30_000;

/** Runs statements with psql, each separately; returns the output lines, columns separated by `|`. Rejects with psql's output. */
export const sql = async (
  { port }: Pick<Address, 'port'>,
  statements: readonly string[],
  role: Role = 'postgres',
  base: string = database,
): Promise<readonly string[]> => {
  const args = ['-X', '-A', '-t', '-q', '-w', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose'];
  const where = ['-h', '127.0.0.1', '-p', String(port), '-U', role, '-d', base];
  const { status, output } = await command(
    'psql',
    [...args, ...where, ...statements.flatMap((statement) => ['-c', statement])],
    { env: { PGPASSWORD: passwords[role], PGCONNECT_TIMEOUT: '5' }, signal: AbortSignal.timeout(withinMs) },
  );
  if (status !== 0) throw new Error(`psql exited with ${status}: ${output.trim()}`);
  return output.split('\n').filter((line) => line !== '');
};
