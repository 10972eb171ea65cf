import type { Fault } from '../../domain/base/fault.ts';
import type { PluginStatus } from '../../domain/profile/settings.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { unknownKind } from '../../expressions/rows/parse.ts';
import { checkNode, gapsIn } from '../document/check.ts';
import { errorAt } from '../document/diagnostics.ts';
import { childOf, type MapNode, type YamlNode } from '../document/tree.ts';
import { zPlugins } from '../shape/sections.ts';
import type { BuildContext, BuildResult } from './context.ts';

/** The plugins that a profile requests. */
interface RequestedPlugins {
  readonly names: readonly string[];
  /** The faults of plugins that failed to load or are not allowed: an unknown source type may belong to one of them. */
  readonly problems: readonly Fault[];
}

const notAllowed = (name: string, { position }: YamlNode): Diagnostic =>
  errorAt(
    position,
    `this profile needs the plugin ${name}, but your config.yaml does not allow the plugin`,
    'a plugin runs with your permissions: check the publisher, install the package, then add the plugin to plugins: in config.yaml',
  );

/** Reads the names under `plugins:`. The user's settings must allow each of them. */
export const buildPlugins = (tree: MapNode, context: BuildContext): BuildResult<RequestedPlugins> => {
  const node = childOf(tree, 'plugins');
  if (node === undefined) return { made: { names: [], problems: [] }, diagnostics: [] };
  const [gap] = gapsIn(node);
  if (gap !== undefined)
    return {
      made: { names: [], problems: [] },
      diagnostics: [errorAt(gap.position, 'plugins cannot be a reference', 'write the value itself')],
    };
  const { value: names = [], diagnostics } = checkNode(zPlugins(), node, { under: ['plugins'] });
  const allowed = new Map((context.plugins ?? []).map((plugin) => [plugin.name, plugin]));
  const problems: Fault[] = [];
  const refused: Diagnostic[] = [];
  for (const [index, name] of names.entries()) {
    const place = node.is === 'list' ? (node.items[index] ?? node) : node;
    const plugin: PluginStatus | undefined = allowed.get(name);
    if (plugin?.problem !== undefined) problems.push(plugin.problem);
    if (plugin !== undefined) continue;
    const diagnostic = notAllowed(name, place);
    refused.push(diagnostic);
    problems.push({ kind: 'unconfigured', source: name, message: diagnostic.what, at: context.now });
  }
  return { made: { names, problems }, diagnostics: [...diagnostics, ...refused] };
};

/** Limits the source types to the built-in ones and those of the plugins that the profile requests. */
export const withPlugins = (context: BuildContext, requested: RequestedPlugins): BuildContext => ({
  ...context,
  modules: new Map(
    [...context.modules].filter(([, { plugin }]) => plugin === undefined || requested.names.includes(plugin)),
  ),
  pluginProblems: requested.problems,
});

/**
 * Downgrades diagnostics about unknown kinds when a requested plugin is missing, since the kind may be the plugin's.
 * Only the entry that names it is disabled.
 */
export const forgivingKinds = (
  diagnostics: readonly Diagnostic[],
  { problems: [problem] }: RequestedPlugins,
): readonly Diagnostic[] =>
  problem === undefined
    ? diagnostics
    : diagnostics.map((diagnostic) =>
        diagnostic.what.includes(unknownKind)
          ? { ...diagnostic, severity: 'warning', todo: problem.message }
          : diagnostic,
      );
