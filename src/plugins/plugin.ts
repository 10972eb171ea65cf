import type { Fact } from '../domain/facts/facts.ts';
import type { KindDefinition } from '../kinds/define/define-kind.ts';
import type { PaneSpecOf } from '../kinds/define/pane-registry.ts';
import type { SourceModule } from '../sources/kit/contract/source.ts';

/** The contributions of a plugin. Its package exports one as `plugin`. */
export interface Plugin {
  /** Each has a unique `type`. */
  readonly sources?: readonly SourceModule[];
  /** Made by `defineKind`: rows that expressions, `check`, Problems and exports know by the kind's name. */
  readonly kinds?: readonly KindDefinition[];
  /** Made by `definePane`, for kinds of this plugin. A kind without one gets a pane generated from its fields. */
  readonly panes?: readonly PaneSpecOf<Fact>[];
}

/** Declares a plugin. */
export const definePlugin = (plugin: Plugin): Plugin => plugin;

/** Declares a source type: its config schema, its operations, and how to open it with the reading io. */
export const defineSource = <C>(module: SourceModule<C>): SourceModule<C> => module;

/** Declares the pane of a kind: title, columns and details, as pure functions of a fact. */
export const definePane = <F extends Fact>(pane: PaneSpecOf<F>): PaneSpecOf<F> => pane;
