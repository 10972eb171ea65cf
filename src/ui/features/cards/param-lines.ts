import type { ParamOrigin, ParamValue } from '../../../domain/runbooks/runbook.ts';
import type { Proposal } from '../../../domain/runs/proposal.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { paramText } from '../run-words/run-text.ts';
import { isNameTyped } from './confirmation.ts';

const originTexts: Readonly<Record<ParamOrigin, string>> = {
  default: 'default',
  profile: 'profile',
  you: 'you',
  row: 'row',
  run: 'earlier run',
  only: 'only choice',
};

/** '3 (default)': a value and where it came from, if that is known. */
const valueWithOrigin = ({ origins = {} }: RunView, name: string, value: ParamValue): string => {
  const origin = origins[name];
  return origin === undefined ? paramText(value) : `${paramText(value)} (${originTexts[origin]})`;
};

/** '3 (default)': the current value of a parameter; '' without one. */
export const currentParamText = (run: RunView, name: string): string => {
  const value = run.params[name];
  return value === undefined ? '' : valueWithOrigin(run, name, value);
};

/** Returns whether a parameter of the planned run can be changed. An undo restores recorded values instead. */
export const hasChangeableParams = ({ proposal, runbook, stage }: RunView): boolean =>
  stage !== 'approving' &&
  stage !== 'running' &&
  proposal !== undefined &&
  proposal.undoes === undefined &&
  runbook.params.length > 0;

/** 'n 3 (default) · zone eu (you) · p changes': the parameters of a plan; undefined without any. */
export const paramsText = (
  view: RenderContext,
  run: RunView,
  { params, undoes }: Proposal,
): string | undefined => {
  const entries = Object.entries(params).map(
    ([name, value]) => `${name} ${valueWithOrigin(run, name, value)}`,
  );
  if (undoes !== undefined || entries.length === 0) return undefined;
  const hint = hasChangeableParams(run) ? [`${isNameTyped(view, run) ? 'ctrl-e' : 'p'} changes`] : [];
  return [...entries, ...hint].join(' · ');
};
