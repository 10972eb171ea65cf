import { type DeclaredIncident, isOpenIncident } from '../../../domain/incidents/declared-incident.ts';
import {
  type IncidentField,
  incidentFields,
  type SentAction,
} from '../../../domain/incidents/incident-event.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { issueLink, pageLink, unpostedUpdate } from '../../../incidents/incident-progress.ts';
import {
  handoverMarkdown,
  incidentJson,
  postMortemMarkdown,
  unfiledFollowUps,
  updateText,
} from '../../../incidents/incident-reports.ts';
import { type Card, cardHeading, cardInnerWidth, keyHints, visiblePage } from '../../kit/components/card.ts';
import { type Cursor, cursorAt, cursorIndexIn } from '../../kit/components/cursor.ts';
import { justifyLine, type StyledLine } from '../../kit/text/line.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { wallNow } from '../../shell/contract/render-context.ts';
import { helpKey } from '../../shell/keys/shared-keys.ts';
import { maskForExport } from '../../shell/output/clipboard.ts';
import { followUpsBlockedReason, incidentPlan, severitySuggestion } from './chosen-incident.ts';
import { askAboutIncident } from './incident-dialogs.ts';
import type { IncidentMenu } from './view-state.ts';

/** A list of what can be done with a declared incident. */
interface MenuOverlay {
  readonly is: 'incident-menu';
  readonly menu: IncidentMenu;
  /** Its id. */
  readonly incident: string;
  readonly cursor: Cursor;
}

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly 'incident-menu': MenuOverlay;
  }
}

interface MenuItem {
  readonly id: string;
  readonly text: string;
  /** Its present value, or its effect. */
  readonly about: string;
  /** Why it cannot be chosen. */
  readonly whyNot?: string | undefined;
  choose(): void;
}

const severityItems = (context: KeyContext, { id, severity }: DeclaredIncident): readonly MenuItem[] => {
  const suggested = severitySuggestion(context);
  const severities = context.view.cockpit.open?.severity?.severities ?? [];
  return severities.map((currentSeverity) => {
    const reason = currentSeverity.id === suggested?.severity.id ? suggested.reason : '';
    return {
      id: currentSeverity.id,
      text: `${currentSeverity.id} ${currentSeverity.title}`,
      about: reason === '' ? currentSeverity.examples.slice(0, 2).join(', ') : `suggested: ${reason}`,
      whyNot: currentSeverity.id === severity ? 'the present severity' : undefined,
      choose: () =>
        askAboutIncident(context, {
          why: 'incident-severity',
          incident: id,
          about: `${id} ${severity} → ${currentSeverity.id}`,
          severity: currentSeverity.id,
          text: reason,
        }),
    };
  });
};

const fieldTexts: Readonly<Record<IncidentField, string>> = {
  title: 'Title',
  impact: 'Impact',
  cause: 'Cause',
  commander: 'Incident commander',
  scribe: 'Scribe',
  services: 'Affected services',
  eta: 'Expected resolution',
};

const fieldItems = (context: KeyContext, incident: DeclaredIncident): readonly MenuItem[] => {
  const about = `${incident.id} ${incident.title}`;
  return [
    ...incidentFields.map(
      (field): MenuItem => ({
        id: field,
        text: fieldTexts[field],
        about: incident[field],
        choose: () =>
          askAboutIncident(context, {
            why: `incident-${field}`,
            incident: incident.id,
            about,
            text: incident[field],
          }),
      }),
    ),
    {
      id: 'next-step',
      text: 'Add a next step',
      about: incident.nextSteps.at(-1) ?? '',
      choose: () => askAboutIncident(context, { why: 'incident-next-step', incident: incident.id, about }),
    },
    {
      id: 'action-item',
      text: 'Add an action item',
      about: incident.actionItems.at(-1)?.text ?? '',
      choose: () => askAboutIncident(context, { why: 'incident-action-item', incident: incident.id, about }),
    },
  ];
};

