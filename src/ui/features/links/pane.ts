import type { Millis } from '../../../domain/base/fault.ts';
import { dashboardLink, incidentWindow } from '../../../domain/facts/dashboard-link.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import type { ProfileLink } from '../../../domain/profile/profile.ts';
import type { Column } from '../../kit/components/table.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import { type RenderContext, toWallTime, wallNow } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { compareByLabel, minDefined } from '../../shell/panes/ranking.ts';
import { profileListStatus } from '../../shell/panes/status-lines.ts';

interface LinkRow extends PaneRow {
  readonly link: ProfileLink;
}

const placeOf = ({ url, file }: ProfileLink): string => url ?? file ?? '';

const rowOfLink = (link: ProfileLink): LinkRow => ({
  key: link.id,
  level: 'ok',
  label: link.title,
  text: `${link.title} ${placeOf(link)} ${link.note ?? ''}`,
  copyText: placeOf(link),
  link,
});

const none: readonly Row<'dashboards'>[] = [];

/** The dashboards that sources list. */
const dashboardRows = ({ own }: RenderContext): readonly Row<'dashboards'>[] =>
  own?.snapshot.kinds.dashboards.rows ?? none;

/** 'Payments · checkout, slo' */
const dashboardNote = ({ folder, tags }: Row<'dashboards'>['fact']): string =>
  [folder, tags.join(', ')].filter((part) => part !== '').join(' · ');

/** Start of the oldest alert that fires; undefined if none does. */
const incidentStart = ({ own }: RenderContext): Millis | undefined =>
  minDefined(
    (own?.snapshot.kinds.alerts.rows ?? []).map(({ fact }) =>
      fact.state === 'firing' ? fact.since : undefined,
    ),
  );

/** The address of a dashboard, for the time of the incident while alerts fire. */
const dashboardUrl = (view: RenderContext, url: string): string => {
  const since = incidentStart(view);
  if (since === undefined) return url;
  return dashboardLink(
    url,
    incidentWindow(toWallTime(view, since), view.past === undefined ? undefined : wallNow(view)),
  );
};

/** The links of the profile, then the dashboards by title. */
const linkRows = (view: RenderContext): readonly LinkRow[] => {
  const links = view.cockpit.open?.links ?? [];
  const known = new Set(links.map(({ url }) => url));
  const dashboards = dashboardRows(view)
    .filter(({ fact }) => !known.has(fact.url))
    .map(({ key, fact }) => {
      const note = dashboardNote(fact);
      return {
        id: key,
        title: fact.name,
        url: dashboardUrl(view, fact.url),
        ...(note === '' ? {} : { note }),
      };
    })
    .toSorted((a, b) => (a.title < b.title ? -1 : Number(a.title > b.title)));
  return [...links, ...dashboards].map(rowOfLink);
};

/** Below this width the note follows the URL. */
const roomy = 130;

const linkColumns = ({ pen, columns }: RenderContext): readonly Column<LinkRow>[] => [
  // The pane's title heads the first column.
  { head: '', width: 28, grow: 1, cell: ({ link }) => pen.run(link.title, 'bold') },
  {
    head: 'URL OR FILE',
    width: 40,
    grow: 3,
    cell: ({ link }) => [
      pen.run(link.url === undefined ? 'file ' : '', 'faint'),
      pen.run(placeOf(link)),
      pen.run(columns >= roomy || link.note === undefined ? '' : ` · ${link.note}`, 'faint'),
    ],
  },
  { head: 'NOTE', width: 30, grow: 3, hideBelow: roomy - 2, cell: ({ link }) => pen.run(link.note ?? '') },
];

/**
 * Links: pages named by the profile, and dashboards. URLs are plain text: terminals make them clickable, and profile text never
 * enters an escape sequence.
 */
export const linksPane = defineKindPane<LinkRow>({
  id: 'links',
  key: 'K',
  title: 'Links',
  noun: 'links',
  keys: [],
  statusLines: (view, count) => profileListStatus(view, count, 'links', '{ id, title, url or file }'),
  rows: linkRows,
  order: 'profile order',
  orders: [{ name: 'by name', compare: compareByLabel }],
  hasLevels: false,
  table: linkColumns,
  details: ({ pen, columns }, { link }) => [
    [pen.run(` ${link.title}`, 'bold')],
    ...pen.wrap(placeOf(link), columns - 4).map((piece) => [pen.run(`   ${piece}`)]),
    ...(link.note === undefined ? [] : pen.wrap(link.note, columns - 4)).map((piece) => [
      pen.run(`   ${piece}`, 'faint'),
    ]),
  ],
});
