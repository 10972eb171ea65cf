import type { Level } from '../../../domain/facts/level.ts';
import { accountText } from '../../../domain/runs/proposal.ts';
import { incidentLine, outcomeOf } from '../../../domain/runs/run-outcome.ts';
import type { PastRun } from '../../../store/cockpit.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { drillWord, isForeignDrill, withChosenDrills } from '../run-words/drills.ts';
import {
  type EndingStyle,
  outcomeStyle,
  relapsedStyle,
  unfinishedRunStyles,
} from '../run-words/ending-styles.ts';
import { formatParams } from '../run-words/run-text.ts';

/** One run of the ledger. */
export interface RunRow extends PaneRow {
  readonly run: PastRun;
  readonly style: EndingStyle;
}

const styleOf = ({ ending, why, reason, relapsed, incident, unended = 'unknown' }: PastRun): EndingStyle => {
  if (ending === undefined) return unfinishedRunStyles[unended];
  return relapsed ? relapsedStyle : outcomeStyle({ ending, why, reason }, incident);
};

/** The level of a run: failures are critical; a run that did nothing is not. */
const levelOf = ({ ending, why, reason, relapsed, incident, unended }: PastRun): Level => {
  if (relapsed) return 'crit';
  if (ending !== undefined) return outcomeOf({ ending, why, reason }, incident).level;
  return unended === 'going' ? 'ok' : 'unknown';
};

const rowOf = (view: RenderContext, run: PastRun): RunRow => {
  const { title, runbook, who, host, system, env, params, why, incident, notes = [], accounts = [] } = run;
  const style = styleOf(run);
  return {
    key: run.run,
    level: levelOf(run),
    // Every run stays visible; successful ones are not folded.
    isNotable: true,
    label: title,
    ...(isForeignDrill(view, run) && { standsFor: 0 }),
    text: [
      run.drill === true ? drillWord : '',
      run.foreign === undefined ? '' : 'foreign',
      style.word,
      title,
      runbook,
      `${who}@${host}`,
      ...accounts.map(accountText),
      `${system}/${env}`,
      formatParams(params),
      why,
      incident === undefined ? '' : incidentLine(incident),
      ...notes,
    ].join(' '),
    fields: {
      ending: style.word.toLowerCase(),
      runbook,
      who,
      host,
      system,
      env,
      run: run.run,
      drill: run.drill === true ? 'yes' : 'no',
      foreign: run.foreign === undefined ? 'no' : 'yes',
    },
    run,
    style,
  };
};

/** The runs of the ledger, newest first. */
export const selectRunRows = (view: RenderContext): readonly RunRow[] =>
  withChosenDrills(view, 'runs', view.cockpit.runs ?? []).map((run) => rowOf(view, run));
