import { parseYamlDocuments } from '../../../../domain/yaml/bounded-yaml.ts';
import { YamlLimitError } from '../../../../domain/yaml/yaml-limits.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { findApiResource } from '../../api/api-resources.ts';
import { type ManagedWorkload, managedWorkload, nestedText } from '../../delivery/delivery-summary.ts';
import { fieldDiff } from '../write/field-diff.ts';

/** An object that a release delivers. */
export interface ReleaseObject extends ManagedWorkload {
  readonly group: string;
  readonly raw: unknown;
}

/** Parses the objects of a rendered manifest; one without a namespace is in that of its release. Throws WireError `malformed`. */
export const parseReleaseManifest = (manifest: string, namespace: string): readonly ReleaseObject[] => {
  try {
    return parseYamlDocuments(manifest).flatMap((document): readonly ReleaseObject[] => {
      const raw: unknown = document.errors.length > 0 ? undefined : document.toJS();
      const [, group = ''] = nestedText(raw, 'apiVersion').split('/').reverse();
      const kind = nestedText(raw, 'kind');
      const name = nestedText(raw, 'metadata', 'name');
      const own = nestedText(raw, 'metadata', 'namespace') || namespace;
      return kind === '' || name === '' ? [] : [{ group, kind, name, namespace: own, raw }];
    });
  } catch (error) {
    if (!(error instanceof YamlLimitError)) throw error;
    throw new WireError('malformed', `the manifest of the Helm release cannot be read: ${error.message}`);
  }
};

/** The Deployments, StatefulSets and DaemonSets among the objects of a release. */
export const workloadsAmong = (objects: readonly ReleaseObject[]): readonly ManagedWorkload[] =>
  objects.flatMap(({ group, ...object }) => managedWorkload(group, object));

/** An object that two revisions of a release deliver differently. */
export interface ManifestChange {
  readonly does: 'creates' | 'changes' | 'deletes';
  readonly object: ReleaseObject;
}

const keyOf = ({ group, kind, namespace, name }: ReleaseObject): string =>
  [group, kind, namespace, name].join('/');

/** Helm keeps an object with this annotation when a revision no longer has it. Source: helm.sh/helm, pkg/kube/resource_policy.go. */
const isKept = ({ raw }: ReleaseObject): boolean =>
  nestedText(raw, 'metadata', 'annotations', 'helm.sh/resource-policy') === 'keep';

/** The objects that differ, in the order of the newer manifest, then those that it lacks. */
export const manifestChanges = (
  before: readonly ReleaseObject[],
  after: readonly ReleaseObject[],
): readonly ManifestChange[] => {
  const earlier = new Map(before.map((object) => [keyOf(object), object]));
  const later = new Set(after.map(keyOf));
  return [
    ...after.flatMap((object): readonly ManifestChange[] => {
      const was = earlier.get(keyOf(object));
      if (was === undefined) return [{ does: 'creates', object }];
      return fieldDiff(was.raw, object.raw).length === 0 ? [] : [{ does: 'changes', object }];
    }),
    ...before
      .filter((object) => !later.has(keyOf(object)) && !isKept(object))
      .map((object): ManifestChange => ({ does: 'deletes', object })),
  ];
};

/** 'deployment/bus' */
export const releaseObjectText = ({ kind, name }: Pick<ReleaseObject, 'kind' | 'name'>): string =>
  `${findApiResource(kind)?.singular ?? kind.toLowerCase()}/${name}`;
