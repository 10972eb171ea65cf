import type { Millis } from '../../../../domain/base/fault.ts';
import type { KubeObject, OwnerReference, PodTemplate } from '../../spec/cluster-objects.ts';
import { fnv1a, type RandomSource, seededRandom } from '../../spec/seeded-random.ts';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
};

/** Canonical text of a value, independent of key order. */
export const stableJson = (value: unknown): string => JSON.stringify(sorted(value)) ?? '';

/** Kubernetes' alphabet for generated names: no vowels and no characters that look alike. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** The five random characters at the end of a pod name. */
export const podNameSuffix = (chance: RandomSource): string =>
  Array.from({ length: 5 }, () => alphabet[Math.floor(chance() * alphabet.length)]).join('');

/** `pod-template-hash`: equal for equal templates, as in the Deployment controller. */
export const templateHash = (template: PodTemplate): string =>
  [...String(fnv1a(stableJson(template)))]
    .map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length])
    .join('');

/** A deterministic UUID for a text. */
export const stableUuid = (text: string): string => {
  const chance = seededRandom(text);
  const hex = Array.from({ length: 32 }, () => Math.floor(chance() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
};

/** 64 hexadecimal digits, the form of container and image IDs. */
export const sha256Text = (text: string): string => {
  const chance = seededRandom(text);
  return Array.from({ length: 64 }, () => Math.floor(chance() * 16).toString(16)).join('');
};

/** Resources whose `generation` counts changes of the spec. */
const numbered = new Set([
  ...['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs'],
  ...['applications', 'kustomizations', 'helmreleases'],
]);

/** The `generation` of a new object of a resource (plural); {} for resources without generations. */
export const firstGeneration = (resource: string): { readonly generation?: number } =>
  numbered.has(resource) ? { generation: 1 } : {};

/** RFC 3339 with seconds, the format of metav1.Time. */
export const rfc3339Seconds = (time: Millis): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

export const ownerReferenceTo = ({ apiVersion, kind, metadata }: KubeObject): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

/** Returns true when the object is controlled by that owner. */
export const isOwnedBy = (object: KubeObject, owner: KubeObject): boolean =>
  object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
