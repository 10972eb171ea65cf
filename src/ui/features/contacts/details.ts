import { turnOf } from '../../../domain/escalation.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import type { ContactRow } from './rows.ts';

/** 'next: Platform team lead, 30m after On-call engineer', or that there is nobody above. */
const nextLine = ({ pen, cockpit: { open } }: View, { step }: ContactRow): readonly Line[] => {
  const ladder = open?.escalation ?? [];
  if (step === undefined) return [];
  const next = ladder[step];
  if (next === undefined) return [[pen.run('   nobody is above', 'faint')]];
  const turn = turnOf(ladder, step, open?.severity);
  return [
    [
      pen.run('   next: '),
      pen.run(next.title, 'bold'),
      pen.run(turn === '' ? ' · when is not said' : ` · ${turn}`),
    ],
  ];
};

/** Why nobody is reached, and where to write how. */
const reachWords = ({ contact, rung, reach }: ContactRow): string => {
  if (reach !== '') return reach;
  if (contact === undefined)
    return `not set: the profile names nobody · write contact: under escalation ${rung?.id ?? ''}`;
  return contact.reach === '' || contact.reach === 'not set'
    ? 'not set: the profile says no way to reach them'
    : `not set: "${contact.reach}" is a placeholder · write reach of contact ${contact.id}`;
};

/** Whom the selected row is about, how they are reached, and who is next. */
export const contactDetails = (view: View, row: ContactRow): readonly Line[] => {
  const { pen, columns } = view;
  const { contact, rung, turn, label } = row;
  const who = contact === undefined || contact.name === label ? '' : contact.name;
  const about = [who, contact?.role ?? '', turn === '' ? '' : `called: ${turn}`];
  const more = [
    rung === undefined || rung.respond === '' ? '' : `answers: ${rung.respond}`,
    rung === undefined || rung.authority === '' ? '' : `may decide: ${rung.authority}`,
  ].filter((part) => part !== '');
  return [
    [pen.run(` ${label}`, 'bold'), pen.run(`  ${about.filter((part) => part !== '').join(' · ')}`, 'faint')],
    ...pen
      .wrap(reachWords(row), columns - 4)
      .map((piece): Line => [pen.run(`   ${piece}`, row.reach === '' ? 'crit' : 'plain')]),
    ...(more.length === 0
      ? []
      : pen.wrap(more.join(' · '), columns - 4).map((piece): Line => [pen.run(`   ${piece}`)])),
    ...nextLine(view, row),
  ];
};
