import type { Danger } from '../../domain/operation.ts';
import type { TerminalEnd } from '../../platform/processes/run-in-terminal.ts';
import { actsInPast } from '../../runs/policy/past.ts';
import type { Commands } from '../../store/commands.ts';
import type { Model } from '../model.ts';
import type { Pane, PaneRow, Room } from '../panes/pane.ts';
import { whyNotActing } from '../past/acting.ts';
import type { Theme } from '../theme/theme.ts';
import type { View } from '../view.ts';

/** What a key finds when it is pressed. */
export interface Hand {
  readonly view: View;
  readonly model: Model;
  readonly commands: Commands;
  /** The focused pane, its rows as shown, and the one under the cursor. */
  readonly pane: Pane;
  readonly rows: readonly PaneRow[];
  readonly index: number;
  readonly row?: PaneRow;
  /** Where the focused pane stands; undefined when it is not on the screen. */
  room(): Room | undefined;
  /** Half a page, in rows. */
  readonly halfPage: number;
  /** Says something in the message row. */
  say(text: string): void;
  /** How the screen is drawn. */
  readonly theme: Theme;
  /** Sends text to the clipboard of the terminal, which may or may not take it. */
  copy(text: string): void;
  /** Gives the terminal back and stops the process until it is continued. */
  suspend(): void;
  /** Gives the terminal to a program until that has ended; undefined when it could not be given. */
  lend(argv: readonly string[]): Promise<TerminalEnd | undefined>;
  /** Ends the cockpit. */
  quit(): void;
}

/** A key is data: footer, help, palette and docs/keys.md are made of it. */
export interface Binding {
  readonly id: string;
  readonly keys: readonly string[];
  /** What it does, in the words of help. */
  readonly does: string;
  /** Its word in the footer; without one it is not in the footer. */
  readonly footer?: string;
  /** In the footer only where there are so many columns; default: wherever it fits. */
  readonly footerFrom?: number;
  readonly danger?: Danger;
  /** True, and where it has a danger: it begins a change, and cannot be used while an earlier moment is looked at. */
  readonly acts?: boolean;
  /** Why it cannot be used now. The key stays visible and says so. */
  whyNot?(hand: Hand): string | undefined;
  run(hand: Hand): void;
}

/** Why a key cannot be used now, or undefined: nothing acts in the past; else what the binding itself says. */
export const whyNotNow = (hand: Hand, binding: Binding): string | undefined =>
  (actsInPast(binding) ? whyNotActing(hand.view) : undefined) ?? binding.whyNot?.(hand);

/** Bindings that are live together, under the name that help gives them. */
export interface KeyTable {
  readonly title: string;
  readonly bindings: readonly Binding[];
}
