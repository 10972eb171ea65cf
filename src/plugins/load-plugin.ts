import { join } from 'node:path';
import type { Fault, Millis } from '../domain/base/fault.ts';
import type { Fact } from '../domain/facts/facts.ts';
import { isPackageName, isPluginPath, type PluginStatus } from '../domain/profile/settings.ts';
import { stripControls } from '../domain/text/controls.ts';
import { errorMessage } from '../domain/text/error-message.ts';
import type { KindDefinition } from '../kinds/define/define-kind.ts';
import { type PaneSpecOf, registerPane } from '../kinds/define/pane-registry.ts';
import { registerKind } from '../kinds/registry/registry.ts';
import {
  type PackageManifest,
  packageEntryFile,
  packageOwnershipProblem,
  readPackage,
} from '../platform/files/package-files.ts';
import { RemediedError, toFault } from '../platform/network/to-fault.ts';
import { WireError } from '../platform/runtime/wire-error.ts';
import type { SourceModule } from '../sources/kit/contract/source.ts';
import { guardedModule } from './guarded-module.ts';
import type { Plugin } from './plugin.ts';
import { isCompatibleSdk, sdkVersion } from './sdk-version.ts';

/** Search directories for plugins, and the check whether their code may run. */
export interface PluginPlaces {
  /** Base directory for relative paths in the settings. */
  readonly settingsDir: string;
  readonly homeDir: string;
  /** Package directories, nearest first. */
  readonly packageDirs: readonly string[];
  /**
   * Rejects with the reason when code at these paths must not run: it is in a profile directory that is not trusted.
   */
  permits(paths: readonly string[]): Promise<void>;
}

/** A loaded plugin, or why it failed to load. */
export interface LoadedPlugin extends PluginStatus {
  readonly modules: readonly SourceModule[];
  /** Unregisters its kinds and panes. */
  release(): void;
}

/** Imports a module and resolves to its exports; rejects with its error, or on timeout. */
type CodeLoader = (file: string) => Promise<Readonly<Record<string, unknown>>>;

const dirOf = (entry: string, { settingsDir, homeDir }: PluginPlaces): string => {
  if (entry.startsWith('~/')) return join(homeDir, entry.slice(2));
  return entry.startsWith('/') ? entry : join(settingsDir, entry);
};

const located = async (entry: string, places: PluginPlaces): Promise<PackageManifest> => {
  const dirs = isPluginPath(entry)
    ? [dirOf(entry, places)]
    : places.packageDirs.map((dir) => join(dir, ...entry.split('/')));
  for (const dir of dirs) {
    const manifest = await readPackage(dir);
    if (manifest !== undefined) return manifest;
  }
  throw new RemediedError(
    'missing',
    isPluginPath(entry)
      ? `there is no package.json in ${dirs[0] ?? ''}`
      : `the package of the plugin is not in ${places.packageDirs.join(' or ')}`,
    'install the package in that directory, or correct plugins: in config.yaml',
  );
};

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;

const textField = (value: unknown, key: string): string | undefined => {
  const fieldValue = fieldOf(value, key);
  return typeof fieldValue === 'string' ? fieldValue : undefined;
};

/** The plugin as its manifest describes it. */
interface Described {
  readonly dir: string;
  readonly name: string;
  readonly entry: string;
  readonly sdk: string;
}

const described = (entry: string, { dir, manifest }: PackageManifest): Described => {
  const name = textField(manifest, 'name') ?? '';
  const own = fieldOf(manifest, 'opsdeck');
  const file = textField(own, 'plugin');
  const sdk = textField(own, 'sdk');
  if (!isPackageName(name))
    throw new WireError('malformed', `name in ${dir}/package.json is not a package name`);
  if (!isPluginPath(entry) && name !== entry)
    throw new WireError('malformed', `${dir}/package.json belongs to another package: ${name}`);
  if (file === undefined || sdk === undefined)
    throw new RemediedError(
      'malformed',
      `${dir} is not an opsdeck plugin`,
      `add "opsdeck": { "plugin": "./FILE.js", "sdk": "${sdkVersion}" } to its package.json`,
    );
  return { dir, name, entry: file, sdk };
};

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isSchema = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'safeParse' in value &&
  typeof value.safeParse === 'function';

const isModule = (value: unknown): value is SourceModule =>
  textField(value, 'type') !== undefined &&
  typeof fieldOf(value, 'open') === 'function' &&
  isSchema(fieldOf(value, 'config')) &&
  isList(fieldOf(value, 'feedNames')) &&
  typeof fieldOf(value, 'operations') === 'object';

const hasFunctions = (value: unknown, ...names: readonly string[]): boolean =>
  names.every((name) => typeof fieldOf(value, name) === 'function');

const isKindSpec = (value: unknown): value is KindDefinition =>
  textField(value, 'name') !== undefined &&
  hasFunctions(value, 'identity', 'label', 'state', 'levelOf', 'field', 'json', 'lines') &&
  typeof fieldOf(value, 'allFields') === 'object';

