import { dirname, resolve } from 'node:path';
import { defined } from '../../domain/base/defined.ts';
import { parseProxy } from '../../platform/network/proxy.ts';
import type { WireError } from '../../platform/runtime/wire-error.ts';
import { type ExecEntry, parseExecEntry } from './exec-entry.ts';
import { parseYamlFields, type YamlFields } from './yaml-fields.ts';

/** A context with its cluster and user. */
export interface ResolvedContext {
  readonly context: KubeContext;
  readonly cluster: KubeCluster;
  readonly user: KubeUser;
}

interface KubeContext {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

/** A cluster. File paths are absolute. */
export interface KubeCluster {
  readonly name: string;
  /** With scheme, without a trailing slash. */
  readonly server: string;
  readonly insecure: boolean;
  readonly serverName?: string;
  /** Base64-encoded PEM. */
  readonly caData?: string;
  readonly caFile?: string;
  /** http, https, socks5 or socks5h; may include user and password. */
  readonly proxyUrl?: string;
  readonly disableCompression?: boolean;
  /** The extension client.authentication.k8s.io/exec, passed to an exec plugin with provideClusterInfo. */
  readonly execConfig?: unknown;
}

/** A user. File paths are absolute. `dir`: the directory of the kubeconfig, for a relative plugin command. */
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
  /** The auth-provider (oidc, gcp, azure) and its ID token, if any. */
  readonly provider?: { readonly name: string; readonly idToken?: string };
  /** Impersonation: user, groups, uid and extra fields. */
  readonly as?: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** A list entry that is parsed on demand, so that an invalid one affects only contexts that use it. */
export interface KubeconfigEntry<T> {
  readonly name: string;
  /** Throws WireError `malformed` with the position of the problem. */
  read(): T;
  /** Creates an error at this entry. */
  wrong(what: string): WireError;
}

export interface Kubeconfig {
  readonly current?: string;
  readonly contexts: readonly KubeconfigEntry<KubeContext>[];
  readonly clusters: readonly KubeconfigEntry<KubeCluster>[];
  readonly users: readonly KubeconfigEntry<KubeUser>[];
}

/**
 * Parses a kubeconfig file; relative paths are resolved against its directory. Throws WireError `malformed` as
 * `FILE:LINE:COL: …`. Format: kubernetes.io, "kubeconfig (v1)".
 */
export const parseKubeconfig = (source: string, file: string): Kubeconfig => {
  const config = parseYamlFields(source, file);
  const dir = dirname(file);
  const current = config.text('current-context');
  return {
    ...defined({ current }),
    contexts: entries(config, 'contexts', 'context', contextOf),
    clusters: entries(config, 'clusters', 'cluster', (name, cluster) => clusterOf(name, cluster, dir)),
    users: entries(config, 'users', 'user', (name, user) => userOf(name, user, dir)),
  };
};

const entries = <T>(
  config: YamlFields,
  list: string,
  kind: string,
  read: (name: string, fields: YamlFields) => T,
): readonly KubeconfigEntry<T>[] =>
  config.each(list).flatMap((yamlFields) => {
    const name = yamlFields.json('name');
    if (typeof name !== 'string') return [];
    return [
      {
        name,
        read: () => read(name, yamlFields.fields(kind) ?? nothing(yamlFields)),
        wrong: (what) => yamlFields.wrong(what, 'name'),
      },
    ];
  });

/** An entry without a body: all fields are missing. */
const nothing = (entry: YamlFields): YamlFields => ({
  text: () => undefined,
  flag: () => false,
  texts: () => [],
  fields: () => undefined,
  each: () => [],
  names: () => [],
  json: () => undefined,
  wrong: (what) => entry.wrong(what),
});

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Omits undefined fields. */
const present = <T extends object>(fields: T): Present<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;

const contextOf = (name: string, context: YamlFields): KubeContext => {
  const cluster = context.text('cluster');
  if (cluster === undefined)
    throw context.wrong(`context "${name}" names no cluster. Add cluster: to the context`);
  return {
    name,
    cluster,
    user: context.text('user') ?? '',
    ...present({ namespace: context.text('namespace') }),
  };
};

const execExtension = 'client.authentication.k8s.io/exec';

const clusterOf = (name: string, cluster: YamlFields, dir: string): KubeCluster => {
  const proxyUrl = cluster.text('proxy-url');
  if (proxyUrl !== undefined && parseProxy(proxyUrl) === undefined)
    throw cluster.wrong('proxy-url must begin with http://, https:// or socks5:// and a host', 'proxy-url');
  const extension = cluster
    .each('extensions')
    .find((yamlFields) => yamlFields.json('name') === execExtension);
  return {
    name,
    server: serverOf(name, cluster),
    insecure: cluster.flag('insecure-skip-tls-verify'),
    ...(cluster.flag('disable-compression') ? { disableCompression: true } : {}),
    ...present({
      serverName: cluster.text('tls-server-name'),
      caData: cluster.text('certificate-authority-data'),
      caFile: fileAt(cluster, 'certificate-authority', dir),
      proxyUrl,
      execConfig: extension?.json('extension'),
    }),
  };
};

/** The server URL. Without a scheme it is https if TLS is configured, otherwise http, as in client-go. */
const serverOf = (name: string, cluster: YamlFields): string => {
  const serverUrl = cluster.text('server')?.replace(/\/+$/, '');
  if (serverUrl === undefined)
    throw cluster.wrong(`cluster "${name}" has no server. Add server: https://HOST:PORT to the cluster`);
  const isSecured = ['certificate-authority', 'certificate-authority-data', 'insecure-skip-tls-verify'].some(
    (field) => cluster.names().includes(field),
  );
  const server = /^[a-z]+:\/\//i.test(serverUrl)
    ? serverUrl
    : `${isSecured ? 'https' : 'http'}://${serverUrl}`;
  if (!/^https?:/i.test(server) || !URL.canParse(server))
    throw cluster.wrong('server of the cluster must be an address such as https://HOST:PORT', 'server');
  return server;
};

const fileAt = (fields: YamlFields, name: string, dir: string): string | undefined => {
  const path = fields.text(name);
  return path === undefined ? undefined : resolve(dir, path);
};

const userOf = (name: string, user: YamlFields, dir: string): KubeUser => {
  const exec = user.fields('exec');
  const provider = user.fields('auth-provider');
  const extra = user.fields('as-user-extra');
  return {
    name,
    dir,
    groups: user.texts('as-groups'),
    ...present({
      token: user.text('token'),
      tokenFile: fileAt(user, 'tokenFile', dir) ?? fileAt(user, 'token-file', dir),
      username: user.text('username'),
      password: user.text('password'),
      certData: user.text('client-certificate-data'),
      certFile: fileAt(user, 'client-certificate', dir),
      keyData: user.text('client-key-data'),
      keyFile: fileAt(user, 'client-key', dir),
      as: user.text('as'),
      uid: user.text('as-uid'),
      exec: exec && parseExecEntry(exec),
      provider: provider && {
        name: provider.text('name') ?? '',
        ...present({ idToken: provider.fields('config')?.text('id-token') }),
      },
      extra: extra && Object.fromEntries(extra.names().map((key) => [key, extra.texts(key)])),
    }),
  };
};
