import type { RowCommand } from '../../domain/row-command.ts';
import type { DockerConfig } from './config.ts';

/** docker inspect of a container, docker ps of a Compose service, docker logs of a stream. */
export const dockerRowCommand: RowCommand<DockerConfig> = ({ socket, host }, row) => {
  const address = socket === undefined ? host : `unix://${socket}`;
  const docker = ['docker', ...(address === undefined ? [] : ['-H', address])];
  // A stream has the name of its container.
  if (row.kind === 'stream') return [...docker, 'logs', '--tail', '200', '--timestamps', row.name];
  if (row.kind !== 'workloads') return undefined;
  const { kind, name } = row.fact;
  if (kind === 'container') return [...docker, 'inspect', name];
  return kind === 'service'
    ? [...docker, 'ps', '-a', '--filter', `label=com.docker.compose.service=${name}`]
    : undefined;
};
