import { checkNode } from '../document/check.ts';
import { childOf, type MapNode } from '../document/tree.ts';
import { zSentence } from '../shape/sections.ts';
import { type BuildResult, gapWarnings } from './context.ts';

/** Builds the sentences by name of the object; undefined when the profile has none, or one without a value (a warning). */
export const buildSentence = (tree: MapNode): BuildResult<Readonly<Record<string, string>> | undefined> => {
  const node = childOf(tree, 'sentence');
  if (node === undefined) return { made: undefined, diagnostics: [] };
  const { value, diagnostics, gaps } = checkNode(zSentence(), node, { under: ['sentence'] });
  return {
    made: gaps.length > 0 ? undefined : value,
    diagnostics: [
      ...diagnostics,
      ...gapWarnings(gaps, 'the situation line shows the observed facts instead of your sentence'),
    ],
  };
};
