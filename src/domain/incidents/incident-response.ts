import type { SentAction } from './incident-event.ts';

/** Sources of a system that an incident is reported to. Nothing is sent without a confirmed run. */
export interface IncidentResponse {
  /** Where updates for stakeholders are posted. Absent: they are only recorded. */
  readonly updates?: IncidentChannel;
  /** Source of type pagerduty. Absent: none. */
  readonly pager?: string;
  /** Source of type github. Absent: none. */
  readonly tracker?: string;
}

/** Returns the source for issues of follow-ups: that of `incident`, else the only source of type github. */
export const followUpTracker = ({
  incident,
  sources = [],
}: {
  readonly incident?: IncidentResponse;
  readonly sources?: readonly { readonly id: string; readonly type: string }[];
}): string | undefined => {
  const [only, ...others] = sources.filter(({ type }) => type === 'github');
  return incident?.tracker ?? (others.length === 0 ? only?.id : undefined);
};

/** A channel for updates: a source of type slack. */
export interface IncidentChannel {
  readonly source: string;
  /** Id of the channel. Absent: that of the source. */
  readonly channel?: string;
  /** The text of an update, with `{name}` of `updateVariables`. Absent: a plain list of the same values. */
  readonly template?: string;
  /** True: an incoming webhook, which has no threads and cannot be read. */
  readonly isWebhook?: true;
}

/** The variables of the template of an update. */
export const updateVariables = [
  'id',
  'title',
  'severity',
  'status',
  'impact',
  'services',
  'started',
  'current',
  'actions',
  'next',
  'eta',
  'commander',
] as const;
export type UpdateVariable = (typeof updateVariables)[number];

const variable = /\{(\w+)\}/g;

/** The names in braces that are no variables of an update. */
export const unknownUpdateVariables = (template: string): readonly string[] => [
  ...new Set(
    [...template.matchAll(variable)].flatMap(([, name = '']) =>
      updateVariables.some((updateVariable) => updateVariable === name) ? [] : [name],
    ),
  ),
];

/** Fills in a template. Empty values become '–'; other names in braces stay. Values are not expanded again. */
export const filledTemplate = (template: string, values: Readonly<Record<UpdateVariable, string>>): string =>
  template.replaceAll(variable, (whole, name: string) => {
    const known = updateVariables.find((updateVariable) => updateVariable === name);
    return known === undefined ? whole : values[known] || '–';
  });

/** Ids of the runbooks that report an incident, by what they send. */
export const incidentRunbookIds: Readonly<Record<SentAction, string>> = {
  update: 'incident-update',
  acknowledge: 'incident-acknowledge',
  resolve: 'incident-resolve',
  issue: 'incident-issue',
  page: 'incident-page',
  note: 'incident-note',
  'follow-ups': 'incident-follow-ups',
};
