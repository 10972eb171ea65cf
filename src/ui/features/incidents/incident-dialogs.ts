import type { DeclaredIncident } from '../../../domain/incidents/declared-incident.ts';
import {
  type DeclaredStatus,
  type IncidentEvent,
  incidentFields,
  incidentStatuses,
} from '../../../domain/incidents/incident-event.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { liveContext } from '../../shell/contract/render-context.ts';
import type { AskedReason } from '../../shell/dialogs/reason-dialog.ts';
import type { IncidentQuestion } from './view-state.ts';

/** Text for the record of an incident. */
export interface IncidentWordsOverlay extends AskedReason<'incident-words', IncidentQuestion> {
  /** Its id; '' for one to declare. */
  readonly incident: string;
  /** The severity that the text gives the reason for. Absent: none. */
  readonly severity?: string;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly 'incident-words': IncidentWordsOverlay;
  }
}

interface Asked {
  readonly why: IncidentQuestion;
  /** Id of the incident; '' for one to declare. */
  readonly incident: string;
  readonly about: string;
  /** The present value of the field. */
  readonly text?: string;
  readonly severity?: string;
  /** The text that an empty field stands for. */
  readonly fallback?: string;
}

/** Opens a dialog about an incident. */
export const askAboutIncident = ({ model, view }: KeyContext, request: Asked): void =>
  model.setState({
    overlay: {
      is: 'incident-words',
      text: '',
      ...request,
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
  { why, severity = '' }: IncidentWordsOverlay,
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
      const field = incidentFields.find((incidentField) => why === `incident-${incidentField}`);
      return field === undefined ? undefined : { event: 'field', field, value: text };
    }
  }
};

/** Carries out what a dialog about an incident was given. */
export const giveToIncident = (
  { commands, view }: KeyContext,
  wordsOverlay: IncidentWordsOverlay,
  text: string,
): void => {
  if (wordsOverlay.why === 'incident') commands.declareIncident(text);
  const incident = liveContext(view).cockpit.incidents?.find(({ id }) => id === wordsOverlay.incident);
  const event = incident && eventOf(wordsOverlay, incident, text);
  if (event !== undefined) commands.addToIncident(wordsOverlay.incident, event);
};
