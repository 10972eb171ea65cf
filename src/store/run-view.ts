import { defined } from '../domain/base/defined.ts';
import type { Millis } from '../domain/base/fault.ts';
import type { RunEvent } from '../domain/runs/run.ts';
import type { CockpitState, RunView } from './cockpit.ts';

const stageAfter = (run: RunView, event: RunEvent): RunView['stage'] => {
  switch (event.event) {
    case 'planned':
    case 'gated':
    case 'confirmed':
      return run.stage;
    case 'window':
      return 'window';
    case 'ended':
      return 'ended';
    // These events may follow the end of the run.
    case 'diagnosed':
    case 'noted':
    case 'watching':
    case 'relapsed':
    case 'watched':
    case 'forward-closed':
    case 'incident':
    // Records of other persons, while it waits.
    case 'approved':
    case 'approval-refused':
    case 'approval-withdrawn':
      return run.stage;
    default:
      return 'running';
  }
};

const changesBy = (run: RunView, event: RunEvent): Partial<RunView> => {
  switch (event.event) {
    case 'planned':
      return { proposal: event.proposal };
    case 'diagnosed': {
      const { step, ...diagnosisFields } = event.found;
      // The diagnosis on screen of a run in this process is newer than the recorded one.
      const diagnosis = { [step]: diagnosisFields, ...(run.past === true ? {} : run.diagnosis) };
      return { diagnosis: { ...run.diagnosis, ...diagnosis } };
    }
    case 'ticking':
      return {
        awaitingStep: { id: event.step, title: event.title, ...(event.ask === true ? { ask: true } : {}) },
      };
    case 'login': {
      const { source, why, argv } = event;
      return { login: { source, why, ...defined({ argv }) } };
    }
    case 'watching':
      return { watchedUntil: event.until };
    case 'relapsed':
      return { relapsed: true };
    default:
      return {};
  }
};

/** Returns the run on screen after one more event. */
export const applyRunEvent = (run: RunView, event: RunEvent): RunView => {
  const { awaitingStep: _, login: __, watchedUntil, ...before } = run;
  const isOver = watchedUntil === undefined || event.event === 'watched';
  const rest = isOver ? before : { ...before, watchedUntil };
  return { ...rest, ...changesBy(run, event), stage: stageAfter(run, event), events: [...run.events, event] };
};

/** True if a run is executing, verifying or in its cancel window. */
export const isRunActive = ({ run }: Pick<CockpitState, 'run'>): boolean =>
  run?.stage === 'running' || run?.stage === 'window';

/** Why nothing else can start while a run is active. */
export const activeRunText = 'a run is in progress. To cancel the run, press ctrl-c';

/** Counts started runs, which distinguishes runs of one runbook before they have a plan. */
let begun = 0;

/** Returns the view of a run that has just been requested. */
export const newRunView = (runbook: RunView['runbook'], stage: RunView['stage']): RunView => ({
  runbook,
  nth: ++begun,
  stage,
  params: {},
  diagnosis: {},
  events: [],
  background: false,
});

/** Maximum number of ended runs kept for undo and history. */
const endedKept = 50;

/** Adds the run on screen to the ended runs, newest first. */
export const addEndedRun = ({ run, endedRuns: ended }: CockpitState): Partial<CockpitState> =>
  run === undefined ? {} : { endedRuns: [run, ...ended].slice(0, endedKept) };

type Found = RunView['diagnosis'][string];

/** Returns the run with the output of a diagnose step so far, and the step's start and end times. */
export const addDiagnosis = (run: RunView, step: string, diagnosis: Found, now: Millis): RunView => {
  const since = run.diagnosis[step]?.since ?? now;
  const entry = { ...diagnosis, since, ...(diagnosis.done ? { endedAt: now } : {}) };
  return { ...run, diagnosis: { ...run.diagnosis, [step]: entry } };
};