const outsideItems = (context: KeyContext, incident: DeclaredIncident): readonly MenuItem[] => {
  const { updates, pager, tracker } = context.view.cockpit.open?.incidentResponse ?? {};
  const item = (
    action: SentAction,
    text: string,
    source: string | undefined,
    about: string,
    whyNot: string | undefined,
  ): MenuItem => ({
    id: action,
    text,
    about,
    whyNot: source === undefined ? 'not in the profile' : whyNot,
    choose: () => context.commands.sendIncident(incident.id, action),
  });
  const update = unpostedUpdate(incident);
  const issue = issueLink(incident);
  const page = pageLink(incident);
  const followUps = unfiledFollowUps(incident, incidentPlan(context.view.cockpit));
  const isUncertain = update?.posting === 'unknown';
  return [
    item(
      'update',
      isUncertain ? 'Post the update again' : 'Post the latest update',
      updates?.source,
      isUncertain
        ? 'the last attempt may have posted the message: check the channel before you post again'
        : (update?.text ?? ''),
      update === undefined ? 'all updates are posted' : undefined,
    ),
    item('acknowledge', 'Acknowledge in PagerDuty', pager, page, undefined),
    item('resolve', 'Resolve in PagerDuty', pager, page, undefined),
    item('issue', 'File an issue', tracker, '', issue === '' ? undefined : `issue ${issue} is filed`),
    {
      id: 'follow-ups',
      text: 'File the follow-up issues',
      about: `${pluralize(followUps.length, 'follow-up')} that the runbooks of this incident propose`,
      whyNot: followUpsBlockedReason(context.view.cockpit, incident, followUps),
      choose: () => context.commands.fileFollowUps(incident.id, followUps),
    },
    item(
      'page',
      'Page the on-call',
      pager,
      'sends an event to PagerDuty, which notifies the people on call',
      undefined,
    ),
    item(
      'note',
      'Add a note in PagerDuty',
      pager,
      incident.updates.at(-1)?.text ?? '',
      incident.updates.length === 0 ? 'the incident has no update yet: record one first' : undefined,
    ),
  ];
};

/** A document without the names that share mode hides. */
const masked = (context: KeyContext, text: string): string =>
  `${text
    .split('\n')
    .map((line) => maskForExport(context.view, line))
    .join('\n')}\n`;

const documentItems = (context: KeyContext, incident: DeclaredIncident): readonly MenuItem[] => {
  const { view, commands } = context;
  const plan = incidentPlan(view.cockpit);
  const now = wallNow(view);
  const template = view.cockpit.open?.incidentResponse?.updates?.template;
  const write = (id: string, text: string, name: string, about: string, make: () => string): MenuItem => ({
    id,
    text,
    about,
    choose: () => commands.save(name, masked(context, make())),
  });
  const json = (): string => JSON.stringify(incidentJson(incident, plan, now), undefined, 2);
  const latest = incident.updates.at(-1);
  return [
    write(
      'handover',
      'Handover',
      `${incident.id}-handover.md`,
      'summary for the next shift, as Markdown',
      () => handoverMarkdown(incident, plan, now),
    ),
    {
      ...write('update', 'Update', `${incident.id}-update.txt`, 'copy the latest update, as posted', () =>
        updateText(incident, latest?.text ?? '', template),
      ),
      whyNot: latest === undefined ? 'the incident has no update yet: record one first' : undefined,
    },
    write(
      'post-mortem',
      'Post-mortem',
      `${incident.id}-post-mortem.md`,
      'draft with the timeline, as Markdown',
      () => postMortemMarkdown(incident, plan, now),
    ),
    write('json', 'Record', `${incident.id}.json`, 'all fields and the timeline, as JSON', json),
    {
      id: 'finished',
      text: 'Post-mortem is finished',
      about: incident.postMortem ?? 'records the path or address of the finished document',
      whyNot: isOpenIncident(incident) ? 'the incident is still open: resolve the incident first' : undefined,
      choose: () =>
        askAboutIncident(context, {
          why: 'incident-post-mortem',
          incident: incident.id,
          about: `${incident.id} ${incident.title}`,
          text: incident.postMortem ?? '',
        }),
    },
  ];
};

const lists: Readonly<
  Record<IncidentMenu, (context: KeyContext, incident: DeclaredIncident) => readonly MenuItem[]>
> = { severity: severityItems, fields: fieldItems, outside: outsideItems, documents: documentItems };

const titles: Readonly<Record<IncidentMenu, string>> = {
  severity: 'SEVERITY',
  fields: 'FIELDS',
  outside: 'REPORT',
  documents: 'DOCUMENTS',
};

