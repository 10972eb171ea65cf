import { isAbsolute, join } from 'node:path';
import type { CommandRow } from '../../domain/facts/row-command.ts';
import type { SourceEntry, ViaSpec } from '../../domain/profile/profile.ts';
import type { FrameSource } from '../../store/facts.ts';
import type { OpenedSource } from './open-sources.ts';

type Commands = Pick<FrameSource, 'command' | 'tunnel'>;

/** The command that opens a tunnel by hand, with the remote port as the local one. Undefined if there is none. */
const tunnelOf = (
  via: ViaSpec,
  port: number,
  sources: readonly OpenedSource[],
  dir: string,
): readonly string[] | undefined => {
  if ('ssh' in via) {
    const { config, ssh, host = 'localhost' } = via;
    const file = config === undefined ? [] : ['-F', isAbsolute(config) ? config : join(dir, config)];
    return ['ssh', ...file, '-N', '-L', `${port}:${host}:${port}`, ssh];
  }
  const behind = sources.find(({ entry }) => entry.id === via.source);
  // A tunnel through a tunnel needs two commands, of which one would have to wait for the other.
  if (behind === undefined || behind.entry.via !== undefined) return undefined;
  return behind.module?.tunnelCommand?.(behind.entry.config, via.target, port, dir);
};

/**
 * The commands that read the rows of a tunneled source by hand: its own, at the local end of the tunnel. Empty where
 * only opsdeck can open the tunnel, or can replace the address.
 */
const tunneledCommands = (
  { config, via }: SourceEntry & { readonly via: ViaSpec },
  { rowCommand, routeConfig, viaTransport = 'connections' }: NonNullable<OpenedSource['module']>,
  sources: readonly OpenedSource[],
  dir: string,
): Commands => {
  const { port } = via;
  if (port === undefined || routeConfig === undefined || rowCommand === undefined) return {};
  const tunnel = viaTransport === 'connections' ? tunnelOf(via, port, sources, dir) : undefined;
  if (tunnel === undefined) return {};
  const local = routeConfig(config, [{ name: 'localhost', uid: '' }], port);
  return { tunnel, command: (row: CommandRow) => rowCommand(local, row, dir) };
};

/** The commands that read the rows of a source by hand. `dir`: the directory of the profile. */
export const rowCommandsOf = (
  { entry, module, problem }: OpenedSource,
  sources: readonly OpenedSource[],
  dir: string,
): Commands => {
  if (module === undefined || problem !== undefined) return {};
  const { via } = entry;
  if (via !== undefined) return tunneledCommands({ ...entry, via }, module, sources, dir);
  const { rowCommand } = module;
  return rowCommand === undefined ? {} : { command: (row) => rowCommand(entry.config, row, dir) };
};
