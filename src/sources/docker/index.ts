import { z } from 'zod';
import { linesRead } from '../../logs/reading/lines-read.ts';
import type { SourceModule } from '../source.ts';
import { type DockerConfig, dockerConfig, dockerReads } from './config.ts';
import { targetProblem } from './ends.ts';
import { composeScaleParams, composeUpParams } from './operations/compose-operation.ts';
import { verbs } from './operations/container-verbs.ts';
import { execParams } from './operations/exec-operation.ts';
import { logsParams } from './operations/logs-operation.ts';
import { pullParams } from './operations/pull-operation.ts';
import { dockerAddress, dockerThrough } from './through.ts';

/** A Docker daemon: containers and Compose services, their events, meters and logs, and the handling of them. Nothing is ever pruned. */
export const docker: SourceModule<DockerConfig> = {
  type: 'docker',
  title: 'Docker and Compose',
  config: dockerConfig,
  reads: z.union([...dockerReads.options, linesRead]),
  feedNames: ['containers', 'events', 'images', 'lines'],
  operations: {
    start: verbs.start,
    stop: verbs.stop,
    restart: verbs.restart,
    kill: verbs.kill,
    pull: { params: pullParams, danger: 'safe' },
    composeUp: { params: composeUpParams, danger: 'disruptive' },
    composeScale: { params: composeScaleParams, danger: 'disruptive' },
    exec: { params: execParams, danger: 'as-step', finds: ['status'], binds: { argv: 'argv' } },
    logs: { params: logsParams, danger: 'read' },
  },
  hasTails: true,
  countsLines: true,
  gives: () => ({ kinds: ['workloads'] }),
  address: dockerAddress,
  through: dockerThrough,
  viaTarget: targetProblem,
  open: async (opening, io) => (await import('./open.ts')).openDocker(opening, io),
};
