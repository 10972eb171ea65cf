import type { Fact } from '../domain/facts.ts';
import type { KindDefinition } from '../kinds/define-kind.ts';
import type { PaneSpecOf } from '../kinds/pane-registry.ts';
import type { SourceModule } from '../sources/source.ts';

/** What a plugin adds to opsdeck. Its package exports one as `plugin`. */
export interface Plugin {
  /** Each with a `type` of its own. */
  readonly sources?: readonly SourceModule[];
  /** Made by `defineKind`: rows that expressions, `check`, NOW and exports know by its name. */
  readonly kinds?: readonly KindDefinition[];
  /** Made by `definePane`: of kinds of this plugin. A kind without one gets a pane that is made of its fields. */
  readonly panes?: readonly PaneSpecOf<Fact>[];
}

/** Declares what a plugin adds. */
export const definePlugin = (plugin: Plugin): Plugin => plugin;

/** Declares a source type: its config as a schema, its operations, and how it is opened with the reading io. */
export const defineSource = <C>(module: SourceModule<C>): SourceModule<C> => module;

/** Declares the pane of a kind: its title, its columns and its details, as pure functions of a fact. */
export const definePane = <F extends Fact>(pane: PaneSpecOf<F>): PaneSpecOf<F> => pane;
