import type { BudgetObject, Pod } from '../spec/cluster-objects.ts';
import type { ClusterContext } from './state/cluster-context.ts';

type BudgetContext = Pick<ClusterContext, 'shelves' | 'lives'>;

const isCovered = ({ metadata, spec }: BudgetObject, pod: Pod): boolean =>
  metadata.namespace === pod.metadata.namespace &&
  Object.entries(spec.selector.matchLabels).every(([key, value]) => pod.metadata.labels?.[key] === value);

/** Converts a percentage of `whole` to a count, rounded up as the disruption controller does. */
const countOf = (rule: number | string, whole: number): number =>
  typeof rule === 'number' ? rule : Math.ceil((Number.parseInt(rule, 10) * whole) / 100);

/**
 * Computes the status of a budget from its pods. The pods that exist stand for the replicas of their workload.
 * Source: pkg/controller/disruption/disruption.go.
 */
export const withStatus = ({ shelves, lives }: BudgetContext, budget: BudgetObject): BudgetObject => {
  const covered = [...shelves.pods.all()].filter(
    (pod) => isCovered(budget, pod) && pod.metadata.deletionTimestamp === undefined,
  );
  const currentHealthy = covered.filter(({ metadata }) => lives.get(metadata.uid)?.step === 'running').length;
  const { minAvailable, maxUnavailable = 1 } = budget.spec;
  const desiredHealthy =
    minAvailable === undefined
      ? Math.max(0, covered.length - countOf(maxUnavailable, covered.length))
      : countOf(minAvailable, covered.length);
  const disruptionsAllowed = Math.max(0, currentHealthy - desiredHealthy);
  return {
    ...budget,
    status: { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods: covered.length },
  };
};

/** The budget that forbids an eviction of this pod now; undefined if none does. A pod that is not ready is always evictable. */
export const blockingBudget = (context: BudgetContext, pod: Pod): BudgetObject | undefined =>
  context.lives.get(pod.metadata.uid)?.step !== 'running'
    ? undefined
    : [...context.shelves.poddisruptionbudgets.all()]
        .filter((budget) => isCovered(budget, pod))
        .map((budget) => withStatus(context, budget))
        .find(({ status }) => status?.disruptionsAllowed === 0);
