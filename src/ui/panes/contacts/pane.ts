import type { Contact } from '../../../domain/profile.ts';
import type { View } from '../../view.ts';
import { definePane } from '../define-pane.ts';
import type { PaneRow } from '../pane.ts';
import { listStates } from '../profile-list.ts';
import { byName } from '../worst-first.ts';

interface ContactRow extends PaneRow {
  readonly contact: Contact;
}

const contactRows = ({ cockpit }: View): readonly ContactRow[] =>
  (cockpit.open?.contacts ?? []).map((contact) => ({
    key: contact.id,
    level: 'ok',
    label: contact.name,
    text: `${contact.role} ${contact.name} ${contact.reach}`,
    ...(contact.reach === '' ? {} : { copies: contact.reach }),
    contact,
  }));

/** CONTACTS: whom to call, as the profile names them, in its order. */
export const contactsPane = definePane<ContactRow>({
  id: 'contacts',
  title: 'CONTACTS',
  noun: 'contacts',
  keys: [],
  states: (view, count) => listStates(view, count, 'contacts', '{ id, role, name, reach }'),
  from: ({ cockpit }) => [cockpit.open],
  rows: contactRows,
  order: 'as in the profile',
  orders: [
    { name: 'by name', compare: byName },
    { name: 'by role', compare: (a, b) => (a.contact.role < b.contact.role ? -1 : 1) },
  ],
  caption: () => [],
  // The pane's title stands over the first column.
  table: ({ pen }) => [
    {
      head: '',
      width: 26,
      grow: 1,
      cell: ({ contact }) => pen.run(contact.role === '' ? '–' : contact.role),
    },
    { head: 'NAME', width: 22, grow: 1, cell: ({ contact }) => pen.run(contact.name, 'bold') },
    {
      head: 'REACH',
      width: 28,
      grow: 1,
      cell: ({ contact }) => pen.run(contact.reach === '' ? '–' : contact.reach),
    },
  ],
  details: ({ pen }, { contact }) => [
    [
      pen.run(` ${contact.name}`, 'bold'),
      pen.run(contact.role === '' ? '' : `  ${contact.role}`, 'faint'),
      pen.run(contact.reach === '' ? '  the profile says no way to reach them' : `  ${contact.reach}`),
    ],
  ],
});
