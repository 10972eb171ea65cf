import type { Millis } from '../../../domain/base/fault.ts';
import type { DescribedObject, DescriptionFormat } from '../../../domain/facts/object-description.ts';
import type { Cursor } from '../../kit/components/cursor.ts';

/** Help about the overlay below, to which it returns. */
interface HelpOverlay {
  readonly is: 'help';
  readonly text: string;
  readonly typing: boolean;
  readonly cursor: number;
  readonly over: Overlay;
}

/** The dialog that asks for the reason of arming. */
interface ArmOverlay {
  readonly is: 'arm';
  readonly text: string;
  /** When a key wrote the text, which a person must have seen before it counts; absent: it was typed. */
  readonly suggestedAt?: Millis;
  readonly over: Overlay;
}

/** The list of environments. */
interface EnvironmentsOverlay {
  readonly is: 'environments';
  readonly cursor: Cursor;
  /** The searched words: only environments whose name or title has all of them are listed. Absent: all. */
  readonly text?: string;
  readonly typing?: boolean;
}

/** A text about an object; its content is in `CockpitState.description`. */
interface ReaderOverlay {
  readonly is: 'reader';
  readonly subject: DescribedObject;
  readonly how: DescriptionFormat;
  /** The first visible row; -1: the line at which a page begins to be read. */
  readonly from: number;
  readonly text: string;
  readonly typing: boolean;
  /** The line of the current match. */
  readonly hit?: number;
  /** Set for a runbook page that an alert links, in place of an object. */
  readonly page?: RunbookPageView;
}

/** The page of an address in the reader. */
interface RunbookPageView {
  readonly address: string;
  /** Index of the selected command; absent: the first one that is shown when it opens. */
  readonly command?: number;
}

/**
 * The state of each kind of overlay: here those that the shell itself opens. A feature merges the state of its dialogs into
 * this interface, in the file of the dialog, and registers their views and keys with `defineFeature`.
 */
export interface OverlayKinds {
  readonly none: { readonly is: 'none' };
  readonly help: HelpOverlay;
  readonly arm: ArmOverlay;
  readonly environments: EnvironmentsOverlay;
  readonly quit: { readonly is: 'quit' };
  readonly reader: ReaderOverlay;
}

export type OverlayKind = keyof OverlayKinds;

/** An overlay opened by a key. Run cards are not overlays; they follow the run. */
export type Overlay = OverlayKinds[OverlayKind];

export const noOverlay: Overlay = { is: 'none' };

/** The overlay below the top one. */
export const overlayBelow = (overlay: Overlay): Overlay => ('over' in overlay ? overlay.over : noOverlay);

/** All open overlays, the top one last. */
export const overlayStack = (overlay: Overlay): readonly Overlay[] =>
  overlay.is === 'none' ? [] : [...overlayStack(overlayBelow(overlay)), overlay];