const isPane = (value: unknown): value is PaneSpecOf<Fact> => {
  const columns = fieldOf(value, 'columns');
  return (
    textField(value, 'kind') !== undefined &&
    textField(value, 'title') !== undefined &&
    isList(columns) &&
    columns.every((column) => textField(column, 'head') !== undefined && hasFunctions(column, 'text'))
  );
};

/** Reads a list of a plugin whose items come from the named SDK function. Throws WireError. */
const listOf = <T>(
  plugin: object,
  key: string,
  is: (value: unknown) => value is T,
  maker: string,
): readonly T[] => {
  const list = fieldOf(plugin, key) ?? [];
  if (isList(list) && list.every(is)) return list;
  throw new WireError('malformed', `one of the ${key} was not created with ${maker}`);
};

/** Returns the plugin that a module exports. Throws when the export does not fit `definePlugin`. */
const pluginIn = (exported: Readonly<Record<string, unknown>>): Required<Plugin> => {
  const plugin = fieldOf(exported, 'plugin');
  if (typeof plugin !== 'object' || plugin === null)
    throw new RemediedError(
      'malformed',
      'the plugin has no export named plugin',
      'export const plugin = definePlugin({ … })',
    );
  return {
    sources: listOf(plugin, 'sources', isModule, 'defineSource'),
    kinds: listOf(plugin, 'kinds', isKindSpec, 'defineKind'),
    panes: listOf(plugin, 'panes', isPane, 'definePane'),
  };
};

/** Wraps a pane so that text functions that throw yield nothing: one row must not take down the screen. */
const guardedPane = (pane: PaneSpecOf<Fact>): PaneSpecOf<Fact> => {
  const orNothing = <T>(make: () => T): T | undefined => {
    try {
      return make();
    } catch {
      return undefined;
    }
  };
  const { columns, details } = pane;
  return {
    ...pane,
    columns: columns.map((column) => ({
      ...column,
      text: (fact) => orNothing(() => stripControls(String(column.text(fact) ?? ''))),
    })),
    ...(details && {
      details: (fact) => orNothing(() => details(fact).map((text) => stripControls(String(text)))) ?? [],
    }),
  };
};

/** Registers a plugin's kinds with their panes: all of them, or none when a name is taken. Throws WireError. */
const register = ({ kinds, panes }: Required<Plugin>): (() => void) => {
  const undo: (() => void)[] = [];
  const release = (): void => {
    for (const take of undo.splice(0).reverse()) take();
  };
  try {
    for (const kind of kinds) undo.push(registerKind(kind));
    for (const pane of panes) {
      if (!kinds.some(({ name }) => name === pane.kind))
        throw new Error(
          `pane ${pane.title} shows ${pane.kind}, which this plugin does not define: add the kind to the plugin`,
        );
      undo.push(registerPane(guardedPane(pane)));
    }
    return release;
  } catch (error) {
    release();
    throw new WireError('unconfigured', errorMessage(error));
  }
};

const imported = async (plugin: Described, load: CodeLoader): Promise<Required<Plugin>> => {
  const file = await packageEntryFile(plugin.dir, plugin.entry);
  if (file === undefined) throw new WireError('missing', `${plugin.dir} has no file ${plugin.entry}`);
  const exported = await load(file).catch((error: unknown) => {
    if (error instanceof WireError) throw error;
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new WireError('malformed', `loading failed: ${reason}`);
  });
  return pluginIn(exported);
};

/**
 * Loads the plugin of a settings entry. Its code runs only when three conditions hold: its manifest requires a
 * compatible SDK, no other user can write it, and `places.permits` resolves. Never rejects: a failure becomes its
 * problem.
 */
export const loadPlugin = async (
  entry: string,
  places: PluginPlaces,
  { load, now }: { readonly load: CodeLoader; now(): Millis },
): Promise<LoadedPlugin> => {
  let name = entry;
  const failed = (error: unknown): LoadedPlugin => {
    const problem: Fault = toFault(name, `plugin ${name}`, error, now());
    return { name, sourceTypes: [], modules: [], release: () => {}, problem };
  };
  try {
    const manifest = await located(entry, places);
    const plugin = described(entry, manifest);
    name = plugin.name;
    if (!isCompatibleSdk(plugin.sdk))
      throw new RemediedError(
        'unconfigured',
        `the plugin requires SDK ${plugin.sdk}, but this opsdeck provides SDK ${sdkVersion}`,
        'install a plugin version that is built for this SDK',
      );
    await places.permits([manifest.at, plugin.dir]);
    const why = await packageOwnershipProblem(plugin.dir);
    if (why !== undefined) throw new WireError('denied', `the plugin was not loaded: ${why}`);
    const made = await imported(plugin, load);
    const release = register(made);
    const modules = made.sources.map((module) => guardedModule(module, name));
    return { name, sourceTypes: modules.map(({ type }) => type), modules, release };
  } catch (error) {
    return failed(error);
  }
};
