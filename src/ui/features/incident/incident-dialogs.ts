import type { DeclaredIncident } from '../../../domain/incidents/declared-incident.ts';
import {
  type DeclaredStatus,
  type IncidentEvent,
  incidentFields,
  incidentStatuses,
} from '../../../domain/incidents/incident-event.ts';
import type { Overlay } from '../../shell/contract/overlay.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { liveContext } from '../../shell/contract/render-context.ts';
import type { IncidentQuestion } from './view-state.ts';

type WordsOverlay = Extract<Overlay, { is: 'words' }>;

interface Asked {
  readonly why: IncidentQuestion;
  /** Id of the incident; '' for one to declare. */
  readonly run: string;
  readonly about: string;
  /** The present value of the field. */
  readonly text?: string;
  readonly severity?: string;
}

/** Opens a dialog about an incident. */
export const askAboutIncident = ({ model, view }: KeyContext, asked: Asked): void =>
  model.setState({
    overlay: {
      is: 'words',
      text: '',
      ...asked,
      over: view.ui.overlay.is === 'incident-menu' ? { is: 'none' } : view.ui.overlay,
    },
  });

/** The status after the present one. */
export const nextStatus = ({ status }: DeclaredIncident): DeclaredStatus =>
  incidentStatuses[incidentStatuses.indexOf(status) + 1] ?? 'resolved';

/** 'Fix the pool @ana': an action item with its owner. */
const actionItem = (text: string): IncidentEvent => {
  const [, what = text, owner = ''] = /^(.*\S)\s+@([\w.@-]+)$/s.exec(text) ?? [];
  return { event: 'action-item', text: what, owner };
};

const eventOf = (
  { why, severity = '' }: Pick<WordsOverlay, 'severity'> & { readonly why: IncidentQuestion },
  incident: DeclaredIncident,
  text: string,
): IncidentEvent | undefined => {
  switch (why) {
    case 'incident':
      return undefined;
    case 'incident-note':
      return { event: 'note', text };
    case 'incident-update':
      return { event: 'update', text, to: '' };
    case 'incident-status':
      return { event: 'status', status: nextStatus(incident), text };
    case 'incident-resolve':
      return { event: 'status', status: 'resolved', text, reason: text };
    case 'incident-severity':
      return { event: 'severity', severity, reason: text };
    case 'incident-next-step':
      return { event: 'next-step', text };
    case 'incident-action-item':
      return actionItem(text);
    case 'incident-post-mortem':
      return { event: 'post-mortem', file: text };
    default: {
      const field = incidentFields.find((one) => why === `incident-${one}`);
      return field === undefined ? undefined : { event: 'field', field, value: text };
    }
  }
};

/** Carries out what a dialog about an incident was given. */
export const giveToIncident = (
  { commands, view }: KeyContext,
  given: Pick<WordsOverlay, 'run' | 'text' | 'severity'> & { readonly why: IncidentQuestion },
): void => {
  if (given.why === 'incident') commands.declareIncident(given.text);
  const incident = liveContext(view).cockpit.incidents?.find(({ id }) => id === given.run);
  const event = incident && eventOf(given, incident, given.text);
  if (event !== undefined) commands.addToIncident(given.run, event);
};
