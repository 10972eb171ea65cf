import type { KubernetesReader } from '../../clients/kubernetes/reading.ts';
import { defined } from '../../domain/base/defined.ts';
import type { FirstSource, PermittedActions } from '../../importer/first-profile.ts';
import {
  accessReviewOf,
  parseAccessReview,
  type Right,
  rightRule,
  rightText,
} from '../../sources/kit/contract/access-review.ts';
import { kubeApiError, noLogin } from '../../sources/kit/contract/kube-api-errors.ts';
import type { CommandContext } from '../command/context.ts';
import { userName } from '../command/operator.ts';
import { loginOf, withClusterReads } from './cluster-reads.ts';
import { reasonOf } from './found-system.ts';
import { probeMs } from './probe.ts';

/** A verb of the generic actions, and the permissions that its operations need. */
interface ReviewedVerb {
  readonly verb: string;
  readonly rights: readonly Right[];
  /** True: it is left out of a first profile, because a first action does not need it. */
  readonly isLeftOut?: true;
}

const ofPods = (verb: string, namespace: string, subresource?: string): Right => ({
  ...{ verb, group: '', resource: 'pods', namespace },
  ...defined({ subresource }),
});

/** The verbs of a cluster, and what they need in a namespace. The permissions are those that the plans of the operations check. */
const clusterVerbs = (namespace: string): readonly ReviewedVerb[] => {
  const patch: Right = { verb: 'patch', group: 'apps', resource: 'deployments', namespace };
  const replicaSets: Right = { verb: 'list', group: 'apps', resource: 'replicasets', namespace };
  return [
    { verb: 'restart', rights: [patch] },
    { verb: 'scale', rights: [{ ...patch, subresource: 'scale' }] },
    { verb: 'rollback', rights: [replicaSets, patch] },
    { verb: 'setImage', rights: [patch], isLeftOut: true },
    { verb: 'evict', rights: [ofPods('create', namespace, 'eviction')], isLeftOut: true },
    { verb: 'delete', rights: [ofPods('delete', namespace)], isLeftOut: true },
    { verb: 'shell', rights: [ofPods('create', namespace, 'exec')], isLeftOut: true },
    {
      verb: 'debug',
      rights: [ofPods('patch', namespace, 'ephemeralcontainers'), ofPods('create', namespace, 'attach')],
      isLeftOut: true,
    },
    { verb: 'port-forward', rights: [ofPods('create', namespace, 'portforward')], isLeftOut: true },
    { verb: 'drain', rights: [{ verb: 'patch', group: '', resource: 'nodes' }], isLeftOut: true },
  ];
};

type Review = (right: Right) => Promise<string | undefined>;

/** Asks for each permission once; resolves to why it is missing, or undefined. Rejects if the API does not answer. */
const reviewer = (reads: KubernetesReader, { clock }: CommandContext, signal: AbortSignal): Review => {
  const known = new Map<string, Promise<string | undefined>>();
  const ask = async (right: Right): Promise<string | undefined> => {
    const answer = await reads.review(accessReviewOf(right), signal);
    const problem = kubeApiError(answer, clock.wallNow(), reads.known()?.login ?? noLogin);
    if (problem !== undefined) throw problem;
    if (parseAccessReview(answer.json()).allowed) return undefined;
    const { context, user } = await reads.access(signal);
    return `${user} of context ${context} may not ${rightText(right)}: request ${rightRule(right)}`;
  };
  return (right) => {
    const key = rightText(right);
    const answer = known.get(key) ?? ask(right);
    known.set(key, answer);
    return answer;
  };
};

const nothing = { allowed: [], leftOut: [], missing: [] } as const;

type Findings = Pick<PermittedActions, 'allowed' | 'leftOut' | 'missing'>;

const ofCluster = async (context: CommandContext, { entry }: FirstSource): Promise<Findings> => {
  const namespace = entry.namespaces === undefined ? (entry.namespace ?? 'default') : '*';
  const verbs = clusterVerbs(typeof namespace === 'string' ? namespace : 'default');
  const limit = context.clock.deadline(probeMs);
  try {
    return await withClusterReads(context, loginOf(entry), async (reads) => {
      const review = reviewer(reads, context, limit.signal);
      const reviewed = await Promise.all(
        verbs.map(async (of) => ({
          ...of,
          why: (await Promise.all(of.rights.map(review))).find((why) => why !== undefined),
        })),
      );
      const verbsOf = (isLeftOut: boolean) =>
        reviewed.flatMap(({ verb, why, isLeftOut: is = false }) =>
          why === undefined && is === isLeftOut ? [verb] : [],
        );
      return {
        allowed: verbsOf(false),
        leftOut: verbsOf(true),
        missing: reviewed.flatMap(({ verb, why, isLeftOut }) =>
          why === undefined || isLeftOut === true ? [] : [{ verbs: [verb], why }],
        ),
      };
    });
  } catch (error) {
    const readVerbs = verbs.flatMap(({ verb, isLeftOut }) => (isLeftOut === true ? [] : [verb]));
    return { ...nothing, missing: [{ verbs: readVerbs, why: `unknown, ${reasonOf(error)}` }] };
  } finally {
    limit.clear();
  }
};

/** A daemon whose socket can be read also takes every change: Docker has no permissions beside it. */
const ofDocker: Findings = { ...nothing, allowed: ['restart', 'scale'] };

/**
 * The generic actions that the accounts of some found systems may carry out. Kubernetes is asked with access reviews, at most one
 * per permission, which change nothing. Undefined where no system can be asked.
 */
export const findPermittedActions = async (
  context: CommandContext,
  sources: readonly FirstSource[],
): Promise<PermittedActions | undefined> => {
  const findings = await Promise.all(
    sources.flatMap((source): readonly Promise<Findings>[] => {
      if (source.entry.type === 'kubernetes') return [ofCluster(context, source)];
      return source.entry.type === 'docker' ? [Promise.resolve(ofDocker)] : [];
    }),
  );
  if (findings.length === 0) return undefined;
  return {
    account: userName(),
    allowed: [...new Set(findings.flatMap(({ allowed }) => allowed))],
    leftOut: [...new Set(findings.flatMap(({ leftOut }) => leftOut))],
    missing: findings.flatMap(({ missing }) => missing),
  };
};
