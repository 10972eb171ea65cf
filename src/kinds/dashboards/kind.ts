import { joinParts } from '../define/check-words.ts';
import { defineKind } from '../define/define-kind.ts';
import { fieldsOf } from '../define/fields.ts';
import type { Dashboard } from './fact.ts';

const { id, text, list } = fieldsOf<Dashboard>();

const fields = {
  uid: id('unique id', (f) => f.uid),
  name: text('title', (f) => f.name),
  url: text('address', (f) => f.url),
  folder: text('folder of the dashboard. Empty for a dashboard at the top level', (f) => f.folder),
  tags: list(
    'tags',
    (f) => f.tags,
    (f) => f.tags,
  ),
};

/** Dashboards, which Links lists. They have no level. */
export const dashboards = defineKind<Dashboard, typeof fields>({
  name: 'dashboards',
  says: 'Lists the Grafana dashboards, with the address of each',
  fields,
  state: () => 'listed',
  levels: { words: {}, meanings: { listed: 'the dashboard exists' } },
  inTotal: false,
  inHeader: false,
  inOverview: false,
  label: (f) => f.name,
  choice: (f) => f.name,
  words: (r) => ({ name: r.name, state: 'listed', details: [joinParts(r.folder, r.url)] }),
});
