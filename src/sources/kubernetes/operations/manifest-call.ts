import type { KubeCall } from '../../../clients/kubernetes/reading.ts';
import { PlanError } from '../../../domain/plan-error.ts';
import { field, list, text } from '../../wire-value.ts';
import type { KubeClient } from '../client.ts';
import { type Kind, kindNamed, objectPath, rootOf } from '../kinds.ts';
import type { KubeParts } from '../parts.ts';
import { namespaceFor } from '../reading/object.ts';
import { ifThere } from './drift.ts';
import type { Manifest } from './manifests.ts';

/** The kind of a manifest and where the API keeps it: a known one, or what the API says of itself. Throws WireError, PlanError. */
const servedKind = async (
  client: KubeClient,
  { apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>,
  signal: AbortSignal,
): Promise<Kind> => {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const known = kindNamed(kind);
  if (known !== undefined && known.group === group) return { ...known, version };
  const resources = field(await ifThere(client, rootOf({ group, version }), signal), 'resources');
  const found = list(resources).find(
    (one) => text(field(one, 'kind')) === kind && text(field(one, 'name'))?.includes('/') === false,
  );
  const plural = text(field(found, 'name'));
  if (plural === undefined)
    throw new PlanError('failed', `this API serves no ${kind} of ${apiVersion}: is its CRD installed?`);
  const isNamespaced = field(found, 'namespaced') === true;
  return { word: kind.toLowerCase(), kind, plural, group, version, short: [], isNamespaced };
};

/** How a manifest is applied. */
export interface ManifestCall {
  readonly kind: Kind;
  /** '*' for what is in none. */
  readonly namespace: string;
  /** Of the object itself. */
  readonly path: string;
  readonly call: KubeCall;
}

/** Server-side apply of one document. `namespace`: where it goes when it names none. Throws WireError, PlanError. */
export const manifestCall = async (
  parts: KubeParts,
  manifest: Manifest,
  { namespace: given, force = false }: { readonly namespace?: string; readonly force?: boolean },
  signal: AbortSignal,
): Promise<ManifestCall> => {
  const kind = await servedKind(parts.client, manifest, signal);
  const own = manifest.namespace ?? given;
  const namespace = kind.isNamespaced ? await namespaceFor(parts, own, signal) : '*';
  const path = objectPath(kind, namespace, manifest.name);
  const call: KubeCall = {
    method: 'PATCH',
    path: `${path}?fieldManager=opsdeck&force=${force}`,
    contentType: 'application/apply-patch+yaml',
    body: manifest.text,
  };
  return { kind, namespace, path, call };
};
