import { type ResourceKind, resourceKinds } from './resources.ts';

/** What a path of the API leads to. */
export interface Route {
  readonly of: ResourceKind;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

const groupVersionOf = (path: readonly string[]): readonly [group: string, version: string] => {
  const [root, first = '', second = ''] = path;
  return root === 'api' ? ['', first] : [first, second];
};

/** Whether a path is in a group and version that is served, whatever it leads to there. */
export const isServed = (path: readonly string[]): boolean => {
  const [group, version] = groupVersionOf(path);
  return resourceKinds.some((kind) => kind.group === group && kind.version === version);
};

/** Takes `/api/v1/…` or `/apis/GROUP/VERSION/…` apart; undefined: it leads to no resource that is served. */
export const routeOf = (path: readonly string[]): Route | undefined => {
  const [root] = path;
  if (root !== 'api' && root !== 'apis') return undefined;
  const [group, version] = groupVersionOf(path);
  const below = path.slice(root === 'api' ? 2 : 3);
  const kindOf = (plural: string | undefined): ResourceKind | undefined =>
    resourceKinds.find((kind) => kind.group === group && kind.version === version && kind.plural === plural);
  const [first, namespace, plural, name, subresource, ...more] = below;
  if (more.length > 0) return undefined;
  if (first === 'namespaces' && plural !== undefined) {
    const of = kindOf(plural);
    if (of === undefined || !of.isNamespaced || namespace === undefined) return undefined;
    return {
      of,
      namespace,
      ...(name === undefined ? {} : { name }),
      ...(subresource === undefined ? {} : { subresource }),
    };
  }
  const of = kindOf(first);
  if (of === undefined || (of.isNamespaced && namespace !== undefined)) return undefined;
  return {
    of,
    ...(namespace === undefined ? {} : { name: namespace }),
    ...(plural === undefined ? {} : { subresource: plural }),
  };
};
