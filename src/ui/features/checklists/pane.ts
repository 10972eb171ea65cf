import { checklistHistory } from '../../../domain/checklists/history.ts';
import { isDecidedByCheck, modeOf } from '../../../domain/checklists/modes/item-mode.ts';
import type { ItemStatus } from '../../../domain/checklists/status.ts';
import { scheduleText } from '../../../domain/profile/schedule.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { checklistDataKey } from '../../../store/checklist-state.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { profileListStatus, type RowCounts } from '../../shell/panes/status-lines.ts';
import { treeIndent } from '../../shell/panes/tree.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { checklistKeys, enterChecklistRow } from './keys.ts';
import {
  boxOf,
  type ChecklistRow,
  checklistRows,
  checklistsPaneId,
  dueText,
  evidenceText,
  itemStateText,
  stateTime,
  timeText,
} from './rows.ts';

const roleOf = ({ state, item }: ItemStatus): TextRole => {
  if (state.is === 'overridden') return 'warn';
  if (state.is !== 'open') return state.is === 'done' ? 'ok' : 'faint';
  if (state.isUnknown) return 'unknown';
  return isDecidedByCheck(item) ? 'warn' : 'plain';
};

/** Below this width the evidence is shown in the details only. */
const roomy = 90;

const columns = (view: RenderContext): readonly Column<ChecklistRow>[] => {
  const { pen } = view;
  const wall = wallNow(view);
  return [
    {
      head: '',
      name: 'ITEM',
      required: true,
      width: 34,
      grow: 2,
      cell: ({ treePosition, list, item }): StyledLine =>
        item === undefined
          ? [...treeIndent(pen, treePosition), pen.run(list.list.title, 'bold')]
          : [pen.run('   '), pen.run(boxOf(item), roleOf(item)), pen.run(` ${item.item.title}`)],
    },
    {
      head: 'STATE',
      required: true,
      width: 15,
      cell: ({ list, item }): StyledLine =>
        item === undefined
          ? [
              pen.run(
                `${list.settled} of ${list.items.length}`,
                list.settled === list.items.length ? 'ok' : 'plain',
              ),
            ]
          : [pen.run(itemStateText(item), roleOf(item))],
    },
    {
      head: 'SINCE',
      width: 15,
      cell: ({ list, item }) =>
        item === undefined
          ? pen.run(dueText(list, wall), list.isOverdue ? 'warn' : 'faint')
          : pen.run(timeText(view, stateTime(item)), 'faint'),
    },
    {
      head: 'EVIDENCE',
      width: 30,
      grow: 3,
      hideBelow: roomy,
      cell: ({ list, item }) => pen.run(item === undefined ? list.list.when : evidenceText(item), 'faint'),
    },
  ];
};

/** Occurrences that the details list. */
const listed = 8;

/** '2026-11-22 completed 09:58:01 by ana@desk-3: 6 of 6', newest first. Missed periods are listed too. */
const historyLines = (view: RenderContext, { list }: ChecklistRow): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  const { checklistRecords: records = [], open } = cockpit;
  const past = checklistHistory(list.list, { records, now: wallNow(view), zone: open?.zone }, listed);
  return past.map(({ occurrence, result, end, settled, items }): StyledLine => {
    const isBad = result === 'missed' || result === 'incomplete';
    const by = end?.run === undefined ? `by ${pen.maskField(end?.who ?? '', 'user')}` : `with run ${end.run}`;
    const ended = end === undefined ? '' : ` ${timeText(view, end.at)} ${by}`;
    const counted = result === 'missed' ? '' : `: ${settled} of ${items.length}`;
    return [
      pen.run(`   ${occurrence.padEnd(10)}  `, 'faint'),
      pen.run(result, isBad ? 'warn' : 'faint'),
      pen.run(`${ended}${counted}`, 'faint'),
    ];
  });
};

const wrapped = (view: RenderContext, text: string, role: TextRole = 'plain'): readonly StyledLine[] =>
  text === ''
    ? []
    : view.pen.wrap(text, view.columns - 4).map((piece): StyledLine => [view.pen.run(`   ${piece}`, role)]);

