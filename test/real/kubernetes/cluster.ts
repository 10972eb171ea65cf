import { until } from '../machine/until.ts';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';
import { type Access, type Api, accessIn, openApi } from './api.ts';
import type { KubeObject } from './objects.ts';
import { pathOf, type Where } from './paths.ts';
import { kubeconfigIn, type Person } from './users.ts';

/** A real cluster, with the permissions of one user. */
export interface Cluster extends AsyncDisposable {
  readonly access: Access;
  readonly api: Api;
  /** Creates or updates these objects by server-side apply. */
  apply(...objects: readonly KubeObject[]): Promise<void>;
  get<T>(where: Where): Promise<T>;
  list<T>(where: Where): Promise<readonly T[]>;
  /** A merge patch (RFC 7386). */
  patch(where: Where, body: object): Promise<void>;
  /** Deletes without a grace period, and does not wait for the deletion. A missing object is not an error. */
  remove(where: Where): Promise<void>;
}

/** Path of a user's kubeconfig, for a source under test. */
export const kubeconfigOf = (address: Address, person: Person = 'admin'): string =>
  kubeconfigIn(detailOf(address, 'users'), person);

export const openCluster = async (address: Address, person: Person = 'admin'): Promise<Cluster> => {
  const access = await accessIn(kubeconfigOf(address, person));
  const api = openApi(access);
  return {
    access,
    api,
    apply: async (...objects) => {
      for (const body of objects) {
        const where = { apiVersion: body.apiVersion, kind: body.kind, ...body.metadata };
        await api.ask(`${pathOf(where)}?fieldManager=suite&force=true`, {
          method: 'PATCH',
          type: 'application/apply-patch+yaml',
          body,
        });
      }
    },
    get: (where) => api.ask(pathOf(where)),
    list: async <T>(where: Where) => (await api.ask<{ readonly items: readonly T[] }>(pathOf(where))).items,
    patch: async (where, body) => {
      await api.ask(pathOf(where), { method: 'PATCH', type: 'application/merge-patch+json', body });
    },
    remove: async (where) => {
      const body = { gracePeriodSeconds: 0, propagationPolicy: 'Background' };
      const { status, text } = await api.call(pathOf(where), { method: 'DELETE', body });
      if (status >= 300 && status !== 404)
        throw new Error(`${where.kind} ${where.name} was not deleted: ${text}`);
    },
    [Symbol.asyncDispose]: () => api.close(),
  };
};

/** Creates a namespace; resolves when pods can start in it: its service account and its CA certificate exist. */
export const makeNamespace = async (cluster: Cluster, name: string): Promise<void> => {
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const needed = [
    { apiVersion: 'v1', kind: 'ServiceAccount', namespace: name, name: 'default' },
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'kube-root-ca.crt' },
  ];
  await until(`pods can be created in ${name}`, async () => {
    const responses = await Promise.all(needed.map((where) => cluster.api.call(pathOf(where))));
    return responses.every(({ status }) => status === 200);
  });
};

/** Deletes a namespace; resolves when it and its objects no longer exist. */
export const dropNamespace = async (cluster: Cluster, name: string, withinMs?: number): Promise<void> => {
  const where = { apiVersion: 'v1', kind: 'Namespace', name };
  await cluster.remove(where);
  await until(
    `${name} is gone`,
    async () => (await cluster.api.call(pathOf(where))).status === 404,
    withinMs,
  );
};
