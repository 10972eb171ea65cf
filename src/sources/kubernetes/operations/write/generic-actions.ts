import { defined } from '../../../../domain/base/defined.ts';
import type { GenericAction } from '../../../../domain/runbooks/generic-action.ts';
import type { ExpectedResult, ParamSpec, VerifyStep } from '../../../../domain/runbooks/runbook.ts';

/** Limit of a rollout: pulling a large image on every node takes minutes. */
const rolloutMs = 10 * 60_000;
/** A container that fails its start does so within seconds, after it was ready. */
const stableMs = 15_000;

const namespaceChoice: ParamSpec = {
  name: 'namespace',
  type: 'choice',
  from: 'workloads.namespace',
  title: 'Namespace',
};

const kindTitles = { deployment: 'deployment', statefulset: 'StatefulSet', daemonset: 'DaemonSet' } as const;
type RolloutKind = keyof typeof kindTitles;

/** The rollout of the workload has the given state, and keeps it. */
const rolloutCheck = (kind: RolloutKind, title: string, expect: ExpectedResult): VerifyStep => ({
  id: 'v1',
  title,
  use: 'rollout',
  with: { object: `${kind}/\${param.${kind}}`, namespace: '${param.namespace}' },
  expect,
  withinMs: rolloutMs,
  forMs: stableMs,
});

/** Effect of an action on the rollout of a workload. */
interface RolloutAction {
  readonly verb: string;
  /** 'Restart', completed by the kind. */
  readonly title: string;
  readonly params?: readonly ParamSpec[];
  readonly given?: Readonly<Record<string, unknown>>;
  readonly check?: string;
  readonly expect?: ExpectedResult;
  readonly notes?: string;
}

/** Declares one action for each of these kinds of workloads. */
export const rolloutActions = (
  kinds: readonly RolloutKind[],
  actionOf: RolloutAction | ((kind: RolloutKind) => RolloutAction),
): readonly GenericAction[] =>
  kinds.map((kind) => {
    const {
      verb,
      title,
      params = [],
      given = {},
      check = 'The rollout is complete: all replicas are updated, ready and stable',
      expect = { json: { done: true }, path: 'generation', change: '> 0' },
      notes,
    } = typeof actionOf === 'function' ? actionOf(kind) : actionOf;
    return {
      id: `${title.toLowerCase().replaceAll(' ', '-')}-${kind}`,
      verb,
      title: `${title} ${kindTitles[kind]}`,
      step: `${title} ${kind}/\${param.${kind}}`,
      on: 'workloads',
      where: `kind = ${kind}`,
      params: [
        { name: kind, type: 'choice', from: 'workloads.name', title: kindTitles[kind] },
        namespaceChoice,
        ...params,
      ],
      with: { [kind]: `\${param.${kind}}`, namespace: '${param.namespace}', ...given },
      verify: [rolloutCheck(kind, check, expect)],
      ...defined({ notes }),
    };
  });

const pods = 'source = "$source" and kind = pod and namespace = "${param.namespace}"';
const owned = `workloads[${pods} and owner in (\${param.owners})]`;

const podsGone: VerifyStep = {
  id: 'v1',
  title: 'The old pods have ended',
  that: `not any(workloads[${pods} and name in (\${param.pods})] | not (new))`,
  withinMs: 2 * 60_000,
  forMs: 0,
};

/** Fewer pods than before would also all be ready. */
const podsReplaced: readonly VerifyStep[] = [
  {
    id: 'v2',
    title: 'The workload has as many pods as before',
    that: `count(${owned}) >= \${before}`,
    withinMs: rolloutMs,
    forMs: stableMs,
  },
  {
    id: 'v3',
    title: 'All pods of the workload are ready',
    that: `all(${owned} | ready = wanted or status = Completed)`,
    withinMs: rolloutMs,
    forMs: stableMs,
  },
];

const podParams: readonly ParamSpec[] = [
  { name: 'pods', type: 'choices', from: 'workloads.name', title: 'Pods' },
  namespaceChoice,
];

/** Declares an action that removes pods: of a workload, which replaces them, and of none. */
export const podRemovalActions = (
  verb: string,
  title: string,
  given: Readonly<Record<string, unknown>>,
): readonly GenericAction[] => {
  const action = {
    verb,
    step: `${title} pod/\${each}`,
    on: 'workloads',
    with: { ...given, namespace: '${param.namespace}' },
    each: 'pods',
  } as const;
  return [
    {
      ...action,
      id: `${verb}-pod`,
      title: `${title} pod`,
      where: 'kind = pod and owner != ""',
      params: [
        ...podParams,
        { name: 'owners', type: 'choices', from: 'workloads.owner', title: 'Workloads' },
      ],
      verify: [podsGone, ...podsReplaced],
    },
    {
      ...action,
      id: `${verb}-bare-pod`,
      title: `${title} pod that no controller recreates`,
      where: 'kind = pod and owner = ""',
      params: podParams,
      verify: [podsGone],
    },
  ];
};
