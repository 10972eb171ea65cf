import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { tracedFault } from '../../domain/runs/trace.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { registerModule } from '../../platform/files/package-files.ts';
import { type LoadedPlugin, loadPlugin, type PluginPlaces } from '../../plugins/load-plugin.ts';
import type { LoadOptions } from '../../profile/load.ts';
import type { CommandContext } from '../command/context.ts';
import { packageRoot, sdkFile } from '../command/package-root.ts';
import { readSettings } from '../settings/settings-file.ts';

type PluginParts = Pick<
  CommandContext,
  | 'clock'
  | 'files'
  | 'importFile'
  | 'places'
  | 'programPolicy'
  | 'settingsFile'
  | 'sourceTypes'
  | 'stateDir'
  | 'tracing'
  | 'warn'
>;

/** Package directories: beside the settings, then beside opsdeck. Never those of the working directory. */
const packageDirsOf = (settingsFile: string): readonly string[] => [
  join(dirname(settingsFile), 'node_modules'),
  ...(basename(dirname(packageRoot)) === 'node_modules' ? [dirname(packageRoot)] : []),
];

const distinct = (plugins: readonly LoadedPlugin[], parts: PluginParts): readonly LoadedPlugin[] => {
  const owners = new Map(parts.sourceTypes.map(({ type }) => [type, 'opsdeck']));
  return plugins.map((plugin) => {
    const taken = plugin.sourceTypes.find((type) => owners.has(type));
    if (taken === undefined) {
      for (const type of plugin.sourceTypes) owners.set(type, plugin.name);
      return plugin;
    }
    const message = `cannot load plugin ${plugin.name}: ${owners.get(taken)} already provides source type ${taken}`;
    const problem = { kind: 'unconfigured', source: plugin.name, message, at: parts.clock.now() } as const;
    plugin.release();
    return { ...plugin, sourceTypes: [], modules: [], problem };
  });
};

const loadAll = async (parts: PluginParts): Promise<readonly LoadedPlugin[]> => {
  const { settings } = await readSettings(parts);
  if (settings.plugins.length === 0) return [];
  registerModule('opsdeck/sdk', sdkFile);
  const places: PluginPlaces = {
    settingsDir: dirname(parts.settingsFile),
    homeDir: homedir(),
    packageDirs: packageDirsOf(parts.settingsFile),
    permits: async (paths) => (await import('./profile-dirs.ts')).refuseUntrustedCode(paths, parts),
  };
  const { clock, importFile: load } = parts;
  const loaded = await Promise.all(
    settings.plugins.map((entry) => loadPlugin(entry, places, { load, now: () => clock.now() })),
  );
  const plugins = distinct(loaded, parts);
  for (const { name, sourceTypes, problem } of plugins)
    parts.tracing?.emit({
      what: 'plugin',
      name,
      sourceTypes,
      ...(problem === undefined ? {} : { problem: tracedFault(problem) }),
    });
  return plugins;
};

const loaded = new WeakMap<CommandContext, Promise<readonly LoadedPlugin[]>>();

/**
 * Returns the plugins of the user's settings, loaded on first use. A plugin that cannot be loaded has a `problem`; the
 * others still work. Never rejects.
 */
export const pluginsOf = (context: CommandContext): Promise<readonly LoadedPlugin[]> => {
  const plugins = loaded.get(context) ?? loadAll(context);
  loaded.set(context, plugins);
  return plugins;
};

/** One message for each plugin that failed to load. */
export const pluginProblems = (plugins: readonly LoadedPlugin[]): readonly string[] =>
  plugins.flatMap(({ problem }) =>
    problem === undefined
      ? []
      : [`${problem.message}${problem.remedy === undefined ? '' : `. ${sentenceCase(problem.remedy)}`}`],
  );

/** Returns the options of `loadProfile` for the source types that a profile may use: built-in ones and those of plugins. */
export const typesWith = (
  { sourceTypes }: Pick<CommandContext, 'sourceTypes'>,
  plugins: readonly LoadedPlugin[],
): Required<Pick<LoadOptions, 'sourceTypes' | 'modules' | 'plugins'>> => ({
  sourceTypes,
  modules: plugins.flatMap(({ modules }) => modules),
  plugins,
});
