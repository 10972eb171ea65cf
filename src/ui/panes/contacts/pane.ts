import { definePane } from '../define-pane.ts';
import { listStates } from '../profile-list.ts';
import { byName } from '../worst-first.ts';
import { contactColumns } from './columns.ts';
import { contactDetails } from './details.ts';
import { type ContactRow, contactRows } from './rows.ts';

const byRole = (a: ContactRow, b: ContactRow): number =>
  (a.contact?.role ?? '') < (b.contact?.role ?? '') ? -1 : 1;

/** CONTACTS: whom to call, as the profile names them: the ladder first, who is next and when. */
export const contactsPane = definePane<ContactRow>({
  id: 'contacts',
  title: 'CONTACTS',
  noun: 'contacts',
  keys: [],
  states: (view, count) => listStates(view, count, 'contacts', '{ id, role, name, reach }'),
  from: ({ cockpit }) => [cockpit.open],
  rows: contactRows,
  order: 'as they are called',
  orders: [
    { name: 'by name', compare: byName },
    { name: 'by role', compare: byRole },
  ],
  caption: () => [],
  table: contactColumns,
  details: contactDetails,
});
