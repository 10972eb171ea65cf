import { tokenOf, userNames } from './users.ts';

/** A kubeconfig for one environment's server: a context per user, the administrator's called after the environment. */
export const kubeconfigText = (env: string, server: string, namespace: string): string => {
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
