import type { Danger } from '../../../domain/operation.ts';
import type { ParamSpec } from '../../../domain/runbook.ts';
import type { KeyContext } from '../../panes/pane.ts';

/** One thing that the palette can do. */
export interface PaletteItem {
  readonly id: string;
  /** What is matched and shown. */
  readonly text: string;
  /** What `:` takes for it, word for word. */
  readonly command: string;
  /** What may follow the command: 'a reason', 'name=value'. */
  readonly argumentHint?: string;
  /** The parameters that `name=value` may name. */
  readonly params?: readonly ParamSpec[];
  readonly danger?: Danger;
  /** The key that does the same. */
  readonly key?: string;
  /** Of a runbook: that it fits what is wrong now, and why; or why nobody can tell. */
  readonly match?: { readonly is: 'yes' | 'unknown'; readonly why: string };
  /** Why it cannot be done now; it stays in the list and says so. */
  readonly whyNot?: string;
  /** What to know before it is run. */
  readonly note?: string;
  /** What it would call, as far as the runbook says it. */
  readonly calls?: readonly string[];
  run(hand: KeyContext, rest: string): void;
}
