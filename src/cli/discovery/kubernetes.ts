import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { type Kubeconfig, parseKubeconfig } from '../../clients/kubernetes/kubeconfig.ts';
import type { EntryValue } from '../../importer/first-profile.ts';
import type { Files } from '../../platform/files/local-files.ts';
import { homeDir } from '../../platform/runtime/home-dir.ts';
import type { DiscoveryFlags } from '../command/global-options.ts';
import { type FoundSystem, failure, found, missing, type Search } from './found-system.ts';

const what = 'kubeconfig';

/** The paths of $KUBECONFIG, or the default one. */
const kubeconfigPaths = ({ context: { processEnv } }: Search): readonly string[] => {
  const listed = (processEnv.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? listed : [join(homeDir(processEnv), '.kube', 'config')];
};

interface KubeconfigFile {
  readonly path: string;
  /** Absent: the file does not exist, or cannot be read. */
  readonly config?: Kubeconfig;
  readonly problem?: string;
}

const readKubeconfig = async (files: Files, path: string): Promise<KubeconfigFile> => {
  try {
    const text = await files.read(resolve(path));
    return text === undefined ? { path } : { path, config: parseKubeconfig(text, path) };
  } catch (error) {
    const problem = failure(error);
    return { path, problem: problem.startsWith(path) ? problem : `${path}: ${problem}` };
  }
};

/** Source: Kubernetes documentation, Object Names and IDs, RFC 1123 label names. */
const isNamespace = (name: string): boolean => /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(name);

/** The namespace keys of the source, and their words: those of the flags, else the one of the context. */
const namespaceOf = (
  { namespace, allNamespaces }: DiscoveryFlags,
  ofContext: string | undefined,
): { readonly entry: Readonly<Record<string, EntryValue | undefined>>; readonly words: string } => {
  if (allNamespaces === true) return { entry: { namespaces: ['*'] }, words: 'all namespaces' };
  const chosen = namespace ?? ofContext;
  return { entry: { namespace: chosen }, words: `namespace ${chosen ?? 'default'}` };
};

/** The namespace of the pod's service account; undefined outside a pod. The token is read by the client, not here. */
const accountNamespace = async ({ context: { processEnv, files } }: Search): Promise<string | undefined> => {
  if ((processEnv.KUBERNETES_SERVICE_HOST ?? '') === '' || (processEnv.KUBECONFIG ?? '') !== '')
    return undefined;
  const text = await files
    .read('/var/run/secrets/kubernetes.io/serviceaccount/namespace')
    .catch(() => undefined);
  return text?.trim();
};

/** A kubeconfig that was read, with its path. */
interface ReadKubeconfig extends Kubeconfig {
  readonly path: string;
}

/** The service account of the pod that this process runs in; undefined where no pod, or a context, is meant. */
const accountSystem = async (search: Search): Promise<FoundSystem | undefined> => {
  const { flags } = search;
  const account = flags.kubeContext === undefined ? await accountNamespace(search) : undefined;
  if (account === undefined) return undefined;
  const { entry, words } = namespaceOf(flags, account);
  return found(what, `service account of this pod, ${words}`, {
    id: 'k8s',
    entry: { type: 'kubernetes', ...entry },
  });
};

/** The system of the requested or current context, or of the only one. `problems`: files of the search path that cannot be read. */
const contextSystem = (
  configs: readonly ReadKubeconfig[],
  flags: DiscoveryFlags,
  problems: readonly string[],
): FoundSystem => {
  const skipped = problems.length === 0 ? '' : `; skipped ${problems.join('; ')}`;
  const contexts = [...new Set(configs.flatMap((config) => config.contexts.map(({ name }) => name)))];
  const current = flags.kubeContext ?? configs.find((config) => config.current !== undefined)?.current;
  const name = current ?? (contexts.length === 1 ? contexts[0] : undefined);
  const own = configs.find((config) => config.contexts.some((entry) => entry.name === name));
  if (own === undefined && flags.kubeContext !== undefined)
    return missing(what, `no context ${flags.kubeContext}. Contexts: ${contexts.join(', ')}${skipped}`);
  if (name === undefined || own === undefined)
    return missing(
      what,
      `the kubeconfig has no current context. Choose one of ${contexts.join(', ') || '(none)'}: kubectl config use-context${skipped}`,
    );
  try {
    const ofContext = own.contexts.find((kubeconfigEntry) => kubeconfigEntry.name === name)?.read().namespace;
    if (ofContext !== undefined && !isNamespace(ofContext))
      return missing(
        what,
        `the namespace of context ${name} is not a valid name. Correct the name in ${own.path}`,
      );
    const others = contexts.filter((text) => text !== name);
    const more = others.length === 0 ? '' : `. Other contexts: ${others.join(', ')}`;
    const { entry, words } = namespaceOf(flags, ofContext);
    return found(what, `context ${name}, ${words}${more}${skipped}`, {
      id: 'k8s',
      entry: {
        type: 'kubernetes',
        context: name,
        // A broken file of $KUBECONFIG is an error of the source, as it is one of kubectl.
        kubeconfig: problems.length === 0 ? undefined : resolve(own.path),
        ...entry,
      },
    });
  } catch (error) {
    return missing(what, `${failure(error)}${skipped}`);
  }
};

/**
 * The requested or current context of the kubeconfig, or its only one; in a pod without a kubeconfig the service account.
 * Credentials of the file are not used, and no program of it is run here.
 */
export const findKubernetes = async (search: Search): Promise<FoundSystem> => {
  const { context, flags, isUnasked } = search;
  if (flags.namespace !== undefined && !isNamespace(flags.namespace))
    return missing(what, `${flags.namespace} is not a valid namespace name. Use a-z, 0-9 and -`);
  const paths = kubeconfigPaths(search);
  const relative = paths.find((path) => !isAbsolute(path) && !path.startsWith('~/'));
  if (isUnasked && relative !== undefined)
    return missing(
      what,
      `KUBECONFIG has the relative path ${relative}, which depends on this directory. Set an absolute path`,
    );
  const read = await Promise.all(paths.map((path) => readKubeconfig(context.files, path)));
  const problems = read.flatMap(({ problem }) => problem ?? []);
  const configs = read.flatMap(({ path, config }) => (config === undefined ? [] : [{ path, ...config }]));
  if (configs.length > 0) return contextSystem(configs, flags, problems);
  const account = await accountSystem(search);
  return account ?? missing(what, problems.join('; ') || `no ${paths.join(', ')}. Set KUBECONFIG`);
};
