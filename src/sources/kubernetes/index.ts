import { z } from 'zod';
import type { SourceModule } from '../kit/contract/source.ts';
import { lineCountSchema } from '../kit/counting/line-count.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { type KubernetesConfig, kubernetesConfig, kubernetesReadSchema } from './api/config.ts';
import { viaTargetProblem } from './api/label-selector.ts';
import { kubernetesOperations } from './operations/operations.ts';
import { kubernetesFormats, kubernetesRowCommand, kubernetesTunnelCommand } from './row-command.ts';

/** Namespaces of a Kubernetes cluster: workloads, their state, logs, and tunnels to pod ports. */
export const kubernetes: SourceModule<KubernetesConfig> = {
  type: 'kubernetes',
  title: 'Kubernetes',
  config: kubernetesConfig,
  reads: z.union([...kubernetesReadSchema.options, lineCountSchema]),
  feedNames: [
    'pods',
    'deployments',
    'statefulsets',
    'daemonsets',
    'jobs',
    'nodes',
    'capacity',
    'hpas',
    'warnings',
    'objects',
    'top',
    'secrets',
    'applications',
    'kustomizations',
    'helmreleases',
    'releases',
    'lines',
  ],
  operations: declarationsOf(kubernetesOperations),
  hasTails: true,
  recordsChanges: true,
  countsLines: true,
  gives: () => ({ kinds: ['workloads', 'nodes'] }),
  viaTarget: viaTargetProblem,
  hasContainers: true,
  describesAs: kubernetesFormats,
  tunnelCommand: kubernetesTunnelCommand,
  rowCommand: kubernetesRowCommand,
  open: async (opening, io) => (await import('./open.ts')).openKubernetes(opening, io),
};
