import type { Complaint } from '../../domain/text/position.ts';
import { childOf, type MapNode, scalarsIn } from '../document/tree.ts';

/** A URL with a user and a password. */
const passwordInUrl = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]*:[^\s/?#@]+@/i;

/** Warns of passwords in the addresses of sources: a profile is committed, shared and printed. */
export const plainPasswordWarnings = (tree: MapNode): readonly Complaint[] => {
  const sources = childOf(tree, 'sources');
  if (sources?.is !== 'map') return [];
  return [...sources.entries].flatMap(([id, { value: source }]) =>
    scalarsIn(source).flatMap(({ value, position, isResolved, outside }): readonly Complaint[] => {
      if (isResolved === true || outside !== undefined) return [];
      if (typeof value !== 'string' || !passwordInUrl.test(value)) return [];
      const name = `${id.replaceAll(/\W/g, '_').toUpperCase()}_URL`;
      const what = `${id}: the address has its password in the profile`;
      const todo = `write \${env:${name}}, or \${exec:COMMAND} of a password manager`;
      return [{ position, severity: 'warning', what, todo }];
    }),
  );
};
