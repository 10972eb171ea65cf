import type { IncidentField } from '../../../domain/incidents/incident-event.ts';

/** Input that a dialog about an incident asks for. */
export type IncidentQuestion =
  | 'incident'
  | 'incident-note'
  | 'incident-status'
  | 'incident-resolve'
  | 'incident-update'
  | 'incident-severity'
  | 'incident-next-step'
  | 'incident-action-item'
  | 'incident-post-mortem'
  | `incident-${IncidentField}`;

/** The lists of Incident. */
export type IncidentMenu = 'severity' | 'fields' | 'outside' | 'documents';
