import { resolve } from 'node:path';
// The library's index costs 380 ms and 87 MB (2026-11, Node 24); how it reads entries is all that is needed of it.
import {
  ActionOnInvalid,
  newClusters,
  newContexts,
  newUsers,
} from '@kubernetes/client-node/dist/config_types.js';
import { WireError } from '../../platform/failures.ts';
import { type ExecEntry, execEntry } from './exec-entry.ts';

/** One context with what it refers to. */
export interface FoundContext {
  readonly context: KubeContext;
  readonly cluster: KubeCluster;
  readonly user: KubeUser;
}

export interface KubeContext {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

export interface KubeCluster {
  readonly name: string;
  readonly server: string;
  readonly insecure: boolean;
  readonly serverName?: string;
  readonly caData?: string;
  readonly caFile?: string;
  readonly proxyUrl?: string;
}

/** Files are absolute. `dir`: the kubeconfig's, for a plugin that is named by a relative path. */
export interface KubeUser {
  readonly name: string;
  readonly dir: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly certData?: string;
  readonly certFile?: string;
  readonly keyData?: string;
  readonly keyFile?: string;
  readonly exec?: ExecEntry;
  /** The name of a login of old (oidc, gcp, azure), and its id token when it has one. */
  readonly provider?: { readonly name: string; readonly idToken?: string };
  /** As whom and with which groups it acts. */
  readonly as?: string;
  readonly groups: readonly string[];
}

export interface Entries {
  readonly current?: string;
  readonly contexts: readonly KubeContext[];
  readonly clusters: readonly KubeCluster[];
  readonly users: readonly KubeUser[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textAt = (value: unknown, name: string): string | undefined => {
  const held = isObject(value) ? value[name] : undefined;
  return typeof held === 'string' && held !== '' ? held : undefined;
};
const present = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null && value !== '')) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
/** Entries that cannot be read are left out: they hurt only who names them. */
const lenient = { onInvalidEntry: ActionOnInvalid.FILTER };

/** What a kubeconfig file holds, relative paths made absolute. Throws WireError `malformed` when it is none. */
export const entriesOf = (file: unknown, dir: string): Entries => {
  if (!isObject(file)) throw new WireError('malformed', 'is no kubeconfig');
  const at = (path: string | undefined): string | undefined =>
    path == null ? undefined : resolve(dir, path);
  const current = textAt(file, 'current-context');
  return {
    ...(current === undefined ? {} : { current }),
    contexts: newContexts(file.contexts, lenient).map(({ name, cluster, user, namespace }) => ({
      name,
      cluster,
      user: user ?? '',
      ...present({ namespace }),
    })),
    clusters: newClusters(file.clusters, lenient).map((one) => ({
      name: one.name,
      server: one.server.replace(/\/+$/, ''),
      insecure: one.skipTLSVerify,
      ...present({ serverName: one.tlsServerName, caData: one.caData, proxyUrl: one.proxyUrl }),
      ...present({ caFile: at(one.caFile) }),
    })),
    users: usersOf(file.users, dir, at),
  };
};

/** The library does not know `tokenFile` and `as-groups`, and would read a file by itself: these fields are taken as they are. */
const usersOf = (
  users: unknown,
  dir: string,
  at: (path: string | undefined) => string | undefined,
): readonly KubeUser[] => {
  const raw = Array.isArray(users) ? users.filter(isObject) : [];
  const plain = raw.map(({ name, user }) => ({
    name,
    user: isObject(user) ? { ...user, 'token-file': undefined } : {},
  }));
  return newUsers(plain, lenient).map((one): KubeUser => {
    const own = raw.find(({ name }) => name === one.name)?.user;
    const groups = isObject(own) && Array.isArray(own['as-groups']) ? own['as-groups'] : [];
    const { certData, keyData, token, username, password } = one;
    const provider = textAt(one.authProvider, 'name');
    const idToken = isObject(one.authProvider) ? textAt(one.authProvider.config, 'id-token') : undefined;
    return {
      name: one.name,
      dir,
      groups: groups.filter((group) => typeof group === 'string'),
      ...present({ certData, keyData, token, username, password, as: one.impersonateUser }),
      ...present({ certFile: at(one.certFile), keyFile: at(one.keyFile) }),
      ...present({ tokenFile: at(textAt(own, 'tokenFile') ?? textAt(own, 'token-file')) }),
      ...(one.exec == null ? {} : { exec: execEntry(one.exec) }),
      ...(provider === undefined ? {} : { provider: { name: provider, ...present({ idToken }) } }),
    };
  });
};
