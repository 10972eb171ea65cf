import { reviewsPath } from '../../clients/kubernetes/reading.ts';
import type { Finding } from '../source.ts';
import { field, text } from '../wire-value.ts';
import { type FactName, wantsFact } from './config.ts';
import { isAbsent, noServer } from './feeds/top.ts';
import { identityFault } from './identity.ts';
import { type Kind, kinds } from './kinds.ts';
import { mayI } from './operations/admission.ts';
import { asksForCreate } from './operations/exec-pods.ts';
import { type KubeParts, namespacesRead } from './parts.ts';
import { ruleWords } from './problem.ts';
import { usagePath } from './usage.ts';

/** What is read of each kind, and for what. */
const wanted: readonly { readonly fact: FactName; readonly kind: Kind }[] = [
  { fact: 'pods', kind: kinds.pod },
  { fact: 'deployments', kind: kinds.deployment },
  { fact: 'statefulsets', kind: kinds.statefulset },
  { fact: 'daemonsets', kind: kinds.daemonset },
  { fact: 'jobs', kind: kinds.job },
  { fact: 'nodes', kind: kinds.node },
  { fact: 'hpas', kind: kinds.hpa },
  { fact: 'warnings', kind: kinds.event },
];

/** What further work needs: reading logs, a way to a port, acting. `inward`: what a WebSocket into a pod needs. */
const furtherOf = (
  inward: readonly string[],
): readonly {
  readonly kind: Kind;
  readonly sub?: string;
  readonly verbs: readonly string[];
  readonly gives: string;
}[] => [
  { kind: kinds.pod, sub: 'log', verbs: ['get'], gives: 'logs' },
  { kind: kinds.pod, sub: 'portforward', verbs: inward, gives: 'via: this source' },
  { kind: kinds.pod, sub: 'exec', verbs: inward, gives: 'operation exec' },
  { kind: kinds.deployment, verbs: ['patch'], gives: 'restart, setImage, setEnv, rollback' },
  { kind: kinds.deployment, sub: 'scale', verbs: ['patch'], gives: 'scale' },
];

/** Reaches the cluster: who we are there, what we may read and do in each namespace, and whether anybody measures. */
export const examine = async (parts: KubeParts, signal: AbortSignal): Promise<readonly Finding[]> => {
  const reached = await cluster(parts, signal);
  if (!reached.ok) return [reached];
  const { identity } = parts.config;
  const stranger = identity === undefined ? undefined : await identityFault(parts.client, identity, signal);
  const namespaces = await namespacesRead(parts, signal);
  const found = await Promise.all([
    ...namespaces.map((namespace) => rights(parts, namespace, signal)),
    ...(wantsFact(parts.config, 'top') ? [metrics(parts, namespaces[0] ?? 'default', signal)] : []),
  ]);
  return [
    reached,
    ...(stranger === undefined ? [] : [{ source: parts.source, ok: false, what: stranger.message }]),
    ...found.flat(),
  ];
};

const bad = ({ client, source }: KubeParts, path: string, error: unknown, method = 'GET'): Finding => {
  const { message, remedy } = client.fault(path, error, method);
  return { source, ok: false, what: message, ...(remedy === undefined ? {} : { remedy }) };
};

/** A finding of a call; its failure is one too. */
const tried = async (parts: KubeParts, path: string, find: () => Promise<Finding>): Promise<Finding> => {
  try {
    return await find();
  } catch (error) {
    return bad(parts, path, error);
  }
};

const cluster = (parts: KubeParts, signal: AbortSignal): Promise<Finding> =>
  tried(parts, '/version', async () => {
    const { client, source } = parts;
    const version = text(field(await client.get('/version', signal), 'gitVersion'));
    const { context, user, server } = await client.access(signal);
    const where = (await namespacesRead(parts, signal)).join(', ');
    return {
      source,
      ok: true,
      what: `Kubernetes ${version ?? 'of unknown version'} at ${server}, context ${context}, user ${user}, namespaces ${where}`,
    };
  });

/** What one may in a namespace: in one line what is allowed, and each thing that is not, with the rule to ask for. */
const rights = async (
  parts: KubeParts,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  try {
    const inward = (await asksForCreate(parts, signal)) ? ['get', 'create'] : ['get'];
    const reviewed = await Promise.all(
      wishesOf(parts, namespace, inward).map((wish) => review(parts, wish, signal)),
    );
    const allowed = reviewed.filter(({ missing }) => missing.length === 0);
    const where = namespace === '*' ? 'everywhere' : `in ${namespace}`;
    const may = allowed.map(({ wish }) => `${wish.verbs.join('+')} ${resourceOf(wish)}`).join(', ');
    return [
      ...(may === '' ? [] : [{ source: parts.source, ok: true, what: `${where} we may ${may}` }]),
      ...reviewed.flatMap(({ wish, missing }) =>
        missing.length === 0 ? [] : [lacking(parts, wish, missing)],
      ),
    ];
  } catch (error) {
    return [bad(parts, reviewsPath, error, 'POST')];
  }
};

interface Wish {
  readonly kind: Kind;
  readonly sub?: string;
  readonly verbs: readonly string[];
  readonly gives: string;
  readonly namespace: string;
  /** True: much can be done without it. */
  readonly isOptional: boolean;
}

const resourceOf = ({ kind, sub }: Wish): string => `${kind.plural}${sub === undefined ? '' : `/${sub}`}`;

const wishesOf = ({ config }: KubeParts, namespace: string, inward: readonly string[]): readonly Wish[] => [
  ...wanted
    .filter(({ fact }) => wantsFact(config, fact))
    .map(({ kind, fact }) => ({
      kind,
      verbs: config.watch ? ['list', 'watch'] : ['list'],
      gives: fact,
      namespace: kind.isNamespaced ? namespace : '*',
      isOptional: !kind.isNamespaced && config.facts === undefined,
    })),
  ...furtherOf(inward).map((one) => ({ ...one, namespace, isOptional: true })),
];

const review = async (
  { client }: KubeParts,
  wish: Wish,
  signal: AbortSignal,
): Promise<{ readonly wish: Wish; readonly missing: readonly string[] }> => {
  const { kind, sub, verbs, namespace } = wish;
  const subresource = sub === undefined ? {} : { subresource: sub };
  const of = { group: kind.group, resource: kind.plural, namespace, ...subresource };
  const answers = await Promise.all(verbs.map((verb) => mayI(client, { verb, ...of }, signal)));
  return { wish, missing: verbs.filter((_, index) => answers[index]?.allowed !== true) };
};

const lacking = ({ source }: KubeParts, wish: Wish, missing: readonly string[]): Finding => {
  const { kind, gives, namespace, isOptional } = wish;
  const resource = resourceOf(wish);
  const where = namespace === '*' ? 'everywhere' : `in ${namespace}`;
  const costs =
    missing.includes('list') || isOptional ? `no ${gives}` : `${gives} only by listing again and again`;
  const rule = ruleWords({
    verbs: missing,
    resource,
    group: kind.group,
    ...(namespace === '*' ? {} : { namespace }),
  });
  return {
    source,
    ok: isOptional,
    what: `we may not ${missing.join(' or ')} ${resource} ${where}: ${costs}`,
    remedy: `ask for ${rule}`,
  };
};

const metrics = (parts: KubeParts, namespace: string, signal: AbortSignal): Promise<Finding> =>
  tried(parts, usagePath(namespace), async () => {
    try {
      await parts.usage.read(namespace, signal);
      return { source: parts.source, ok: true, what: 'the metrics server tells what pods use' };
    } catch (error) {
      throw isAbsent(error) ? noServer(error) : error;
    }
  });
