import type { Level } from '../../../domain/level.ts';
import { isStoppedAfterSending } from '../../../domain/run.ts';
import type { PastRun } from '../../../store/cockpit.ts';
import type { PaneRow } from '../../panes/pane-row.ts';
import type { RenderContext } from '../../render-context.ts';
import {
  type EndingStyle,
  endingStyles,
  relapsedStyle,
  stoppedStyle,
  unfinishedRunStyles,
} from '../cards/ending-styles.ts';
import { formatParams } from '../cards/run-text.ts';

/** One run of the ledger. */
export interface RunRow extends PaneRow {
  readonly run: PastRun;
  readonly style: EndingStyle;
}

const styleOf = ({ ending, why, relapsed, unended = 'unknown' }: PastRun): EndingStyle => {
  if (ending === undefined) return unfinishedRunStyles[unended];
  if (isStoppedAfterSending({ ending, why })) return stoppedStyle;
  return relapsed ? relapsedStyle : endingStyles[ending];
};

/** The level of a run: failures are critical; a run that did nothing is not. */
const levelOf = ({ ending, relapsed, unended }: PastRun): Level => {
  if (relapsed) return 'crit';
  switch (ending) {
    case undefined:
      return unended === 'going' ? 'ok' : 'unknown';
    case 'failed':
    case 'executed-not-recovered':
      return 'crit';
    case 'cancelled':
    case 'forbidden':
      return 'warn';
    default:
      return 'ok';
  }
};

const rowOf = (run: PastRun): RunRow => {
  const { title, runbook, who, host, system, env, params, why, notes = [] } = run;
  const style = styleOf(run);
  return {
    key: run.run,
    level: levelOf(run),
    // Every run stays visible; successful ones are not folded.
    isNotable: true,
    label: title,
    text: [
      style.word,
      title,
      runbook,
      `${who}@${host}`,
      `${system}/${env}`,
      formatParams(params),
      why,
      ...notes,
    ].join(' '),
    fields: { ending: style.word.toLowerCase(), runbook, who, host, system, env, run: run.run },
    run,
    style,
  };
};

/** The runs of the ledger, newest first. */
export const selectRunRows = ({ cockpit }: RenderContext): readonly RunRow[] =>
  (cockpit.runs ?? []).map(rowOf);