const incidentOf = ({ view }: KeyContext, { incident }: MenuOverlay): DeclaredIncident | undefined =>
  view.cockpit.incidents?.find(({ id }) => id === incident);

const itemsOf = (context: KeyContext, overlay: MenuOverlay): readonly MenuItem[] => {
  const incident = incidentOf(context, overlay);
  return incident === undefined ? [] : lists[overlay.menu](context, incident);
};

const idsOf = (items: readonly MenuItem[]): readonly string[] => items.map(({ id }) => id);

/** Opens a list about an incident. The suggested severity is selected. */
export const openIncidentMenu = (context: KeyContext, menu: IncidentMenu, incident: string): void => {
  const opened: MenuOverlay = { is: 'incident-menu', menu, incident, cursor: { index: 0 } };
  const ids = idsOf(itemsOf(context, opened));
  const suggested = menu === 'severity' ? severitySuggestion(context)?.severity.id : undefined;
  const index = suggested === undefined ? 0 : Math.max(0, ids.indexOf(suggested));
  context.model.setState({ overlay: { ...opened, cursor: cursorAt(ids, index) } });
};

const onMenu =
  (act: (context: KeyContext, overlay: MenuOverlay) => void) =>
  (context: KeyContext): void => {
    const { overlay } = context.view.ui;
    if (overlay.is === 'incident-menu') act(context, overlay);
  };

const move = (step: number) =>
  onMenu((context, overlay) => {
    const ids = idsOf(itemsOf(context, overlay));
    const cursor = cursorAt(ids, cursorIndexIn(ids, overlay.cursor) + step);
    context.model.setState({ overlay: { ...overlay, cursor } });
  });

const choose = onMenu((context, overlay) => {
  const items = itemsOf(context, overlay);
  const item = items[cursorIndexIn(idsOf(items), overlay.cursor)];
  if (item === undefined) return;
  if (item.whyNot !== undefined) return context.notify(`${item.text}: ${item.whyNot}`);
  context.model.setState({ overlay: noOverlay });
  item.choose();
});

/** Keys of the lists of Incident. */
export const incidentMenuKeys: readonly Binding[] = [
  {
    id: 'incident-menu.choose',
    keys: ['enter'],
    description: 'choose the selected entry',
    footer: 'choose',
    run: choose,
  },
  { id: 'incident-menu.down', keys: ['j', 'down'], description: 'move down', run: move(1) },
  { id: 'incident-menu.up', keys: ['k', 'up'], description: 'move up', run: move(-1) },
  {
    id: 'incident-menu.close',
    keys: ['esc'],
    description: 'close the list',
    footer: 'close',
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
  helpKey,
];

const textCells = 28;

/** Renders a list of Incident in at most `room` lines. */
export const renderIncidentMenu = (context: KeyContext, overlay: MenuOverlay, room: number): Card => {
  const { pen } = context.view;
  const items = itemsOf(context, overlay);
  const time = cursorIndexIn(idsOf(items), overlay.cursor);
  const seen = visiblePage('environments', items.length, time, room);
  const lines = items.slice(seen.from, seen.from + seen.count).map((item, index): StyledLine => {
    const isChosen = seen.from + index === time;
    const role = item.whyNot === undefined ? 'plain' : 'faint';
    return justifyLine(
      [
        isChosen ? pen.glyph('chosen', 'key') : pen.run(' '),
        pen.run(`  ${item.text.padEnd(textCells)}`, isChosen ? 'bold' : role),
        pen.run(pen.cut(item.whyNot ?? item.about, cardInnerWidth(context.view) - textCells - 3), 'faint'),
      ],
      [],
      cardInnerWidth(context.view),
      'plain',
      pen.ellipsis,
    );
  });
  const incident = incidentOf(context, overlay);
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        context.view,
        [pen.run(titles[overlay.menu], 'bold'), pen.run(`  ${incident?.id ?? ''} ${incident?.title ?? ''}`)],
        [],
      ),
      ...(items.length === 0
        ? [[pen.glyph('empty', 'loading'), pen.run(' the profile has no severities', 'loading')]]
        : lines),
      keyHints(pen, 'enter choose', 'esc close'),
    ],
  };
};
