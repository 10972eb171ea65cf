import type { PresentCockpit } from '../../../domain/team/presence.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import { liveContext, type RenderContext } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { compareByLabel } from '../../shell/panes/ranking.ts';
import { hiddenRowsLines, type RowCounts } from '../../shell/panes/status-lines.ts';

/** A cockpit that shares the state of the team. */
interface WhoRow extends PaneRow {
  readonly cockpit: PresentCockpit;
}

const rowOf = (presentCockpit: PresentCockpit): WhoRow => {
  const { id, user, host, system, env, pane, role, armed } = presentCockpit;
  return {
    key: id,
    level: 'ok',
    label: `${user}@${host}`,
    text: [user, host, system, env, pane, role, armed?.reason ?? ''].join(' '),
    fields: { user, host, system, env, pane, role, armed: armed === undefined ? 'no' : 'yes' },
    isNotable: true,
    cockpit: presentCockpit,
  };
};

const columns = ({ pen }: RenderContext): readonly Column<WhoRow>[] => [
  {
    head: 'USER',
    required: true,
    width: 14,
    grow: 1,
    cell: ({ cockpit }) => [
      pen.run(pen.maskField(cockpit.user, 'user'), 'bold'),
      pen.run(cockpit.isSelf ? ' (you)' : '', 'faint'),
    ],
  },
  { head: 'HOST', width: 14, grow: 1, cell: ({ cockpit }) => pen.run(pen.maskField(cockpit.host, 'host')) },
  {
    head: 'ENVIRONMENT',
    width: 22,
    grow: 1,
    cell: ({ cockpit }) => pen.run(cockpit.system === '' ? '–' : `${cockpit.system}/${cockpit.env}`),
  },
  { head: 'PANE', width: 12, cell: ({ cockpit }) => pen.run(cockpit.pane === '' ? '–' : cockpit.pane) },
  {
    head: 'ARMED',
    width: 7,
    align: 'right',
    cell: ({ cockpit: { armed } }) =>
      armed === undefined ? pen.run('–', 'faint') : pen.run(formatAge(armed.forMs), 'armed'),
  },
  {
    head: 'DB USER',
    width: 12,
    hideBelow: 100,
    cell: ({ cockpit }) => pen.run(pen.maskField(cockpit.role, 'user'), 'faint'),
  },
  {
    head: 'SINCE',
    width: 6,
    align: 'right',
    cell: ({ cockpit }) => pen.run(formatAge(cockpit.openForMs), 'faint'),
  },
];

const statusLines = (view: RenderContext, count: RowCounts): readonly StyledLine[] => {
  const { pen } = view;
  if (count.all > 0) return hiddenRowsLines(view, count);
  const { open } = liveContext(view).cockpit;
  const text =
    open?.isStateShared !== true
      ? ' Not configured: this environment has no state database · add state: postgres://… to the profile'
      : open.isStateUnavailable === true
        ? ' Unknown: the state database is not available'
        : ' Not read yet';
  const role = open?.isStateShared === true && open.isStateUnavailable === true ? 'unknown' : 'stale';
  return [[pen.run(' '), pen.glyph(role === 'unknown' ? 'unknown' : 'off', role), pen.run(text, role)]];
};

const details = ({ pen, columns: width }: RenderContext, { cockpit }: WhoRow): readonly StyledLine[] => {
  const user = pen.maskField(cockpit.user, 'user');
  const role = pen.maskField(cockpit.role, 'user');
  const followed = cockpit.followers.map((name) => pen.maskField(name, 'user')).join(', ');
  const facts = [
    ...(cockpit.armed === undefined
      ? []
      : [
          `armed for ${formatAge(cockpit.armed.forMs)}: ${cockpit.armed.reason}. Your own arming is separate`,
        ]),
    ...(followed === '' ? [] : [`followed by ${followed}`]),
  ];
  const text = `last report ${formatAge(cockpit.silentForMs)} ago. User and host are reported by the cockpit, the database user is ${role}`;
  return [
    [pen.run(` ${user}@${pen.maskField(cockpit.host, 'host')}`, 'bold')],
    ...[...facts, text]
      .flatMap((fact) => pen.wrap(fact, width - 4))
      .map((piece): StyledLine => [pen.run(`   ${piece}`, 'faint')]),
  ];
};

/** Pane Who: the cockpits that share the state of the team. */
export const whoPane = defineKindPane<WhoRow>({
  id: 'who',
  title: 'Who',
  noun: 'cockpits',
  keys: [],
  statusLines,
  rows: (view) => (liveContext(view).cockpit.present ?? []).map(rowOf),
  order: 'longest here first',
  orders: [{ name: 'by name', column: 'USER', compare: compareByLabel }],
  hasLevels: false,
  table: columns,
  details,
});
