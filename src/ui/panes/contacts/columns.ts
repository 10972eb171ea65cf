import type { Column } from '../../parts/table.ts';
import type { View } from '../../view.ts';
import type { ContactRow } from './rows.ts';

/** Under so many cells what somebody does is told below the table. */
const roomy = 110;

/** Whom: a rung by its place, somebody else by their name. */
const nameOf = ({ step, label }: ContactRow): string => (step === undefined ? label : `${step} ${label}`);

const roleOf = ({ rung, contact, label }: ContactRow): string => {
  if (rung === undefined) return contact?.role ?? '';
  return contact === undefined || contact.name === label ? (contact?.role ?? '') : contact.name;
};

export const contactColumns = ({ pen, cockpit }: View): readonly Column<ContactRow>[] => {
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
