import type { ReasonDialogTexts } from '../../shell/dialogs/reason-dialog.ts';
import type { IncidentQuestion } from './view-state.ts';

const kept = 'opsdeck keeps the text with the incident';

/** A dialog that sets a field, or adds an entry. */
const recording = (title: string, label: string, record = kept): ReasonDialogTexts => ({
  title,
  label,
  none: `the ${label} is empty`,
  enter: 'enter save',
  does: `record the ${label}`,
  footer: 'save',
  esc: 'esc cancel',
  record,
});

/** Texts of the dialogs about declared incidents. */
export const incidentDialogTexts: Readonly<Record<IncidentQuestion, ReasonDialogTexts>> = {
  incident: {
    title: 'DECLARE INCIDENT',
    label: 'title',
    none: 'a title is required',
    enter: 'enter declare',
    does: 'declare an incident with this title',
    footer: 'declare',
    esc: 'esc cancel',
    record: 'kept in the state directory',
  },
  'incident-note': { ...recording('NOTE', 'note'), does: 'add the note to the incident' },
  'incident-status': {
    ...recording('STATUS', 'what is known about the incident now'),
    none: 'write what is known now',
    enter: 'enter set',
    does: 'set the status of the incident',
    footer: 'set',
  },
  'incident-resolve': {
    ...recording(
      'RESOLVE, OPEN FINDINGS',
      'reason',
      'opsdeck keeps the text with the incident and the open findings',
    ),
    none: 'say why the incident is resolved although findings are critical or unknown',
    enter: 'enter resolve',
    does: 'resolve the incident for this reason',
    footer: 'resolve',
  },
  'incident-update': {
    ...recording(
      'UPDATE',
      'update',
      'opsdeck keeps the text with the incident. You see a preview before opsdeck posts the update',
    ),
    does: 'record the update for stakeholders',
  },
  'incident-severity': {
    ...recording('SEVERITY', 'reason'),
    none: 'say why the incident has this severity',
    enter: 'enter set',
    does: 'set the severity for this reason',
    footer: 'set',
  },
  'incident-next-step': recording('NEXT STEP', 'next step'),
  'incident-action-item': recording('ACTION ITEM', 'action item', 'owner after " @": Fix the pool @ana'),
  'incident-post-mortem': recording(
    'POST-MORTEM',
    'path or web address of the document',
    'of the finished post-mortem',
  ),
  'incident-title': recording('TITLE', 'title'),
  'incident-impact': recording('IMPACT', 'impact'),
  'incident-cause': recording('CAUSE', 'cause'),
  'incident-commander': recording('INCIDENT COMMANDER', 'name', 'hands over the command of the incident'),
  'incident-scribe': recording('SCRIBE', 'name'),
  'incident-services': recording('AFFECTED SERVICES', 'services'),
  'incident-eta': recording('EXPECTED RESOLUTION', 'time'),
};
