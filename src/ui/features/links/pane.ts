import type { ProfileLink } from '../../../domain/profile.ts';
import type { Column } from '../../components/table.ts';
import { defineKindPane } from '../../panes/define-pane.ts';
import type { PaneRow } from '../../panes/pane-row.ts';
import { compareByLabel } from '../../panes/ranking.ts';
import { profileListStatus } from '../../panes/status-lines.ts';
import type { RenderContext } from '../../render-context.ts';

interface LinkRow extends PaneRow {
  readonly link: ProfileLink;
}

const placeOf = ({ url, file }: ProfileLink): string => url ?? file ?? '';

const linkRows = ({ cockpit }: RenderContext): readonly LinkRow[] =>
  (cockpit.open?.links ?? []).map((link) => ({
    key: link.id,
    level: 'ok',
    label: link.title,
    text: `${link.title} ${placeOf(link)} ${link.note ?? ''}`,
    copyText: placeOf(link),
    link,
  }));

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
 * LINKS: pages named by the profile. URLs are plain text: terminals make them clickable, and profile text never
 * enters an escape sequence.
 */
export const linksPane = defineKindPane<LinkRow>({
  id: 'links',
  key: 'K',
  title: 'LINKS',
  noun: 'links',
  keys: [],
  statusLines: (view, count) => profileListStatus(view, count, 'links', '{ id, title, url or file }'),
  inputs: ({ cockpit }) => [cockpit.open],
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
