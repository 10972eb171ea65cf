import { durationText } from '../../../domain/duration.ts';
import { paneStateOf } from '../../model.ts';
import { counted } from '../../text/count.ts';
import { definePane } from '../define-pane.ts';
import { acrossColumns } from './across-columns.ts';
import { healthDetails } from './details.ts';
import { healthKeys } from './keys.ts';
import { healthOrders } from './orders.ts';
import { ownColumns } from './own-columns.ts';
import { environmentsOf, type ServiceRow, serviceRows } from './rows.ts';
import { healthWrong } from './wrong.ts';

/** From so many columns on the overview shows every environment, as the pane itself does. */
const wide = 180;
const roomy = 100;

/** 1 HEALTH: services × environments. */
export const healthPane = definePane<ServiceRow>({
  id: 'health',
  key: '1',
  title: 'HEALTH',
  noun: 'services',
  kind: 'health',
  keys: healthKeys,
  rows: serviceRows,
  wrong: healthWrong,
  orders: healthOrders,
  columns: (view) => environmentsOf(view).length,
  caption: (view, rows, form, width) => {
    if (form === 'full' || width >= wide) return [];
    const asked = Object.values(view.own?.facts.feeds ?? {}).find(({ feed }) => feed.kind === 'health');
    const often = asked === undefined ? '' : ` · every ${durationText(asked.feed.everyMs)}`;
    const how = width < roomy ? '' : `  worst first${often}`;
    return [view.pen.run(`${counted(rows.length, 'service')}${how}`, 'faint')];
  },
  table: (view, form, width) =>
    form === 'full' || width + 2 >= wide ? acrossColumns(view, width) : ownColumns(view),
  details: (view, row, opened) => healthDetails(view, row, paneStateOf(view.ui, 'health').column, opened),
});
