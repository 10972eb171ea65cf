import { defined } from '../../../domain/base/defined.ts';
import type { Contact } from '../../../domain/profile/profile.ts';
import { type EscalationLevel, escalationTurn, isUnfilledContact } from '../../../domain/profile/profile.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import type { OnCall } from '../../../kinds/oncalls/fact.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import { type RenderContext, toWallTime } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { compareByLabel } from '../../shell/panes/ranking.ts';
import { profileListStatus } from '../../shell/panes/status-lines.ts';
import { onCallRows } from './on-call.ts';

/** An escalation level with its contact, a contact outside the escalation, or a person on call now. */
interface ContactRow extends PaneRow {
  readonly onCall?: OnCall;
  readonly contact?: Contact;
  readonly escalation?: EscalationLevel;
  /** Position in the escalation, from 1. */
  readonly position?: number;
  /** When this level is called. */
  readonly turn: string;
  /** '' if not set. */
  readonly reach: string;
}

const reachOf = (contact: Contact | undefined): string =>
  contact === undefined || isUnfilledContact(contact.reach) ? '' : contact.reach;

const escalationRows = ({ cockpit: { open } }: RenderContext): readonly ContactRow[] =>
  (open?.escalation ?? []).map((level, index, levels) => {
    const contact = open?.contacts?.find(({ id }) => id === level.contact);
    const reach = reachOf(contact);
    const turn = escalationTurn(levels, index, open?.severity);
    const words = [level.title, contact?.name ?? '', contact?.role ?? '', reach, turn, level.authority];
    return {
      key: `escalation ${level.id}`,
      level: 'ok',
      label: level.title,
      text: words.join(' '),
      ...(reach === '' ? {} : { copyText: reach }),
      ...defined({ contact }),
      escalation: level,
      position: index + 1,
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
    ...(reach === '' ? {} : { copyText: reach }),
    contact,
    turn: '',
    reach,
  };
};

/** 'on call: Platform, level 1' */
const onCallRole = ({ policy, escalationLevel }: OnCall): string =>
  `on call: ${policy}, level ${escalationLevel}`;

/** People on call now: whom to call first, in the order of their escalation policies. */
const rowsOnCall = (view: RenderContext): readonly ContactRow[] =>
  onCallRows(view)
    .toSorted(
      ({ fact: a }, { fact: b }) =>
        a.escalationLevel - b.escalationLevel || (a.policy < b.policy ? -1 : Number(a.policy > b.policy)),
    )
    .map(({ key, fact, stale }) => {
      const { name, email, endsAt, source, schedule } = fact;
      // Without a time the policy names the person, who is always on call.
      const shift = endsAt === undefined ? 'always' : `until ${formatClockTime(toWallTime(view, endsAt))}`;
      const reach = email ?? `by ${source}`;
      return {
        key: `oncall ${key}`,
        level: 'ok',
        label: name,
        text: [name, onCallRole(fact), reach, schedule].join(' '),
        copyText: reach,
        onCall: fact,
        turn: stale ? `${shift}, stale` : shift,
        reach,
      };
    });

/** People on call, escalation levels in order, then other contacts in profile order. */
const contactRows = (view: RenderContext): readonly ContactRow[] => {
  const escalation = escalationRows(view);
  const inEscalation = new Set(escalation.map(({ contact }) => contact?.id));
  const others = (view.cockpit.open?.contacts ?? []).filter(({ id }) => !inEscalation.has(id));
  return [...rowsOnCall(view), ...escalation, ...others.map(contactRow)];
};

/** 'next: Platform team lead · 30m after On-call engineer', or a note that this is the last level. */
const nextLine = (
  { pen, cockpit: { open } }: RenderContext,
  { position }: ContactRow,
): readonly StyledLine[] => {
  const levels = open?.escalation ?? [];
  if (position === undefined) return [];
  const next = levels[position];
  if (next === undefined) return [[pen.run('   last escalation level', 'faint')]];
  const turn = escalationTurn(levels, position, open?.severity);
  return [
    [
      pen.run('   next: '),
      pen.run(next.title, 'bold'),
      pen.run(turn === '' ? ' · time not specified' : ` · ${turn}`),
    ],
  ];
};

/** The way to reach the contact, or why it is missing and where to add it. */
const reachWords = ({ contact, escalation, reach }: ContactRow): string => {
  if (reach !== '') return reach;
  if (contact === undefined)
    return `the profile names no contact · add contact: to escalation ${escalation?.id ?? ''}`;
  return contact.reach === '' || contact.reach === 'not set'
    ? 'not set: add reach: to the contact in the profile'
    : `not set: "${contact.reach}" is a placeholder · set reach of contact ${contact.id}`;
};

/** Details of the selected row: person, role, reach and the next level. */
const contactDetails = (view: RenderContext, row: ContactRow): readonly StyledLine[] => {
  const { pen, columns } = view;
  const { contact, escalation, turn, label, onCall } = row;
  const who = contact === undefined || contact.name === label ? '' : contact.name;
  const about =
    onCall === undefined
      ? [who, contact?.role ?? '', turn === '' ? '' : `escalation: ${turn}`]
      : [onCallRole(onCall), turn, onCall.schedule, onCall.source];
  const more = [
    escalation === undefined || escalation.respond === '' ? '' : `response: ${escalation.respond}`,
    escalation === undefined || escalation.authority === '' ? '' : `authority: ${escalation.authority}`,
  ].filter((part) => part !== '');
  return [
    [
      pen.run(` ${onCall === undefined ? label : pen.maskField(label, 'user')}`, 'bold'),
      pen.run(`  ${about.filter((part) => part !== '').join(' · ')}`, 'faint'),
    ],
    ...pen
      .wrap(reachWords(row), columns - 4)
      .map((piece): StyledLine => [pen.run(`   ${piece}`, row.reach === '' ? 'crit' : 'plain')]),
    ...(more.length === 0
      ? []
      : pen.wrap(more.join(' · '), columns - 4).map((piece): StyledLine => [pen.run(`   ${piece}`)])),
    ...nextLine(view, row),
  ];
};

/** Below this width the role is shown in the details only. */
const roomy = 110;

/** '1 On-call engineer' for an escalation level, otherwise the name. */
const nameOf = ({ position, label }: ContactRow): string =>
  position === undefined ? label : `${position} ${label}`;

const roleOf = ({ escalation, contact, label, onCall }: ContactRow): string => {
  if (onCall !== undefined) return onCallRole(onCall);
  if (escalation === undefined) return contact?.role ?? '';
  return contact === undefined || contact.name === label ? (contact?.role ?? '') : contact.name;
};

/** Cells of the longest way to reach a contact, up to a limit: '#payments-urgent', 'platform@example.org'. */
const mostReachCells = 40;
const leastReachCells = 12;
const reachCells = (view: RenderContext): number =>
  Math.min(
    mostReachCells,
    Math.max(leastReachCells, ...contactRows(view).map(({ reach }) => widthOf(view.pen.run(reach).text) + 1)),
  );

const contactColumns = (view: RenderContext): readonly Column<ContactRow>[] => {
  const { pen, cockpit } = view;
  const hasTurns = (cockpit.open?.escalation ?? []).length > 0 || onCallRows(view).length > 0;
  const faintly = (text: string) => pen.run(text === '' ? '–' : text, text === '' ? 'faint' : 'plain');
  return [
    {
      head: '',
      width: 24,
      grow: 1,
      cell: (row) =>
        pen.run(row.onCall === undefined ? nameOf(row) : pen.maskField(row.label, 'user'), 'bold'),
    },
    {
      head: 'NAME OR ROLE',
      width: 24,
      grow: 1,
      ...(hasTurns ? { hideBelow: roomy } : {}),
      cell: (row) => faintly(roleOf(row)),
    },
    {
      head: 'REACH',
      // Whoever is called must be read whole: names and turns give way.
      width: reachCells(view),
      required: true,
      cell: ({ reach }) => (reach === '' ? pen.run('not set', 'crit') : pen.run(reach)),
    },
    ...(hasTurns
      ? [
          {
            head: 'ESCALATION',
            width: 24,
            grow: 2,
            cell: ({ escalation, turn, onCall }: ContactRow) =>
              escalation === undefined && onCall === undefined ? pen.run('') : faintly(turn),
          },
        ]
      : []),
  ];
};

const byRole = (a: ContactRow, b: ContactRow): number =>
  (a.contact?.role ?? '') < (b.contact?.role ?? '') ? -1 : 1;

/** Contacts: people on call now, the escalation and other contacts of the profile. */
export const contactsPane = defineKindPane<ContactRow>({
  id: 'contacts',
  key: '9',
  title: 'Contacts',
  noun: 'contacts',
  keys: [],
  statusLines: (view, count) => profileListStatus(view, count, 'contacts', '{ id, role, name, reach }'),
  rows: contactRows,
  order: 'escalation order',
  orders: [
    { name: 'by name', compare: compareByLabel },
    { name: 'by role', compare: byRole },
  ],
  hasLevels: false,
  table: contactColumns,
  details: contactDetails,
});
