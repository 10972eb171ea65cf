import type { KubeCall } from '../client.ts';
import { type Kind, objectPath } from '../kinds.ts';
import type { KubeParts } from '../parts.ts';
import { namespaceFor } from '../reading/object.ts';
import type { Manifest } from './manifests.ts';
import { servedKind } from './served.ts';

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
