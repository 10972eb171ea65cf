import type { DescriptionFormat } from '../../domain/object-description.ts';
import type { Workload } from '../../kinds/workloads/fact.ts';
import type { Cursor } from '../cursor.ts';
import type { LogListOverlay, LogSaveOverlay } from '../features/logs/view-state.ts';

/** What lies over the panes because a key asked for it. The card of a run is not one of these: the run decides. */
export type Overlay =
  | { readonly is: 'none' }
  | {
      readonly is: 'help';
      readonly text: string;
      readonly typing: boolean;
      readonly cursor: number;
      /** What it is about: it lies on that, and goes back to it. */
      readonly over: Overlay;
    }
  | {
      readonly is: 'palette';
      /** `ctrl-p` everything · `x` only what fits the row under the cursor. */
      readonly mode: 'fuzzy' | 'row';
      readonly text: string;
      readonly cursor: Cursor;
      /** `tab`: what the selected runbook would call. */
      readonly calls: boolean;
    }
  | {
      readonly is: 'command';
      readonly text: string;
      readonly cursor: Cursor;
      /** `tab` goes through what `stem`, typed before, can become. */
      readonly tab?: { readonly stem: string; readonly at: number };
      /** Steps back in the history of commands; 1: the last one. */
      readonly recalled?: number;
    }
  | { readonly is: 'environments'; readonly cursor: Cursor }
  | { readonly is: 'runbooks'; readonly cursor: Cursor }
  /** As what the focused pane is written to a file. */
  | { readonly is: 'export'; readonly cursor: Cursor }
  | {
      /** A text about an object: what comes is `CockpitState.reading`. */
      readonly is: 'reader';
      readonly subject: Workload;
      readonly how: DescriptionFormat;
      /** The first row in sight. */
      readonly from: number;
      readonly text: string;
      readonly typing: boolean;
      /** The line of the hit that `n` has come to. */
      readonly hit?: number;
    }
  | { readonly is: 'arm'; readonly text: string; readonly over: Overlay }
  | {
      /** Words of the operator that go into the ledger: why a freeze is broken, or a note on a run. */
      readonly is: 'words';
      readonly why: 'override' | 'note';
      readonly run: string;
      /** What they are about, in words. */
      readonly about: string;
      readonly text: string;
      readonly over: Overlay;
    }
  | LogListOverlay
  | LogSaveOverlay
  | { readonly is: 'quit' }
  | { readonly is: 'unshare'; readonly over: Overlay };

export const noOverlay: Overlay = { is: 'none' };

/** What is left when the one on top is closed. */
export const overlayBelow = (overlay: Overlay): Overlay => ('over' in overlay ? overlay.over : noOverlay);

/** Every overlay that is up, the one on top last. */
export const overlayStack = (overlay: Overlay): readonly Overlay[] =>
  overlay.is === 'none' ? [] : [...overlayStack(overlayBelow(overlay)), overlay];