const listDetails = (view: RenderContext, row: ChecklistRow): readonly StyledLine[] => {
  const { list, isOverdue } = row.list;
  const { when, schedule, gates = [], runbook } = list;
  const about = [
    when,
    schedule === undefined ? 'on demand' : scheduleText(schedule, view.cockpit.open?.zone),
    runbook === undefined ? '' : `runbook ${runbook}`,
    gates.length === 0 ? '' : `${gates.join(', ')} start only when the list is complete`,
  ].filter((part) => part !== '');
  const due = dueText(row.list, wallNow(view));
  return [
    [view.pen.run(` ${list.title}`, 'bold'), view.pen.run(`  ${due}`, isOverdue ? 'warn' : 'faint')],
    ...wrapped(view, about.join(' · ')),
    ...historyLines(view, row),
  ];
};

/** Lines of a response in the details. */
const mostDataLines = 20;

/** The answer of the source of an item, with its age; faults are not data. */
const dataLines = (view: RenderContext, list: string, { item }: ItemStatus): readonly StyledLine[] => {
  if (item.use === undefined) return [];
  const data = view.cockpit.checklistData?.[checklistDataKey(list, item.id)];
  const key = boundKey(view.cockpit, 'checklist.data', 'L');
  if (data === undefined) return wrapped(view, `${key} reads ${item.use}`, 'faint');
  const age = formatAge(view.now - data.at);
  if (!data.done) return wrapped(view, `reading ${item.use} for ${age}`, 'loading');
  const left = data.lines.length - mostDataLines;
  return [
    ...wrapped(view, `${item.use}, ${age} ago:`, 'faint'),
    ...(data.lines.length === 0 && data.faults.length === 0 ? wrapped(view, 'no data', 'faint') : []),
    ...data.lines.slice(0, mostDataLines).flatMap((line) => wrapped(view, line)),
    ...(left > 0 ? wrapped(view, `(${left} more)`, 'faint') : []),
    ...data.faults.flatMap(({ source, message }) => wrapped(view, `unknown: ${source}: ${message}`, 'warn')),
  ];
};

const itemDetails = (view: RenderContext, list: string, item: ItemStatus): readonly StyledLine[] => {
  const { pen } = view;
  const { title, show, runbook } = item.item;
  const about = [modeOf(item.item).words, show ?? '', runbook === undefined ? '' : `runbook ${runbook}`];
  const marked = 'mark' in item.state ? (item.state.mark.evidence ?? '') : '';
  return [
    [pen.run(` ${boxOf(item)} ${title}`, 'bold'), pen.run(`  ${itemStateText(item)}`, roleOf(item))],
    ...wrapped(view, evidenceText(item), roleOf(item) === 'warn' ? 'warn' : 'plain'),
    ...(marked === '' ? [] : wrapped(view, `the data at that time: ${marked}`, 'faint')),
    ...(isDecidedByCheck(item.item) || item.reading === undefined || item.state.is === 'open'
      ? []
      : wrapped(view, `the data now: ${item.reading.why}`, 'faint')),
    ...wrapped(view, about.filter((part) => part !== '').join(' · '), 'faint'),
    ...dataLines(view, list, item),
    ...item.notes.flatMap(({ at, who, note }) =>
      wrapped(view, `${timeText(view, at)} ${pen.maskField(who, 'user')}: ${note}`),
    ),
  ];
};

const statusLines = (view: RenderContext, count: RowCounts): readonly StyledLine[] =>
  profileListStatus(view, count, 'checklists', '{ id, title, items }');

const caption = ({ cockpit: { checklists = [] } }: RenderContext): string => {
  const overdue = checklists.filter(({ isOverdue }) => isOverdue).length;
  return [pluralize(checklists.length, 'list'), ...(overdue === 0 ? [] : [`${overdue} overdue`])].join(' · ');
};

/** Checklists: the lists of the profile; a list opens into its items, which check themselves or are ticked. */
export const checklistsPane = defineKindPane<ChecklistRow>({
  id: checklistsPaneId,
  title: 'Checklists',
  noun: 'checklists',
  keys: checklistKeys,
  statusLines,
  rows: checklistRows,
  order: 'profile order',
  orders: [],
  hasLevels: false,
  caption,
  table: columns,
  details: (view, row) =>
    row.item === undefined ? listDetails(view, row) : itemDetails(view, row.list.list.id, row.item),
  enter: enterChecklistRow,
});
