import type { Link } from '../../../domain/profile.ts';
import type { View } from '../../view.ts';
import { definePane } from '../define-pane.ts';
import type { PaneRow } from '../pane.ts';
import { listStates } from '../profile-list.ts';
import { byName } from '../worst-first.ts';

interface LinkRow extends PaneRow {
  readonly link: Link;
}

const linkRows = ({ cockpit }: View): readonly LinkRow[] =>
  (cockpit.open?.links ?? []).map((link) => ({
    key: link.id,
    level: 'ok',
    label: link.title,
    text: `${link.title} ${link.url}`,
    copies: link.url,
    link,
  }));

/**
 * LINKS: pages that the profile names. An address is drawn as plain text: a terminal makes it clickable by itself, and
 * nothing from a profile becomes part of an escape sequence.
 */
export const linksPane = definePane<LinkRow>({
  id: 'links',
  title: 'LINKS',
  noun: 'links',
  keys: [],
  states: (view, count) => listStates(view, count, 'links', '{ id, title, url }'),
  from: ({ cockpit }) => [cockpit.open],
  rows: linkRows,
  order: 'as in the profile',
  orders: [{ name: 'by name', compare: byName }],
  caption: () => [],
  // The pane's title stands over the first column.
  table: ({ pen }) => [
    { head: '', width: 28, grow: 1, cell: ({ link }) => pen.run(link.title, 'bold') },
    { head: 'URL', width: 40, grow: 3, cell: ({ link }) => pen.run(link.url) },
  ],
  details: ({ pen, columns }, { link }) => [
    [pen.run(` ${link.title}`, 'bold')],
    ...pen.wrap(link.url, columns - 4).map((piece) => [pen.run(`   ${piece}`)]),
  ],
});
