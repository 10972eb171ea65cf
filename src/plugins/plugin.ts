import type { SourceModule } from '../sources/source.ts';

/** What a plugin adds to opsdeck. Its package exports one as `plugin`. */
export interface Plugin {
  /** Each with a `type` of its own. */
  readonly sources?: readonly SourceModule[];
}

/** Declares what a plugin adds. */
export const definePlugin = (plugin: Plugin): Plugin => plugin;

/** Declares a source type: its config as a schema, its operations, and how it is opened with the reading io. */
export const defineSource = <C>(module: SourceModule<C>): SourceModule<C> => module;
