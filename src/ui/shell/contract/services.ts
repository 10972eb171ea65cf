import type { Millis } from '../../../domain/base/fault.ts';
import type { DeclaredIncident } from '../../../domain/incidents/declared-incident.ts';
import type { FilterChip } from '../../../logs/format/filter-chip.ts';
import type { LogScope } from '../../../logs/format/log-stream.ts';
import type { PaneId } from '../../kit/components/cursor.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { KeyContext } from './pane.ts';
import type { PaneRow } from './pane-row.ts';
import type { RenderContext } from './render-context.ts';

/** The logs to open for a row. */
export interface LogTarget {
  readonly scope: LogScope;
  readonly chips: readonly FilterChip[];
  /** Start of the current state, wall clock. */
  readonly at?: Millis;
  /** Message to show. */
  readonly notice: string;
}

/** Services of the feature with the logs. */
interface LogsService {
  /** The pane with the lines. */
  readonly pane: PaneId;
  /** Why logs are unavailable here, or undefined. */
  unavailableReason(context: KeyContext): string | undefined;
  /** The logs of a row of a pane, from shortly before its problem started; undefined if it has none. */
  targetOf(view: RenderContext, row: PaneRow | undefined, pane: string): LogTarget | undefined;
  open(context: KeyContext, target: LogTarget): void;
  /** The newest lines ≥ WARN of rows of panes, among those that have been read; [] without any. */
  lines(
    view: RenderContext,
    rows: readonly { readonly pane: PaneId; readonly row: PaneRow }[],
    room: { readonly width: number; readonly height: number },
  ): readonly StyledLine[];
}

/** Services of the feature with the relations between rows. */
interface RelatedService {
  /** The rows of other panes that are related to an opened row, in at most `height` lines. */
  lines(
    view: RenderContext,
    pane: PaneId,
    row: PaneRow,
    room: { readonly width: number; readonly height: number },
  ): readonly StyledLine[];
}

/** Services of the feature with declared incidents. */
interface IncidentService {
  /** The open incident that keys change; undefined: the shown one is resolved, or there is none. */
  openOne(context: KeyContext): DeclaredIncident | undefined;
  /** Why nothing can be added to an open incident: time travel, or there is none. */
  blockedReason(context: KeyContext): string | undefined;
}

/** Services of features for others, which know only this contract. */
export interface FeatureServices {
  readonly incident: IncidentService;
  readonly logs: LogsService;
  readonly related: RelatedService;
}
