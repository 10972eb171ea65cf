import { z } from 'zod';
import { lineCountSchema } from '../../logs/reading/line-count.ts';
import { declarationsOf } from '../define-operation.ts';
import type { SourceModule } from '../source.ts';
import {
  type DockerConfig,
  dockerConfig,
  dockerReads,
  dockerViaDefaults,
  routeDockerConfig,
} from './config.ts';
import { dockerOperations } from './operations/operations.ts';
import { dockerRowCommand } from './row-command.ts';
import { containerTargetProblem } from './tunnel.ts';

/**
 * A Docker daemon: containers and Compose services, their events, metrics and logs, and operations on them. Never
 * prunes anything.
 */
export const docker: SourceModule<DockerConfig> = {
  type: 'docker',
  title: 'Docker and Compose',
  config: dockerConfig,
  reads: z.union([...dockerReads.options, lineCountSchema]),
  feedNames: ['containers', 'events', 'images', 'lines'],
  operations: declarationsOf(dockerOperations),
  hasTails: true,
  countsLines: true,
  gives: () => ({ kinds: ['workloads'] }),
  viaDefaults: dockerViaDefaults,
  routeConfig: routeDockerConfig,
  viaTarget: containerTargetProblem,
  rowCommand: dockerRowCommand,
  open: async (opening, io) => (await import('./open.ts')).openDocker(opening, io),
};
