import { type IncidentStatus, incidentText } from '../../../domain/incidents/incident-status.ts';
import { baseRunbookId } from '../../../domain/runbooks/runbook.ts';
import { isRefusalOfRunbook } from '../../../domain/runs/proposal.ts';
import { incidentOf, outcomeOf } from '../../../domain/runs/run-outcome.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { isNoticeable } from '../../../runs/policy/danger.ts';
import type { CockpitState, RunView } from '../../../store/cockpit.ts';
import type { CardEntry } from '../../kit/components/card-zones.ts';
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

/** Outcomes after which the incident asks for another runbook. */
const isUnsolved = (run: RunView): boolean => {
  const ended = run.events.findLast((event) => event.event === 'ended');
  if (ended?.event !== 'ended') return run.proposal?.refusal !== undefined;
  const { is, level } = outcomeOf(ended, ended.incident);
  return level === 'crit' || is === 'forbidden' || is === 'not-applicable' || is === 'stopped-after-sending';
};

/** The runbook itself, where it still matches and asks for a number: another one may be accepted, or more may be what is missing. */
const againWithOthers = (
  suggestions: CockpitState['suggestions'],
  { runbook }: RunView,
): string | undefined => {
  const asksForNumber = runbook.params.some((spec) => spec.type === 'int' && spec.default === undefined);
  const stillMatches = suggestions.some(
    ({ runbook: { id }, fits, hindrance }) => id === runbook.id && fits === 'yes' && hindrance !== 'blocked',
  );
  return asksForNumber && stillMatches ? runbook.id : undefined;
};

/**
 * A runbook that was tried in this incident, still matches and can do no harm: what it rests on may have changed since, as the code
 * that its tests are run on.
 */
const againWithoutHarm = (suggestions: CockpitState['suggestions']): string | undefined =>
  suggestions.find(
    ({ fits, hindrance, danger }) =>
      fits === 'yes' && hindrance === 'tried' && danger !== undefined && !isNoticeable(danger),
  )?.runbook.id;

/**
 * The id of the runbook to try next, by what is known now; undefined if none matches, or after a verified step while nothing asks
 * for one. It is the first suggestion that can run and was not tried, which the situation and the list name, too: their order knows
 * what the run has found for the rest of the incident.
 */
export const nextRunbook = (
  { suggestions }: Pick<CockpitState, 'suggestions'>,
  run: RunView,
): string | undefined => {
  const found = incidentOf(run.events)?.next;
  if (run.past === true || run.isElsewhere === true) return found;
  if (!isUnsolved(run) && found === undefined) return undefined;
  const first = suggestions.find(
    ({ runbook, fits, hindrance }) =>
      fits === 'yes' && hindrance === undefined && runbook.problem === undefined,
  );
  // Refused because of its number: another one may be accepted. For a reason that refuses every run: nothing else can be tried either.
  if (isUnsolved(run) && first?.runbook.id === baseRunbookId(run.runbook.id))
    return run.proposal !== undefined && isRefusalOfRunbook(run.proposal)
      ? againWithOthers(suggestions, run)
      : undefined;
  return first?.runbook.id ?? againWithOthers(suggestions, run) ?? againWithoutHarm(suggestions);
};

/** The title of a runbook of the open environment; its id if it is not there. */
const titleOf = ({ cockpit }: RenderContext, id: string): string =>
  cockpit.suggestions.find(({ runbook }) => runbook.id === id)?.runbook.title ?? id;

/** 'test-failure: Run all tests'; with what is known against a runbook that is offered again: ' · tried 10:02: failed'. */
const nextText = (view: RenderContext, id: string): string => {
  const suggestion = view.cockpit.suggestions.find(({ runbook }) => runbook.id === id);
  const tried = suggestion?.hindrance === 'tried' ? ` · ${suggestion.reason}` : '';
  return `${id}: ${titleOf(view, id)}${tried}`;
};

/** The key of the contacts, where the profile has any. */
const contactsHint = (cockpit: CockpitState): readonly string[] => {
  const { contacts = [], escalation = [] } = cockpit.open ?? {};
  return contacts.length + escalation.length === 0
    ? []
    : [`esc, then ${boundKey(cockpit, 'pane.9', '9')}: contacts`];
};

/** The next suggestion after a refused plan, or that none of the matching ones can run. [] while nothing asks for a runbook. */
export const nextEntries = (view: RenderContext, run: RunView): readonly CardEntry[] => {
  const { pen, cockpit } = view;
  const next = nextRunbook(cockpit, run);
  if (cockpit.suggestions.every(({ fits }) => fits !== 'yes')) return [];
  const rows =
    next === undefined
      ? markedRows(
          view,
          pen.glyph('empty', 'loading'),
          [
            `no other matching runbook can run now`,
            `${boundKey(cockpit, 'card.runbooks', 'R')} lists all of them`,
            ...contactsHint(cockpit),
          ].join(' · '),
        )
      : markedRows(view, pen.run('n', 'key'), nextText(view, next));
  return [{ rows, isKept: true }];
};

/** The next step in an incident that goes on: the runbook with its key, waiting, or no matching runbook. */
export const nextRows = (
  view: RenderContext,
  run: RunView,
  incident: IncidentStatus | undefined,
): readonly StyledLine[] => {
  const { pen, now } = view;
  const next = nextRunbook(view.cockpit, run);
  if (next !== undefined) return markedRows(view, pen.run('n', 'key'), nextText(view, next));
  if (incident === undefined || run.past === true || !isOpen(incident)) return [];
  const left = (incident.waitsUntil ?? 0) - now;
  if (left > 0)
    return markedRows(
      view,
      pen.glyph('loading', 'loading'),
      'wait: the other problems count the last minutes (rates, alerts) and clear by themselves',
      { end: `at most ${formatAge(left)}` },
    );
  return markedRows(
    view,
    pen.glyph('empty', 'loading'),
    `no runbook matches the other problems · ${boundKey(view.cockpit, 'card.runbooks', 'R')} lists all of them`,
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
