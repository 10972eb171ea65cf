import { setTimeout as sleep } from 'node:timers/promises';
import { command } from '../machine/command.ts';
import type { Address } from '../servers/server.ts';
import { database, passwords, type Role } from './roles.ts';

const withinMs = 30_000;

const backendMark = 'backend ';
const pidSql = `SELECT '${backendMark}' || pg_backend_pid()`;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** Resolves when a backend has ended: psql exits before it, and until then its session is counted. */
const backendEnded = async (pid: number, signal: AbortSignal): Promise<void> => {
  while (isAlive(pid)) await sleep(2, undefined, { signal });
};

/**
 * Runs statements with psql, each separately; returns the output lines, columns separated by `|`. The session has ended on the
 * server when it resolves. Rejects with psql's output.
 */
export const sql = async (
  { port }: Pick<Address, 'port'>,
  statements: readonly string[],
  role: Role = 'postgres',
  base: string = database,
): Promise<readonly string[]> => {
  const args = ['-X', '-A', '-t', '-q', '-w', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose'];
  const where = ['-h', '127.0.0.1', '-p', String(port), '-U', role, '-d', base];
  const signal = AbortSignal.timeout(withinMs);
  const { status, output } = await command(
    'psql',
    [...args, ...where, ...[...statements, pidSql].flatMap((statement) => ['-c', statement])],
    { env: { PGPASSWORD: passwords[role], PGCONNECT_TIMEOUT: '5' }, signal },
  );
  if (status !== 0) throw new Error(`psql exited with ${status}: ${output.trim()}`);
  const lines = output.split('\n').filter((line) => line !== '');
  // Notices come by another stream, so they may stand behind it.
  const index = lines.findLastIndex((line) => line.startsWith(backendMark));
  if (index < 0) throw new Error(`psql did not print its backend: ${output.trim()}`);
  await backendEnded(Number(lines[index]?.slice(backendMark.length)), signal);
  return lines.toSpliced(index, 1);
};
