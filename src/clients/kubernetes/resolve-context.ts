import { isIPv6 } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import type { FaultKind } from '../../domain/base/fault.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { openReadFiles } from '../../platform/files/read-files.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { homeDir } from '../../platform/runtime/home-dir.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { KubeTarget } from './kube-types.ts';
import {
  type Kubeconfig,
  type KubeconfigEntry,
  parseKubeconfig,
  type ResolvedContext,
} from './kubeconfig.ts';

/** The mounted service account. Source: kubernetes.io, "Accessing the Kubernetes API from a Pod". */
const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const name = 'in-cluster';

/** The cluster of the own pod; undefined outside a pod. */
const inCluster = async (signal: AbortSignal): Promise<ResolvedContext | undefined> => {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  if (host === '') return undefined;
  const files = openReadFiles((currentSignal) => currentSignal);
  try {
    const { raw } = await files.read(`${account}/namespace`, { from: 'head', maxBytes: 1024 }, signal);
    return {
      context: { name, cluster: name, user: name, namespace: raw.trim() },
      cluster: {
        name,
        server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
        insecure: false,
        caFile: `${account}/ca.crt`,
      },
      user: { name, dir: account, tokenFile: `${account}/token`, groups: [] },
    };
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return undefined;
    throw error;
  }
};

const atHome = (path: string): string =>
  resolve(path === '~' || path.startsWith('~/') ? join(homeDir(), path.slice(1)) : path);

/** The kubeconfig files. `isExplicit`: set by the profile or $KUBECONFIG, so there is no in-cluster fallback. */
const kubeconfigPaths = (
  explicitPath: string | undefined,
  fromEnv = process.env.KUBECONFIG,
): { readonly paths: readonly string[]; readonly isExplicit: boolean } => {
  if (explicitPath !== undefined) return { paths: [atHome(explicitPath)], isExplicit: true };
  const listed = (fromEnv ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0
    ? { paths: listed.map(atHome), isExplicit: true }
    : { paths: [join(homeDir(), '.kube', 'config')], isExplicit: false };
};

const largest = 4 * 1024 * 1024;
const files = openReadFiles((signal) => signal);

/**
 * Resolves the context of a target. Files of $KUBECONFIG are merged as in kubectl: the first definition wins, missing
 * files are skipped. Throws WireError; no file content is in a message.
 */
export const resolveContext = async (target: KubeTarget, signal: AbortSignal): Promise<ResolvedContext> => {
  const { paths, isExplicit } = kubeconfigPaths(target.kubeconfig);
  const merged: Kubeconfig[] = [];
  for (const path of paths) {
    const entries = await readEntries(path, signal);
    if (entries !== undefined) merged.push(entries);
    else if (target.kubeconfig !== undefined)
      throw new RemediedError(
        'missing',
        `kubeconfig ${path}: file not found`,
        'correct kubeconfig: of the source, or create the file with your login tool',
      );
  }
  if (merged.length > 0) return choose(merged, target.context, paths.join(', '));
  const own = isExplicit ? undefined : await inCluster(signal);
  if (own !== undefined && target.context === undefined) return own;
  throw new RemediedError(
    'missing',
    `no kubeconfig found (${paths.join(', ')})${isExplicit ? '' : ', and opsdeck is not running in a pod'}`,
    'set $KUBECONFIG or kubeconfig: PATH',
  );
};

const readEntries = async (path: string, signal: AbortSignal): Promise<Kubeconfig | undefined> => {
  try {
    const { raw, whole } = await files.read(path, { from: 'head', maxBytes: largest }, signal);
    if (!whole)
      throw new WireError(
        'malformed',
        `the file is larger than ${largest / 1024 / 1024} MiB: split the file with KUBECONFIG=A:B`,
      );
    return asKubeconfigError(() => parseKubeconfig(raw, path));
  } catch (error) {
    if (!(error instanceof WireError) || error instanceof KubeconfigError) throw error;
    if (error.kind === 'missing') return undefined;
    throw new KubeconfigError(error.kind, `kubeconfig ${path}: ${error.message}`);
  }
};

/** A kubeconfig error that already names its file. */
class KubeconfigError extends RemediedError {
  constructor(kind: FaultKind, message: string) {
    super(kind, message, 'correct the file, or name another one with kubeconfig: of the source');
  }
}

/** Prefixes parser errors, which begin with FILE:LINE:COL. */
const asKubeconfigError = <T>(read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw error instanceof WireError ? new KubeconfigError(error.kind, `kubeconfig ${error.message}`) : error;
  }
};

/**
 * The entry with a name from the first file that has one; undefined if none does. Duplicates in that file are an
 * error.
 */
const entryIn = <T>(
  files: readonly (readonly KubeconfigEntry<T>[])[],
  name: string,
  kind: string,
): { readonly value: T; readonly wrong: KubeconfigEntry<T>['wrong'] } | undefined => {
  for (const entries of files) {
    const [first, second] = entries.filter((entry) => entry.name === name);
    if (first === undefined) continue;
    return asKubeconfigError(() => {
      if (second !== undefined) throw second.wrong(`duplicate ${kind} "${name}"`);
      return { value: first.read(), wrong: first.wrong };
    });
  }
  return undefined;
};

const choose = (
  merged: readonly Kubeconfig[],
  requested: string | undefined,
  where: string,
): ResolvedContext => {
  const name = requested ?? merged.map((kubeconfig) => kubeconfig.current).find((text) => text !== undefined);
  const known = [
    ...new Set(merged.flatMap((kubeconfig) => kubeconfig.contexts.map((context) => context.name))),
  ].sort();
  const available =
    known.length === 0
      ? 'the kubeconfig defines no contexts. Log in with the tool of your cluster, or name another file with kubeconfig:'
      : `contexts: ${known.join(', ')}`;
  if (name === undefined)
    throw new RemediedError(
      'unconfigured',
      `${where} has no current context`,
      `set context: in the profile (${available})`,
    );
  const contexts = merged.map((kubeconfig) => kubeconfig.contexts);
  const entry = entryIn(contexts, name, 'context');
  if (entry === undefined)
    throw new RemediedError(
      'missing',
      oneLine(`${where} has no context "${name}". ${sentenceCase(available)}`, 300),
      'correct context: in the profile, or create that context with your login tool',
    );
  const { value: context, wrong } = entry;
  const lacks = (kind: string, other: string): WireError =>
    new KubeconfigError(
      'malformed',
      `kubeconfig ${wrong(`context "${name}" refers to the ${kind} "${other}", which is not in ${where}`).message}`,
    );
  const clusters = merged.map((kubeconfig) => kubeconfig.clusters);
  const users = merged.map((kubeconfig) => kubeconfig.users);
  const cluster = entryIn(clusters, context.cluster, 'cluster');
  if (cluster === undefined) throw lacks('cluster', context.cluster);
  const user = entryIn(users, context.user, 'user');
  if (user === undefined && context.user !== '') throw lacks('user', context.user);
  return { context, cluster: cluster.value, user: user?.value ?? { name: '', dir: '', groups: [] } };
};
