import { type IncidentStatus, incidentText } from '../../../domain/incident-status.ts';
import { incidentOf } from '../../../domain/run-outcome.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { RenderContext } from '../../render-context.ts';
import type { StyledLine } from '../../text/line.ts';
import type { GlyphName } from '../../theme/glyphs.ts';
import type { TextRole } from '../../theme/roles.ts';
import { cardEventLine } from './card.ts';

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

/** The incident around a run, apart from its result, and the runbook to try next with its key. */
export const incidentLines = (
  view: RenderContext,
  run: RunView,
  incident: IncidentStatus | undefined,
): readonly StyledLine[] => {
  if (incident === undefined) return [];
  const { glyph, role } = stateStyles[incident.state];
  const next = nextRunbook(run);
  return [
    ...cardEventLine(view, 'incident', {
      mark: view.pen.glyph(glyph, role),
      text: incidentText(incident),
      role,
    }),
    ...(next === undefined
      ? []
      : cardEventLine(view, 'next', {
          mark: view.pen.run('n', 'key'),
          text: `${next}: ${titleOf(view, next)}`,
        })),
  ];
};
