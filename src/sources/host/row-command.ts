import type { CommandRow, RowCommand } from '../../domain/facts/row-command.ts';
import { formatShellCommand } from '../../domain/text/shell-words.ts';
import type { HostConfig } from './machine/config.ts';

/** The program for a unit, a process or a file; undefined for another row. */
const programOf = (kind: string, name: string): readonly string[] | undefined => {
  if (kind === 'unit') return ['systemctl', 'status', '--no-pager', '--', name];
  if (kind === 'process') return ['pgrep', '-a', '-x', '--', name];
  return kind === 'file' ? ['ls', '-l', '--', name] : undefined;
};

/** The program, and the host that it runs on. Streams are 'HOST/UNIT' and 'HOST:/PATH'. */
const readOf = (
  row: CommandRow,
): { readonly program: readonly string[]; readonly node: string } | undefined => {
  if (row.kind === 'workloads') {
    const program = programOf(row.fact.kind, row.fact.name);
    return program === undefined ? undefined : { program, node: row.fact.node };
  }
  if (row.kind !== 'stream') return undefined;
  const [, fileHost, path] = /^([^/:]*):(\/.*)$/s.exec(row.name) ?? [];
  if (fileHost !== undefined && path !== undefined)
    return { program: ['tail', '-n', '200', '--', path], node: fileHost };
  const [, node = '', unit = ''] = /^([^/]*)\/(.+)$/s.exec(row.name) ?? [];
  return unit === '' ? undefined : { program: ['journalctl', '--no-pager', '-n', '200', '-u', unit], node };
};

/** The program on this machine, or over ssh; a remote shell interprets it, so it is quoted for that shell, too. */
export const hostRowCommand: RowCommand<HostConfig> = ({ ssh = [], client }, row) => {
  const found = readOf(row);
  if (found === undefined) return undefined;
  const { program, node } = found;
  if (ssh.length === 0) return program;
  const address =
    ssh.find((text) => text === node || text.replace(/^.*@/, '') === node) ??
    (ssh.length === 1 ? ssh[0] : undefined);
  return address === undefined ? undefined : [...client, address, formatShellCommand(program)];
};
