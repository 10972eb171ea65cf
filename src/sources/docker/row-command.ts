import type { RowCommand } from '../../domain/row-command.ts';
import type { DockerConfig } from './config.ts';

/** docker inspect of a container, docker ps of a Compose service. */
export const dockerRowCommand: RowCommand<DockerConfig> = ({ socket, host }, row) => {
  if (row.kind !== 'workloads') return undefined;
  const { kind, name } = row.fact;
  const address = socket === undefined ? host : `unix://${socket}`;
  const docker = ['docker', ...(address === undefined ? [] : ['-H', address])];
  if (kind === 'container') return [...docker, 'inspect', name];
  return kind === 'service'
    ? [...docker, 'ps', '-a', '--filter', `label=com.docker.compose.service=${name}`]
    : undefined;
};
