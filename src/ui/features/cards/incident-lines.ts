import { type IncidentStatus, incidentText } from '../../../domain/incidents/incident-status.ts';
import { incidentOf } from '../../../domain/runs/run-outcome.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { GlyphName } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { markedRows } from './marked-rows.ts';

const stateStyles: Readonly<
  Record<IncidentStatus['state'], { readonly glyph: GlyphName; readonly role: TextRole }>
> = {
  ongoing: { glyph: 'crit', role: 'crit' },
  unknown: { glyph: 'unknown', role: 'unknown' },
  clearing: { glyph: 'loading', role: 'warn' },
  'all-clear': { glyph: 'ok', role: 'ok' },
};

/** The id of the runbook to try next after a run in an incident that goes on; undefined if none matches. */
export const nextRunbook = ({ events }: RunView): string | undefined => incidentOf(events)?.next;

/** The title of a runbook of the open environment; its id if it is not there. */
const titleOf = ({ cockpit }: RenderContext, id: string): string =>
  cockpit.suggestions.find(({ runbook }) => runbook.id === id)?.runbook.title ?? id;

/** The next step in an incident that goes on: the runbook with its key, waiting, or no matching runbook. */
export const nextRows = (
  view: RenderContext,
  run: RunView,
  incident: IncidentStatus | undefined,
): readonly StyledLine[] => {
  const { pen, now } = view;
  const next = nextRunbook(run);
  if (next !== undefined) return markedRows(view, pen.run('n', 'key'), `${next}: ${titleOf(view, next)}`);
  if (incident === undefined || run.past === true || !isOpen(incident)) return [];
  const left = (incident.waitsUntil ?? 0) - now;
  if (left > 0)
    return markedRows(
      view,
      pen.glyph('loading', 'loading'),
      'wait: the rest counts the last minutes (rates, alerts) and clears by itself',
      { end: `at most ${formatAge(left)}` },
    );
  return markedRows(
    view,
    pen.glyph('empty', 'loading'),
    `no runbook matches the rest · ${boundKey(view.cockpit, 'card.runbooks', 'R')} lists all of them`,
  );
};

const isOpen = ({ state }: IncidentStatus): boolean => state !== 'all-clear' && state !== 'clearing';

/** The incident around a run, apart from its result. */
export const incidentRows = (
  view: RenderContext,
  incident: IncidentStatus | undefined,
): readonly StyledLine[] => {
  if (incident === undefined) return [];
  const { glyph, role } = stateStyles[incident.state];
  return markedRows(view, view.pen.glyph(glyph, role), `incident ${incidentText(incident)}`, { role });
};
