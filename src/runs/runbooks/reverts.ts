import type { Runbook } from '../../domain/runbooks/runbook.ts';

/** Parameters of a rollback that name its workload. */
const workloadParams = ['deployment', 'statefulset', 'daemonset', 'service'] as const;

/** The workloads that rollback steps name; '*' for one that a parameter selects. */
const namedBySteps = ({ act }: Pick<Runbook, 'act'>): readonly string[] =>
  act
    .filter(({ use = '' }) => use.endsWith('.rollback'))
    .flatMap(({ with: params = {} }) =>
      workloadParams.flatMap((name) => {
        const value = params[name];
        if (typeof value !== 'string') return [];
        return value.includes('${') ? ['*'] : [value];
      }),
    );

/** Returns the workloads whose last deployment a runbook takes back: its `reverts`, otherwise those of its rollback steps. */
export const revertedBy = (runbook: Runbook): readonly string[] =>
  (runbook.reverts ?? namedBySteps(runbook)).map((name) => name.toLowerCase());

/** True if a runbook takes back deployments of this workload. */
export const revertsWorkload = (runbook: Runbook, workload: string): boolean => {
  const names = revertedBy(runbook);
  return names.includes('*') || names.includes(workload.toLowerCase());
};
