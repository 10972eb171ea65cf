import type { Ground } from './ground.ts';
import type { KubeObject } from './objects.ts';
import type { PodLife } from './pod-life.ts';
import type { DeployedSpec } from './spec.ts';

const dataOf = (object: KubeObject | undefined): readonly (readonly [string, unknown])[] => {
  if (object === undefined || !('data' in object)) return [];
  const { data } = object;
  return typeof data === 'object' && data !== null ? Object.entries(data) : [];
};

/** The files that a container has of its ConfigMap when it starts: path → text. */
export const mountedFiles = (
  { shelves }: Pick<Ground, 'shelves'>,
  { namespace }: PodLife,
  deployed: DeployedSpec | undefined,
): ReadonlyMap<string, string> => {
  const files = deployed?.configFiles;
  if (files === undefined) return new Map();
  const keys = dataOf(shelves.configmaps.get(namespace, files.configMap));
  return new Map(keys.map(([key, text]) => [`${files.dir}/${key}`, String(text)]));
};
