import { z } from 'zod';
import type { RowCommand } from '../../domain/facts/row-command.ts';
import type { SourceModule } from '../kit/contract/source.ts';
import { lineCountSchema } from '../kit/counting/line-count.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import {
  type DockerConfig,
  dockerConfig,
  dockerReads,
  dockerViaDefaults,
  routeDockerConfig,
} from './daemon/config.ts';
import { dockerOperations } from './operations/operations.ts';
import { containerTargetProblem } from './tunnel.ts';

/** docker inspect of a container, docker ps of a Compose service, docker logs of a stream. */
const dockerRowCommand: RowCommand<DockerConfig> = ({ socket, host }, row) => {
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

/**
 * A Docker daemon: containers and Compose services, their events, metrics and logs, and operations on them. Never
 * prunes anything.
 */
export const docker: SourceModule<DockerConfig> = {
  type: 'docker',
  title: 'Docker containers and Compose projects',
  config: dockerConfig,
  reads: z.union([...dockerReads.options, lineCountSchema]),
  feedNames: ['containers', 'events', 'images', 'lines'],
  operations: declarationsOf(dockerOperations),
  hasTails: true,
  recordsChanges: true,
  countsLines: true,
  gives: () => ({ kinds: ['workloads'] }),
  viaDefaults: dockerViaDefaults,
  // As the Docker CLI does for ssh:// addresses.
  sshConnector: { argv: ['docker', 'system', 'dial-stdio'], port: 2375 },
  routeConfig: routeDockerConfig,
  viaTarget: containerTargetProblem,
  rowCommand: dockerRowCommand,
  open: async (opening, io) => (await import('./open.ts')).openDocker(opening, io),
};
