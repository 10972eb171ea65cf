import type { Column } from '../../components/table.ts';
import { definePane } from '../../panes/define-pane.ts';
import { listStates } from '../../panes/profile-list.ts';
import { byName } from '../../panes/worst-first.ts';
import type { View } from '../../view.ts';
import { contactDetails } from './details.ts';
import { type ContactRow, contactRows } from './rows.ts';

/** Under so many cells what somebody does is told below the table. */
const roomy = 110;

/** Whom: a rung by its place, somebody else by their name. */
const nameOf = ({ step, label }: ContactRow): string => (step === undefined ? label : `${step} ${label}`);

const roleOf = ({ rung, contact, label }: ContactRow): string => {
  if (rung === undefined) return contact?.role ?? '';
  return contact === undefined || contact.name === label ? (contact?.role ?? '') : contact.name;
};

const contactColumns = ({ pen, cockpit }: View): readonly Column<ContactRow>[] => {
  const hasLadder = (cockpit.open?.escalation ?? []).length > 0;
  const faintly = (text: string) => pen.run(text === '' ? '–' : text, text === '' ? 'faint' : 'plain');
  return [
    { head: '', width: 24, grow: 1, cell: (row) => pen.run(nameOf(row), 'bold') },
    {
      head: 'WHO, WHAT FOR',
      width: 24,
      grow: 1,
      ...(hasLadder ? { hideBelow: roomy } : {}),
      cell: (row) => faintly(roleOf(row)),
    },
    {
      head: 'REACH',
      width: 28,
      grow: 1,
      cell: ({ reach }) => (reach === '' ? pen.run('not set', 'crit') : pen.run(reach)),
    },
    ...(hasLadder
      ? [
          {
            head: 'CALLED',
            width: 24,
            grow: 2,
            cell: ({ rung, turn }: ContactRow) => (rung === undefined ? pen.run('') : faintly(turn)),
          },
        ]
      : []),
  ];
};

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
