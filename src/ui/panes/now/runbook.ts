import type { CockpitState, Suggestion } from '../../../store/cockpit.ts';
import { actionsOf } from '../../actions.ts';
import { runbookFor } from '../alerts/runbooks.ts';
import type { Subject } from '../pane.ts';

/** Whether a text names a signal: its id, with nothing of a longer name around it. */
const names = (text: string, id: string): boolean => {
  const at = text.indexOf(id);
  return at >= 0 && !/[\w.-]/.test(text[at - 1] ?? '') && !/[\w.-]/.test(text[at + id.length] ?? '');
};

/**
 * The runbook that fits a finding now: one that takes the row as a parameter, asks for the alert, or asks for the
 * signal. Absent: none that fits is about it.
 */
export const runbookOf = (cockpit: CockpitState, subject: Subject | undefined): Suggestion | undefined => {
  const fitting = cockpit.suggestions.filter(({ fits }) => fits === 'yes');
  if (fitting.length === 0 || subject === undefined) return undefined;
  const state = { ...cockpit, suggestions: fitting };
  if (subject.kind === 'alerts') {
    const asked = runbookFor(subject.fact.name, state);
    if (asked !== undefined) return asked;
  }
  if (subject.kind === 'signal')
    return fitting.find(({ runbook }) => names(runbook.when ?? '', subject.signal.id));
  return actionsOf(state, subject)[0]?.suggestion;
};
