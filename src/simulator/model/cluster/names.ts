import type { Millis } from '../../../domain/fault.ts';
import { fnv1a, type RandomSource, seededRandom } from '../seeded-random.ts';
import type { KubeObject, OwnerReference, PodTemplate } from './objects.ts';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
};

/** The same text for the same value, whatever the order of its keys. */
export const stableJson = (value: unknown): string => JSON.stringify(sorted(value)) ?? '';

/** Kubernetes' own alphabet for made-up names: no vowels, nothing that looks like something else. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** The five characters at the end of a pod's name. */
export const podNameSuffix = (chance: RandomSource): string =>
  Array.from({ length: 5 }, () => alphabet[Math.floor(chance() * alphabet.length)]).join('');

/** `pod-template-hash`: the same template has the same one, as in the deployment controller. */
export const templateHash = (template: PodTemplate): string =>
  [...String(fnv1a(stableJson(template)))]
    .map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length])
    .join('');

/** A UUID that is the same for the same text. */
export const stableUuid = (text: string): string => {
  const chance = seededRandom(text);
  const hex = Array.from({ length: 32 }, () => Math.floor(chance() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
};

/** 64 hexadecimal digits, as container and image ids have them. */
export const sha256Text = (text: string): string => {
  const chance = seededRandom(text);
  return Array.from({ length: 64 }, () => Math.floor(chance() * 16).toString(16)).join('');
};

/** What has a spec that a controller works off counts the changes of it. */
const numbered = new Set(['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs']);

/** The `generation` of a new object of a resource (its plural); {} where objects have none. */
export const firstGeneration = (resource: string): { readonly generation?: number } =>
  numbered.has(resource) ? { generation: 1 } : {};

/** RFC 3339 to the second, as metav1.Time is written. */
export const rfc3339Seconds = (at: Millis): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

export const ownerReferenceTo = ({ apiVersion, kind, metadata }: KubeObject): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

/** The object is made and kept by that owner. */
export const isOwnedBy = (object: KubeObject, owner: KubeObject): boolean =>
  object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
