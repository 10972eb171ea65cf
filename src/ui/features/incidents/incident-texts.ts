import type { DeclaredIncident } from '../../../domain/incidents/declared-incident.ts';
import { isUnfilledContact } from '../../../domain/profile/profile.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { IncidentTarget, NextEscalation } from '../../../incidents/incident-clock.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';

/** A field of an incident; '' while it is empty. */
export interface LabeledText {
  readonly label: string;
  readonly text: string;
}

/** 'P1 High'; 'no severity'. */
export const severityText = ({ cockpit }: RenderContext, { severity }: DeclaredIncident): string => {
  if (severity === '') return 'no severity';
  const title = cockpit.open?.severity?.severities.find(({ id }) => id === severity)?.title ?? '';
  return title === severity ? severity : `${severity} ${title}`.trim();
};

export const statusRole = ({ status }: DeclaredIncident): TextRole =>
  status === 'resolved' ? 'ok' : status === 'monitoring' ? 'warn' : 'crit';

export const clockText = (view: RenderContext, { resolvedAt, declaredAt }: DeclaredIncident): string =>
  resolvedAt === undefined
    ? `open ${formatAge(wallNow(view) - declaredAt)}`
    : `resolved after ${formatAge(resolvedAt - declaredAt)}`;

const targetRole = { met: 'ok', pending: 'plain', late: 'crit', none: 'faint' } as const;

/** A target with its mark: 'next update 25m left', '✓ acknowledged after 7s', which says its title already. */
export const targetRuns = ({ pen }: RenderContext, { title, state, text }: IncidentTarget): StyledLine => [
  ...(state === 'late' ? [pen.glyph('crit', 'crit'), pen.run(' ')] : []),
  ...(state === 'met' ? [pen.glyph('done', 'ok'), pen.run(' ')] : []),
  pen.run(
    text.startsWith(title.toLowerCase()) ? '' : `${title.charAt(0).toLowerCase()}${title.slice(1)} `,
    'faint',
  ),
  pen.run(text, targetRole[state]),
];

/** The contact of the next step of the escalation path: 'Ana Ruiz +1-555-0123'. */
export const nextContact = (view: RenderContext, next: NextEscalation | undefined): string => {
  if (next?.contact === undefined) return '';
  const { name, reach } = next.contact;
  return `${view.pen.maskField(name, 'user')} ${isUnfilledContact(reach) ? '(no contact details)' : reach}`.trim();
};
