import type { Fault } from './fault.ts';

/** A plugin that the user's settings allow: the source types that it gives, or why it could not be loaded. */
export interface PluginStatus {
  /** The name of its package, by which profiles ask for it. */
  readonly name: string;
  readonly sourceTypes: readonly string[];
  /** Its sources are off, and everything else goes on. */
  readonly problem?: Fault;
}

const packageName = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const longestName = 214;

/** True for the name of an npm package; a path is none. */
export const isPackageName = (text: string): boolean => text.length <= longestName && packageName.test(text);

/** True for an entry of `plugins:` in the settings that says where a plugin is. */
export const isPluginPath = (entry: string): boolean => /^(?:\.{1,2}|~)?\//.test(entry);

/** Whether an entry of `plugins:` in the settings can name a plugin. */
export const isPluginEntry = (entry: string): boolean => isPluginPath(entry) || isPackageName(entry);
