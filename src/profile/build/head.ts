import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { defaultTier, isTier } from '../../runs/policy/tiers.ts';
import { checkNode, definite, gapsIn } from '../document/check.ts';
import { didYouMean, errorAt } from '../document/diagnostics.ts';
import { placesSection } from '../document/runbook-places.ts';
import { childOf, type MapNode, textAt, withoutKeys } from '../document/tree.ts';
import { sectionNames } from '../shape/document.ts';
import { headShape } from '../shape/sections.ts';
import { type BuildContext, type BuildResult, gapWarnings } from './context.ts';

export type ProfileHead = Pick<Profile, 'system' | 'env' | 'title' | 'tier' | 'color' | 'across' | 'world'>;

/** Schema of the whole map: the head is typed; sections pass through, since each has its own builder. */
const zTop = onFirstUse(() => {
  const zSection = z.unknown().optional();
  return z.strictObject({
    ...headShape,
    ...Object.fromEntries(['vars', placesSection, ...sectionNames].map((name) => [name, zSection])),
  });
});

/** Reports references in the keys that identify an environment: they are read before references have values. */
export const literalHead = (tree: MapNode): readonly Diagnostic[] =>
  ['opsdeck', 'system', 'env', 'tier'].flatMap((key) => {
    const node = childOf(tree, key);
    return node?.is === 'scalar' && String(node.value).includes('${')
      ? [errorAt(node.position, `${key} cannot be a reference`, 'write the value itself')]
      : [];
  });

/** Environments of one system, in the order of promotion to production. */
const envsOf = (system: string, env: string, context: BuildContext): readonly string[] => {
  const entries = (context.entries ?? []).filter((entry) => entry.system === system);
  const all = entries.some((entry) => entry.env === env) ? entries.map((entry) => entry.env) : [env];
  return entries.length === 0 ? [env] : [...new Set([...all, ...entries.map((entry) => entry.env)])];
};

const acrossDiagnostics = (
  tree: MapNode,
  system: string,
  env: string,
  context: BuildContext,
): readonly Diagnostic[] => {
  const list = childOf(tree, 'across');
  if (list?.is !== 'list') return [];
  const known = envsOf(system, env, context);
  const seen = new Set<unknown>();
  return list.items.flatMap((item) => {
    if (item.is !== 'scalar' || item.gaps !== undefined || typeof item.value !== 'string') return [];
    const twice = seen.has(item.value);
    seen.add(item.value);
    if (twice)
      return [errorAt(item.position, `across: duplicate environment "${item.value}"`, 'remove one of them')];
    if (context.entries === undefined || known.includes(item.value)) return [];
    const what = `across: ${system} has no environment "${item.value}"`;
    return [errorAt(item.position, what, didYouMean(item.value, known))];
  });
};

/** The names of sources that are not indented below `sources`: as keys of the profile they would only be unknown. */
const unindentedSources = (tree: MapNode): readonly string[] =>
  [...tree.entries].flatMap(([name, { value }]) =>
    Object.hasOwn(zTop().shape, name) || textAt(value, 'type') === undefined ? [] : [name],
  );

/**
 * Builds the head, which identifies the environment. Without system, env and tier there is no profile; those errors are
 * reported here.
 */
export const buildHead = (whole: MapNode, context: BuildContext): BuildResult<ProfileHead> => {
  const warnings: Diagnostic[] = [];
  const unindented = unindentedSources(whole);
  let tree = withoutKeys(whole, ...unindented);
  for (const key of ['title', 'color', 'across', 'world']) {
    const node = childOf(whole, key);
    const gaps = node === undefined ? [] : gapsIn(node);
    if (gaps.length === 0) continue;
    tree = withoutKeys(tree, key);
    warnings.push(...gapWarnings(gaps, `opsdeck ignores the key ${key}`));
  }
  const { value, diagnostics } = checkNode(zTop(), tree);
  const indentation = unindented.map((name) =>
    errorAt(
      whole.entries.get(name)?.key ?? whole.position,
      `"${name}" is not a key of a profile`,
      `indent ${name} with two spaces, below sources:`,
    ),
  );
  const system = textAt(tree, 'system') ?? '';
  const env = textAt(tree, 'env') ?? '';
  const tier = textAt(tree, 'tier');
  return {
    made: definite({
      system,
      env,
      title: value?.title ?? `${system} ${env}`,
      // Reached only together with an error: use the strictest tier.
      tier: isTier(tier) ? tier : defaultTier,
      color: value?.color,
      across: value?.across ?? envsOf(system, env, context),
      world: value?.world,
    }),
    diagnostics: [
      ...diagnostics,
      ...indentation,
      ...warnings,
      ...acrossDiagnostics(tree, system, env, context),
    ],
  };
};
