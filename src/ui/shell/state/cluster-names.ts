import type { RenderContext } from '../contract/render-context.ts';

/**
 * The environment of a source in a list over several environments, for the column that tells their clusters apart. Undefined in
 * any other environment, which needs no such column.
 */
export const clusterNames = ({
  cockpit,
}: Pick<RenderContext, 'cockpit'>): ((source: string) => string) | undefined => {
  const { environmentBySource } = cockpit.open ?? {};
  return environmentBySource === undefined ? undefined : (source) => environmentBySource[source] ?? '–';
};
