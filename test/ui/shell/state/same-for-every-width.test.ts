import { expect, test } from 'vitest';
import type { Alert } from '../../../../src/kinds/alerts/fact.ts';
import { createFactsStore } from '../../../../src/store/facts-store.ts';
import { selectAlertRows } from '../../../../src/ui/features/alerts/rows.ts';
import { rowsByCause } from '../../../../src/ui/features/findings/cause-tree.ts';
import { causesOf, unfoldedRows } from '../../../../src/ui/features/now/rows.ts';
import { selectMatrixRows } from '../../../../src/ui/features/signals/rows.ts';
import type { RenderContext } from '../../../../src/ui/shell/contract/render-context.ts';
import { memoizeReads } from '../../../../src/ui/shell/state/tracked-reads.ts';
import { viewSituation } from '../../../../src/ui/shell/state/view-situation.ts';
import { openBare } from '../../../screens/support/headless.ts';
import { feedInfo, frame, learn, noon, sample, spec } from '../../../support/made-facts.ts';

const alert = (index: number): Alert => ({
  ...{ source: 'bus', at: noon, name: `Alert${index}`, severity: 'critical', state: 'firing', since: noon },
  ...{ labels: { job: `service-${index}` }, summary: 'fails' },
});

const viewOfAlerts = (): RenderContext => {
  const facts = createFactsStore(frame({ signals: [spec('errors')] }));
  learn(facts, feedInfo('bus/alerts', 'alerts'), { items: [alert(1), alert(2)] });
  learn(facts, feedInfo('bus/metrics', 'samples', { signals: ['errors'] }), {
    samples: [sample('errors', 1)],
  });
  return openBare({ facts, cockpit: {} }).context().view;
};

// A screen asks for them at its own width and at that of each of its parts: thousands of rows were made again for each.
test.each<[string, (view: RenderContext) => unknown]>([
  ['the signals', selectMatrixRows],
  ['the alerts', selectAlertRows],
  ['the findings', unfoldedRows],
  ['the findings by cause', (view) => rowsByCause(view, unfoldedRows(view))],
])('%s of one environment are made once for all parts of a screen', (_, rowsOf) => {
  const view = viewOfAlerts();
  const rows = rowsOf(view);
  expect(rows).not.toHaveLength(0);
  for (const columns of [300, 120, 60])
    for (const place of ['overview', 'now'])
      expect(rowsOf({ ...view, columns, ui: { ...view.ui, place } })).toBe(rows);
});

test('the situation of a snapshot is built once, whoever asks for it', () => {
  const view = viewOfAlerts();
  const asked = memoizeReads((tracked) => viewSituation(tracked));
  expect(asked(view)).toBe(viewSituation(view));
});

test('the rows of Problems are a part of the frame that has a turn of its own', () => {
  const view = viewOfAlerts();
  const [rows, causes] = view.features.panes.byId('now').rowParts ?? [];
  expect(rows?.(view)).toBe(unfoldedRows(view));
  expect(causes?.(view)).toBe(causesOf(view));
});
