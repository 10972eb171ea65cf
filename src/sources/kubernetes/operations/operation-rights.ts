import { defined } from '../../../domain/base/defined.ts';
import { onFirstUse } from '../../../domain/base/on-first-use.ts';
import { type ApiResource, findApiResource } from '../api/api-resources.ts';
import { deliveryResources } from '../api/delivery-resources.ts';
import { kubernetesOperations } from './operations.ts';

/** A permission, and what is unavailable without it. */
interface OptionalRight {
  readonly kind: ApiResource;
  readonly sub?: string;
  readonly verbs: readonly string[];
  readonly gives: string;
}

/** Features besides operations, by the permission that they need. */
const features: Readonly<Record<string, string>> = {
  'get pods/portforward': 'connections of other sources through this one (via)',
  'list replicasets': 'the rollouts of Deployments in Changes',
};

const deliveries: readonly ApiResource[] = Object.values(deliveryResources);

/** True for a kind of object that delivers others. */
export const isDelivery = (kind: ApiResource): boolean => deliveries.includes(kind);

/**
 * Parses 'patch deployments/scale'.
 * @throws {Error} when no such kind of object is known, so that no permission of an operation goes unchecked
 */
const parseRight = (right: string): Omit<OptionalRight, 'gives'> => {
  const [, verb = '', plural = '', sub] = /^([a-z]+) ([a-z]+)(?:\/([a-z]+))?$/.exec(right) ?? [];
  const kind = findApiResource(plural) ?? deliveries.find((resource) => resource.plural === plural);
  if (kind === undefined)
    throw new Error(
      `the permission "${right}" names no known kind. Write VERB PLURAL, or VERB PLURAL/SUBRESOURCE`,
    );
  return { kind, verbs: [verb], ...defined({ sub }) };
};

/** 'cordon, uncordon and drain' */
const listText = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const allRights = onFirstUse((): readonly OptionalRight[] => {
  const needed = kubernetesOperations.flatMap(({ name, rights = [] }) =>
    rights.map((right) => ({ right, name })),
  );
  const others = Object.entries(features).map(([right, name]) => ({ right, name }));
  return [...Map.groupBy([...needed, ...others], ({ right }) => right)]
    .map(([right, needs]) => ({ ...parseRight(right), gives: listText(needs.map(({ name }) => name)) }))
    .toSorted((a, b) => resourceOf(a).localeCompare(resourceOf(b)));
});

const resourceOf = ({ kind, sub = '' }: Omit<OptionalRight, 'gives'>): string => `${kind.plural}/${sub}`;

/** Returns the permissions that operations and optional features need, by resource. */
export const optionalRights = (isWanted: (right: OptionalRight) => boolean): readonly OptionalRight[] =>
  allRights().filter(isWanted);
