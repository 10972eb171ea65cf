import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { namespaceIn } from '../../model/cluster/seed/workloads.ts';
import { makeOwnDir } from '../../own-dir.ts';
import type { View } from '../sight.ts';
import type { RunningWire } from '../wire.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { startApiServer } from './server.ts';

/**
 * Starts this environment's Kubernetes API server. `kubeconfig`: the path of a file that leads to it, with a context per
 * user; `namespace`: where the services are.
 */
export const startKubernetesWire = async (view: View): Promise<RunningWire> => {
  const { cluster } = view.model.layout(view.env).parts;
  if (cluster === undefined) return { vars: {}, close: async () => {} };
  const server = await startApiServer(view);
  const dir = await makeOwnDir('kube');
  const kubeconfig = join(dir, 'config');
  const namespace = namespaceIn(view.env, cluster.spec.namespace);
  await writeFile(kubeconfig, kubeconfigText(view.env, server.url, namespace), { mode: 0o600 });
  return {
    vars: { kubeconfig, namespace },
    close: async () => {
      await Promise.all([server.close(), rm(dir, { recursive: true, force: true })]);
    },
  };
};
