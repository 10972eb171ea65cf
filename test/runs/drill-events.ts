import type { DrillEvent } from '../../src/domain/drills/drill.ts';
import type { IncidentStatus } from '../../src/domain/incidents/incident-status.ts';
import type { Proposal } from '../../src/domain/runs/proposal.ts';
import type { RunEnding, RunEvent } from '../../src/domain/runs/run.ts';

/** Start of the drills of these events. */
export const start = 1_000_000;
const at = (second: number): number => start + second * 1000;

const status = (state: IncidentStatus['state'], remaining: number): IncidentStatus => ({
  state,
  began: 4,
  remaining,
  unknown: 0,
  arisen: 0,
  worst: [],
});

interface MadeRun {
  readonly runbook: string;
  /** Seconds since the start. */
  readonly planned: number;
  readonly confirmed?: number;
  readonly ended: number;
  readonly ending?: RunEnding;
  readonly why?: string;
  /** Findings that remain of four at its end. */
  readonly remain?: number;
  readonly proposal?: Partial<Proposal>;
}

let runs = 0;

/** The recorded events of a run. Without `confirmed` its gates were not passed. */
export const runEvents = ({
  runbook,
  planned,
  confirmed,
  ended,
  ending = 'recovered',
  why = '',
  remain,
  proposal = {},
}: MadeRun): readonly RunEvent[] => {
  const run = `r${runs++}`;
  const whole: Proposal = {
    run,
    runbook,
    title: runbook,
    system: 'saga',
    env: 'production',
    tier: 'production',
    params: {},
    steps: [],
    gate: { arm: true, confirm: true, typed: false, windowMs: 5000, preview: true } as Proposal['gate'],
    danger: 'disruptive',
    names: ['orchestrator'],
    plannedAt: at(planned),
    ...proposal,
  };
  const admitted = confirmed ?? ended;
  const begin: readonly RunEvent[] = [
    { run, at: at(admitted), event: 'planned', proposal: whole },
    { run, at: at(admitted), event: 'gated', passed: confirmed !== undefined, why },
  ];
  const sent: readonly RunEvent[] =
    confirmed === undefined
      ? []
      : [
          { run, at: at(confirmed), event: 'confirmed', names: [] },
          { run, at: at(confirmed + 5), event: 'acting', step: 'a1', title: 'x' },
        ];
  return [
    ...begin,
    ...sent,
    {
      run,
      at: at(ended),
      event: 'ended',
      ending,
      why,
      sent: [],
      ...(remain === undefined ? {} : { incident: status('ongoing', remain) }),
    },
  ];
};

/** The incident around a run is over. */
export const allClear = ([first]: readonly RunEvent[], second: number): RunEvent => ({
  run: first?.run ?? '',
  at: at(second),
  event: 'incident',
  incident: status('all-clear', 0),
});

export const healed = (second: number): DrillEvent => ({ at: at(second), event: 'healed' });
export const noticed = (second: number): DrillEvent => ({
  at: at(second),
  event: 'noticed',
  row: 'Consumer lag orders',
});
export const mistyped = (second: number): DrillEvent => ({ at: at(second), event: 'mistyped' });
export const hint = (second: number): DrillEvent => ({
  at: at(second),
  event: 'hint',
  hint: { about: 'pane', subject: 'lag', text: 'LAG' },
});
