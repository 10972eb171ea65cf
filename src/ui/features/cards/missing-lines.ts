import { missingText, type PlaceOf } from '../../../domain/facts/missing-observation.ts';
import { missingIn } from '../../../domain/runs/missing-in-run.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { CardEntry } from '../../kit/components/card-zones.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { markedRows } from './marked-rows.ts';

/** The pane with the rows of an observation, or of its source, with its key: 'Alerts (5)'. */
const placeIn =
  ({ features, own, cockpit }: RenderContext): PlaceOf =>
  ({ kind, source }) => {
    const feeds = Object.values(own?.facts.feeds ?? {}).map(({ feed }) => feed);
    const kinds =
      kind === undefined ? feeds.flatMap((feed) => (feed.source === source ? [feed.kind] : [])) : [kind];
    const pane = features.panes
      .ofEnvironment()
      .find((candidate) => candidate.kind !== undefined && kinds.includes(candidate.kind));
    if (pane === undefined) return `Problems (${boundKey(cockpit, 'pane.W', 'W')})`;
    return pane.key === undefined
      ? pane.title
      : `${pane.title} (${boundKey(cockpit, `pane.${pane.key}`, pane.key)})`;
  };

/** The observations that are missing for a verdict on an ended run, each with what to look at or do next. */
export const missingEntries = (view: RenderContext, run: RunView): readonly CardEntry[] => {
  const { missing, at } = missingIn(run.events);
  return missing.map((observation, index) => ({
    rows: markedRows(view, view.pen.glyph('unknown', 'unknown'), missingText(observation, at, placeIn(view))),
    isKept: index === 0,
  }));
};
