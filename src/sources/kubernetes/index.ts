import { z } from 'zod';
import { linesRead } from '../../logs/reading/lines-read.ts';
import type { SourceModule } from '../source.ts';
import { type KubernetesConfig, kubernetesConfig } from './config.ts';
import { dataParams, keepParams, setDataParams } from './operations/data/params.ts';
import { execParams } from './operations/exec-params.ts';
import { heapRoomParams } from './operations/heap-room.ts';
import { listenersParams } from './operations/listeners.ts';
import {
  applyParams,
  deleteParams,
  diffParams,
  jobParams,
  limitsParams,
  patchParams,
  restartParams,
  rollbackParams,
  scaleParams,
  setEnvParams,
  setImageParams,
} from './operations/params.ts';
import { logsParams, objectParams } from './reading/params.ts';
import { kubernetesReads } from './reads.ts';
import { viaTargetProblem } from './target.ts';

/** Namespaces of a Kubernetes cluster: what runs there, how it is, and the way to a port of a pod. */
export const kubernetes: SourceModule<KubernetesConfig> = {
  type: 'kubernetes',
  title: 'Kubernetes',
  config: kubernetesConfig,
  reads: z.union([...kubernetesReads.options, linesRead]),
  feedNames: [
    'pods',
    'deployments',
    'statefulsets',
    'daemonsets',
    'jobs',
    'nodes',
    'hpas',
    'warnings',
    'top',
    'secrets',
    'lines',
  ],
  operations: {
    logs: { params: logsParams, danger: 'read' },
    describe: { params: objectParams, danger: 'read' },
    events: { params: objectParams, danger: 'read' },
    rollout: { params: objectParams, danger: 'read', finds: ['json'] },
    diff: { params: diffParams, danger: 'read', finds: ['json'] },
    restart: { params: restartParams, danger: 'disruptive' },
    scale: { params: scaleParams, danger: 'disruptive' },
    rollback: { params: rollbackParams, danger: 'disruptive' },
    setImage: { params: setImageParams, danger: 'disruptive' },
    setEnv: { params: setEnvParams, danger: 'disruptive' },
    limits: { params: limitsParams, danger: 'disruptive' },
    patch: { params: patchParams, danger: 'disruptive' },
    apply: { params: applyParams, danger: 'disruptive' },
    data: { params: dataParams, danger: 'read', finds: ['json'] },
    keep: { params: keepParams, danger: 'safe' },
    setData: { params: setDataParams, danger: 'disruptive' },
    delete: { params: deleteParams, danger: 'destructive' },
    job: { params: jobParams, danger: 'as-step' },
    exec: {
      params: execParams,
      danger: 'as-step',
      finds: ['status'],
      binds: { argv: 'argv', complete: 'pattern', abort: 'fixed' },
    },
    heapRoom: { params: heapRoomParams, danger: 'as-step', finds: ['json'] },
    listeners: { params: listenersParams, danger: 'as-step', finds: ['json'] },
  },
  hasTails: true,
  countsLines: true,
  gives: () => ({ kinds: ['workloads'] }),
  viaTarget: viaTargetProblem,
  hasContainers: true,
  open: async (opening, io) => (await import('./open.ts')).openKubernetes(opening, io),
};
