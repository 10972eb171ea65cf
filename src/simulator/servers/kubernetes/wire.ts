import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { namespaceIn } from '../../model/cluster/seed/workloads.ts';
import { makeOwnDir } from '../../own-dir.ts';
import type { RunningWire, View } from '../sight.ts';
import { startApiServer } from './server.ts';
import { tokenOf, userNames } from './users.ts';

/** A kubeconfig for one environment's server: a context per user, the administrator's called after the environment. */
const kubeconfigText = (env: string, server: string, namespace: string): string => {
  const contextOf = (user: string): string => (user === 'admin' ? env : `${env}-${user}`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: env, cluster: { server } }],
    users: userNames.map((user) => ({ name: user, user: { token: tokenOf(user) } })),
    contexts: userNames.map((user) => ({
      name: contextOf(user),
      context: { cluster: env, user, namespace },
    })),
    'current-context': env,
  };
  // JSON is YAML.
  return `${JSON.stringify(config, null, 2)}\n`;
};

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
