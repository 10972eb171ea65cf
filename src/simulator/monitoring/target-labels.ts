import type { Labels } from '../exposition/family.ts';
import { namespaceIn } from '../model/cluster/seed/workloads.ts';
import type { Environment } from '../model/environment.ts';
import type { Instance } from '../model/instance.ts';

/** The labels that a scrape gives to everything of an instance; of a cluster, its namespace is one of them. */
export const targetLabels = (
  instance: Instance,
  { spec, parts }: Pick<Environment, 'spec' | 'parts'>,
): Labels => ({
  instance: `${instance.name}:${instance.service.managementApart ? 8081 : 8080}`,
  job: instance.service.name,
  ...(parts.cluster === undefined ? {} : { namespace: namespaceIn(spec.name, parts.cluster.spec.namespace) }),
  pod: instance.name,
});
