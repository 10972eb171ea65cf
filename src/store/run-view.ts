import type { Millis } from '../domain/fault.ts';
import type { RunEvent } from '../domain/run.ts';
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
    // They may come after it.
    case 'diagnosed':
    case 'noted':
    case 'watching':
    case 'relapsed':
    case 'watched':
      return run.stage;
    default:
      return 'running';
  }
};

const saidBy = (run: RunView, event: RunEvent): Partial<RunView> => {
  switch (event.event) {
    case 'planned':
      return { proposal: event.proposal };
    case 'diagnosed': {
      const { step, ...found } = event.found;
      // What is on the screen of a run of ours is newer than what was written down.
      const diagnosis = { [step]: found, ...(run.past === true ? {} : run.diagnosis) };
      return { diagnosis: { ...run.diagnosis, ...diagnosis } };
    }
    case 'ticking':
      return {
        awaitingStep: { id: event.step, title: event.title, ...(event.ask === true ? { ask: true } : {}) },
      };
    case 'login': {
      const { source, why, argv } = event;
      return { login: { source, why, ...(argv === undefined ? {} : { argv }) } };
    }
    case 'watching':
      return { watchedUntil: event.until };
    case 'relapsed':
      return { relapsed: true };
    default:
      return {};
  }
};

/** The run on screen after one more event of it. */
export const applyRunEvent = (run: RunView, event: RunEvent): RunView => {
  const { awaitingStep: _, login: __, watchedUntil, ...before } = run;
  const isOver = watchedUntil === undefined || event.event === 'watched';
  const rest = isOver ? before : { ...before, watchedUntil };
  return { ...rest, ...saidBy(run, event), stage: stageAfter(run, event), events: [...run.events, event] };
};

/** Counts what is begun, so that two of one runbook are told apart before either has a plan. */
let begun = 0;

/** A run that has just been asked for. */
export const newRunView = (runbook: RunView['runbook'], stage: RunView['stage']): RunView => ({
  runbook,
  nth: ++begun,
  stage,
  params: {},
  diagnosis: {},
  events: [],
  background: false,
});

/** Runs kept for undo and history. */
const endedKept = 50;

/** The run on screen is among those that have ended, newest first. */
export const addEndedRun = ({ run, endedRuns: ended }: CockpitState): Partial<CockpitState> =>
  run === undefined ? {} : { endedRuns: [run, ...ended].slice(0, endedKept) };

type Found = RunView['diagnosis'][string];

/** The run after one of its diagnose steps has brought so much, with the time that took. */
export const addDiagnosis = (run: RunView, step: string, found: Found, now: Millis): RunView => {
  const since = run.diagnosis[step]?.since ?? now;
  const entry = { ...found, since, ...(found.done ? { endedAt: now } : {}) };
  return { ...run, diagnosis: { ...run.diagnosis, [step]: entry } };
};
