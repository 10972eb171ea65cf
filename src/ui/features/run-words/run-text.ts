import type { ParamValue, ParamValues } from '../../../domain/runbooks/runbook.ts';
import type { RunEvent } from '../../../domain/runs/run.ts';
import { failureLines } from '../../../domain/text/failure-lines.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

/** A value as text; a selection as its values. */
export const paramText = (value: ParamValue): string =>
  typeof value === 'object' ? value.join(', ') : String(value);

/** 'name psp · to close': the parameters of a run. */
export const formatParams = (params: ParamValues): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${paramText(value)}`)
    .join(' · ');

/** A run event of one type. */
export type RunEventOf<K extends RunEvent['event']> = Extract<RunEvent, { event: K }>;

export const findRunEvent = <K extends RunEvent['event']>(run: RunView, kind: K): RunEventOf<K> | undefined =>
  run.events.findLast((event): event is RunEventOf<K> => event.event === kind);

export const filterRunEvents = <K extends RunEvent['event']>(
  run: RunView,
  kind: K,
): readonly RunEventOf<K>[] => run.events.filter((event): event is RunEventOf<K> => event.event === kind);

/** Lines of a failure on a card: on a short screen the verdict and its place, else the first failures whole. */
const failureShown = ({ rows }: Pick<RenderContext, 'rows'>): number => (rows < 30 ? 4 : 8);

/**
 * Failures and their places, from the output of the failed steps; empty if none has failed. `all`: every such line, for an
 * expanded card.
 */
export const failedOutput = (view: RenderContext, run: RunView, all: boolean): readonly string[] => {
  const failed = new Set(filterRunEvents(run, 'acted').flatMap(({ step, ok }) => (ok ? [] : [step])));
  const lines = failureLines(
    filterRunEvents(run, 'output').flatMap(({ step, text }) => (failed.has(step) ? [text] : [])),
  );
  const shown = all ? lines : lines.slice(0, failureShown(view));
  const more = lines.length - shown.length;
  return more === 0 ? shown : [...shown, `${more} more · L shows the output`];
};
