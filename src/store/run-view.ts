import type { RunEvent } from '../domain/run.ts';
import type { RunView } from './cockpit.ts';

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
    default:
      return 'running';
  }
};

/** The run on screen after one more event of it. */
export const runAfter = (run: RunView, event: RunEvent): RunView => {
  const { ticking: _, ...rest } = run;
  const ticking = event.event === 'ticking' ? { ticking: { id: event.step, title: event.title } } : {};
  return { ...rest, ...ticking, stage: stageAfter(run, event), events: [...run.events, event] };
};

/** A run that has just been asked for. */
export const newRun = (runbook: RunView['runbook'], stage: RunView['stage']): RunView => ({
  runbook,
  stage,
  params: {},
  diagnosis: {},
  events: [],
  background: false,
});
