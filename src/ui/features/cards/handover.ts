import type { IncidentStatus } from '../../../domain/incidents/incident-status.ts';
import { incidentText } from '../../../domain/incidents/incident-status.ts';
import type { ParamValues } from '../../../domain/runbooks/runbook.ts';
import type { EndingReason, RunEnding } from '../../../domain/runs/run.ts';
import { incidentOf, outcomeReason, outcomeWord } from '../../../domain/runs/run-outcome.ts';
import type { PastRun, RunView } from '../../../store/cockpit.ts';
import { formatDate } from '../../kit/text/format.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { toWallTime } from '../../shell/contract/render-context.ts';
import { maskForExport } from '../../shell/output/clipboard.ts';
import { drillWord } from '../run-words/drills.ts';
import { findRunEvent, formatParams } from '../run-words/run-text.ts';
import { withCurrentRun } from './common-keys.ts';

/** Description of a run in a handover line. */
interface HandoverFacts {
  readonly run: string;
  readonly title: string;
  readonly system: string;
  readonly env: string;
  /** Wall-clock ms of its first record. */
  readonly at: number;
  /** 'ana@desk-3'; empty: unknown. */
  readonly who: string;
  readonly targets: readonly string[];
  readonly params: ParamValues;
  /** Absent: it has not ended. */
  readonly ending?: RunEnding;
  readonly why: string;
  readonly reason?: EndingReason | undefined;
  readonly isRelapsed: boolean;
  readonly incident: IncidentStatus | undefined;
  readonly canUndo: boolean;
  /** Absent: it acted on the real system. */
  readonly drill?: true;
}

const resultText = ({ ending, why, reason, isRelapsed, incident }: HandoverFacts): string => {
  if (ending === undefined) return `not ended${why === '' ? '' : `: ${why}`}`;
  const text = outcomeReason({ ending, why });
  const word = isRelapsed ? 'RELAPSED' : outcomeWord({ ending, why, reason }, incident);
  return text === '' ? word : `${word}: ${text}`;
};

/**
 * One line for the next shift: when, who, what, target, result, what remains, what comes next. Line breaks in outside
 * text are removed.
 */
const handoverLine = (facts: HandoverFacts): string => {
  const { run, title, system, env, at, who, targets, params, incident, canUndo, drill } = facts;
  const target = targets.length > 0 ? targets.join(', ') : formatParams(params);
  const parts = [
    formatDate(at),
    who === '' ? '' : `by ${who}`,
    title,
    `${drill === true ? `${drillWord} on a simulator, ` : ''}${system}/${env}${target === '' ? '' : `: ${target}`}`,
    resultText(facts),
    incident === undefined ? '' : `remaining: ${incidentText(incident)}`,
    incident?.next === undefined ? '' : `next: ${incident.next}`,
    canUndo ? `undo: opsdeck run --undo ${run}` : '',
    `run ${run}`,
  ];
  return parts
    .filter((part) => part !== '')
    .join(' · ')
    .replaceAll(/\s+/g, ' ');
};

const copyLine = (context: KeyContext, facts: HandoverFacts): void => {
  context.copy(maskForExport(context.view, handoverLine(facts)));
  context.notify('copied the handover line to the terminal clipboard');
};

const pastOfRun = ({ view }: KeyContext, run: string): PastRun | undefined =>
  view.cockpit.runs?.find((pastRun) => pastRun.run === run);

/** Copies the handover line of the run on the card. */
export const copyHandoverKey: Binding = {
  id: 'card.handover',
  keys: ['H'],
  description:
    'copy one line about the run for the next shift: who did what, when, with what result, and what is left to do',
  footer: 'handover',
  run: withCurrentRun((context, run: RunView) => {
    const { proposal, events } = run;
    const [first] = events;
    if (proposal === undefined || first === undefined) return;
    const end = findRunEvent(run, 'ended');
    const past = pastOfRun(context, proposal.run);
    copyLine(context, {
      run: proposal.run,
      title: proposal.title,
      system: proposal.system,
      env: proposal.env,
      at: toWallTime(context.view, first.at),
      who: past === undefined ? (context.view.cockpit.open?.operator ?? '') : `${past.who}@${past.host}`,
      targets: proposal.names,
      params: proposal.params,
      ...(end === undefined ? {} : { ending: end.ending, reason: end.reason }),
      why: end?.why ?? '',
      isRelapsed: findRunEvent(run, 'relapsed') !== undefined,
      incident: incidentOf(events),
      canUndo: (end?.undo?.length ?? 0) > 0,
      ...(proposal.drill === true ? { drill: true as const } : {}),
    });
  }),
};

/** Copies the handover line of a run in the ledger. */
export const copyPastHandover = (context: KeyContext, past: PastRun): void =>
  copyLine(context, {
    ...past,
    who: `${past.who}@${past.host}`,
    targets: past.targets ?? [],
    isRelapsed: past.relapsed,
    incident: past.incident,
    canUndo: past.canUndo === true,
  });
