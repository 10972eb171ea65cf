import { type EscalationRung, isPlaceholder, turnOf } from '../../../domain/escalation.ts';
import type { Contact } from '../../../domain/profile.ts';
import type { PaneRow } from '../../panes/row.ts';
import type { View } from '../../view.ts';

/** A rung of the ladder with whom it names, or a contact that stands on none. */
export interface ContactRow extends PaneRow {
  readonly contact?: Contact;
  readonly rung?: EscalationRung;
  /** The place of its rung, 1 being the first that is called. */
  readonly step?: number;
  /** When it is its turn. */
  readonly turn: string;
  /** '' where there is no way to reach them. */
  readonly reach: string;
}

const reachOf = (contact: Contact | undefined): string =>
  contact === undefined || isPlaceholder(contact.reach) ? '' : contact.reach;

const rungRows = ({ cockpit: { open } }: View): readonly ContactRow[] =>
  (open?.escalation ?? []).map((rung, index, ladder) => {
    const contact = open?.contacts?.find(({ id }) => id === rung.contact);
    const reach = reachOf(contact);
    const turn = turnOf(ladder, index, open?.severity);
    const words = [rung.title, contact?.name ?? '', contact?.role ?? '', reach, turn, rung.authority];
    return {
      key: `rung ${rung.id}`,
      level: 'ok',
      label: rung.title,
      text: words.join(' '),
      ...(reach === '' ? {} : { copies: reach }),
      ...(contact === undefined ? {} : { contact }),
      rung,
      step: index + 1,
      turn,
      reach,
    };
  });

const contactRow = (contact: Contact): ContactRow => {
  const reach = reachOf(contact);
  return {
    key: contact.id,
    level: 'ok',
    label: contact.name,
    text: `${contact.role} ${contact.name} ${reach}`,
    ...(reach === '' ? {} : { copies: reach }),
    contact,
    turn: '',
    reach,
  };
};

/** The ladder from its first rung up, then whoever stands on none, as the profile has them. */
export const contactRows = (view: View): readonly ContactRow[] => {
  const ladder = rungRows(view);
  const onIt = new Set(ladder.map(({ contact }) => contact?.id));
  const others = (view.cockpit.open?.contacts ?? []).filter(({ id }) => !onIt.has(id));
  return [...ladder, ...others.map(contactRow)];
};
