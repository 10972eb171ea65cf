import type { ChecklistMark } from '../../../domain/checklist/record.ts';
import type { DescribedObject, DescriptionFormat } from '../../../domain/facts/object-description.ts';
import type { AcknowledgedFinding } from '../../../domain/incidents/acknowledgement.ts';
import type { IncidentMenu, IncidentQuestion } from '../../features/incident/view-state.ts';
import type { LogListOverlay, LogSaveOverlay } from '../../features/logs/view/view-state.ts';
import type { RunbookSubject } from '../../features/runbooks/runbook-subject.ts';
import type { Cursor, PaneId } from '../../kit/components/cursor.ts';

/** An overlay opened by a key. Run cards are not overlays; they follow the run. */
export type Overlay =
  | { readonly is: 'none' }
  | {
      readonly is: 'help';
      readonly text: string;
      readonly typing: boolean;
      readonly cursor: number;
      /** The overlay below, which help describes and returns to. */
      readonly over: Overlay;
    }
  | {
      readonly is: 'palette';
      /** `ctrl-p`: everything; `x`: actions for the row under the cursor. */
      readonly mode: 'fuzzy' | 'row';
      readonly text: string;
      readonly cursor: Cursor;
      /** `tab`: shows the calls of the selected runbook. */
      readonly calls: boolean;
    }
  | {
      readonly is: 'command';
      readonly text: string;
      readonly cursor: Cursor;
      /** `tab` cycles through completions of `stem`. */
      readonly tab?: { readonly stem: string; readonly at: number };
      /** Position in the command history; 1 is the last command. */
      readonly recalled?: number;
    }
  | { readonly is: 'environments'; readonly cursor: Cursor }
  | {
      readonly is: 'runbooks';
      readonly cursor: Cursor;
      /** The alert or log line that the list is opened for: runbooks that mention it come first. */
      readonly about?: RunbookSubject;
      /** The searched symptom: only runbooks that mention it are listed. Absent: all. */
      readonly text?: string;
      readonly typing?: boolean;
      /** The ids in the order that the list had when it was opened; absent: the current order. */
      readonly order?: readonly string[];
    }
  | {
      /** The objects related to a row of a pane. */
      readonly is: 'related';
      readonly pane: PaneId;
      readonly key: string;
      readonly cursor: Cursor;
    }
  /** The export formats of the focused pane. */
  | { readonly is: 'export'; readonly cursor: Cursor }
  | {
      /** A text about an object; its content is in `CockpitState.description`. */
      readonly is: 'reader';
      readonly subject: DescribedObject;
      readonly how: DescriptionFormat;
      /** The first visible row. */
      readonly from: number;
      readonly text: string;
      readonly typing: boolean;
      /** The line of the current match. */
      readonly hit?: number;
    }
  | { readonly is: 'arm'; readonly text: string; readonly over: Overlay }
  | {
      /** Text for the ledger: the reason of an override, or a note on a run. Or text for the record of an incident. */
      readonly is: 'words';
      readonly why: 'override' | 'break-glass' | 'note' | 'refuse-approval' | IncidentQuestion;
      /** The id of the run or of the incident; '' for one to declare. */
      readonly run: string;
      /** Title of the subject. */
      readonly about: string;
      /** The severity that the text gives the reason for. Absent: none. */
      readonly severity?: string;
      readonly text: string;
      readonly over: Overlay;
    }
  /** A list of what can be done with a declared incident. */
  | {
      readonly is: 'incident-menu';
      readonly menu: IncidentMenu;
      /** Its id. */
      readonly incident: string;
      readonly cursor: Cursor;
    }
  /** The note of an acknowledgement. */
  | {
      readonly is: 'acknowledge';
      readonly findings: readonly AcknowledgedFinding[];
      readonly text: string;
      readonly over: Overlay;
    }
  /** The reason or note for a mark on an item of a checklist. */
  | {
      readonly is: 'checklist';
      readonly list: string;
      readonly item: string;
      readonly title: string;
      readonly mark: ChecklistMark;
      readonly text: string;
      readonly over: Overlay;
    }
  /** The columns of a pane. */
  | { readonly is: 'columns'; readonly pane: PaneId; readonly cursor: Cursor }
  /** The saved views or the bookmarks of the environment. */
  | { readonly is: 'saved'; readonly list: 'views' | 'bookmarks'; readonly cursor: Cursor }
  /** The score card of the last drill, and the hints of the running one. */
  | { readonly is: 'score' }
  | { readonly is: 'hints' }
  | LogListOverlay
  | LogSaveOverlay
  /** The messages in full; `from`: the first visible line. */
  | { readonly is: 'messages'; readonly from: number }
  | { readonly is: 'quit' }
  | { readonly is: 'unshare'; readonly over: Overlay };

export const noOverlay: Overlay = { is: 'none' };

/** The overlay below the top one. */
export const overlayBelow = (overlay: Overlay): Overlay => ('over' in overlay ? overlay.over : noOverlay);

/** All open overlays, the top one last. */
export const overlayStack = (overlay: Overlay): readonly Overlay[] =>
  overlay.is === 'none' ? [] : [...overlayStack(overlayBelow(overlay)), overlay];
