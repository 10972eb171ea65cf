import type { Ground } from './ground.ts';
import type { Container, KubeObject } from './objects.ts';
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

/** The value of the container's variable for the password of its database, from its Secret; undefined: it has none. */
export const databasePassword = (
  { shelves }: Pick<Ground, 'shelves'>,
  { namespace }: PodLife,
  { env = [] }: Container,
): string | undefined => {
  const ref = env.find(({ name }) => /PASSWORD$/.test(name))?.valueFrom?.secretKeyRef;
  if (ref === undefined) return undefined;
  const [, held] = dataOf(shelves.secrets.get(namespace, ref.name)).find(([key]) => key === ref.key) ?? [];
  return held === undefined ? undefined : Buffer.from(String(held), 'base64').toString('utf8');
};
