import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { WireError } from '../../platform/failures.ts';
import { RemediedError } from '../../platform/fault.ts';
import { openReadFiles } from '../../platform/files/read-files.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import type { FoundContext } from './entries.ts';
import { type Entries, entriesOf } from './entries.ts';
import { inCluster } from './in-cluster.ts';
import type { KubeTarget } from './kube.ts';

const atHome = (path: string): string =>
  resolve(path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path);

/** Files that make up the kubeconfig. `said`: the profile or $KUBECONFIG names them, so that no other place counts. */
const kubeconfigPaths = (
  given: string | undefined,
  fromEnv = process.env.KUBECONFIG,
): { readonly paths: readonly string[]; readonly said: boolean } => {
  if (given !== undefined) return { paths: [atHome(given)], said: true };
  const listed = (fromEnv ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0
    ? { paths: listed.map(atHome), said: true }
    : { paths: [join(homedir(), '.kube', 'config')], said: false };
};

const largest = 4 * 1024 * 1024;
const files = openReadFiles((signal) => signal);

/**
 * The context that a target means. Several files of $KUBECONFIG are merged as kubectl does it: the first that says
 * something wins, and a file that is not there is passed over. Throws WireError; no content of a file is in a message.
 */
export const findContext = async (target: KubeTarget, signal: AbortSignal): Promise<FoundContext> => {
  const { paths, said } = kubeconfigPaths(target.kubeconfig);
  const merged: Entries[] = [];
  for (const path of paths) {
    const entries = await readEntries(path, signal);
    if (entries !== undefined) merged.push(entries);
    else if (target.kubeconfig !== undefined)
      throw new WireError('missing', `there is no kubeconfig ${path}`);
  }
  if (merged.length > 0) return choose(merged, target.context, paths.join(', '));
  const own = said ? undefined : await inCluster(signal);
  if (own !== undefined && target.context === undefined) return own;
  throw new RemediedError(
    'missing',
    `there is no kubeconfig (${paths.join(', ')})${said ? '' : ', and this is no pod of a cluster'}`,
    'set $KUBECONFIG, or say kubeconfig: PATH',
  );
};

const readEntries = async (path: string, signal: AbortSignal): Promise<Entries | undefined> => {
  try {
    const { raw, whole } = await files.read(path, { from: 'head', maxBytes: largest }, signal);
    if (!whole) throw new WireError('malformed', 'is too long');
    return entriesOf(parse(raw), dirname(path));
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return undefined;
    if (error instanceof WireError) throw new WireError(error.kind, `kubeconfig ${path} ${error.message}`);
    // The parser's own words quote the line, which may hold a token.
    if (!(error instanceof YAMLParseError)) throw error;
    const line = error.linePos?.[0].line;
    throw new WireError(
      'malformed',
      `kubeconfig ${path} is no YAML${line === undefined ? '' : `: line ${line}`}`,
    );
  }
};

const choose = (merged: readonly Entries[], wanted: string | undefined, where: string): FoundContext => {
  const contexts = merged.flatMap((one) => one.contexts);
  const name = wanted ?? merged.map((one) => one.current).find((one) => one !== undefined && one !== '');
  const known = [...new Set(contexts.map((one) => one.name))].sort();
  const there = known.length === 0 ? 'it has none' : `there is ${known.join(', ')}`;
  if (name === undefined)
    throw new RemediedError('unconfigured', `${where} has no current context`, `say context: (${there})`);
  const context = contexts.find((one) => one.name === name);
  if (context === undefined)
    throw new RemediedError(
      'missing',
      oneLine(`${where} has no context "${name}"; ${there}`, 300),
      'correct context:, or let your login tool write that context',
    );
  const cluster = merged.flatMap((one) => one.clusters).find((one) => one.name === context.cluster);
  if (cluster === undefined)
    throw new WireError(
      'malformed',
      `context "${name}" names the cluster "${context.cluster}", which ${where} lacks`,
    );
  const user = merged.flatMap((one) => one.users).find((one) => one.name === context.user);
  if (user === undefined && context.user !== '')
    throw new WireError(
      'malformed',
      `context "${name}" names the user "${context.user}", which ${where} lacks`,
    );
  return { context, cluster, user: user ?? { name: '', dir: '', groups: [] } };
};
