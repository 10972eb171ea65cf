import type { RowCommand } from '../../domain/row-command.ts';
import { formatShellCommand } from '../../domain/shell-words.ts';
import type { HostConfig } from './config.ts';

/** The program for a unit, a process or a file; undefined for another row. */
const programOf = (kind: string, name: string): readonly string[] | undefined => {
  if (kind === 'unit') return ['systemctl', 'status', '--no-pager', '--', name];
  if (kind === 'process') return ['pgrep', '-a', '-x', '--', name];
  return kind === 'file' ? ['ls', '-l', '--', name] : undefined;
};

/** The program on this machine, or over ssh; a remote shell interprets it, so it is quoted for that shell, too. */
export const hostRowCommand: RowCommand<HostConfig> = ({ ssh = [], client }, row) => {
  if (row.kind !== 'workloads') return undefined;
  const { kind, name, node } = row.fact;
  const program = programOf(kind, name);
  if (program === undefined || ssh.length === 0) return program;
  const address =
    ssh.find((one) => one === node || one.replace(/^.*@/, '') === node) ??
    (ssh.length === 1 ? ssh[0] : undefined);
  return address === undefined ? undefined : [...client, address, formatShellCommand(program)];
};
