import type { Row } from '../../../domain/snapshot.ts';
import type { Workload, WorkloadKind } from '../../../kinds/workloads/fact.ts';
import type { View } from '../../view.ts';

/** What sources call a kind where they name an owner: 'deploy billing'. */
const shortKinds: Readonly<Record<string, WorkloadKind>> = {
  deploy: 'deployment',
  sts: 'statefulset',
  ds: 'daemonset',
};

/** A container of Compose names its service, one of a pod its pod; a pod names kind and name. */
const isOwnerOf = (owner: Workload, owned: Workload): boolean => {
  if (owner.source !== owned.source || owner.namespace !== owned.namespace || owned.owner === '')
    return false;
  if (owned.kind === 'container')
    return (owner.kind === 'pod' || owner.kind === 'service') && owner.name === owned.owner;
  const [word = '', name = ''] = owned.owner.split(' ');
  return owner.name === name && owner.kind === (shortKinds[word] ?? word);
};

const rowsOf = ({ own }: View): readonly Row<'workloads'>[] => own?.snapshot.kinds.workloads.rows ?? [];

/** What it belongs to, as far as that is read here. */
export const ownerOf = (view: View, fact: Workload): Row<'workloads'> | undefined =>
  fact.owner === '' ? undefined : rowsOf(view).find((row) => isOwnerOf(row.fact, fact));

/** What belongs to it. */
export const ownedBy = (view: View, fact: Workload): readonly Row<'workloads'>[] =>
  fact.kind === 'container' ? [] : rowsOf(view).filter((row) => isOwnerOf(fact, row.fact));
