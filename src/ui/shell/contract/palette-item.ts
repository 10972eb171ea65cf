import type { Level } from '../../../domain/facts/level.ts';
import type { Danger } from '../../../domain/runbooks/operation.ts';
import type { ParamSpec, Runbook } from '../../../domain/runbooks/runbook.ts';
import type { KeyContext } from './pane.ts';

/** One entry of the palette. */
export interface PaletteItem {
  readonly id: string;
  /** The text shown and searched. */
  readonly text: string;
  /** The heading in the palette below which it is listed; absent: Commands. */
  readonly section?: string;
  /** The level of a row. */
  readonly level?: Level;
  /** The command for `:`. */
  readonly command: string;
  /** Placeholder for the command's arguments: 'reason', 'name=value'. */
  readonly argumentHint?: string;
  /** Parameters accepted as `name=value`. */
  readonly params?: readonly ParamSpec[];
  readonly danger?: Danger;
  /** The equivalent key. */
  readonly key?: string;
  /** Its place among the suggested runbooks, from 0. */
  readonly rank?: number;
  /** The runbook that it starts. */
  readonly runbook?: Runbook;
  /** For a runbook: that it matches now and why, or why that is unknown, and its standing in a word or two. */
  readonly match?: { readonly is: 'yes' | 'unknown'; readonly why: string; readonly word: string };
  /** Why it is unavailable now. Unavailable items stay in the list. */
  readonly whyNot?: string;
  /** Warning shown before it is run. */
  readonly note?: string;
  /** True: it arms, reveals or ends something at once, so that its `enter` must be a key of its own. */
  readonly confirms?: true;
  /** Calls that the runbook declares. */
  readonly calls?: readonly string[];
  run(context: KeyContext, rest: string): void;
}
