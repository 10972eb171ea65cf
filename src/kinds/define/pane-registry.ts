import type { Fact } from '../../domain/facts/facts.ts';

/** A column of a pane: a text for each fact. Align numbers right. */
export interface PaneColumn<F extends Fact> {
  /** In capitals, as in other panes: 'ACTIVE'. */
  readonly head: string;
  /** Width in terminal cells. */
  readonly width: number;
  readonly align?: 'right';
  /** Hidden when the pane is narrower than this. */
  readonly hideBelow?: number;
  /** True: shown in wide mode (`ctrl-w`) only, or when the user turns it on. */
  readonly wide?: boolean;
  /** Pure. undefined and '' are shown as absent. */
  text(fact: F): string | undefined;
}

/** Overrides of the pane generated from a kind's fields. Level, name and age are always shown. */
export interface PaneSpecOf<F extends Fact> {
  /** The kind that it shows. */
  readonly kind: string;
  /** 'NGINX' */
  readonly title: string;
  readonly columns: readonly PaneColumn<F>[];
  /** The lines of an opened row. Absent: every field. Pure. */
  details?(fact: F): readonly string[];
}

const registered = new Map<string, PaneSpecOf<Fact>>();

/**
 * Registers a pane for a kind, before the first environment is opened. Returns the function that unregisters it.
 * @throws {Error} when the kind already has one
 */
export const registerPane = <F extends Fact>(pane: PaneSpecOf<F>): (() => void) => {
  const { kind } = pane;
  if (registered.has(kind))
    throw new Error(`the kind "${kind}" already has a pane. Remove one of the two panes`);
  registered.set(kind, pane);
  return () => void registered.delete(kind);
};

/** Returns the pane registered for a kind, or undefined. */
export const registeredPane = (kind: string): PaneSpecOf<Fact> | undefined => registered.get(kind);
